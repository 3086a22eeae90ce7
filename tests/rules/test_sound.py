"""Where sound goes, and the cards that do not go on without."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
SPICE = PC.spice(unix=True, addr="spice.sock", disable_ticketing=True)


class Silent(Host):
    """A host without a sound card."""

    has_sound = False


class Loud(Host):
    """A host with one."""

    has_sound = True


def played(driver, card="adlib", machine=PC):
    return machine.audiodev(driver, id="a").device(card, audiodev="a")


EXAMPLES = {
    "audiodev-without-spice": (PC.audiodev("spice", id="a"), SPICE.audiodev("spice", id="a")),
    "audiodev-missing": (
        PC.audiodev("oss", {"in.dev": "/no/such"}, id="a"),
        PC.audiodev("none", id="a"),
        Host(),
    ),
    "device-without-sound": (played("alsa"), played("none"), Silent()),
}


@pytest.mark.parametrize(
    "machine",
    [
        played("wav", "gus"),
        played("alsa", "AC97"),
        PC.audio("none", model="gus"),
        PC.audio("none").device("gus"),
    ],
)
def test_what_is_heard_or_need_not_be(machine):
    assert machine.check(qemu="10.0", host=Silent()).ok


@pytest.mark.parametrize(
    "machine", [PC.audio("alsa", model="adlib"), PC.audio("alsa").device("gus"), played("sndio")]
)
def test_what_is_not(machine):
    assert "device-without-sound" in machine.check(qemu="10.0", host=Silent()).codes
    assert machine.check(host=Loud()).ok


def test_where_nothing_is_said_the_qemu_chooses(monkeypatch):
    monkeypatch.delenv("QEMU_AUDIO_DRV", raising=False)
    machine = PC.device("gus")
    assert machine.check(host=Silent()).ok
    (found,) = machine.check(qemu=Qemu.snapshot("7.2"), host=Silent())
    assert found.code == "device-without-sound"
    first = PC.audiodev("none", id="a").device("gus")
    assert first.check(qemu="7.2", host=Silent()).ok

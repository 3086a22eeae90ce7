"""Places for characters that not every host has."""

from __future__ import annotations

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


class Bare(Host):
    """A host without a braille display."""

    has_braille = False


EXAMPLES = {
    "character-without-braille": (PC.serial("braille"), PC.serial("pty"), Bare()),
    "character-of-windows": (PC.monitor("con:"), PC.monitor("stdio"), Bare()),
}


@pytest.mark.parametrize(
    "machine", [PC.usbdevice("braille"), PC.chardev("braille", id="c").serial(chardev="c")]
)
def test_braille_by_other_names(machine, monkeypatch):
    assert machine.check(host=Bare()).errors[0].code == "character-without-braille"
    monkeypatch.setenv("BRLAPI_HOST", "elsewhere:0")
    assert machine.check(host=Host()).ok

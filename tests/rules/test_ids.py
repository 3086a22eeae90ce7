"""Ids: well formed, each once, and none that nothing defines."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G")
NET = BASE.netdev("user", id="net0")

EXAMPLES = {
    "id-malformed": (BASE.device("e1000", id="1a"), BASE.device("e1000", id="a1")),
    "id-doubled": (
        BASE.device("e1000", id="a").device("e1000", id="a"),
        BASE.device("e1000", id="a").device("e1000", id="b"),
    ),
    "id-of-another-type": (
        BASE.object("iothread", id="r").device("virtio-rng-pci", rng="r"),
        BASE.object("rng-builtin", id="r").device("virtio-rng-pci", rng="r"),
    ),
    "id-reserved": (BASE.chardev("null", id="serial0"), BASE.chardev("null", id="c0")),
    "id-undefined": (NET.device("e1000", netdev="net1"), NET.device("e1000", netdev="net0")),
}


def test_the_nearest_id_is_named():
    found = NET.device("e1000", netdev="net1").check().errors[0]
    assert "did you mean 'net0'?" in found.hint


@pytest.mark.parametrize(
    "machine",
    [
        BASE.raw("-blockdev", "null-co,node-name=d").device("virtio-blk-pci", drive="d"),
        BASE.device("e1000", netdev="$NET"),
        BASE.device("e1000", id="$ID"),
        BASE.audiodev("none", id="1 a").audiodev("none", id="1 a"),
        BASE.device("e1000", id="a").netdev("user", id="a").device("e1000", netdev="a"),
    ],
)
def test_what_may_be_right(machine):
    assert machine.check().ok


def test_a_raw_option_defines_what_it_names_and_no_more():
    machine = BASE.raw("-blockdev", "null-co,node-name=disk").device("virtio-blk-pci", drive="d")
    assert machine.check().codes == ("id-undefined",)


@pytest.mark.parametrize(
    "machine",
    [
        BASE.chardev("null", id="serial0").nodefaults(),
        BASE.chardev("null", id="serial0").serial("none"),
        BASE.chardev("null", id="serial0").serial(chardev="serial0"),
        BASE.chardev("null", id="serial1"),
        BASE.chardev("null", id="compat_monitor0").monitor("none"),
        BASE.chardev("null", id="gdb"),
        BASE.serial("mon:stdio").monitor(chardev="serial0"),
        BASE.machine_type("none").object("iothread", id="pc.ram"),
        BASE.memory_backend_ram("pc.ram", size="1G").machine_type("pc", memory_backend="pc.ram"),
    ],
)
def test_qemus_own_ids_are_free_where_it_does_not_use_them(machine):
    assert machine.check().ok


@pytest.mark.parametrize(
    "machine",
    [
        BASE.chardev("null", id="serial1").serial("none").serial("null"),
        BASE.chardev("null", id="parallel0").nographic(),
        BASE.chardev("null", id="compat_monitor1").qmp("null").monitor("null"),
        BASE.chardev("null", id="gdb").gdb("null"),
        BASE.object("iothread", id="pc.ram"),
    ],
)
def test_qemus_own_ids_are_taken_where_it_uses_them(machine):
    assert [found.code for found in machine.check().errors] == ["id-reserved"]


def test_qemus_own_ids_are_in_use():
    assert BASE.qmp(chardev="serial0").check().codes == ("chardev-in-use",)
    shared = BASE.serial("null").serial("mon:null")
    assert not shared.qmp(chardev="serial0").check().ok
    assert shared.qmp(chardev="serial1").check().ok
    more = BASE.nographic().device("pci-serial", chardev="serial0")
    assert more.check().ok
    assert not more.monitor("none").check().ok

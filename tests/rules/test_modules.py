"""Memory modules: slots, memory, room."""

from __future__ import annotations

from qemubuild.machine import Machine

ROOM = Machine("x86_64").memory("1G", slots=2, maxmem="3G")
ONE = ROOM.memory_backend_ram("a", size="1G")
TWO = ONE.memory_backend_ram("b", size="1G")
PLUGGED = ONE.device("pc-dimm", memdev="a")

EXAMPLES = {
    "module-without-slot": (
        ONE.memory("1G").device("pc-dimm", memdev="a"),
        PLUGGED,
    ),
    "module-without-memory": (ROOM.device("pc-dimm"), PLUGGED),
    "module-memory-in-use": (
        PLUGGED.device("pc-dimm", memdev="a"),
        TWO.device("pc-dimm", memdev="a").device("pc-dimm", memdev="b"),
    ),
    "module-size-uneven": (
        ROOM.memory_backend_ram("a", size="1M").device("pc-dimm", memdev="a"),
        ROOM.memory_backend_ram("a", size="2M").device("pc-dimm", memdev="a"),
    ),
    "module-address": (
        ONE.device("pc-dimm", memdev="a", addr="0x1000"),
        ONE.device("pc-dimm", memdev="a", addr="0x100000000"),
    ),
    "module-label-too-large": (
        ONE.machine_type("pc", nvdimm=True).device("nvdimm", {"label-size": "1G"}, memdev="a"),
        ONE.machine_type("pc", nvdimm=True).device("nvdimm", {"label-size": "2M"}, memdev="a"),
    ),
    "module-without-room": (
        ROOM.memory_backend_ram("a", size="4G").device("pc-dimm", memdev="a"),
        PLUGGED,
    ),
    "module-without-acpi": (
        PLUGGED.machine_type("pc", acpi=False),
        PLUGGED.machine_type("pc"),
    ),
    "module-locked": (
        ONE.overcommit(mem_lock=True).device("virtio-mem-pci", memdev="a"),
        ONE.device("virtio-mem-pci", memdev="a"),
    ),
    "module-nvdimm-off": (
        ONE.device("nvdimm", memdev="a"),
        ONE.machine_type("pc", nvdimm=True).device("nvdimm", memdev="a"),
    ),
}


def test_all_that_was_set_aside_can_be_used():
    machine = TWO.device("pc-dimm", memdev="a").device("pc-dimm", memdev="b")
    assert not machine.check()
    assert machine.memory("1G", slots=1, maxmem="3G").check().codes == ("module-without-slot",)
    assert machine.memory("1G", slots=2, maxmem="2G").check().codes == ("module-without-room",)


def test_every_board_needs_to_know_where_its_memory_is():
    for board in ("microvm", "none", "isapc"):
        machine = ROOM.memory("1G").machine_type(board).device("pc-dimm")
        assert "module-without-memory" in machine.check().codes


def test_the_guests_own_memory_is_in_use():
    machine = ONE.machine_type("pc", memory_backend="a").device("pc-dimm", memdev="a")
    assert machine.check().codes == ("module-memory-in-use",)

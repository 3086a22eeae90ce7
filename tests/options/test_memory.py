"""``-m``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.memory import Memory

GUEST = Machine("x86_64")
ROOM = GUEST.memory("2G", slots=2, maxmem="8G")

EXAMPLES = {
    "memory-above-4g": (
        GUEST.machine_type("isapc").memory("4G"),
        GUEST.machine_type("isapc").memory("3584M"),
    ),
    "memory-hexadecimal": (GUEST.memory("0x40"), GUEST.memory("64")),
    "memory-maxmem-below-size": (GUEST.memory("2G", slots=2, maxmem="8192"), ROOM),
    "memory-slots-without-maxmem": (GUEST.memory("2G", slots=2), ROOM),
    "memory-slots-too-many": (GUEST.memory("2G", slots=257, maxmem="8G"), ROOM),
    "memory-slots-without-room": (GUEST.memory("2G", slots=2, maxmem="2G"), ROOM),
    "memory-cannot-grow": (ROOM.machine_type("isapc"), ROOM.machine_type("pc")),
    "memory-beyond-addresses": (
        GUEST.memory("2G", slots=2, maxmem="1T"),
        GUEST.memory("2G", slots=2, maxmem="1T").cpu("max", phys_bits=46),
    ),
    "memory-maxmem-without-slots": (GUEST.memory("2G", maxmem="8G"), ROOM),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Memory("8G"), "8G"),
        (Memory(512), "512"),
        (Memory("1.5G"), "1.5G"),
        (Memory("1G", slots=2, maxmem="4G"), "1G,slots=2,maxmem=4G"),
        (Memory(slots=2, maxmem="4G"), "slots=2,maxmem=4G"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-m", value)
    assert Memory.parse(value) == option


@pytest.mark.parametrize("size", ["8GB", "8 G", "1e3", "", "-1", -1, 1.5, True, "2**4"])
def test_a_size_that_qemu_does_not_read_is_refused(size):
    with pytest.raises(InvalidOption, match="size"):
        Memory(size)


@pytest.mark.parametrize(
    ("option", "size"),
    [
        (Memory(512), 512 << 20),
        (Memory("1.5G"), 3 << 29),
        (Memory(), 128 << 20),
        (Memory("0x1F"), 8192),
        (Memory("0x10"), 16 << 20),
    ],
)
def test_bytes(option, size):
    assert option.bytes == size


@pytest.mark.parametrize(
    "machine",
    [GUEST.memory("2G"), ROOM, GUEST.memory("2G", maxmem="2G")],
)
def test_what_fits_has_no_error(machine):
    assert machine.check().ok


def test_what_may_be_addressed_is_a_warning():
    found = GUEST.memory("2G", slots=2, maxmem="1000G").check()
    assert found.ok
    assert found.codes == ("memory-beyond-addresses",)


def test_kvm_has_the_addresses_of_its_host():
    machine = GUEST.memory("2G", slots=2, maxmem="1T").enable_kvm()
    assert machine.cpu("host").check().ok
    assert not machine.check().ok


def test_explain():
    assert "8 GiB of memory" in Memory("8G").explain()
    assert "up to 8 GiB in 2 modules" in ROOM.options[0].explain()

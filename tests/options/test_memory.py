"""``-m``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.memory import Memory


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

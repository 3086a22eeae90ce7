"""``-mem-path`` and ``-mem-prealloc``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.memory_path import MemPath, MemPrealloc

BACKED = (
    Machine("x86_64")
    .memory("1G")
    .memory_backend_ram("ram", size="1G")
    .machine_type(memory_backend="ram")
)

EXAMPLES = {"mem-path-beside-backend": (BACKED.mem_path("/dev/shm"), BACKED)}


def test_argv():
    assert MemPath("/dev/shm,x").words == ("-mem-path", "/dev/shm,x")
    assert MemPath.parse("/dev/shm,x") == MemPath("/dev/shm,x")
    assert MemPrealloc().words == ("-mem-prealloc",)


def test_a_path_is_needed():
    with pytest.raises(InvalidOption, match="empty"):
        MemPath("")


def test_a_nodes_memory_is_another_matter():
    machine = (
        Machine("x86_64").memory("1G").memory_backend_ram("n", size="1G").numa_node(memdev="n")
    )
    assert "mem-path-beside-backend" not in machine.mem_path("/dev/shm").check().codes


def test_explain():
    assert "/dev/hugepages" in MemPath("/dev/hugepages").explain()
    assert "before it starts" in MemPrealloc().explain()

"""``-loadvm``, ``-dump-vmstate``, ``-only-migratable``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.vmstate import DumpVmstate, Loadvm, OnlyMigratable

PC = Machine("x86_64").memory("1G")
DISK = PC.drive("a.qcow2", interface="virtio", format="qcow2")

EXAMPLES = {
    "loadvm-without-disk": (PC.loadvm("clean"), DISK.loadvm("clean")),
    "loadvm-without-snapshots": (
        DISK.drive("b.img", interface="virtio", format="raw").loadvm("clean"),
        DISK.drive("b.img", interface="virtio", format="raw", readonly=True).loadvm("clean"),
    ),
    "loadvm-and-incoming": (DISK.loadvm("clean").raw("-incoming", "defer"), DISK.loadvm("clean")),
    "loadvm-of-anew": (DISK.snapshot().loadvm("clean"), DISK.loadvm("clean")),
    "dump-vmstate-exits": (PC.dump_vmstate("a.json"), PC),
}


def test_argv():
    assert Loadvm("a,b").words == ("-loadvm", "a,b")
    assert Loadvm.parse("a,b") == Loadvm("a,b")
    assert DumpVmstate("a,b").words == ("-dump-vmstate", "a,b")
    assert DumpVmstate.parse("a,b") == DumpVmstate("a,b")
    assert OnlyMigratable().words == ("-only-migratable",)


@pytest.mark.parametrize("kind", [Loadvm, DumpVmstate])
def test_a_name_is_needed(kind):
    with pytest.raises(InvalidOption, match="empty"):
        kind("")


@pytest.mark.parametrize("machine", [PC.raw("$DISKS"), PC.readconfig("a.cfg")])
def test_what_is_not_known_may_bring_the_disk(machine):
    assert machine.loadvm("clean").check().ok


def test_a_description_is_written():
    machine = PC.dump_vmstate("a.json")
    assert machine.check().ok
    assert [claim.path for _, claim in machine.claims(Opens)] == ["a.json"]


def test_explain():
    assert "snapshot clean" in Loadvm("clean").explain()
    assert "a.json" in DumpVmstate("a.json").explain()
    assert "Refuses" in OnlyMigratable().explain()

"""What one version of QEMU refuses and another takes: an error, nothing, or a warning."""

from __future__ import annotations

import pytest

from qemubuild import Qemu
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
ISAPC, MICROVM = PC.machine_type("isapc"), PC.machine_type("microvm")

# Each with what 7.2 and 10.0 say: e for an error, w for a warning.
CHANGES = [
    (PC.audio("none"), "e", ""),
    (PC.drive("d.img", interface="none", format="raw", id="sd0"), "e", ""),
    (PC.overcommit(mem_lock="on-fault"), "e", ""),
    (PC.memory("0x40"), "", "e"),
    (MICROVM.no_fd_bootchk(), "", "e"),
    (PC.no_fd_bootchk(), "", ""),
    (ISAPC.memory("4G"), "", "e"),
    (ISAPC.memory("4G").cpu("qemu64"), "", ""),
    (ISAPC.smbios_strings("a"), "", "e"),
    (ISAPC.smbios_system(serial="a"), "", ""),
    (PC.smbios_strings("a"), "", ""),
]


@pytest.mark.parametrize(("machine", "old", "new"), CHANGES)
def test_versions(machine, old, new):
    assert bool(machine.check(qemu=Qemu.snapshot("7.2")).errors) == (old == "e")
    assert bool(machine.check(qemu=Qemu.snapshot("10.0")).errors) == (new == "e")
    assert machine.check().ok
    assert bool(machine.check().warnings) == bool(old or new)


def test_one_code_whatever_the_severity():
    machine = MICROVM.no_fd_bootchk()
    (warned,), (refused,) = machine.check(), machine.check(qemu=Qemu.snapshot("10.0"))
    assert warned.code == refused.code

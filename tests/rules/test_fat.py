"""Folders as FAT disks."""

from __future__ import annotations

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine
from qemubuild.values import Url

PC = Machine("x86_64").memory("1G")
READS, WRITES = Url("fat:/tmp"), Url("fat:rw:/tmp")
NONE = PC.drive(READS, interface="none", id="d")

EXAMPLES = {
    "fat-readonly": (PC.hda(READS), PC.hda(WRITES)),
    "fat-writable": (PC.cdrom(WRITES), PC.cdrom(READS)),
}


@pytest.mark.parametrize(
    "machine",
    [
        PC.drive(READS, interface="virtio"),
        PC.drive(WRITES, interface="virtio", readonly=True),
        PC.hda(WRITES).snapshot(),
        NONE.device("virtio-blk-pci", drive="d"),
    ],
)
def test_what_contradicts_itself(machine):
    assert [found.code[:4] for found in machine.check().errors] == ["fat-"]


@pytest.mark.parametrize(
    "machine",
    [
        PC.drive(READS, interface="virtio", snapshot=True),
        PC.hda(READS).snapshot(),
        PC.hda(READS).machine_type("none"),
        NONE,
        NONE.device("ide-cd", drive="d"),
    ],
)
def test_what_does_not(machine):
    assert machine.check().ok


def test_the_folder_has_to_be_there():
    found = PC.hda(Url("fat:rw:/no/such/folder")).check(host=Host())
    assert [one.code for one in found.errors] == ["folder-missing"]

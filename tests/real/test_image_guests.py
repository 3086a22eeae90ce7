"""Guests read what was written to their disks, whatever became of those meanwhile."""

from __future__ import annotations

from pathlib import Path

import installer_cd
import pytest

from qemubuild import DiskImage, Machine
from tests.real.guests.run import run_guest
from tests.real.images import here

__all__ = ["here"]
pytestmark = pytest.mark.usefixtures("here")


def boot(disk: DiskImage) -> str:
    machine = Machine().accel("tcg").memory("16M").drive(disk, interface="virtio")
    return run_guest(machine.argv())


@pytest.fixture
def disk(here: Path) -> DiskImage:
    """A disk that counts how often it was booted."""
    Path("made.raw").write_bytes(installer_cd.assemble("counter.asm").ljust(1 << 20, b"\0"))
    return DiskImage("made.raw").convert("disk.qcow2")


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("copy.raw", {}),
        ("copy.vmdk", {}),
        ("copy.vdi", {}),
        ("copy.qcow2", {"compress": "zstd"}),
        ("copy.qcow2", {"options": {"cluster_size": "4K"}}),
    ],
)
def test_a_converted_disk_goes_on_counting(disk: DiskImage, path: str, options: dict[str, object]):
    assert boot(disk) == "Boot number 1 of this disk.\n"
    copy = disk.convert(path, **options)  # type: ignore[arg-type]
    assert boot(copy) == "Boot number 2 of this disk.\n"
    assert boot(disk) == "Boot number 2 of this disk.\n"


def test_a_restored_disk_has_forgotten(disk: DiskImage):
    boot(disk)
    disk.snapshot("once")
    assert boot(disk) == "Boot number 2 of this disk.\n"
    assert boot(disk) == "Boot number 3 of this disk.\n"
    then = disk.convert("then.raw", snapshot="once")
    disk.restore("once")
    assert boot(disk) == boot(then) == "Boot number 2 of this disk.\n"


def test_what_an_overlay_holds_moves_with_it(disk: DiskImage):
    boot(disk)
    overlay = disk.overlay("vm.qcow2")
    assert boot(overlay) == "Boot number 2 of this disk.\n"
    assert boot(overlay.rebase(disk.convert("other.raw"))) == "Boot number 3 of this disk.\n"
    assert boot(overlay.rebase(None)) == "Boot number 4 of this disk.\n"
    assert boot(disk) == "Boot number 2 of this disk.\n"
    top = disk.overlay("top.qcow2")
    boot(top)
    top.commit()
    assert boot(disk) == "Boot number 4 of this disk.\n"


def test_a_larger_disk_is_the_same_at_its_beginning(disk: DiskImage):
    boot(disk)
    assert boot(disk.resize("+8M")) == "Boot number 2 of this disk.\n"
    assert boot(disk.resize("1M", shrink=True)) == "Boot number 3 of this disk.\n"

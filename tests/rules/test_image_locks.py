"""Images that others use, by what their locks say; real ones are in tests/real."""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import closing

import pytest

from qemubuild.disk.headers import Header
from qemubuild.host import Host
from qemubuild.locks import Holder, Lock
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
FILE = "/usr/share/seabios/bios-256k.bin"  # there wherever Debian's QEMU is

READS = Lock(held=True, bars_writers=True)
WRITES = Lock(held=True, writes=True, bars_writers=True)
FLASH = Lock(held=True, writes=True)


class Busy(Host):
    """A host where that file is in use."""

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self.__dict__["lock"] = lock

    def lock_on(self, path: str) -> Lock:
        return self.lock if path == FILE else Lock()

    def holders_of(self, path: str) -> tuple[Holder, ...]:  # noqa: ARG002
        return (Holder(4711, "qemu-system-x86_64"),)

    def header_of(self, path: str, told: str | None = None) -> Header:  # noqa: ARG002
        return Header(told or "raw", 1 << 18)


def disk(file=FILE, **keys):
    return PC.drive(file, **{"interface": "virtio", "format": "raw", **keys})


def flash(**keys):
    return disk(interface="pflash", **keys)


def device(keys=None):
    return disk(interface="none", id="d").device("virtio-blk-pci", keys or {}, drive="d")


EXAMPLES = {
    "image-locked": (disk(), disk(readonly=True), Busy(READS)),
    "flash-shared": (flash(), flash(readonly=True), Busy(FLASH)),
}


@pytest.mark.parametrize(
    ("machine", "lock", "refused"),
    [
        (disk(), READS, True),
        (disk(), WRITES, True),
        (disk(), FLASH, True),
        (disk(readonly=True), READS, False),
        (disk(readonly=True), WRITES, True),
        (disk(snapshot=True), READS, False),
        (disk(snapshot=True), WRITES, True),
        (disk().snapshot(), READS, False),
        (disk(extra={"file.locking": "off"}), WRITES, False),
        (disk(readonly=True, extra={"force-share": "on"}), WRITES, False),
        (disk(interface="none"), WRITES, False),
        (disk(interface="none", format="qcow2"), WRITES, True),
        (device(), WRITES, True),
        (device({"share-rw": True}), FLASH, False),
        (device({"share-rw": True}), WRITES, True),
        (PC.cdrom(FILE), READS, False),
        (PC.cdrom(FILE), WRITES, True),
        (flash(), FLASH, False),
        (flash(), READS, True),
        (flash(readonly=True), FLASH, False),
    ],
)
def test_who_may_use_it_as_well(machine, lock, refused):
    found = [one for one in machine.check(host=Busy(lock)) if one.code == "image-locked"]
    assert bool(found) == refused
    if found:
        assert "qemu-system-x86_64 (process 4711)" in found[0].message


def test_locks_are_read_as_qemu_writes_them(tmp_path):
    path = str(tmp_path / "image")
    (tmp_path / "image").write_bytes(bytes(512))
    host = Host()
    assert host.lock_on(path) == Lock()
    with closing(os.fdopen(os.open(path, os.O_RDWR), "r+b")) as file:
        for byte in (100, 101, 201):
            lock = struct.pack("hhqqi0q", fcntl.F_RDLCK, os.SEEK_SET, byte, 1, 0)
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, lock)
        assert host.lock_on(path) == WRITES
        assert [holder.pid for holder in host.holders_of(path)] == [os.getpid()]
    assert host.lock_on(path) == Lock()
    assert host.holders_of(path) == ()


def test_what_cannot_be_read_is_not_locked():
    assert Host().lock_on("/no/such/image") == Lock()
    assert Host().holders_of("/no/such/image") == ()

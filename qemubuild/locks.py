"""QEMU's locks on images: who uses a file, and what does it leave to others?

A QEMU, or a qemu-img, locks bytes of an image (block/file-posix.c, ``raw_apply_lock_bytes``): from
100 on one for each thing that it does, from 200 on one for each that it lets nobody else do. Its
locks are advisory, bound to open files, and gone with them.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
from typing import Final, NamedTuple

from qemubuild.shown import shows_fields

_DOES, _ALONE = 100, 200
_READ, _WRITE = 0, 1
_EACH: Final = 100  # bytes
_FLOCK: Final = "hhqqi0q"  # struct flock: type, whence, start, length, pid, and padding
_PROCESS: Final = re.compile("[0-9]+")


@shows_fields
class Lock(NamedTuple):
    """What the locks on an image say of those who use it.

    Attributes:
        held: whether anybody does.
        writes: somebody may write to it.
        bars_readers: somebody lets nobody else read it.
        bars_writers: somebody lets nobody else write to it.
    """

    held: bool = False
    writes: bool = False
    bars_readers: bool = False
    bars_writers: bool = False


@shows_fields
class Holder(NamedTuple):
    """A process that has a file open.

    Attributes:
        pid: its number.
        command: its name, such as ``qemu-system-x86_64``.
    """

    pid: int
    command: str

    def __str__(self) -> str:
        return f"{self.command} (process {self.pid})"


def in_use(path: str) -> bool:
    """Whether a QEMU or a qemu-img has the file open now, be it only to read from it.

    Raises:
        OSError: the file cannot be opened.
    """
    return read_lock(path).held


def read_lock(path: str) -> Lock:
    """Read the locks that others have on a file.

    Raises:
        OSError: the file cannot be opened.
    """
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not _is_locked(file, _DOES, _ALONE + _EACH - _DOES):
            return Lock()
        return Lock(
            held=True,
            writes=_is_locked(file, _DOES + _WRITE),
            bars_readers=_is_locked(file, _ALONE + _READ),
            bars_writers=_is_locked(file, _ALONE + _WRITE),
        )
    finally:
        os.close(file)


def _is_locked(file: int, first: int, count: int = 1) -> bool:
    ask = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, first, count, 0)
    found: int = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_OFD_GETLK, ask))[0]
    return found != fcntl.F_UNLCK


def find_holders(path: str) -> tuple[Holder, ...]:
    """Find the processes that have locked a file, as far as this user may see them.

    Other users' processes show their files to root alone.
    """
    try:
        wanted = os.stat(path)
        processes = sorted(int(name) for name in os.listdir("/proc") if _PROCESS.fullmatch(name))
    except OSError:
        return ()
    return tuple(Holder(pid, _command(pid)) for pid in processes if _has_locked(pid, wanted))


def _has_locked(pid: int, wanted: os.stat_result) -> bool:
    try:
        for file in os.listdir(f"/proc/{pid}/fd"):
            # Only what fdinfo says is of this open file: a child may have it open, and no lock.
            if os.path.samestat(os.stat(f"/proc/{pid}/fd/{file}"), wanted):
                with open(f"/proc/{pid}/fdinfo/{file}", "rb") as info:
                    if b"\nlock:" in info.read():
                        return True
    except OSError:
        pass  # it is another user's, or gone
    return False


def _command(pid: int) -> str:
    """The name of a process: of its program, for the kernel keeps 15 letters of its own."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            if name := os.path.basename(line.read().partition(b"\0")[0]):
                return os.fsdecode(name)
        with open(f"/proc/{pid}/comm", "rb") as line:
            return os.fsdecode(line.read().rstrip(b"\n"))
    except OSError:
        return "a process"

"""QEMU's locks on images: is a file in use by a machine, or by another qemu-img?"""

from __future__ import annotations

import fcntl
import os
import struct
from typing import Final

# Bytes from 100 on are locked for what an opener does, from 200 on for what it lets nobody do
# (RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE, block/file-posix.c).
_FIRST, _COUNT = 100, 200
_FLOCK: Final = "hhqqi0q"  # struct flock: type, whence, start, length, pid, and padding


def in_use(path: str) -> bool:
    """Whether a QEMU or a qemu-img has the file open now, be it only to read from it.

    Raises:
        OSError: the file cannot be opened.
    """
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        ask = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _FIRST, _COUNT, 0)
        answer = fcntl.fcntl(file, fcntl.F_OFD_GETLK, ask)
    finally:
        os.close(file)
    found: int = struct.unpack(_FLOCK, answer)[0]
    return found != fcntl.F_UNLCK

"""The disk that talks on the first serial port, built once for each test process."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import talking_disk


@functools.cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="qemubuild-serial-")  # removed when Python ends


@functools.cache
def serial_disk() -> Path:
    """A disk that boots it. Read it, don't write to it: all tests share it."""
    return talking_disk.build(Path(_directory().name, "talking.img"))

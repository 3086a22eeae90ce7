"""The project's own boot media, built once for each test process."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import installer_cd


@functools.cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="qemubuild-media-")  # removed when Python ends


@functools.cache
def installer_iso() -> Path:
    """The installer as a CD-ROM. Read it, don't write to it: all tests share it."""
    return installer_cd.build(Path(_directory().name, "installer.iso"))


@functools.cache
def installer_program() -> bytes:
    """The installer as a disk holds it: its first sector is the MBR."""
    return installer_cd.assemble("installer.asm")


@functools.cache
def echo_program() -> bytes:
    """The keyboard test, one boot sector."""
    return installer_cd.assemble("echo.asm")

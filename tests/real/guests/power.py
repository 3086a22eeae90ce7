"""A guest of one sector that does as its power button says.

It switches ACPI and its power button on, says "U" on port 0xe9, waits for the button, and powers
off.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

PROGRAM = bytes.fromhex(
    "b0f1e6b2"  # mov al, 0xf1; out 0xb2, al    ACPI on
    "ba0206b80001ef"  # mov dx, 0x602; mov ax, 0x100; out dx, ax
    "b055e6e9"  # mov al, 'U'; out 0xe9, al
    "ba0006eda9000174fa"  # mov dx, 0x600; again: in ax, dx; test ax, 0x100; jz again
    "ba0406b80020eff4"  # mov dx, 0x604; mov ax, 0x2000; out dx, ax; hlt
)


@functools.cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="qemubuild-power-")  # removed when Python ends


@functools.cache
def obedient_disk() -> Path:
    """A disk that boots it. Read it, don't write to it: all tests share it."""
    path = Path(_directory().name, "power.img")
    path.write_bytes(PROGRAM.ljust(510, b"\0") + b"\x55\xaa")
    return path

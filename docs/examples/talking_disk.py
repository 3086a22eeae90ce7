"""Write a disk of one sector that boots, and talks on the first serial port.

    python docs/examples/talking_disk.py talking.img

It says "ready", and repeats what it is told; a "!" it repeats for ever, and Ctrl-D switches it off.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROGRAM = (
    bytes.fromhex(
        "31c08ed8fc"  # xor ax, ax; mov ds, ax; cld
        "be477c"  # mov si, text
        "ac84c07405e82600ebf6"  # say: lodsb; test al, al; jz hear; call put; jmp say
        "bafd03eca80174f8"  # hear: mov dx, 0x3fd; in al, dx; test al, 1; jz hear
        "baf803ec3c04740c"  # mov dx, 0x3f8; in al, dx; cmp al, 4; je off
        "e811003c2175e9"  # call put; cmp al, '!'; jne hear
        "e80a00ebfb"  # flood: call put; jmp flood
        "ba0406b80020eff4"  # off: mov dx, 0x604; mov ax, 0x2000; out dx, ax; hlt
        "88c3bafd03eca82074fb"  # put: mov bl, al; again: mov dx, 0x3fd; in al, dx; ...; jz again
        "baf80388d8eec3"  # mov dx, 0x3f8; mov al, bl; out dx, al; ret
    )
    + b"ready\r\n\0"
)


def build(path: str | Path) -> Path:
    """Write the disk to ``path``, and return that."""
    Path(path).write_bytes(PROGRAM.ljust(510, b"\0") + b"\x55\xaa")
    return Path(path)


if __name__ == "__main__":
    build(sys.argv[1])

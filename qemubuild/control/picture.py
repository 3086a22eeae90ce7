"""Pictures: a PPM, which every QEMU can write, as the PNG that everything reads."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")


def png(picture: bytes) -> bytes:
    """The same picture as a PNG, whether it is one already or a PPM of 8 bits a colour."""
    header = _HEADER.match(picture)
    if header is None:
        return picture
    width, height = int(header[1]), int(header[2])
    start, row = header.end(), width * 3
    # Each row begins with its filter: 0, none.
    rows = (b"\0" + picture[start + row * y : start + row * (y + 1)] for y in range(height))
    return PNG + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(rows))),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

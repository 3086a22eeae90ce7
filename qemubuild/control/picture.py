"""Pictures: a PPM, which every QEMU can write, as the PNG that everything reads."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import os

PNG: Final = b"\x89PNG\r\n\x1a\n"
_SIZE: Final = 16
"""Where in a PNG its width and height are: in its first chunk, which is always IHDR."""
_HEADER: Final = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")


class Screenshot(NamedTuple):
    """What a guest's screen showed at one moment; a notebook shows it as a picture.

    Attributes:
        png: the picture, as PNG.
        width: how many pixels wide it is.
        height: how many pixels high.
    """

    png: bytes
    width: int
    height: int

    @classmethod
    def of(cls, content: bytes) -> Screenshot:
        """The picture in a PNG."""
        width, height = struct.unpack_from(">II", content, _SIZE)
        return cls(content, width, height)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, as PNG; one that is there is replaced.

        Raises:
            OSError: it cannot be written.
        """
        with open(path, "wb") as file:
            file.write(self.png)

    def __repr__(self) -> str:
        return f"<Screenshot {self.width}x{self.height}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/plain": repr(self), "image/png": self.png}


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

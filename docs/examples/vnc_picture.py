"""Look at a guest's screen as any VNC client does, and keep what it shows as a PNG picture."""

from __future__ import annotations

import asyncio
import struct
import zlib

import asyncvnc  # type: ignore[import-untyped]


def vnc_picture(address: str) -> bytes:
    """The screen that the VNC server at ``"host:port"`` shows now, as a PNG."""
    host, _, port = address.rpartition(":")
    return asyncio.run(_look(host.strip("[]"), int(port)))


async def _look(host: str, port: int) -> bytes:
    async with asyncio.timeout(10), asyncvnc.connect(host, port) as client:
        pixels = await client.screenshot()  # rows, columns, and red, green, blue, alpha
    height, width, _ = pixels.shape
    rows = (b"\0" + row[:, :3].tobytes() for row in pixels)  # each begins with its filter: none
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

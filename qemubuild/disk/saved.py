"""Which snapshots a qcow2 image has, read without starting anything (docs/interop/qcow2.txt)."""

from __future__ import annotations

import os
from struct import calcsize, unpack, unpack_from
from typing import Final

_MAGIC: Final = b"QFI\xfb"
_HEADER: Final = 72
_MOST: Final = 65536
_ENTRY: Final = ">QIHHIIQII"  # table, its length, lengths of id and name, times, state, more


def snapshot_states(path: str) -> dict[str, int]:
    """The snapshots of an image by their names.

    Returns:
        How many bytes of a guest's state each has; 0 for one of the disk alone.

    Raises:
        OSError: the image cannot be read.
    """
    found: dict[str, int] = {}
    with open(path, "rb") as image:
        head = image.read(_HEADER)
        if not head.startswith(_MAGIC) or len(head) < _HEADER:
            return found
        count, place = unpack_from(">IQ", head, 60)
        for _ in range(min(count, _MOST)):
            image.seek(place)
            entry = image.read(calcsize(_ENTRY))
            if len(entry) < calcsize(_ENTRY):
                break
            _, _, id_length, name_length, *_, state, more = unpack(_ENTRY, entry)
            extra, _, name = (image.read(count) for count in (more, id_length, name_length))
            if more >= 8:  # the size in as many bits as it takes now
                (state,) = unpack_from(">Q", extra)
            found[os.fsdecode(name)] = state
            place = -(-image.tell() // 8) * 8
    return found

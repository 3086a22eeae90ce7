"""vmdk images name themselves inside, which VMware reads and QEMU does not."""

from __future__ import annotations

import os
import re
from struct import unpack_from
from typing import Final

_MAGIC: Final = b"KDMV"
_HEADER: Final = 44  # bytes; where its descriptor is comes at 28 (VMDK4Header, block/vmdk.c)
_SECTOR: Final = 512
_EXTENT: Final = re.compile(rb'^(RW [0-9]+ SPARSE )"[^"\n]*"', re.MULTILINE)


def name_itself(path: str, name: str) -> None:
    """Have a new image say the name that it gets, and not the one that it was made under.

    Args:
        path: the image.
        name: its name to be, without a directory.

    Raises:
        OSError: it cannot be written to.
    """
    raw = os.fsencode(name)
    if b'"' in raw or b"\n" in raw:
        return  # it cannot be written there
    with open(path, "r+b", buffering=0) as image:
        head = image.read(_HEADER)
        if len(head) < _HEADER or not head.startswith(_MAGIC):
            return
        start, count = unpack_from("<QQ", head, 28)
        image.seek(start * _SECTOR)
        text = image.read(count * _SECTOR)
        told = text.partition(b"\0")[0]  # beyond that is what qemu-img had in its memory
        named = _EXTENT.sub(lambda found: found[1] + b'"' + raw + b'"', told, count=1)
        if start and len(named) <= len(text):
            image.seek(start * _SECTOR)
            image.write(named.ljust(len(text), b"\0"))

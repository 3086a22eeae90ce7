"""What an image says of itself where it begins, read as QEMU reads it, without starting anything.

What is refused here is refused by QEMU 7.2 and 10.0; much of what is damaged is not seen here, for
only the header is read (block/qcow2.c, block/qed.c, block/vmdk.c and their like).
"""

from __future__ import annotations

import os
import re
from struct import unpack_from
from typing import BinaryIO, Final, NamedTuple

from qemubuild.shown import shows_fields

_HEAD: Final = 4096
_DESCRIPTOR: Final = 20480  # bytes of text that a vmdk can be, or begins with
_MOST_NAME: Final = 1023  # bytes of a backing file's
_SECTOR: Final = 512
_PROBED: Final = 512  # bytes that QEMU looks at
_MOST_SNAPSHOTS: Final = 65536

# Where each format's files begin with what; vpc's can end so instead.
_MARKS: Final = {
    "qed": (0, b"QED\0"),
    "vdi": (0x40, b"\x7f\x10\xda\xbe"),
    "vhdx": (0, b"vhdxfile"),
    "vpc": (0, b"conectix"),
    "luks": (0, b"LUKS\xba\xbe\0\1"),
    "bochs": (
        0,
        b"Bochs Virtual HD Image".ljust(32, b"\0")
        + b"Redolog".ljust(16, b"\0")
        + b"Growing".ljust(16, b"\0"),
    ),
    "cloop": (
        0,
        b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n",
    ),
}
_QCOW: Final = b"QFI\xfb"
_VMDK: Final = (b"KDMV", b"COWD")
_VMDK_TEXT: Final = re.compile(rb"(?:(?:#[^\n]*| +\r?)\n)*version=[123]\r?\n")
_VMDK_PARENT: Final = re.compile(rb'^parentFileNameHint="([^"\n]+)"', re.MULTILINE)
_PARALLELS: Final = (b"WithoutFreeSpace\2\0\0\0", b"WithouFreSpacExt\2\0\0\0")
_IN_USE: Final = b"Ynot"

_CORRUPT, _DATA_FILE, _COMPRESSION, _EXTENDED = 2, 4, 8, 16
_KNOWN_FEATURES: Final = 0x1F
_END, _BACKING_FORMAT, _DATA_FILE_NAME, _CRYPTO = 0, 0xE2792ACA, 0x44415441, 0x0537BE77
_FULL_HEADER: Final = 104


@shows_fields
class Header(NamedTuple):
    """What an image says of itself.

    Attributes:
        format: what it is, or what it was said to be.
        size: the bytes of the disk that the guest sees; ``None`` where that is not read.
        backing: the backing file, as the image names it.
        backing_format: the format of that, where the image says it.
        data_file: the file that the disk's content is in, where that is another; ``""`` where the
            image needs one and names none.
        encrypted: whether its content is, so that a key is needed.
        corrupt: whether it is marked as damaged, so that it can only be read.
        unclosed: whether it was not closed in an orderly way, where older QEMUs then only read it.
        fault: why QEMU does not open it; ``""`` where nothing speaks against it.
        foreign: whether that is because it is no image of the format that it is said to be.
    """

    format: str
    size: int | None = None
    backing: str | None = None
    backing_format: str | None = None
    data_file: str | None = None
    encrypted: bool = False
    corrupt: bool = False
    unclosed: bool = False
    fault: str = ""
    foreign: bool = False


def read_header(path: str, told: str | None = None) -> Header:
    """Read the header of an image.

    Args:
        path: the image: a file, or a block device.
        told: the format that it is said to have; without, it is guessed as QEMU guesses it.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb", buffering=0) as image:
        head = image.read(_HEAD)
        form = told or probe(head, path)
        if form == "raw":
            return Header("raw", image.seek(0, os.SEEK_END))
        if not _is(form, head, image):
            return Header(form, fault=f"it does not begin like a {form} image", foreign=True)
        padded = head.ljust(_HEAD, b"\0")
        if form == "qcow2":
            return _qcow2(padded, image)
        if form in ("qcow", "qed"):
            return _qcow(padded, image) if form == "qcow" else _qed(padded, image)
        if form == "parallels":
            return Header(form, unclosed=padded.startswith(_IN_USE, 44))
        if form == "vdi":
            return Header("vdi", unpack_from("<Q", padded, 0x170)[0])
        return _vmdk(head, image) if form == "vmdk" else Header(form)


def probe(head: bytes, path: str) -> str:
    """The format that QEMU takes an image for when nobody says one.

    Args:
        head: how it begins.
        path: its name, of which ``.dmg`` counts.
    """
    if head.startswith(_QCOW) and len(head) >= 8:
        (version,) = unpack_from(">I", head, 4)
        return "raw" if not version else "qcow" if version == 1 else "qcow2"
    if head.startswith(_VMDK) or _VMDK_TEXT.match(head, 0, _PROBED):
        return "vmdk"
    if head.startswith(_PARALLELS):
        return "parallels"
    for name, (start, mark) in _MARKS.items():
        if head.startswith(mark, start):
            return name
    return "dmg" if path.endswith(".dmg") else "raw"


def _is(form: str, head: bytes, image: BinaryIO) -> bool:
    """Whether QEMU would not refuse it at once as an image of another format."""
    if form in ("qcow", "qcow2"):
        return head.startswith(_QCOW)
    if form == "parallels":
        return head.startswith(_PARALLELS)
    if form == "vmdk":
        return head.startswith(_VMDK) or b"createType" in _read(image, 0, _DESCRIPTOR)
    if form == "vpc":
        return b"conectix" in (head[:8], _end(image)[-_SECTOR:][:8])
    if form == "dmg":
        return b"koly" in _end(image)
    if form == "luks":
        return head.startswith(_MARKS["luks"][1])
    if form in _MARKS and form != "cloop":  # which QEMU does not look for when it is told
        start, mark = _MARKS[form]
        return head.startswith(mark, start)
    return True


def _read(image: BinaryIO, start: int, count: int) -> bytes:
    """What is there; nothing where no file can have anything."""
    try:
        image.seek(start)
    except (OSError, OverflowError):
        return b""
    return image.read(max(count, 0))


def _end(image: BinaryIO) -> bytes:
    length = image.seek(0, os.SEEK_END)
    return _read(image, max(length - 2 * _SECTOR, 0), 2 * _SECTOR)


def _name(image: BinaryIO, start: int, count: int) -> str | None:
    return os.fsdecode(_read(image, start, count)) if start and count else None


def _qcow2(head: bytes, image: BinaryIO) -> Header:
    version, offset, length, bits, size, crypt = unpack_from(">IQIIQI", head, 4)
    features, header_length = (0, 72) if version == 2 else _features(head)
    found = Header(
        "qcow2",
        size,
        encrypted=bool(crypt),
        corrupt=bool(features & _CORRUPT),
        fault=_qcow2_fault(head, version, bits, features, header_length),
    )
    if found.fault:
        return found
    if length > min(_MOST_NAME, (1 << bits) - offset):
        return found._replace(fault="the name of its backing file lies outside of its header")
    extensions = _extensions(image, header_length, offset or 1 << bits)
    if crypt > 1 and _CRYPTO not in extensions:
        return found._replace(fault="what it says of its encryption is missing")
    backing_format, data_file = extensions.get(_BACKING_FORMAT), extensions.get(_DATA_FILE_NAME)
    return found._replace(
        backing=_name(image, offset, length),
        backing_format=os.fsdecode(backing_format) if backing_format else None,
        data_file=os.fsdecode(data_file or b"") if features & _DATA_FILE else None,
    )


def _features(head: bytes) -> tuple[int, int]:
    features, length = unpack_from(">Q", head, 72)[0], unpack_from(">I", head, 100)[0]
    return features, length


def _qcow2_fault(head: bytes, version: int, bits: int, features: int, length: int) -> str:
    """Why QEMU does not open a qcow2 image, by the numbers in its header."""
    if version not in (2, 3):
        return f"it is of version {version}, and QEMU knows 2 and 3"
    if not 9 <= bits <= 21:
        return f"its clusters have 2^{bits} bytes, and QEMU knows 2^9 to 2^21"
    if unknown := features & ~_KNOWN_FEATURES:
        return f"it has features that QEMU does not know ({unknown:#x})"
    size, crypt, entries, first, refcounts, tables, snapshots = unpack_from(">QIIQQII", head, 24)
    second = bits - (4 if features & _EXTENDED else 3)  # how many clusters a second table has, 2^
    width = unpack_from(">I", head, 96)[0] if version > 2 else 4
    compression = head[_FULL_HEADER] if length > _FULL_HEADER else 0
    faults = {
        "its header is too short": version > 2 and length < _FULL_HEADER,
        "its header is too long": length > 1 << bits,
        f"its encryption is unknown ({crypt})": crypt > 2,
        "it is encrypted in the old way (AES-CBC), which QEMU's guests cannot use": crypt == 1,
        "its counts of references are too wide": width > 6,
        "it has no table of references": not tables,
        "its table of references lies where none can": refcounts % (1 << bits),
        "its first table lies where none can": first % (1 << bits),
        "its first table is too large": entries > (32 << 20) // 8,
        "its first table is too small": entries << bits + second < size,
        "it has too many snapshots": snapshots > _MOST_SNAPSHOTS,
        f"its compression is unknown ({compression})": compression > 1,
        "its compression is told in two ways": bool(compression) != bool(features & _COMPRESSION),
    }
    return next((text for text, holds in faults.items() if holds), "")


def _extensions(image: BinaryIO, start: int, end: int) -> dict[int, bytes]:
    """The extensions of a qcow2 header: short texts, by their kind."""
    block = _read(image, start, min(end - start, _HEAD))
    found, place = {}, 0
    while place + 8 <= len(block):
        kind, length = unpack_from(">II", block, place)
        if kind == _END:
            break
        found[kind] = block[place + 8 : place + 8 + length]
        place += 8 + (length + 7) // 8 * 8
    return found


def _qcow(head: bytes, image: BinaryIO) -> Header:
    version, offset, length, _, size = unpack_from(">IQIIQ", head, 4)
    if version != 1:
        return Header("qcow", fault=f"it is of version {version}, and this format has 1 alone")
    if length > _MOST_NAME:
        return Header("qcow", size, fault="the name of its backing file is too long")
    return Header("qcow", size, _name(image, offset, length))


def _qed(head: bytes, image: BinaryIO) -> Header:
    features, size, offset, length = (
        unpack_from("<Q", head, 16)[0],
        *unpack_from("<QII", head, 48),
    )
    if features & ~7:
        return Header("qed", size, fault=f"it has features that QEMU does not know ({features:#x})")
    if not features & 1:
        return Header("qed", size)
    return Header("qed", size, _name(image, offset, length), "raw" if features & 4 else None)


def _vmdk(head: bytes, image: BinaryIO) -> Header:
    text = _read(image, 0, _DESCRIPTOR)
    size = None
    if head.startswith(b"KDMV") and len(head) >= 44:
        sectors, _, start, count = unpack_from("<QQQQ", head, 12)
        size = sectors * _SECTOR
        text = _read(image, start * _SECTOR, min(count * _SECTOR, _DESCRIPTOR)) if start else b""
    parent = _VMDK_PARENT.search(text)
    return Header("vmdk", size, os.fsdecode(parent[1]) if parent else None)

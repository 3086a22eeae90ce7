"""Image formats: what each is called, how its files are named and begin, how large it can be.

The limits were found by asking qemu-img 7.2 for images around each, and reading back what was
written at their ends; the names of the limits are those of QEMU's source (block/*.c).
"""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.errors import InvalidOption
from qemubuild.units import GIB, KIB, MIB, ON, TIB, format_size, parse_size
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTOR: Final = 512
_BDRV_MAX_LENGTH: Final = 0x7FFFFFFFC0000000


class Format(NamedTuple):
    """What is known of one format.

    Attributes:
        suffixes: of its files' names, in lower case.
        magic: what its files hold at ``magic_at``; empty when nothing marks them.
        most: the largest size in bytes, with the default cluster size.
        least: the smallest size in bytes.
        backed: whether its images can have a backing file.
    """

    suffixes: tuple[str, ...] = ()
    magic: bytes = b""
    magic_at: int = 0
    most: int = _BDRV_MAX_LENGTH
    least: int = 0
    backed: bool = False


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "qcow2": Format((".qcow2",), b"QFI\xfb", backed=True),
        "raw": Format((".raw", ".img")),
        # Larger ones, and empty ones, are created without an error and cannot be used: the 32-bit
        # count of what its tables take overflows.
        "vmdk": Format((".vmdk",), b"KDMV", most=256 * TIB - 32 * MIB, least=1, backed=True),
        "vdi": Format((".vdi",), b"\x7f\x10\xda\xbe", 0x40, most=0x1FFFFF8000000),
        "vhdx": Format((".vhdx",), b"vhdxfile", most=64 * TIB),
        "vpc": Format((".vhd", ".vpc"), b"conectix", most=2040 * GIB),
        "qed": Format((".qed",), b"QED\0", backed=True),
        "qcow": Format(least=1, backed=True),
        "luks": Format(magic=b"LUKS\xba\xbe"),
        "parallels": Format(most=512 * TIB - MIB),
        "bochs": Format(),
        "cloop": Format(),
        "dmg": Format((".dmg",)),
    }
)
"""Every format of a disk image that QEMU reads, by the name that it has there."""

_BY_SUFFIX: Final = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
_MAGIC_ENDS: Final = max(known.magic_at + len(known.magic) for known in FORMATS.values())


def judge_format(name: str) -> str:
    """A format's name, if QEMU has a format of that name.

    Raises:
        InvalidOption: it has none.
    """
    if name in FORMATS:
        return name
    meant = _BY_SUFFIX.get(f".{name.lower().lstrip('.')}")
    mend = f"QEMU calls it {meant!r}; " if meant else nearest(name.lower(), FORMATS)
    raise InvalidOption(
        f"{name!r} is not a format of disk images", hint=f"{mend}QEMU has {', '.join(FORMATS)}"
    )


def format_by_suffix(path: str) -> str | None:
    """The format that the end of a file's name tells, if it tells one."""
    return _BY_SUFFIX.get(os.path.splitext(path)[1].lower())


def format_by_content(path: str) -> str | None:
    """The format that the beginning of a file marks, if it marks one.

    Raises:
        OSError: the file cannot be read.
    """
    with open(path, "rb") as file:
        head = file.read(_MAGIC_ENDS)
    for name, known in FORMATS.items():
        if known.magic and head.startswith(known.magic, known.magic_at):
            return name
    return None


def judge_size(size: int, name: str, options: Mapping[str, str]) -> None:
    """Refuse a size in bytes that no image of this format has.

    Raises:
        InvalidOption: it is too large or too small.
    """
    known = FORMATS[name]
    if size < known.least:
        raise InvalidOption(f"a {name} image cannot be empty", hint="write a size such as '50G'")
    most = _most(name, options)
    if size > most:
        raise InvalidOption(
            f"{format_size(size)} is more than the {format_size(most)} ({most} bytes) "
            f"that a {name} image holds" + (" with its cluster size" if options else ""),
            hint=_larger(size, name),
        )


def _most(name: str, options: Mapping[str, str]) -> int:
    """The largest size, where options that set the geometry matter too."""
    cluster = _power_of_two(options.get("cluster_size"), 64 * KIB, SECTOR)
    if name == "qcow2":
        # A first table of at most 32 MiB (QCOW_MAX_L1_SIZE), and second ones of a cluster each.
        entry = 16 if options.get("extended_l2") in ON else 8
        return min((32 * MIB // 8) * (cluster // entry) * cluster, _BDRV_MAX_LENGTH)
    if name == "qed":
        table = _power_of_two(options.get("table_size"), 4, 1) * cluster // 8
        return min(table * table * cluster, _BDRV_MAX_LENGTH)
    return FORMATS[name].most


def _power_of_two(text: str | None, default: int, least: int) -> int:
    """An option's size; one that cannot be is for qemu-img to refuse, with its own reason."""
    try:
        size = parse_size(text) if text is not None else default
    except InvalidOption:
        return default
    return size if size >= least and size.bit_count() == 1 else default


def _larger(size: int, name: str) -> str:
    if name == "qcow2" and size <= _most(name, {"cluster_size": "2M"}):
        return "write a smaller size, or options={'cluster_size': '2M'}"
    if name != "qcow2" and size <= _most("qcow2", {}):
        return "write a smaller size, or format='qcow2'"
    return "write a smaller size"

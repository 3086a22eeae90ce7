"""Sizes and switches, as QEMU reads and writes them.

A size (QEMU's ``qemu_strtosz``, util/cutils.c)::

    size   = digits [ "." digits ] [ suffix ] | "0x" hexdigits
    suffix = "B" | "K" | "M" | "G" | "T" | "P" | "E"      (either case, powers of 1024)

``50GB``, ``50GiB``, ``50 G``, ``1_000`` and ``1e3`` are refused by QEMU, and so here.
"""

from __future__ import annotations

import re

from qemubuild.errors import InvalidOption

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40

_SCALE = {suffix: 1 << (10 * power) for power, suffix in enumerate("BKMGTPE")}
_SIZE = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]*))?(?P<suffix>[bBkKmMgGtTpPeE])?")
# How the C library reads a number of any base (strtoll).
_NUMBER = re.compile(r"\s*(?P<sign>[+-]?)(?P<digits>0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
_HEX = re.compile(r"0[xX][0-9a-fA-F]+")
_LIMIT = 1 << 64


def parse_size(text: str, *, unit: str = "B") -> int:
    """Read a size as QEMU does.

    Args:
        text: digits, perhaps with a fraction, and one suffix: ``"50G"``, ``"1.5T"``, ``"512"``.
        unit: the suffix that is meant where none is given.

    Returns:
        The number of bytes.

    Raises:
        InvalidOption: QEMU would not read it so.
    """
    if text.isdecimal() and text.isascii():
        size = int(text) * _SCALE[unit]
    elif text[:-1].isdecimal() and text[-1] in "KMGkmg" and text.isascii():
        size = int(text[:-1]) * _SCALE[text[-1].upper()]
    elif _HEX.fullmatch(text):
        size = int(text, 16) * _SCALE[unit]
    elif match := _SIZE.fullmatch(text):
        size = _scaled(text, match["whole"], match["part"], (match["suffix"] or unit).upper())
    else:
        raise InvalidOption(f"{text!r} is not a size that QEMU reads", hint=_mend(text))
    if size >= _LIMIT:
        raise InvalidOption(
            f"{text!r} is more than QEMU can count (2**64 bytes)", hint="write a smaller size"
        )
    return size


def _scaled(text: str, whole: str, part: str | None, suffix: str) -> int:
    scale = _SCALE[suffix]
    if part and scale == 1:
        raise InvalidOption(
            f"{text!r} is a fraction of a byte", hint=f"write whole bytes, or a suffix: '{text}G'"
        )
    # QEMU rounds a fraction half up.
    fraction = (2 * int(part) * scale // 10 ** len(part) + 1) // 2 if part else 0
    return int(whole) * scale + fraction


def _mend(text: str) -> str:
    """What to write instead of a size that QEMU does not read."""
    plain = text.strip().replace("_", "").replace(" ", "")
    spelled = re.fullmatch(r"([0-9]*\.?[0-9]+)([kmgtpe]?)(?:i?b|bytes)?", plain, re.IGNORECASE)
    if spelled and (number := spelled[1]):
        number = f"0{number}" if number.startswith(".") else number
        return f"write {number + spelled[2].upper()!r}"
    return "write digits and one suffix of K M G T P E (powers of 1024), such as '8G' or '512M'"


def format_size(size: int) -> str:
    """A number of bytes for a person: ``"50 GiB"``, ``"196.5 KiB"``, ``"1 byte"``."""
    if size < KIB:
        return "1 byte" if size == 1 else f"{size} bytes"
    value, unit = float(size), "B"
    for unit in ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):  # noqa: B007 - the last one is kept
        value /= 1024
        if value < 1024:
            break
    return f"{value:.2f}".rstrip("0").rstrip(".") + f" {unit}"


ON = frozenset({"on", "yes", "true", "y"})
OFF = frozenset({"off", "no", "false", "n"})


def parse_switch(text: str) -> bool:
    """Read an on/off value as QEMU does (qapi/qapi-util.c); the case matters to it.

    Raises:
        InvalidOption: QEMU reads neither on nor off in it.
    """
    if text in ON:
        return True
    if text in OFF:
        return False
    raise InvalidOption(f"{text!r} is neither on nor off", hint="write True or False ('on', 'off')")


def number_of(text: str) -> int | None:
    """A whole number as the C library reads it in any base, if that is one."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = match["digits"]
    is_octal = digits.startswith("0") and not digits.lower().startswith("0x")
    number = int(digits, 8 if is_octal else 0)
    return -number if match["sign"] == "-" else number


def size_of(text: str) -> int | None:
    """A number of bytes, with a suffix or without, if it is one."""
    number = number_of(text)
    if number is not None or not text[:1].isdecimal():
        return number
    try:
        return parse_size(text)
    except InvalidOption:
        return None

"""What a property of a QOM type takes, as text: the types that QEMU names, and how it reads them.

``-device``, ``-machine`` and ``-object`` read by the visitor for keyval
(qapi/qobject-input-visitor.c), ``-cpu`` and ``-global`` by that for strings
(qapi/string-input-visitor.c); they differ only in lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption
from qemubuild.units import parse_size

if TYPE_CHECKING:
    from qemubuild.capabilities import Property

_SWITCH: Final = frozenset("on yes true y off no false n".split())
# How the C library reads a number of any base (strtoll).
_NUMBER: Final = re.compile(r"\s*(?P<sign>[+-]?)(?P<digits>0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
_BITS: Final = re.compile(r"(?P<u>u?)int(?P<bits>8|16|32|64)?")
# The values of enumerations, of those whose description does not list them.
_ENUMS: Final = {
    "OnOffAuto": ("on", "off", "auto"),
    "OnOffSplit": ("on", "off", "split"),
}


def refuses(known: Property, text: str) -> str:
    """Why QEMU does not take a text for a property; ``""`` where it does, or that is not known.

    Returns:
        What is expected in its place, such as ``on or off``.
    """
    if known.type == "bool":
        return "" if text in _SWITCH else "on or off"
    if match := _BITS.fullmatch(known.type):
        return _number(text, int(match["bits"] or 64), signed=not match["u"])
    if known.type == "size":
        return _size(text)
    if values := _ENUMS.get(known.type, ()):
        return "" if text in values else f"one of {', '.join(values)}"
    return ""


def _number(text: str, bits: int, *, signed: bool) -> str:
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return "a whole number"
    digits = match["digits"]
    is_octal = digits.startswith("0") and not digits.lower().startswith("0x")
    number = int(digits, 8 if is_octal else 0)
    number = -number if match["sign"] == "-" else number
    return "" if least <= number <= most else f"a number from {least} to {most}"


def _size(text: str) -> str:
    try:
        parse_size(text)
    except InvalidOption:
        return "a size, such as 64M"
    return ""

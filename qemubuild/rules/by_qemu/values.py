"""What a property of a QOM type takes: the types that QEMU names, and how it reads them.

``-device``, ``-machine`` and ``-object`` read text by the visitor for keyval
(qapi/qobject-input-visitor.c), ``-cpu`` and ``-global`` by that for strings
(qapi/string-input-visitor.c); they differ only in lists. What is written as JSON has types already.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from qemubuild.errors import InvalidOption
from qemubuild.units import number_of, parse_size

if TYPE_CHECKING:
    from qemubuild.capabilities import Property

_SWITCH: Final = frozenset("on yes true y off no false n".split())
_BITS: Final = re.compile(r"(?P<u>u?)int(?P<bits>4|8|16|32|64)?")
# The values of enumerations, of those whose description does not list them.
_ENUMS: Final = {
    "BlockdevOnError": ("report", "ignore", "enospc", "stop", "auto"),
    "LostTickPolicy": ("discard", "delay", "slew"),
    "OffAutoPCIBAR": ("off", "auto", *(f"bar{number}" for number in range(6))),
    "OnOffAuto": ("on", "off", "auto"),
    "OnOffSplit": ("on", "off", "split"),
}
_LISTED: Final = re.compile(r"\w+(?:/\w+)+")
_MAC: Final = re.compile(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NGUID: Final = re.compile(r"(?:[0-9a-fA-F]{2}[:-]?){16}")
# A slot and a function in hexadecimal, as sscanf("%x.%x") reads them.
_PLACE: Final = re.compile(
    r"\s*\+?(?:0[xX])?(?P<slot>[0-9a-fA-F]*)(?:\.\s*\+?(?:0[xX])?(?P<function>[0-9a-fA-F]+))?"
)
_WRAP: Final = 1 << 64
_SLOTS: Final = 32
_FUNCTIONS: Final = 8


def refuses(known: Property, text: str) -> str:
    """Why QEMU does not take a text for a property; ``""`` where it does, or that is not known.

    Returns:
        What is expected in its place, such as ``on or off``.
    """
    if known.type == "bool":
        return "" if text in _SWITCH else "on or off"
    if is_place(known):
        return "" if place_of(text) else "a slot from 0 to 1f, and a function, as in 06.0"
    if match := _BITS.fullmatch(known.type):
        return _number(text, int(match["bits"] or 64), signed=not match["u"])
    if known.type == "size":
        return _size(text)
    if known.type == "str":
        return _described(known.description, text)
    if is_list(known):
        return "a list, which only JSON has"
    if values := choices(known):
        return "" if text in values else f"one of {', '.join(values)}"
    return ""


def as_text(value: object) -> str:
    """A value as it stands on a command line."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def refuses_typed(known: Property, value: Any) -> str:
    """Why QEMU does not take a value of JSON for a property; the rest is as for `refuses`."""
    if known.type == "bool":
        return "" if isinstance(value, bool) else "true or false, without quotes"
    if is_place(known) and not isinstance(value, str):
        is_one = _is_whole(value) and -1 <= value < _SLOTS * _FUNCTIONS
        return "" if is_one else "a number from -1 to 255, or a slot and function in quotes"
    if (_BITS.fullmatch(known.type) and not is_place(known)) or known.type == "size":
        if not _is_whole(value):
            return "a number, without quotes"
        return (
            _number(str(value), 64, signed=False) if known.type == "size" else _fits(known, value)
        )
    if is_list(known):
        return "" if isinstance(value, list) else "a list"
    if known.type == "str" or choices(known):
        return refuses(known, value) if isinstance(value, str) else "text, in quotes"
    return ""


def choices(known: Property) -> tuple[str, ...]:
    """The values of an enumeration; none where the property is of another type."""
    if known.type in _ENUMS:
        return _ENUMS[known.type]
    listed = _LISTED.search(known.description) if known.type[:1].isupper() else None
    return tuple(listed[0].split("/")) if listed else ()


def is_list(known: Property) -> bool:
    """Whether it is a list, since that is of a type of its own."""
    return known.type == "list" or known.type.endswith("List")


def is_place(known: Property) -> bool:
    """Whether it is a place on a PCI bus, which is of one type or another in every version."""
    return known.description.startswith("Slot and optional function")


def place_of(text: str) -> tuple[int, int] | None:
    """The slot and function of a place on a PCI bus, if that is one."""
    match = _PLACE.fullmatch(text)
    if match is None or not (match["slot"] or "x" in text.lower()):
        return None
    slot, function = int(match["slot"] or "0", 16), int(match["function"] or "0", 16)
    return (slot, function) if slot < _SLOTS and function < _FUNCTIONS else None


def _number(text: str, bits: int, *, signed: bool) -> str:
    number = number_of(text)
    if number is None:
        return "a whole number"
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not signed and -_WRAP < number < 0:
        number += _WRAP  # as strtoull reads it
    return "" if least <= number <= most else f"a number from {least} to {most}"


def _fits(known: Property, value: int) -> str:
    return refuses(known, str(value))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _size(text: str) -> str:
    try:
        parse_size(text)
    except InvalidOption:
        return "a size, such as 64M"
    return ""


def _described(description: str, text: str) -> str:
    """What only the description of a text tells of it."""
    if description.startswith("Ethernet 6-byte MAC"):
        return "" if _MAC.fullmatch(text) else "six bytes, as in 52:54:00:12:34:56"
    if not text and description.startswith(("ID of a netdev", "ID of an audiodev")):
        return "an id"
    if description.startswith("NGUID"):
        return "" if text == "auto" or _NGUID.fullmatch(text) else "32 digits, or auto"
    if description.startswith("UUID (aka GUID)"):
        return "" if text == "auto" or _UUID.fullmatch(text) else "a UUID, or auto"
    return ""

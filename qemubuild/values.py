"""What a field of an option can hold: each kind writes a value for QEMU and reads it back.

Writing is where a value is judged: one that QEMU could never read raises ``InvalidOption`` there.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.errors import InvalidOption
from qemubuild.grammar import local_path
from qemubuild.units import parse_size, parse_switch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Kind(NamedTuple):
    """How one kind of value is written for QEMU, and read from what was written."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


class Verbatim(str):
    """Text kept as it was read, since it is no value of its field: a variable, a misspelling."""

    __slots__ = ()


class Url(str):
    """An image that QEMU opens by a protocol, not as a local file: ``Url("nbd://host/disk")``.

    Plain text is always the name of a local file, whatever colons it has.
    """

    __slots__ = ()


def nearest(word: str, words: Iterable[str]) -> str:
    """The most similar word, as the beginning of a mend, or nothing."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    found = difflib.get_close_matches(word, list(words), n=1)
    return f"did you mean {found[0]!r}? " if found else ""


# QEMU's arguments are C strings in the encoding of file names.
_UNWRITABLE: Final = re.compile(r"[\0\ud800-\udc7f\udd00-\udfff]")


def write_text(value: object) -> str:
    """Any text, or path, that a command line can carry."""
    text = value if isinstance(value, str) else _from_path(value)
    if _UNWRITABLE.search(text):
        raise InvalidOption(
            f"{text!r} has a character that no command line can carry",
            hint="leave out NUL and lone surrogates; os.fsdecode() makes text of any file's name",
        )
    return text


def _from_path(value: object) -> str:
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    raise InvalidOption(f"expected text, got {value!r}", hint="write it as a string")


def _write_name(value: object) -> str:
    text = write_text(value)
    if not text:
        raise InvalidOption("the text is empty", hint="give it at least one character")
    return text


def _write_image(value: object) -> str:
    text = _write_name(value)
    return text if isinstance(value, Url) else local_path(text)


# A protocol as QEMU reads it: a colon before the first slash, with a name before it.
_PROTOCOL: Final = re.compile(r"[^/:]*:")


def _read_image(text: str) -> str:
    return Url(text) if _PROTOCOL.match(text) else text


_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


def _write_id(value: object) -> str:
    text = write_text(value)
    if not _ID.fullmatch(text):
        raise InvalidOption(
            f"{text!r} is no id that QEMU takes",
            hint="begin with a letter; go on with letters, digits, '-', '.' and '_'",
        )
    return text


def _write_switch(value: object) -> str:
    if value is True:
        return "on"
    if value is False:
        return "off"
    raise InvalidOption(f"{value!r} is neither True nor False", hint="write True or False")


# As strtol reads it with any base: a leading zero is octal (util/cutils.c).
_INTEGER: Final = re.compile(
    r"[ \t\n]*(?:(?P<octal>[+-]?0[0-7]+)|[+-]?(?:0[xX][0-9a-fA-F]+|0|[1-9][0-9]*))"
)


def integer(least: int = 0, most: int = (1 << 63) - 1, unit: str = "") -> Kind:
    """A whole number within bounds."""

    def write(value: object) -> str:
        if value.__class__ is not int or not least <= value <= most:
            what = f"a whole number of {unit}" if unit else "a whole number"
            top = f" to {most}" if most < (1 << 31) - 1 else " or more"
            raise InvalidOption(f"{value!r} is not {what}", hint=f"write {least}{top}")
        return str(value)

    def read(text: str) -> int:
        match = _INTEGER.fullmatch(text)
        if match is None:
            raise InvalidOption(f"{text!r} is not a whole number", hint="write digits")
        value = int(match["octal"], 8) if match["octal"] else int(text, 0)
        write(value)
        return value

    return Kind(write, read)


def choice(*names: str) -> Kind:
    """One of QEMU's own words; their case matters."""
    known = frozenset(names)

    def write(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        text = write_text(value)
        raise InvalidOption(
            f"{text!r} is not one of QEMU's",
            hint=f"{nearest(text, names)}QEMU has {', '.join(names)}",
        )

    return Kind(write, write)


# Sizes that need no closer look: whole, and far below any limit.
_COMMON_SIZE: Final = re.compile(r"[0-9]{1,6}[kKmMgG]?")


def _size(unit: str) -> Kind:
    def write(value: object) -> str:
        if isinstance(value, str):
            if _COMMON_SIZE.fullmatch(value):
                return value
            text = value
        elif value.__class__ is int and value >= 0:
            text = str(value)
        else:
            raise InvalidOption(
                f"{value!r} is not a size", hint="write it as '8G', or as a whole number"
            )
        parse_size(text, unit=unit)
        return text

    return Kind(write, write)


def many(kind: Kind) -> Kind:
    """A key that is written once for each value of a tuple."""
    return Many(kind.write, kind.read)


class Many(Kind):
    """The kind of each value of a tuple."""

    __slots__ = ()


TEXT: Final = Kind(write_text, str)
"""Any text, also an empty one."""
NAME: Final = Kind(_write_name, str)
"""Any text but an empty one; also a path that QEMU takes as it stands."""
IMAGE: Final = Kind(_write_image, _read_image)
"""A disk image: a local path, or a ``Url``."""
ID: Final = Kind(_write_id, str)
"""What other options refer to."""
SWITCH: Final = Kind(_write_switch, parse_switch)
"""on or off."""
COUNT: Final = integer(1)
"""A whole number from 1."""
NUMBER: Final = integer()
"""A whole number from 0."""
SIZE: Final = _size("B")
"""A size; bytes where no suffix is given."""
MIB_SIZE: Final = _size("M")
"""A size; MiB where no suffix is given."""

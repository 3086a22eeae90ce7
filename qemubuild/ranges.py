"""Whole numbers as QEMU lists them: ``cpus=0-3,cpus=8``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.errors import InvalidOption
from qemubuild.values import Many, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable

    Ranges = str | int | Iterable[int | tuple[int, int]]


class Range(tuple[int, int]):
    """The numbers from the first to the last one, both of them among them."""

    __slots__ = ()

    def __str__(self) -> str:
        first, last = self
        return str(first) if first == last else f"{first}-{last}"


def parse_range(text: str) -> Range:
    """Read ``3`` or ``0-3`` (qapi/string-input-visitor.c, qapi/opts-visitor.c).

    Raises:
        InvalidOption: it is neither.
    """
    first, _, last = text.partition("-")
    try:
        bounds = int(first, 0), int(last or first, 0)
    except ValueError:
        bounds = (0, -1)
    if not 0 <= bounds[0] <= bounds[1] or text.endswith("-"):
        raise InvalidOption(
            f"{text!r} is neither a number nor a range of them", hint="write '0-3', or 3"
        )
    return Range(bounds)


def to_ranges(value: Any) -> Any:
    """Make ranges of what a person writes: ``"0-3,8"``, ``3``, ``[0, (2, 3)]``, ``range(4)``."""
    if value is None:
        return None
    if isinstance(value, str):
        value = value.split(",")
    elif isinstance(value, int):
        value = (value,)
    elif isinstance(value, range) and value.step == 1 and value:
        value = ((value[0], value[-1]),)
    return tuple(map(_to_range, value))


def _to_range(one: object) -> object:
    if isinstance(one, Verbatim | Range):
        return one
    if isinstance(one, tuple) and len(one) == 2:
        return parse_range(f"{one[0]}-{one[1]}")
    return parse_range(str(one))


def numbers(ranges: Iterable[object] | None) -> set[int]:
    """All numbers in ranges; text that is none is passed over."""
    return {
        number
        for one in ranges or ()
        if isinstance(one, Range)
        for number in range(one[0], one[1] + 1)
    }


RANGES = Many(str, parse_range)
"""A key that is written once for each range."""

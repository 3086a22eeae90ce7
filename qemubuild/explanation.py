"""What a command line does, argument by argument, in plain words."""

from __future__ import annotations

from textwrap import indent, wrap
from typing import TYPE_CHECKING, Self

from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterable


class Explanation(str):
    """Text for a terminal, which notebooks show as a table.

    Attributes:
        parts: each argument as a shell has it, and what it does.
    """

    __slots__ = ("parts",)

    parts: tuple[tuple[str, str], ...]

    def __new__(cls, parts: Iterable[tuple[str, str]]) -> Self:
        """Write the text of its parts."""
        parts = tuple(parts)
        self = super().__new__(cls, "\n".join(map(_written, parts)))
        self.parts = parts
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[tuple[str, str], ...]]]:
        return type(self), (self.parts,)

    _repr_mimebundle_ = shown_by("machine.explanation")


def _written(part: tuple[str, str]) -> str:
    words, does = part
    lines = "\n".join(wrap(does, 76, break_on_hyphens=False))
    return f"{words}\n{indent(lines, '    ')}"

"""What web pages and word processors make of a command: refused, with what to type instead.

A shell takes such characters as they stand, as it does those that are meant: quoted ones are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import CommandSyntaxError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.shell.words import Word

_SPACES: Final = "\u00a0\u2007\u202f\u200b\u200c\u2060\ufeff"
_TYPED: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", ("a dash", "-")),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", ("a quote", '"')),
    **dict.fromkeys("\u2018\u2019\u201a\u201b", ("a quote", "'")),
    **dict.fromkeys(_SPACES, ("a blank", " ")),
}
_ODD: Final = re.compile(
    f"^[\u2010-\u2015\u2212]|(?:^|(?<=[=,]))[\u2018-\u201f]|[{_SPACES}]", re.MULTILINE
)
_SPACE: Final = re.compile(f"[{_SPACES}]")
_ENTITY: Final = re.compile(r"[ \t]*(&(?:amp|quot|lt|gt|apos|nbsp|#\d+|#x[0-9a-fA-F]+);)")


def refuse(source: str, words: Sequence[Word]) -> None:
    """Refuse a command in which such characters stand unquoted, or that ends at an HTML entity.

    Raises:
        CommandSyntaxError: it points at the first.
    """
    if (match := _ENTITY.match(source, words[-1].end)) is not None:
        raise CommandSyntaxError(
            f"{match[1]} is how a web page writes a character",
            source,
            match.span(1),
            hint="read html.unescape(text)",
        )
    if source.isascii():
        return
    for word in words:
        standing = source[word.start : word.end]
        if not standing.isascii() and '"' not in standing and "'" not in standing:
            match = _ODD.search(standing)
            if match is not None:
                raise _error(source, word.start + match.start())


def odd_blank(source: str) -> CommandSyntaxError | None:
    """The error about a blank of such a kind, which parts no words."""
    match = _SPACE.search(source, source.startswith("\ufeff"))
    return None if match is None else _error(source, match.start())


def _error(source: str, start: int) -> CommandSyntaxError:
    kind, typed = _TYPED[source[start]]
    return CommandSyntaxError(
        f"{source[start]!r} is {kind} of a web page or a word processor",
        source,
        (start, start + 1),
        hint=f"type {typed!r} in its place, or quote the word if it is meant as it is",
    )

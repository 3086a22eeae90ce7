r"""Markup that is well-formed as HTML and as XML, whatever text is in it.

>>> tag("p", "a < b", tag("code", "it's"), class_="x")
'<p class="x">a &lt; b<code>it\'s</code></p>'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_EMPTY: Final = frozenset({"br", "col", "img"})
"""Elements that HTML does not close; what is empty in SVG is closed at once, too."""

Child = Any  # text, markup, a number, None for nothing, or any number of these


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, *children: Child, **attributes: object) -> Markup:
    """An element.

    Args:
        name: of the element.
        children: what is in it; text is escaped.
        attributes: ``class_`` is ``class``, ``stroke_width`` is ``stroke-width``; ``None`` and
            ``False`` leave one out.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape("" if value is True else value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inside = join(children)
    if not inside and name in _EMPTY:
        return Markup(f"<{name}{given} />")
    return Markup(f"<{name}{given}>{inside}</{name}>")


def join(children: Iterable[Child]) -> Markup:
    """Markup of any number of children."""
    return Markup("".join(map(_written, children)))


def _written(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, Iterable) and not isinstance(child, str):
        return join(child)
    return escape(child)


def escape(value: object, *, lines: bool = False) -> Markup:
    """Text as markup.

    Args:
        value: the text, or what has one.
        lines: whether line breaks are kept.
    """
    text = value if isinstance(value, Markup) else visible(str(value), lines=lines)
    return Markup("".join(_ENTITIES.get(letter, letter) for letter in text))


def visible(text: str, *, lines: bool = False) -> str:
    r"""Text with an escape for all that cannot be seen, or that would move what stands around it.

    What Python's ``repr`` escapes is escaped here: control characters, those that turn the
    direction of writing, half surrogate pairs, what is no character.

    >>> visible("a\u202eb\n")
    'a\\u202eb\\n'
    """
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        letter
        if letter.isprintable() or letter in kept
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )

"""What pages are made of: headings, tables, what is folded away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qemubuild.display import style
from qemubuild.display.markup import Child, Markup, escape, tag
from qemubuild.units import format_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STYLE = Markup(f"<style>{style.HTML}</style>")


def page(*children: Child) -> Markup:
    """What is shown of one object, with its style."""
    return tag("div", _STYLE, children, class_="qb")


def heading(title: Child, *facts: Child) -> Markup:
    """The first line: what it is, and what matters most of it."""
    spans = (tag("span", fact) for fact in facts if fact)
    return tag("p", tag("b", title, class_="qb-title"), spans, class_="qb-head")


def table(head: Sequence[str], rows: Iterable[Sequence[Child]], kind: str = "") -> Markup:
    """A table; a row's first cell is its head."""
    written = [
        tag(
            "tr", tag("th", first, scope="row"), (tag("td", cell) for cell in rest), class_="qb-row"
        )
        for first, *rest in rows
    ]
    above = tag("thead", tag("tr", (tag("th", name, scope="col") for name in head)))
    return tag("table", above if head else None, tag("tbody", written), class_=kind or None)


def facts(known: Iterable[tuple[str, Child]]) -> Markup:
    """A table of names and values; what has no value is left out."""
    return table((), [(name, value) for name, value in known if value], "qb-facts")


def fold(summary: Child, *body: Child) -> Markup:
    """What is shown once somebody wants to see it."""
    return tag("details", tag("summary", summary), body)


def code(text: str, kind: str | None = None) -> Markup:
    """A name, or a piece of a command."""
    return tag("code", text, class_=kind)


def block(text: str) -> Markup:
    """Text whose lines are kept."""
    return tag("pre", escape(text, lines=True))


def soft(text: str) -> Markup:
    """What matters less."""
    return tag("span", text, class_="qb-soft")


def number(value: Child) -> Markup:
    """A number, or a size, to stand in a column."""
    return tag("span", value, class_="qb-num")


def bar(used: int | None, whole: int) -> Markup:
    """How much of something is taken, in bytes."""
    if used is None:
        return number(format_size(whole))
    share = min(used / whole, 1) if whole else 1.0
    drawn = tag("span", tag("span", style=f"width:{share:.1%}"), class_="qb-bar", role="img",
                aria_label=f"{share:.0%} taken")  # fmt: skip
    return tag("span", drawn, number(filling(used, whole)))


def filling(used: int, whole: int) -> str:
    """How much of something is taken, in words."""
    share = f"{100 * used / whole:.0f} %" if whole and used >= whole // 200 else "under 1 %"
    return f"{format_size(used)} of {format_size(whole)} ({share})"


def prose(text: str) -> Markup:
    """Words of which the first sentence says what matters."""
    first, *rest = re.split(r"(?<=\.)\s+(?=[A-Z])", text, maxsplit=1)
    return tag("p", first, (tag("span", " ", more, class_="qb-more") for more in rest))


def count(many: int, noun: str) -> str:
    """A number of things: ``1 error``, ``2 errors``."""
    return f"{many} {noun}{'' if many == 1 else 's'}"

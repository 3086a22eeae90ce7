"""What changed from one machine to another, side by side."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qemubuild.display import parts
from qemubuild.display.canvas import Canvas
from qemubuild.display.markup import tag, visible
from qemubuild.display.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.display.markup import Child, Markup
    from qemubuild.exporters.diff import Change, Diff

_LEFT, _SIDE, _BETWEEN = 110.0, 320.0, 34.0


def table(diff: Diff) -> Markup:
    """A row for each change: what it is, as it was, as it is."""
    if not diff:
        return parts.page(tag("p", str(diff)))
    kinds = {
        "changed": len(diff.changed) + (diff.program is not None),
        "removed": len(diff.removed),
        "added": len(diff.added),
    }
    said = [f"{many} {kind}" for kind, many in kinds.items() if many]
    return parts.page(
        parts.heading(", ".join(said) or "another order"),
        parts.table(("", "Before", "After"), _rows(diff)) if said else None,
        tag("p", parts.soft("Options stand in another order.")) if diff.reordered else None,
    )


def change(one: Change) -> Markup:
    """An option that has other values."""
    return parts.page(parts.table(("", "Before", "After"), [_row(*_changed(one))]))


def sides(diff: Diff) -> Iterator[tuple[str, str, str]]:
    """What each change is called, and its words before and after; ``""`` where there are none."""
    if diff.program:
        old, new = map(shlex.quote, diff.program)
        yield "program", old, new
    yield from map(_changed, diff.changed)
    yield from (("removed", shlex.join(option.words), "") for option in diff.removed)
    yield from (("added", "", shlex.join(option.words)) for option in diff.added)


def draw(diff: Diff) -> Picture:
    """The picture of what changed."""
    canvas = Canvas()
    if not diff:
        canvas.text(0, 16, str(diff))
    else:
        canvas.text(_LEFT, 14, "before", "small soft")
        canvas.text(_LEFT + _SIDE + _BETWEEN, 14, "after", "small soft")
    y = 22.0
    for name, old, new in sides(diff):
        canvas.text(0, y + 17, name, "soft", _LEFT - 10)
        _side(canvas, old, _LEFT, y, "error")
        _side(canvas, new, _LEFT + _SIDE + _BETWEEN, y, "good")
        if old and new:
            middle = y + 13
            end = _LEFT + _SIDE + _BETWEEN
            canvas.line((_LEFT + _SIDE, middle), (end, middle))
            canvas.line((end - 6, middle - 5), (end, middle), (end - 6, middle + 5))
        y += 32
    if diff.reordered:
        canvas.text(0, y + 17, "Options stand in another order.", "soft")
    return Picture("What changed", canvas.svg("What changed"), visible(str(diff), lines=True))


def _side(canvas: Canvas, words: str, x: float, y: float, kind: str) -> None:
    if words:
        canvas.box((x, y), (_SIDE, 26), kind, title=words)
        canvas.text(x + 10, y + 17, words, "mono", _SIDE - 20)


def _rows(diff: Diff) -> Iterator[tuple[Child, ...]]:
    return (_row(*side) for side in sides(diff))


def _row(name: str, old: str, new: str) -> tuple[Child, ...]:
    return (
        parts.soft(name),
        parts.code(old, "qb-removed") if old else "",
        parts.code(new, "qb-added") if new else "",
    )


def _changed(one: Change) -> tuple[str, str, str]:
    return one.name, shlex.join(one.old.words), shlex.join(one.new.words)

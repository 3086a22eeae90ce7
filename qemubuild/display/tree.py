"""A tree of what is plugged into what, as a picture and as text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import define, field

from qemubuild.display.canvas import Canvas
from qemubuild.display.markup import visible
from qemubuild.display.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW, _STEP, _WIDTH, _LEFT = 28.0, 22.0, 760.0, 400.0
_SIDE_BY_SIDE: Final = 12
"""How many are drawn of what one bus has."""
_ROWS: Final = 120


class Behind(NamedTuple):
    """What is at the host's end of a device: what QEMU calls it, and what it is."""

    name: str
    what: str


@define
class Part:
    """A board, a bus or a device, with what is plugged into it.

    Attributes:
        label: what it is.
        note: its id, its place.
        kind: ``board``, ``bus`` or ``device``.
        parts: what is plugged in, in order.
        behind: what is at its other end.
    """

    label: str
    note: str = ""
    kind: str = "device"
    parts: list[Part] = field(factory=list)
    behind: list[Behind] = field(factory=list)

    def add(self, part: Part) -> None:
        """Plug something in."""
        self.parts.append(part)

    def bus(self, label: str, note: str = "") -> Part:
        """The bus of that label, made when it is first wanted."""
        for part in self.parts:
            if part.kind == "bus" and part.label == label:
                return part
        self.add(Part(label, note, "bus"))
        return self.parts[-1]


class _Row(NamedTuple):
    """A line of the tree: how deep it is, and which of those above it go on below."""

    part: Part
    depth: int
    goes_on: tuple[bool, ...]


def draw(root: Part, title: str) -> Picture:
    """The picture of a tree."""
    rows = list(_rows(root, ()))
    hidden = len(rows) - _ROWS
    rows = rows[:_ROWS]
    if hidden > 0:
        rows.append(_Row(Part(f"and {hidden} more", kind="more"), 1, (False,)))
    return Picture(title, _drawn(rows).svg(title), "\n".join(map(_line, rows)))


def _rows(part: Part, goes_on: tuple[bool, ...]) -> Iterator[_Row]:
    yield _Row(part, len(goes_on), goes_on)
    parts = part.parts
    if len(parts) > _SIDE_BY_SIDE:
        rest = Counter(one.label for one in parts[_SIDE_BY_SIDE - 1 :])
        words = ", ".join(f"{many} {label}" for label, many in rest.most_common(3))
        parts = [*parts[: _SIDE_BY_SIDE - 1], Part(f"and {words}", kind="more")]
    for number, one in enumerate(parts, 1):
        yield from _rows(one, (*goes_on, number < len(parts)))


def _line(row: _Row) -> str:
    """A line of text."""
    *above, last = row.goes_on or (False,)
    stems = "".join("│  " if on else "   " for on in above)
    branch = ("├─ " if last else "└─ ") if row.depth else ""
    words = [row.part.label, row.part.note and f"({row.part.note})"]
    behind = "; ".join(" ".join(filter(None, one)) for one in row.part.behind)
    words += [f"← {behind}"] if behind else []
    return visible(stems + branch + " ".join(filter(None, words)))


def _drawn(rows: list[_Row]) -> Canvas:
    canvas = Canvas()
    right = min(_LEFT, max(_STEP * row.depth + _extent(row.part) for row in rows)) + 34
    tops, y = [], 0.0
    for row in rows:
        tops.append(y)
        y += _ROW * max(1, len(row.part.behind))
    for number, (row, top) in enumerate(zip(rows, tops, strict=True)):
        x = _STEP * row.depth
        for other, below in zip(rows[number + 1 :], tops[number + 1 :], strict=True):
            if other.depth <= row.depth:
                break
            if other.depth == row.depth + 1:
                canvas.line((x + 10, top + 24), (x + 10, below + 13), (x + _STEP, below + 13))
        end = _part(canvas, row.part, x, top)
        for place, behind in enumerate(row.part.behind):
            _behind(canvas, behind, (end, top), right, place)
    return canvas


def _part(canvas: Canvas, part: Part, x: float, top: float) -> float:
    """Draw a part; where it ends."""
    if part.kind in ("board", "device"):
        whole = f"{part.label} {part.note}".strip()
        canvas.box((x, top + 2), (min(_extent(part), _LEFT - x), 22), "box", title=whole)
    return x + 16 + canvas.words(x + 8, top + 17, _LEFT - x - 16, *_spans(part))


def _behind(
    canvas: Canvas, behind: Behind, start: tuple[float, float], x: float, place: int
) -> None:
    """What is behind a part; several are below each other."""
    end, top = start
    y = top + _ROW * place
    if place == 0:
        canvas.line((end, top + 13), (x, top + 13))
    else:
        canvas.line((x - 12, top + 13), (x - 12, y + 13), (x, y + 13))
    part, room = Canvas(), _WIDTH - x - 16
    width = part.words(8, 15, room, (behind.name, "small soft"), (behind.what, "mono"))
    whole = " ".join(filter(None, behind))
    canvas.box((x, y + 2), (width + 16, 22), "cell", title=whole, radius=11)
    canvas.put(part, x, y + 2)


def _spans(part: Part) -> tuple[tuple[str, str], ...]:
    style = {"board": "bold", "device": "", "bus": "soft", "more": "soft"}[part.kind]
    return (part.label, style), (part.note, "small soft")


def _extent(part: Part) -> float:
    return Canvas().words(0, 0, _LEFT, *_spans(part)) + 16

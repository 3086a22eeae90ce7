"""What pictures are drawn with: boxes, lines and text of SVG, in a style that all have."""

from __future__ import annotations

from unicodedata import east_asian_width

from attrs import define, field

from qemubuild.display import style
from qemubuild.display.markup import Markup, tag, visible

# How wide letters are in a wide font, in pixels: most, the narrow ones, the wide ones.
_LETTERS = (7.4, 4.5, 11.5)
_NARROW = frozenset("ijlrtfI.,:;'|!()[]/ -")
_WIDE = frozenset("mwMWOQ@%—…")
_SCALE = {"small": 0.88, "bold": 1.12}
_MONO = 7.0
_SPACE = 8
"""Between words of different styles."""


@define
class Canvas:
    """Something that grows as it is drawn on; it may become a part of another.

    Attributes:
        width: in pixels.
        height: in pixels.
    """

    width: float = 0
    height: float = 0
    _drawn: list[Markup] = field(factory=list)

    def box(
        self,
        place: tuple[float, float],
        size: tuple[float, float],
        kind: str = "",
        *,
        title: str = "",
        fill: str | None = None,
        radius: float = 4,
    ) -> None:
        """A rectangle; its title is shown to who points at it."""
        (x, y), (width, height) = place, size
        self._grow(x + width, y + height)
        self._drawn.append(
            tag(
                "rect",
                tag("title", title) if title else None,
                x=_number(x),
                y=_number(y),
                width=_number(width),
                height=_number(height),
                rx=radius,
                class_=kind or None,
                style=f"fill:{fill}" if fill else None,
            )
        )

    def text(self, x: float, y: float, words: str, kind: str = "", room: float = 1000) -> None:
        """A line of text on its base line, shortened to the room that it has."""
        shown = fitted(words, room, kind)
        whole = tag("title", words) if shown != visible(words) else None
        place = {"x": _number(x), "y": _number(y)}
        self._drawn.append(tag("text", whole, shown, **place, class_=kind or None))
        if "mid" not in kind and "end" not in kind:
            self._grow(x + extent(shown, kind), y + 4)

    def words(self, x: float, y: float, room: float, *spans: tuple[str, str]) -> float:
        """Text on one line, each part in its own style; how wide it is."""
        written: list[Markup] = []
        width = 0.0
        for text, kind in spans:
            if not text:
                continue
            gap = _SPACE if written else 0
            shown = fitted(text, max(room - width - gap, 0), kind)
            written.append(tag("tspan", shown, dx=gap or None, class_=kind or None))
            width += gap + extent(shown, kind)
        self._drawn.append(tag("text", written, x=_number(x), y=_number(y)))
        self._grow(x + width, y + 4)
        return width

    def line(self, *points: tuple[float, float], kind: str = "line") -> None:
        """Straight lines from point to point."""
        path = " L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        self._drawn.append(tag("path", d=f"M{path}", class_=kind))

    def put(self, part: Canvas, x: float, y: float) -> None:
        """Another canvas, at a place on this one."""
        self._grow(x + part.width, y + part.height)
        self._drawn.append(tag("g", part._drawn, transform=f"translate({_number(x)} {_number(y)})"))

    def svg(self, title: str) -> Markup:
        """The whole picture."""
        width, height = self.width + 1, self.height + 1
        return tag(
            "svg",
            tag("title", title),
            Markup(f"<style>{style.PICTURE}</style>"),
            tag("rect", width="100%", height="100%", class_="paper"),
            tag("g", self._drawn, transform="translate(.5 .5)"),
            xmlns="http://www.w3.org/2000/svg",
            class_="qb",
            role="img",
            width=_number(width),
            height=_number(height),
            viewBox=f"0 0 {_number(width)} {_number(height)}",
        )

    def _grow(self, right: float, bottom: float) -> None:
        self.width, self.height = max(self.width, right), max(self.height, bottom)


def extent(text: str, kind: str = "") -> float:
    """How wide text is at the most, about."""
    words = kind.split()
    if "mono" in words:
        return sum(2 * _MONO if east_asian_width(one) in "WF" else _MONO for one in text)
    most, narrow, wide = _LETTERS
    scale = next((_SCALE[word] for word in words if word in _SCALE), 1.0)
    return scale * sum(
        narrow
        if one in _NARROW
        else wide
        if one in _WIDE or east_asian_width(one) in "WF"
        else most
        for one in text
    )


def fitted(text: str, room: float, kind: str = "") -> str:
    """Text on one line, without its end where there is no room for that."""
    shown = visible(text)
    if extent(shown, kind) <= room:
        return shown
    # No letter takes less than a dot does, so no more than these can have room.
    shown = shown[: max(int(room / extent(".", kind)), 0)]
    while shown and extent(f"{shown}…", kind) > room:
        shown = shown[:-1]
    return f"{shown}…"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")

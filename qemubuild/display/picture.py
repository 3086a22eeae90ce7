"""`Picture`: a drawing, as SVG and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from qemubuild.display import bundle
from qemubuild.display.markup import Markup, tag

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection


@frozen
class Picture:
    """A drawing, which notebooks show; ``str()`` says the same in text.

    ``machine.topology()``, ``machine.wiring()``, ``image.picture()`` and ``diff.picture()`` draw.

    Attributes:
        title: what it shows.
        svg: the picture. It needs nothing else, and is light or dark as its reader prefers.
        text: the same for a terminal.
    """

    title: str
    svg: str = field(repr=False)
    text: str = field(repr=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the SVG to a file, in place of what is there.

        Raises:
            OSError: it cannot be written.
        """
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        makers: dict[str, Callable[[Picture], str]] = {
            "text/plain": str,
            "text/html": _html,
            "image/svg+xml": _svg,
        }
        return bundle.make(self, makers, include, exclude)


def _html(picture: Picture) -> str:
    # Part of the page, it has the notebook's own colours.
    return tag("div", Markup(picture.svg), style="overflow-x:auto")


def _svg(picture: Picture) -> str:
    return picture.svg

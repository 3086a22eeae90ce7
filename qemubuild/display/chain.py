"""A disk image and what it stands on: read from what is there, and drawn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.disk import DiskImage
from qemubuild.display import parts, patience
from qemubuild.display.canvas import Canvas
from qemubuild.display.markup import visible
from qemubuild.display.picture import Picture
from qemubuild.errors import QemuBuildError
from qemubuild.units import format_size

if TYPE_CHECKING:
    from qemubuild.disk import ImageInfo

_DEEPEST: Final = 32
_WIDTH, _HEIGHT, _GAP = 460.0, 52.0, 30.0


class Layer(NamedTuple):
    """An image of a chain.

    Attributes:
        path: the file.
        format: as it is said, or read.
        info: what it is, where that can be read.
        why: why it cannot.
    """

    path: str
    format: str
    info: ImageInfo | None = None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.format}, {self.filling}"

    @property
    def filling(self) -> str:
        """How full it is, in words, or why that is not known."""
        if self.info is None:
            return self.why
        if self.info.actual_size is None:
            return format_size(self.info.virtual_size)
        return parts.filling(self.info.actual_size, self.info.virtual_size)


def draw(image: DiskImage) -> Picture:
    """The picture of an image and of all that it stands on."""
    layers = read(image)
    canvas = Canvas()
    for number, layer in enumerate(layers):
        y = number * (_HEIGHT + _GAP)
        if number:
            canvas.line((30, y - _GAP), (30, y - 1))
            canvas.line((25, y - 7), (30, y - 1), (35, y - 7))
            canvas.text(44, y - 11, "what it does not hold is read from", "small soft")
        _box(canvas, layer, y)
    title = f"{image.path} and what it stands on" if len(layers) > 1 else image.path
    lines = (
        f"{'   ' * (number - 1)}{'└─ ' * (number > 0)}{layer}"
        for number, layer in enumerate(layers)
    )
    return Picture(title, canvas.svg(title), visible("\n".join(lines), lines=True))


def _box(canvas: Canvas, layer: Layer, y: float) -> None:
    kind = "box" if layer.info else "free"
    canvas.box((0, y), (_WIDTH, _HEIGHT), kind, title=layer.path, radius=6)
    canvas.words(12, y + 20, _WIDTH - 24, (layer.path, "mono"), (layer.format, "small soft"))
    left = 12.0
    if layer.info and layer.info.actual_size is not None:
        share = min(layer.info.actual_size / max(layer.info.virtual_size, 1), 1)
        canvas.box((left, y + 31), (140, 7), "box", radius=3)
        canvas.box((left, y + 31), (max(140 * share, 2), 7), fill="var(--qb-0)", radius=3)
        left += 152
    canvas.text(left, y + 39, layer.filling, "small soft", _WIDTH - left - 12)


def read(shown: DiskImage) -> list[Layer]:
    """An image and all that it stands on, as far as that can be read in time; it is first."""
    layers: list[Layer] = []
    patience.within(lambda: _follow(shown, layers), None)
    return layers[:] or [Layer(shown.path, shown.format, why="it does not answer")]


def _follow(shown: DiskImage, layers: list[Layer]) -> None:
    image: DiskImage | None = shown
    while image is not None and len(layers) < _DEEPEST:
        # A pipe would make whoever opens it wait.
        if not os.path.exists(image):
            layers.append(Layer(image.path, image.format, why="not there"))
            image = image._base  # noqa: SLF001 - where it will stand
            continue
        if not os.path.isfile(image):
            layers.append(Layer(image.path, image.format, why="no file"))
            return
        try:
            found = image.info()
        except QemuBuildError as error:
            layers.append(Layer(image.path, image.format, why=error.message))
            return
        layers.append(Layer(image.path, found.format, found))
        image = _below(found)


def _below(found: ImageInfo) -> DiskImage | None:
    """What an image stands on, where that is a local file."""
    path = found.backing_path
    if path is None or ("\ufffd" in path and not os.path.exists(path)):
        return None
    return DiskImage(path, format=found.backing_format)

"""``qemu-img map``: where each part of a disk is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import frozen

from qemubuild.disk.guessed import warn_of_guesses
from qemubuild.disk.run import run
from qemubuild.disk.words import form_of, name_of, shared
from qemubuild.shown import shows_fields
from qemubuild.units import format_size
from qemubuild.values import SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.disk.image import DiskImage


@shows_fields
@frozen
class Extent:
    """A part of a disk that is kept in one way. Places and lengths are in bytes.

    Attributes:
        start: where it begins on the disk.
        length: how long it is.
        depth: which image of the chain has it: 0 the one asked, 1 its backing file ...
        present: whether any of them has it; otherwise it reads as zeroes.
        zero: whether it reads as zeroes.
        data: whether it takes room in the file.
        offset: where it begins in the file of that image, or ``None`` where it has no single place
            there: it is compressed, or encrypted, or not there at all.
        compressed: whether it is compressed; ``None`` where this qemu-img does not tell (before
            8.2).
    """

    start: int
    length: int
    depth: int
    present: bool
    zero: bool
    data: bool
    offset: int | None = None
    compressed: bool | None = None

    @property
    def end(self) -> int:
        """Where the next one begins on the disk."""
        return self.start + self.length

    def __str__(self) -> str:
        kind = "data" if self.data else "zeroes" if self.zero else "nothing"
        where = f" of the image {self.depth} below" if self.depth else ""
        return f"{self.start}: {format_size(self.length)} of {kind}{where}"


def map_argv(
    image: DiskImage, *, start: int | str, length: int | str | None, force_share: bool
) -> list[str]:
    """``qemu-img map --output=json -f qcow2 disk.qcow2``."""
    words = [*shared(force_share), *form_of(image)]
    if start:
        words.append(f"--start-offset={SIZE.write(start)}")
    if length is not None:
        words.append(f"--max-length={SIZE.write(length)}")
    return ["qemu-img", "map", "--output=json", *words, name_of(image)]


def read_map(
    image: DiskImage, *, start: int | str, length: int | str | None, force_share: bool
) -> tuple[Extent, ...]:
    """The parts of a disk, each beginning where the one before ends."""
    argv = map_argv(image, start=start, length=length, force_share=force_share)
    image._refuse_disguise(argv)
    warn_of_guesses(image)
    return tuple(map(_read, json.loads(run(argv, images=[image]))))


def _read(answer: Mapping[str, Any]) -> Extent:
    """Read its JSON (MapEntry, qapi/block-core.json)."""
    return Extent(
        start=answer["start"],
        length=answer["length"],
        depth=answer["depth"],
        present=answer["present"],
        zero=answer["zero"],
        data=answer["data"],
        offset=answer.get("offset"),
        compressed=answer.get("compressed"),
    )

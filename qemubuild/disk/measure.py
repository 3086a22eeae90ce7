"""``qemu-img measure``: how much room an image would take in another format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from attrs import frozen

from qemubuild.disk.guessed import warn_of_guesses
from qemubuild.disk.image import DiskImage
from qemubuild.disk.run import run
from qemubuild.disk.words import form_of, name_of, of_snapshot, options_of, shared
from qemubuild.errors import InvalidOption
from qemubuild.shown import shows_fields
from qemubuild.units import format_size

if TYPE_CHECKING:
    from qemubuild.disk.info import ImageSnapshot
    from qemubuild.disk.options import Options


@shows_fields
@frozen
class Measurement:
    """How large the file of an image would be, in bytes.

    Attributes:
        required: with what the disk holds now, and the rest left sparse.
        fully_allocated: when the guest has written to all of its disk.
        bitmaps: what the bitmaps would take besides; 0 where there are none.
    """

    required: int
    fully_allocated: int
    bitmaps: int = 0

    def __str__(self) -> str:
        most = format_size(self.fully_allocated)
        return f"{format_size(self.required)} now, {most} when the disk is full"


def measure_argv(
    image: DiskImage,
    format: str,  # noqa: A002 - QEMU's own word
    options: Options,
    *,
    snapshot: str | ImageSnapshot | None,
    new: bool,
    force_share: bool,
) -> list[str]:
    """``qemu-img measure --output=json -f raw -O qcow2 disk.raw``."""
    target = DiskImage("target", format=format, options=options)
    words = ["qemu-img", "measure", "--output=json"]
    wanted = ["-O", target.format, *options_of(target.options)]
    if new:
        if image.size is None:
            raise InvalidOption(
                "a new image needs a size to be measured",
                hint=f"write DiskImage({image.path!r}, size='50G')",
                option="measure",
                field="new",
            )
        return [*words, *wanted, "--size", str(image.size)]
    form, path = form_of(image), name_of(image)
    return [*words, *shared(force_share), *form, *wanted, *of_snapshot(snapshot), path]


def measure(image: DiskImage, argv: list[str]) -> Measurement:
    """Ask, by the command that `measure_argv` made."""
    if "--size" not in argv:
        image._refuse_disguise(argv)
        warn_of_guesses(image)
    answer = json.loads(run(argv, images=[image]))
    return Measurement(
        required=answer["required"],
        fully_allocated=answer["fully-allocated"],
        bitmaps=answer.get("bitmaps", 0),
    )

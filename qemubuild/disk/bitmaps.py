"""``qemu-img bitmap``: what a qcow2 image remembers of where it was written to, for backups."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from qemubuild.disk.able import judge_able
from qemubuild.disk.run import run
from qemubuild.disk.words import argument, form_of, name_of
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.shown import shows_fields
from qemubuild.values import NAME, SIZE, choice, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.disk.image import DiskImage

Action: TypeAlias = Literal["add", "remove", "clear", "enable", "disable", "merge"]

_ACTION: Final = choice("add", "remove", "clear", "enable", "disable", "merge")
_MOST_NAME: Final = 1023  # bytes; BME_MAX_NAME_SIZE (block/qcow2-bitmap.c)


@shows_fields
@frozen
class Bitmap:
    """A bitmap that an image keeps: a bit for each part of the disk that was written to.

    Attributes:
        name: how it is called.
        granularity: the bytes of the disk that each bit stands for.
        enabled: whether it goes on recording when the image is written to.
        in_use: whether somebody has it open, or had when it ended without closing it: then it
            tells nothing any more.
    """

    name: str
    granularity: int
    enabled: bool
    in_use: bool


def read_bitmaps(image: DiskImage) -> tuple[Bitmap, ...]:
    """The bitmaps that ``qemu-img info`` tells of."""
    judge_able("bitmap", image)
    return tuple(map(_read, image.info().format_specific.get("bitmaps", ())))


def _read(answer: Mapping[str, Any]) -> Bitmap:
    """Read its JSON (Qcow2BitmapInfo, qapi/block-core.json)."""
    flags = answer["flags"]
    return Bitmap(
        name=answer["name"],
        granularity=answer["granularity"],
        enabled="auto" in flags,
        in_use="in-use" in flags,
    )


def bitmap_argv(
    image: DiskImage,
    action: Action,
    name: str,
    *,
    granularity: int | str | None = None,
    source: str | None = None,
    source_image: DiskImage | None = None,
) -> list[str]:
    """``qemu-img bitmap --add -f qcow2 -- disk.qcow2 backup``."""
    judge_able("bitmap", image)
    words = [f"--{_ACTION.write(action)}"]
    _judge(source is not None, action == "merge", "source", "it names what is merged")
    _judge(source_image is not None and action != "merge", False, "source_image", "merge has it")
    _judge(granularity is not None and action != "add", False, "granularity", "add has it")
    if source is not None:
        words.append(_judged(source))
    if source_image is not None and source_image.path != image.path:  # or it would lock itself out
        words += ["-b", argument(source_image.path), "-F", source_image.format]
    if granularity is not None:
        words += ["-g", SIZE.write(granularity)]
    path = name_of(image)
    return ["qemu-img", "bitmap", *words, *form_of(image), "--", path, _judged(name)]


def change(
    image: DiskImage,
    action: Action,
    name: str,
    *,
    granularity: int | str | None = None,
    source: str | None = None,
    source_image: DiskImage | None = None,
) -> None:
    """Do it; where there is no such bitmap, say which there are."""
    argv = bitmap_argv(
        image,
        action,
        name,
        granularity=granularity,
        source=source,
        source_image=source_image,
    )
    try:
        run(argv, images=[image])
    except ImageError as error:
        if hint := _mend(image, action, name):
            raise ImageError(
                error.message,
                argv=error.argv,
                exit_code=error.exit_code,
                stderr=error.stderr,
                hint=hint,
            ) from None
        raise


def _mend(image: DiskImage, action: Action, name: str) -> str:
    try:
        names = [bitmap.name for bitmap in read_bitmaps(image)]
    except ImageError:
        return ""
    if action == "add":
        return "choose another name, or remove that one first" if name in names else ""
    if name in names:
        return ""
    there = f"it has {', '.join(map(repr, names))}" if names else "the image has no bitmaps"
    return nearest(name, names) + there


def _judged(name: str) -> str:
    text = NAME.write(name)
    if len(os.fsencode(text)) > _MOST_NAME:
        raise InvalidOption(
            f"the name has more than the {_MOST_NAME} bytes that a bitmap's can have",
            hint="write a shorter one",
            option="bitmap",
        )
    return text


def _judge(given: bool, wanted: bool, about: str, why: str) -> None:
    if given != wanted:
        raise InvalidOption(
            f"it {'needs' if wanted else 'does not take'} {about}",
            hint=why,
            option="bitmap",
            field=about,
        )

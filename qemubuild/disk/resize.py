"""``qemu-img resize``: give the guest a larger disk, or, when told, a smaller one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from qemubuild.disk.able import judge_able
from qemubuild.disk.formats import SECTOR, judge_size
from qemubuild.disk.run import execute, failure
from qemubuild.disk.words import form_of, name_of, size_of
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.units import format_size, parse_size
from qemubuild.values import SIZE, choice

if TYPE_CHECKING:
    from qemubuild.disk.image import DiskImage

_PREALLOCATION: Final = choice("off", "metadata", "falloc", "full")


def resize_argv(
    image: DiskImage, size: int | str, *, shrink: bool, preallocation: str | None
) -> list[str]:
    """``qemu-img resize -f qcow2 disk.qcow2 +10G``."""
    judge_able("shrink" if shrink else "resize", image, about="shrink" if shrink else "")
    words = ["--shrink"] if shrink else []
    if preallocation is not None:
        words.append(f"--preallocation={_PREALLOCATION.write(preallocation)}")
    form, path = form_of(image), name_of(image)
    return ["qemu-img", "resize", *form, *words, path, _judged(size, image)]


def _judged(size: int | str, image: DiskImage) -> str:
    """A size in whole sectors; text can begin with ``+`` or ``-`` for the difference."""
    sign = size[:1] if isinstance(size, str) and size[:1] in ("+", "-") else ""
    text = SIZE.write(size[1:] if isinstance(size, str) and sign else size)
    sectors = -(-parse_size(text) // SECTOR) * SECTOR
    if not sign:
        judge_size(sectors, image.format, dict(image.options))
    return sign + (text if sectors == parse_size(text) else str(sectors))


def resize(
    image: DiskImage, size: int | str, *, shrink: bool, preallocation: str | None
) -> DiskImage:
    """Change the size, and say what would be lost where that was not told."""
    argv = resize_argv(image, size, shrink=shrink, preallocation=preallocation)
    image._refuse_disguise(argv)
    ended = execute(argv, images=[image])
    if ended.exit_code:
        if b"--shrink" in ended.stderr:
            raise _loss(image, argv)
        raise failure(ended, argv)
    return evolve(image, size=size_of(image), format=image.format)


def _loss(image: DiskImage, argv: list[str]) -> ImageError | InvalidOption:
    """What making the disk smaller would take from the guest."""
    judge_able("shrink", image)
    now, text = size_of(image), argv[-1]
    lost = parse_size(text[1:]) if text[0] == "-" else now - parse_size(text)
    return ImageError(
        f"{image.path!r} would lose the last {lost} bytes ({format_size(lost)}) of the "
        f"{format_size(now)} that the guest sees, and what is on them",
        argv=argv,
        exit_code=None,
        stderr="",
        hint="make its partitions and file systems smaller first, then write shrink=True",
    )

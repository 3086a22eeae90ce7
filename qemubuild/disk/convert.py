"""``qemu-img convert``: a disk, copied into a new image of any format."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import evolve

from qemubuild import grammar
from qemubuild.disk.able import judge_able
from qemubuild.disk.creating import named, patiently
from qemubuild.disk.formats import SECTOR
from qemubuild.disk.guessed import warn_of_guesses
from qemubuild.disk.headers import read_header
from qemubuild.disk.image import DiskImage
from qemubuild.disk.progress import followed
from qemubuild.disk.replace import whole
from qemubuild.disk.run import run
from qemubuild.disk.snapshots import find
from qemubuild.disk.words import (
    argument,
    form_of,
    name_of,
    objects_of,
    of_snapshot,
    options_of,
    shared,
)
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.units import parse_size
from qemubuild.values import SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.disk.info import ImageSnapshot
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower

# Compressing takes all the time, and only out of order do several clusters get compressed at once.
# Otherwise the order costs nothing, and what is written in order is read faster.
_SIDE_BY_SIDE: Final = ("-m", "16", "-W")


class Wanted(NamedTuple):
    """What is to be made of an image.

    Attributes:
        image: the new one.
        words: how it is to be written.
        snapshot: which one of those that the image keeps is copied, if not what is there now.
    """

    image: DiskImage
    words: tuple[str, ...] = ()
    snapshot: str | ImageSnapshot | None = None


def wanted(
    target: str | os.PathLike[str] | DiskImage,
    format: str | None,  # noqa: A002 - QEMU's own word
    options: Options,
    *,
    compress: bool | str = False,
    sparse: int | str | None = None,
    snapshot: str | ImageSnapshot | None = None,
) -> Wanted:
    """Read the arguments of `convert`.

    Raises:
        InvalidOption: there can be no such image.
    """
    image = target if isinstance(target, DiskImage) else DiskImage(target)
    if format is not None:
        image = evolve(image, format=format)
    if options or isinstance(compress, str):
        more = DiskImage(image.path, options=options).options
        method = {"compression_type": compress} if isinstance(compress, str) else {}
        image = evolve(image, options={**dict(image.options), **dict(more), **method})
    if image.size is not None:
        raise _refused("size", "a copy is as large as what is copied", "leave out the size")
    words: list[str] = []
    if compress:
        judge_able("compress", image, about="compress")
        words += ["-c", *_SIDE_BY_SIDE]
    if sparse is not None:
        words += ["-S", SIZE.write(sparse)]
    return Wanted(image, (*words, *of_snapshot(snapshot)), snapshot)


def part(start: int | str, length: int | str | None) -> str:
    """A part of a disk, as the driver raw takes it (raw.json in QEMU's qapi).

    Raises:
        InvalidOption: it does not begin and end at a sector.
    """
    pairs = [("driver", "raw"), ("offset", _sectors(start, "start"))]
    if length is not None:
        pairs.append(("size", _sectors(length, "length")))
    return grammar.render(pairs)


def _sectors(value: int | str, about: str) -> str:
    size = parse_size(SIZE.write(value))
    if size % SECTOR or (not size and about == "length"):
        raise _refused(
            about,
            f"{value!r} is not made of whole sectors of {SECTOR} bytes",
            f"write {max(-(-size // SECTOR), 1) * SECTOR}",
        )
    return str(size)


def refuse_backing(new: Wanted) -> Wanted:
    """A part of a disk stands on nothing."""
    if new.image.backing is not None:
        raise _refused("backing", "a part of a disk has no backing file", "leave it out")
    return new


def convert_argv(
    source: DiskImage, new: Wanted, *, part: str = "", force_share: bool = False
) -> list[str]:
    """``qemu-img convert -f qcow2 -O raw disk.qcow2 disk.raw``."""
    return _argv(source, new, new.image.path, part=part, force_share=force_share)


def _argv(source: DiskImage, new: Wanted, path: str, *, part: str, force_share: bool) -> list[str]:
    image = _named(new.image)
    backing = ["-B", image._backing_name, "-F", str(image.backing_format)] if image.backing else []
    pairs = image.options
    secret: list[str] = []
    if image.encryption:
        from qemubuild.disk.encryption import id_of, secret_words  # noqa: PLC0415 - few are

        name = id_of(image, image.encryption)
        secret = secret_words(name, image.encryption.source)
        pairs = (*image.encryption.creation(image.format, name), *pairs)
    form = [*objects_of(source), "--image-opts"] if part else form_of(source)
    known = f"{part},{name_of(source, below='file.')}" if part else name_of(source)
    return [
        *("qemu-img", "convert", *shared(force_share), *secret, *form),
        *("-O", image.format, *new.words, *backing, *options_of(pairs), known, argument(path)),
    ]


def _named(image: DiskImage) -> DiskImage:
    """The new image with a name for its passphrase that the source's, at the same path, has not."""
    if image.encryption is None or image.encryption.id:
        return image
    return evolve(image, encryption=evolve(image.encryption, id="new"))


def convert(
    source: DiskImage,
    new: Wanted,
    *,
    part: str = "",
    force_share: bool = False,
    overwrite: bool = False,
    progress: Follower = None,
) -> DiskImage:
    """Make the new image: whole, or not at all."""
    image = new.image
    argv = convert_argv(source, new, part=part, force_share=force_share)
    source._refuse_disguise(argv)
    if new.snapshot is not None:
        find(source, new.snapshot, argv)
    _judge_backing(source, image, argv)
    warn_of_guesses(source)
    with (
        followed(progress, f"convert {source.path!r}") as tell,
        whole(image.path, overwrite=overwrite, argv=argv, nameless=image.backing is None) as beside,
    ):
        real = _argv(source, new, beside, part=part, force_share=force_share)
        patiently(lambda: run(real, shown=argv, progress=tell, images=[source, _named(image)]))
        named(image, beside)
        size = read_header(beside, image.format).size
    return evolve(image, size=size, format=image.format)


def _judge_backing(source: DiskImage, image: DiskImage, argv: Sequence[str]) -> None:
    """Only what an image holds itself is copied where the new one is given a backing file.

    So both must stand on the same: any other would show through.
    """
    if (base := image._base) is None:
        return
    image._refuse_being(base, argv)
    with suppress(OSError):  # qemu-img says it better
        backing = read_header(source.path, source.format).backing
        path = os.path.join(os.path.dirname(source.path), backing or "")
        if backing and os.path.samefile(path, base):
            return
    raise ImageError(
        f"{base.path!r} is not what {source.path!r} stands on, and would show through the copy",
        argv=argv,
        exit_code=None,
        stderr="",
        hint="convert to an image without a backing file, then rebase() that one",
    )


def _refused(about: str, message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option="convert", field=about)

"""``qemu-img compare``: does a guest read the same from two images?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

from qemubuild.disk.guessed import warn_of_guesses
from qemubuild.disk.image import DiskImage
from qemubuild.disk.progress import followed
from qemubuild.disk.run import execute, failure
from qemubuild.disk.words import form_of, name_of, objects_of, shared
from qemubuild.shown import shows_fields

if TYPE_CHECKING:
    import os

    from qemubuild.disk.progress import Follower

_DIFFERENT: Final = 1
_OFFSET: Final = re.compile(rb"(?i)offset ([0-9]+)")
_SIZES: Final = b"Image size mismatch!"


@shows_fields
@frozen
class Comparison:
    """What comparing two images found; it is true where they are identical.

    Attributes:
        identical: whether a guest reads the same from both; where one is larger, zeroes follow.
        offset: the byte of the disk at which they first differ, to 512 of them; or ``None``.
        same_size: whether they are equally large; where that is not looked at any more, because
            their content differs before, it is ``True``.
    """

    identical: bool
    offset: int | None = None
    same_size: bool = True

    def __bool__(self) -> bool:
        return self.identical

    def __str__(self) -> str:
        if self.offset is not None:
            return f"they differ at byte {self.offset} of the disk"
        if not self.same_size:
            return "one is larger" + (", with zeroes at its end" if self.identical else "")
        return "they are identical" if self.identical else "they differ"


def as_image(other: str | os.PathLike[str] | DiskImage) -> DiskImage:
    """An image, by its path where that is all there is."""
    return other if isinstance(other, DiskImage) else DiskImage(other)


def compare_argv(
    image: DiskImage, other: DiskImage, *, strict: bool, force_share: bool
) -> list[str]:
    """``qemu-img compare -f qcow2 -F raw disk.qcow2 disk.raw``."""
    words = ["qemu-img", "compare", *shared(force_share), *(["-s"] if strict else [])]
    if image.secret_keys or other.secret_keys:
        names = [name_of(one, keyed=True) for one in (image, other)]
        return [*words, *objects_of(image, other), "--image-opts", *names]
    return [*words, *form_of(image), "-F", other.format, name_of(image), name_of(other)]


def compare(
    image: DiskImage, other: DiskImage, *, strict: bool, force_share: bool, progress: Follower
) -> Comparison:
    """Read both, until they differ."""
    argv = compare_argv(image, other, strict=strict, force_share=force_share)
    for one in image, other:
        one._refuse_disguise(argv)
    warn_of_guesses(image, other)
    with followed(progress, f"compare {image.path!r}") as tell:
        ended = execute(argv, progress=tell, images=[image, other])
    if ended.exit_code not in (0, _DIFFERENT):
        raise failure(ended, argv)
    found = _OFFSET.search(ended.stdout)
    return Comparison(
        identical=not ended.exit_code,
        offset=int(found[1]) if found else None,
        same_size=_SIZES not in ended.stdout + ended.stderr,
    )

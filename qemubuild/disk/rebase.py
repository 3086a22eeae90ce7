"""``qemu-img rebase`` and ``commit``: what an image stands on, exchanged or written to."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import evolve

from qemubuild.disk.able import judge_able
from qemubuild.disk.guessed import chain_of, is_guessed
from qemubuild.disk.image import DiskImage
from qemubuild.disk.progress import followed
from qemubuild.disk.run import run
from qemubuild.disk.words import form_of, name_of
from qemubuild.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.disk.progress import Follower


def rebased(
    image: DiskImage,
    backing: str | os.PathLike[str] | DiskImage | None,
    backing_format: str | None,
) -> DiskImage:
    """The image as it is on another backing file.

    Raises:
        InvalidOption: there can be no such image.
    """
    judge_able("rebase", image)
    return evolve(image, backing=backing, backing_format=backing_format, format=image.format)


def rebase_argv(new: DiskImage, *, unsafe: bool) -> list[str]:
    """``qemu-img rebase -f qcow2 -b base.qcow2 -F qcow2 vm.qcow2``."""
    backing = ["-b", ""]
    if new.backing is not None:
        backing = ["-b", new._backing_name, "-F", str(new.backing_format)]
    words = [*form_of(new), *(["-u"] if unsafe else []), *backing]
    return ["qemu-img", "rebase", *words, name_of(new)]


def rebase(new: DiskImage, *, unsafe: bool, progress: Follower) -> DiskImage:
    """Exchange the backing file; what the guest sees stays the same, unless ``unsafe``."""
    argv = rebase_argv(new, unsafe=unsafe)
    if base := new._base:
        base._refuse_disguise(argv)
        new._refuse_being(base, argv)
        _refuse_circle(new, base, argv)
    with followed(progress, f"rebase {new.path!r}") as tell:
        run(argv, progress=tell, images=[new])
    return new


def _refuse_circle(image: DiskImage, base: DiskImage, argv: Sequence[str]) -> None:
    for path, _ in chain_of(base):
        with suppress(OSError):
            if os.path.samefile(path, image):
                raise ImageError(
                    f"{base.path!r} stands on {image.path!r} itself",
                    argv=argv,
                    exit_code=None,
                    stderr="",
                    hint="give it a backing file that does not; or commit() what stands on it",
                )


def commit_argv(
    image: DiskImage, *, base: str | os.PathLike[str] | None = None, keep: bool = False
) -> list[str]:
    """``qemu-img commit -f qcow2 vm.qcow2``."""
    # It looks a name up from the directory of each image of the chain: only this is the same there.
    below = ["-b", os.path.abspath(DiskImage(base).path)] if base is not None else []
    words = [*form_of(image), *(["-d"] if keep else []), *below]
    return ["qemu-img", "commit", *words, name_of(image)]


def commit(
    image: DiskImage, *, base: str | os.PathLike[str] | None, keep: bool, progress: Follower
) -> DiskImage:
    """Write what an image holds into what it stands on."""
    argv = commit_argv(image, base=base, keep=keep)
    below = _written_to(image, base, argv)
    with followed(progress, f"commit {image.path!r}") as tell:
        run(argv, progress=tell, images=[image])
    # Where it is none that could be read from here, qemu-img has said so.
    return below or image


def _written_to(
    image: DiskImage, base: str | os.PathLike[str] | None, argv: Sequence[str]
) -> DiskImage | None:
    """The image that a commit writes to; none whose format would be guessed."""
    form: str | None = image.format
    for path, header in chain_of(image):
        if path != image.path and (base is None or _is_same(path, base)):
            return DiskImage(base or path, format=form or header.format, size=header.size)
        form = "vmdk" if header.format == "vmdk" else header.backing_format
        if is_guessed(header):
            raise ImageError(
                f"{path!r} does not say the format of its backing file {header.backing!r}, which "
                "would be guessed from what a guest wrote there",
                argv=argv,
                exit_code=None,
                stderr="",
                hint="rebase() it on the same file with backing_format= and unsafe=True, which "
                "writes that down",
            )
    return None


def _is_same(path: str, other: str | os.PathLike[str]) -> bool:
    with suppress(OSError):
        return os.path.samefile(path, other)
    return False

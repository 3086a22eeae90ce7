"""``qemu-img amend``: change what an image was created with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from qemubuild.disk.able import judge_able
from qemubuild.disk.options import read_options
from qemubuild.disk.progress import followed
from qemubuild.disk.run import run
from qemubuild.disk.words import form_of, name_of, options_of
from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower


def amend_argv(image: DiskImage, options: Options) -> list[str]:
    """``qemu-img amend -f qcow2 -o lazy_refcounts=on disk.qcow2``."""
    judge_able("amend", image)
    words = options_of(read_options(options))
    if not words:
        raise InvalidOption(
            "there is nothing to change",
            hint="write options such as {'lazy_refcounts': True}",
            option="amend",
            field="options",
        )
    return ["qemu-img", "amend", *form_of(image), *words, name_of(image)]


def amend(image: DiskImage, options: Options, *, progress: Follower) -> DiskImage:
    """Change them in the image that is there."""
    argv = amend_argv(image, options)
    with followed(progress, f"amend {image.path!r}") as tell:
        run(argv, progress=tell, images=[image])
    merged = {**dict(image.options), **dict(read_options(options))}
    return evolve(image, options=merged, format=image.format)

"""How ``qemu-img`` is told of files and of formats."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from qemubuild import grammar
from qemubuild.values import NAME, Url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.info import ImageSnapshot


def argument(path: str) -> str:
    """A path that qemu-img takes for this local file, and neither for an option nor for a URL.

    Only a ``Url`` is one.
    """
    if isinstance(path, Url):
        return path
    return f"./{path}" if path.startswith("-") else grammar.local_path(path)


def options_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """``-o`` and the options, where there are any."""
    written = grammar.render(pairs)
    return ["-o", written] if written else []


def shared(force_share: bool) -> list[str]:
    """``-U``: open what others may write to meanwhile."""
    return ["-U"] if force_share else []


def form_of(image: DiskImage) -> list[str]:
    """How an image is to be opened: its format, which is always said, or what else is told of it.

    The passphrases of an encrypted one are objects, and then its name is a list of keys.
    """
    if not image.secret_keys:
        return ["-f", image.format]
    return [*objects_of(image), "--image-opts"]


def objects_of(*images: DiskImage) -> list[str]:
    """The passphrases of images and those that they stand on, as far as it is known."""
    from qemubuild.disk.encryption import encrypted, id_of, secret_words  # noqa: PLC0415 - few are

    given = dict.fromkeys(
        tuple(secret_words(id_of(one, encryption), encryption.source))
        for image in images
        for _, one, encryption in encrypted(image)
    )
    return [word for words in given for word in words]


def name_of(image: DiskImage, *, keyed: bool = False, below: str = "") -> str:
    """What stands for an image beside `form_of`: its path, or its keys where that is not enough.

    ``driver=qcow2,encrypt.key-secret=key-1b2c3d4e,file.filename=vault.qcow2``

    Args:
        image: the image.
        keyed: write keys though a path would do.
        below: what stands before each of the keys: ``file.`` below a filter.
    """
    keys = image.secret_keys
    if not (keys or keyed or below):
        return argument(image.path)
    pairs = [("driver", image.format), *keys.items(), ("file.filename", argument(image.path))]
    return grammar.render((f"{below}{key}", value) for key, value in pairs)


def of_snapshot(snapshot: str | ImageSnapshot | None) -> list[str]:
    """``-l`` and a snapshot, by its name alone unless more is known of it."""
    if snapshot is None:
        return []
    pairs = [("snapshot.name", NAME.write(getattr(snapshot, "name", snapshot)))]
    if not isinstance(snapshot, str):
        pairs.insert(0, ("snapshot.id", snapshot.id))
    return ["-l", grammar.render(pairs)]


def size_of(image: DiskImage) -> int:
    """The bytes of the disk that the guest sees, of an image that is there.

    Raises:
        ImageError: it cannot be read.
    """
    from qemubuild.disk.headers import read_header  # noqa: PLC0415 - few ask

    with suppress(OSError):  # qemu-img says it better
        if size := read_header(image.path, image.format).size:
            return size
    return image.info().virtual_size

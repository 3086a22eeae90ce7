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


def of_image(image: DiskImage) -> list[str]:
    """An image by its format, which is always said, and its path."""
    return ["-f", image.format, argument(image.path)]


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

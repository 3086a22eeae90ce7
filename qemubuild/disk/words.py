"""How ``qemu-img`` is told of files and of formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild import grammar
from qemubuild.values import Url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qemubuild.disk.image import DiskImage


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

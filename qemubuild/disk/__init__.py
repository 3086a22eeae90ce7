"""Disk images: ``DiskImage``, and what ``qemu-img`` does with it and says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.disk.image import DiskImage

if TYPE_CHECKING:
    from qemubuild.disk.info import ImageInfo, Snapshot

__all__ = ["DiskImage", "ImageInfo", "Snapshot"]


def __getattr__(name: str) -> Any:
    # Only who asks an image what it is needs the classes of the answer.
    if name in __all__:
        from qemubuild.disk import info  # noqa: PLC0415

        return getattr(info, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

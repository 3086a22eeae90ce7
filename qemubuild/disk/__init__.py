"""Disk images: ``DiskImage``, and what ``qemu-img`` does with it and says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.disk.image import DiskImage

if TYPE_CHECKING:
    from qemubuild.disk.aio import in_thread
    from qemubuild.disk.bitmaps import Bitmap
    from qemubuild.disk.chain import Chain
    from qemubuild.disk.check import CheckResult
    from qemubuild.disk.compare import Comparison
    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.format_options import (
        Qcow2Options,
        QedOptions,
        RawOptions,
        VdiOptions,
        VhdxOptions,
        VmdkOptions,
        VpcOptions,
    )
    from qemubuild.disk.info import ImageInfo, ImageSnapshot
    from qemubuild.disk.map import Extent
    from qemubuild.disk.measure import Measurement
    from qemubuild.disk.progress import Progress

__all__ = [
    "Bitmap",
    "Chain",
    "CheckResult",
    "Comparison",
    "DiskImage",
    "Extent",
    "ImageInfo",
    "ImageSnapshot",
    "Luks",
    "Measurement",
    "Progress",
    "Qcow2Options",
    "QedOptions",
    "RawOptions",
    "VdiOptions",
    "VhdxOptions",
    "VmdkOptions",
    "VpcOptions",
    "in_thread",
]

# Only who asks an image something needs the classes of the answers, and few give options.
_LATE = {
    "Bitmap": "bitmaps",
    "Chain": "chain",
    "CheckResult": "check",
    "Comparison": "compare",
    "Extent": "map",
    "ImageInfo": "info",
    "ImageSnapshot": "info",
    "Luks": "encryption",
    "Measurement": "measure",
    "Progress": "progress",
    "Qcow2Options": "format_options",
    "QedOptions": "format_options",
    "RawOptions": "format_options",
    "VdiOptions": "format_options",
    "VhdxOptions": "format_options",
    "VmdkOptions": "format_options",
    "VpcOptions": "format_options",
    "in_thread": "aio",
}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"qemubuild.disk.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

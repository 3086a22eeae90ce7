"""Disk images: ``DiskImage``, and what ``qemu-img`` does with it and says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.disk.image import DiskImage

if TYPE_CHECKING:
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
    from qemubuild.disk.info import ImageInfo, Snapshot

__all__ = [
    "DiskImage",
    "ImageInfo",
    "Luks",
    "Qcow2Options",
    "QedOptions",
    "RawOptions",
    "Snapshot",
    "VdiOptions",
    "VhdxOptions",
    "VmdkOptions",
    "VpcOptions",
]

# Only who asks an image what it is needs the classes of the answer, and few give options.
_LATE = {
    "ImageInfo": "info",
    "Luks": "encryption",
    "Snapshot": "info",
    "Qcow2Options": "format_options",
    "QedOptions": "format_options",
    "RawOptions": "format_options",
    "VdiOptions": "format_options",
    "VhdxOptions": "format_options",
    "VmdkOptions": "format_options",
    "VpcOptions": "format_options",
}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"qemubuild.disk.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

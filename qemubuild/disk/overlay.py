"""An image on top of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.disk.image import DiskImage
from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    import os

    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.options import Options


def on_top(
    base: DiskImage,
    path: str | os.PathLike[str],
    *,
    size: int | str | None,
    format: str | None,  # noqa: A002 - QEMU's own word
    options: Options,
    encryption: Luks | None = None,
) -> DiskImage:
    """The overlay, which is yet to be created; the format of its base is always written.

    Raises:
        InvalidOption: there can be no such image.
    """
    if base._known_format is None:
        raise InvalidOption(
            f"the format of {base.path!r} is not said, and qemu-img does not guess it",
            hint=f"write DiskImage({base.path!r}, format='qcow2'), or 'raw', or what it is",
            option="overlay",
        )
    return DiskImage(
        path, size=size, format=format, backing=base, options=options, encryption=encryption
    )

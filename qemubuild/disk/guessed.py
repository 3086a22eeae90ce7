"""What QEMU would guess of an image's chain: it is never done silently."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from qemubuild.disk.headers import Header, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.disk.image import DiskImage

_MOST: Final = 200  # images in a chain, of which QEMU itself sets no limit
_SAY_IT: Final = "qcow2"  # the others cannot say the format of what they stand on, but for raw


def chain_of(image: DiskImage) -> Iterator[tuple[str, Header]]:
    """What an image stands on, from itself down, as far as it can be read."""
    path = image.path
    form: str | None = image.format
    for _ in range(_MOST):
        try:
            header = read_header(path, form)
        except OSError:
            return
        yield path, header
        if not header.backing:
            return
        path = os.path.join(os.path.dirname(path), header.backing)
        form = header.backing_format or None


def is_guessed(header: Header) -> bool:
    """Whether an image could say the format of what it stands on, and does not."""
    return header.format == _SAY_IT and bool(header.backing) and not header.backing_format


def warn_of_guesses(*images: DiskImage) -> None:
    """Log which backing files QEMU reads in a format that nobody said."""
    for image in images:
        with suppress(ValueError):  # a name that no file has
            for path, header in chain_of(image):
                if is_guessed(header):
                    import logging  # noqa: PLC0415 - hardly ever needed

                    logging.getLogger("qemubuild").warning(
                        "%r does not say the format of its backing file %r, which is guessed from "
                        "what a guest may have written there: rebase() it on the same file with "
                        "backing_format= and unsafe=True",
                        path,
                        header.backing,
                    )

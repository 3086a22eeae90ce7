"""Making an image by ``qemu-img create``: whole, or not at all."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild.disk.replace import whole
from qemubuild.disk.run import run
from qemubuild.disk.words import argument
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.values import Verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qemubuild.disk.image import DiskImage

# LUKS is slow on purpose: qemu-img tries how many rounds this host does in a while. Where the clock
# of a busy host did not move meanwhile, it gives up at once (crypto/pbkdf.c).
_CLOCK_STOOD: Final = "Unable to get accurate CPU usage"
_TRIES: Final = 100


def create(image: DiskImage, *, overwrite: bool) -> int | str | None:
    """Create an image where it shall be.

    Returns:
        Its size.
    """
    argv = judged(image)
    nameless = image.backing is None
    with whole(image.path, overwrite=overwrite, argv=argv, nameless=nameless) as beside:
        return make(image, beside, argv)


def judged(image: DiskImage) -> list[str]:
    """The command that creates an image, if nothing speaks against that.

    Raises:
        InvalidOption: neither a size nor a backing file is known.
        ImageError: its backing file is no such file.
    """
    argv = image.create_argv()
    if isinstance(image.size, Verbatim):
        raise InvalidOption(
            f"{image.size!r} is no size",
            hint="give one, such as size='50G'",
            option="DiskImage",
            field="size",
        )
    if base := image._base:
        base._refuse_disguise(argv)
        image._refuse_being(base, argv)
    return argv


def make(image: DiskImage, path: str, shown: Sequence[str]) -> int | str | None:
    """Create an image under another name, in the same directory.

    Args:
        image: what it is to be.
        path: the name that it gets for now.
        shown: the command that errors tell of.

    Returns:
        Its size.
    """
    from qemubuild.disk.encryption import readable  # noqa: PLC0415

    with readable(image.encryption) as (secret, inherit):
        argv = image._create_argv(path, secret)
        try:
            said = patiently(lambda: run(argv, shown=shown, inherit=inherit))
        except ImageError as error:
            from qemubuild.disk.known import explained  # noqa: PLC0415 - only then

            raise explained(error, image.format) from None
    named(image, path)
    return _created_size(said, path) if image.size is None else image.size


def named(image: DiskImage, path: str) -> None:
    """Have an image that was made under another name say its own."""
    if image.format == "vmdk":
        from qemubuild.disk.vmdk import name_itself  # noqa: PLC0415 - few are

        name_itself(path, os.path.basename(image.path))


def patiently(call: Callable[[], str]) -> str:
    """Call what makes an encrypted image, until the host has a moment for it."""
    for _ in range(_TRIES - 1):
        try:
            return call()
        except ImageError as error:
            if _CLOCK_STOOD not in error.stderr:
                raise
    return call()


def _created_size(said: str, path: str) -> int | None:
    """The size in what ``qemu-img create`` said of a path."""
    found = re.match(r"fmt=.*? size=(\d+)", said.removeprefix(f"Formatting '{argument(path)}', "))
    return int(found[1]) if found else None

"""Running ``qemu-img``, and what to do about what it most often complains of."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ImageError, NotInstalled

if TYPE_CHECKING:
    from collections.abc import Sequence

# What it says, and the mend. The first that is found counts: what is special comes first.
_HINTS: Final = (
    (
        r"Could not open backing (file|image)",
        (
            "a backing name is looked up from the directory of the image: "
            "is it there, and in the format that was said?"
        ),
    ),
    (
        r"Is another process using the image",
        "a running machine or another qemu-img has it open: stop that one first",
    ),
    (r"Permission denied", "look who owns the file and its directory, and who may write there"),
    (r"Read-only file system", "choose a directory on a file system that can be written to"),
    (
        r"No space left on device|Disk quota exceeded",
        "make room on that file system, or leave out preallocation: the image then grows as needed",
    ),
    (
        r"image size is too large|File too large",
        (
            "the file system may hold no file so large, or 'ulimit -f' none: "
            "write a smaller size, or format='qcow2', whose file grows as needed"
        ),
    ),
    (r"File name too long", "shorten the name: most file systems take 255 bytes"),
    (r"Image is not in (\S+) format", "say the format it really has: format="),
    (
        r"Invalid parameter|Parameter '|invalid parameter value|Unknown option",
        "'qemu-img create -f FORMAT -o help' lists the options of a format and their values",
    ),
    (r"does not support image creation", "create it in another format, such as 'qcow2'"),
    (r"No such file or directory", "is the path right, and its directory there?"),
)


def run(argv: Sequence[str], *, shown: Sequence[str] | None = None) -> str:
    """Run ``qemu-img`` to its end.

    Args:
        argv: what to run.
        shown: the same, as errors tell it: a temporary name in ``argv`` is another one here.

    Returns:
        What it wrote to its standard output.

    Raises:
        NotInstalled: there is no qemu-img.
        ImageError: it failed.
    """
    import subprocess  # noqa: PLC0415 - what is never run need not be paid for

    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},  # so that the hints recognise what it says
        )
    except (FileNotFoundError, PermissionError) as error:
        raise NotInstalled(
            argv[0], hint="it comes with QEMU; on Debian: apt install qemu-utils"
        ) from error
    except OSError as error:
        raise ImageError(
            f"{' '.join(argv[:2])} cannot be run: {error.strerror}",
            argv=shown or argv,
            exit_code=None,
            stderr="",
            hint="are its arguments too long?",
        ) from error
    if done.returncode == 0:
        return os.fsdecode(done.stdout)
    stderr = os.fsdecode(done.stderr)
    for real, told in zip(argv, shown or argv, strict=True):
        if real != told:
            stderr = stderr.replace(real, told)
    raise ImageError(
        f"{' '.join(argv[:2])} {_ended(done.returncode)}",
        argv=shown or argv,
        exit_code=done.returncode,
        stderr=stderr,
        hint=hint_for(stderr),
    )


def hint_for(stderr: str) -> str:
    """What to do about what qemu-img said, where that is known."""
    for said, mend in _HINTS:
        if re.search(said, stderr):
            return mend
    return ""


def _ended(exit_code: int) -> str:
    if exit_code < 0:
        return f"was ended by signal {-exit_code}"
    return f"failed with exit status {exit_code}"

"""Running ``qemu-img``, and what to do about what it most often complains of."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ImageError, NotInstalled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qemubuild.disk.child import Ended
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.progress import Progress

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
    (
        r"cannot unlock any keyslot",
        (
            "give the right passphrase; all that is in its file counts, a newline at the end, too: "
            "write it by `printf %s`"
        ),
    ),
    (
        r"key-secret' is required",
        "the image is encrypted: say DiskImage(..., encryption=Luks(passphrase))",
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
        r"only supported for image creation",
        "it is decided when an image is made: convert() makes another one with options=",
    ),
    (
        r"Invalid parameter|Parameter '|invalid parameter value|Unknown option",
        "'qemu-img create -f FORMAT -o help' lists the options of a format and their values",
    ),
    (r"does not support image creation", "create it in another format, such as 'qcow2'"),
    (r"No such file or directory", "is the path right, and its directory there?"),
)

_NOT_RUN: Final = {
    errno.E2BIG: "its arguments are longer than Linux passes on: shorten the names",
    errno.EMFILE: "this process has too many files open: close some, or raise 'ulimit -n'",
    errno.ENFILE: "this host has too many files open",
    errno.EAGAIN: "too many processes run: end some, or raise 'ulimit -u'",
    errno.ENOMEM: "there is no memory left for another process",
}
_LOCKED: Final = re.compile(r"Is another process using the image \[(.*)\]\?", re.DOTALL)

# What it could not make, it deletes; what has no name in any directory goes by itself.
_NOT_DELETED: Final = re.compile(r"^.*Error when deleting file /proc/.*\n?", re.MULTILINE)


def run(
    argv: Sequence[str],
    *,
    shown: Sequence[str] | None = None,
    progress: Callable[[Progress], object] | None = None,
    inherit: Sequence[int] = (),
    images: Sequence[DiskImage] = (),
) -> str:
    """Run ``qemu-img`` to its end.

    Args:
        argv: what to run.
        shown: the same, as errors tell it: a temporary name in ``argv`` is another one here.
        progress: is called with how far it is; what it raises ends qemu-img, and goes on.
        inherit: open files that it is to have, too.
        images: what ``argv`` is about, as far as they may be encrypted.

    Returns:
        What it wrote to its standard output.

    Raises:
        NotInstalled: there is no qemu-img.
        ImageError: it failed.
    """
    ended = execute(argv, shown=shown, progress=progress, inherit=inherit, images=images)
    if ended.exit_code:
        raise failure(ended, argv, shown)
    return os.fsdecode(ended.stdout)


def execute(
    argv: Sequence[str],
    *,
    shown: Sequence[str] | None = None,
    progress: Callable[[Progress], object] | None = None,
    inherit: Sequence[int] = (),
    images: Sequence[DiskImage] = (),
) -> Ended:
    """The same, for whoever reads its exit status: nothing is raised because of that.

    Raises:
        NotInstalled: there is no qemu-img.
        ImageError: it cannot be run.
    """
    from qemubuild.disk.child import CannotStart, run_to_end  # noqa: PLC0415 - few run anything

    if any(image.secret_keys for image in images):
        from qemubuild.disk.encryption import unlocked  # noqa: PLC0415 - few are

        with unlocked(argv, images) as (real, secrets):
            more = (*inherit, *secrets)
            return execute(real, shown=shown or argv, progress=progress, inherit=more)
    try:
        if progress is None:
            return run_to_end(argv, inherit=inherit)
        return _followed(argv, progress, inherit)
    except CannotStart as error:
        raise _cannot_run(error.__cause__, shown or argv) from error.__cause__


def _cannot_run(why: BaseException | None, argv: Sequence[str]) -> NotInstalled | ImageError:
    if isinstance(why, (FileNotFoundError, PermissionError)):
        return NotInstalled(argv[0], hint="it comes with QEMU; on Debian: apt install qemu-utils")
    number = (why.errno if isinstance(why, OSError) else None) or 0
    return ImageError(
        f"{' '.join(argv[:2])} cannot be run: {os.strerror(number)}",
        argv=argv,
        exit_code=None,
        stderr="",
        hint=_NOT_RUN.get(number, ""),
    )


def failure(ended: Ended, argv: Sequence[str], shown: Sequence[str] | None = None) -> ImageError:
    """What to raise because of how ``qemu-img`` ended."""
    stderr = _NOT_DELETED.sub("", os.fsdecode(ended.stderr))
    for real, told in zip(argv, shown or argv, strict=True):
        if real != told:
            stderr = stderr.replace(real, told)
    return ImageError(
        f"{' '.join(argv[:2])} {_ended(ended.exit_code)}",
        argv=shown or argv,
        exit_code=ended.exit_code,
        stderr=stderr,
        hint=_who_has_it(stderr) or hint_for(stderr),
    )


def _followed(
    argv: Sequence[str], progress: Callable[[Progress], object], inherit: Sequence[int]
) -> Ended:
    from qemubuild.disk.child import run_to_end  # noqa: PLC0415
    from qemubuild.disk.progress import Reader, without_progress  # noqa: PLC0415

    reader = Reader(progress)
    ended = run_to_end([*argv[:2], "-p", *argv[2:]], follow=reader, inherit=inherit)
    if not ended.exit_code:
        reader.finish()
    return ended._replace(stdout=without_progress(ended.stdout))


def _who_has_it(stderr: str) -> str:
    """A hint that names the processes which have an image locked, as far as they can be seen."""
    from qemubuild.locks import find_holders  # noqa: PLC0415

    found = _LOCKED.search(stderr)
    holders = " and ".join(map(str, find_holders(found[1]))) if found else ""
    return f"{holders} has it open: end that first" if holders else ""


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

"""A new image appears whole or not at all, and what was there before is never lost unasked."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ImageError
from qemubuild.locks import find_holders, in_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_HARD_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@contextmanager
def whole(
    path: str, *, overwrite: bool, argv: Sequence[str], nameless: bool = False
) -> Iterator[str]:
    """Give another name to write to, and put what was written there in the place of ``path``.

    Whatever goes wrong, nothing stays under the other name, and ``path`` is as it was.

    Args:
        path: where the image shall be.
        overwrite: whether it may take the place of a file that is there.
        argv: the command that an error tells of.
        nameless: give, where the file system can, a name that leads to a file without one in any
            directory: nothing is left of it even when this process is killed. The other names are
            in the directory of ``path``, and what is relative to that is right there alone.

    Raises:
        ImageError: what is there must not be overwritten, or ``path`` cannot be written to.
    """
    hidden = beside(path)
    with _explained(path, argv):
        old = _lstat(path)
        if old and (reason := why_not(path, old, overwrite=overwrite)):
            raise _refused(path, argv, *reason)
    file = without_name(os.path.dirname(path) or ".") if nameless else None
    try:
        yield hidden if file is None else way_to(file)
        with _explained(path, argv):
            flush(hidden if file is None else way_to(file))
            if file is not None:
                name = hidden if overwrite else path
                os.link(way_to(file), name, src_dir_fd=file, follow_symlinks=True)
            elif not overwrite:
                appear(hidden, path)
            if overwrite:
                _take_place(hidden, path, old)
    finally:
        if file is not None:
            os.close(file)
        with suppress(OSError):
            os.unlink(hidden)


def beside(path: str) -> str:
    """A name for what is to become a file, in the same directory, that nothing has."""
    # Its length owes nothing to the image's own name, which may be as long as a name can be.
    return os.path.join(os.path.dirname(path), f".qemubuild-{os.urandom(8).hex()}")


def without_name(directory: str) -> int | None:
    """A file that is in no directory yet; ``None`` where there is no such thing."""
    try:
        file = os.open(directory, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o644)
    except OSError:  # of another file system; or what qemu-img says better
        return None
    with suppress(OSError):
        if os.path.samestat(os.stat(way_to(file)), os.fstat(file)):
            return file
    os.close(file)  # there is no /proc, or one of other processes
    return None


def way_to(file: int) -> str:
    """A name that leads to an open file, in this process and its children."""
    return f"/proc/{os.getpid()}/fd/{file}"


def _refused(path: str, argv: Sequence[str], reason: str, hint: str) -> ImageError:
    return ImageError(f"{path!r} {reason}", argv=argv, exit_code=None, stderr="", hint=hint)


@contextmanager
def _explained(path: str, argv: Sequence[str]) -> Iterator[None]:
    """Have an error of the file system say which image it is about."""
    try:
        yield
    except FileExistsError as error:
        raise _refused(path, argv, "appeared while the image was being made", _ASK) from error
    except OSError as error:
        reason = f"cannot be made: {error.strerror}"
        raise _refused(path, argv, reason, "choose another path") from error


_ASK: Final = "choose another path, or overwrite=True if what is there may go"


def _lstat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def why_not(path: str, old: os.stat_result, *, overwrite: bool) -> tuple[str, str] | None:
    """Why what is there must stay, and what to do instead."""
    if stat.S_ISDIR(old.st_mode):
        return "is a directory", "add the file's name to it"
    if stat.S_ISLNK(old.st_mode):
        # Neither replacing the link nor what it leads to is surely what was meant.
        return "is a symbolic link", f"give the path that it leads to: {os.path.realpath(path)!r}"
    if not stat.S_ISREG(old.st_mode):
        return "is no regular file", "choose another path; a device is not created, but written to"
    if not overwrite:
        return "is there already", _ASK
    if in_use(path):
        holders = " and ".join(map(str, find_holders(path))) or "another user's process"
        return f"is in use by {holders}", "end that first, or choose another path"
    return None


def flush(path: str) -> None:
    """Have a file's content on the disk before its name says that it is there."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fdatasync(file)
    finally:
        os.close(file)


def _take_place(new: str, path: str, old: os.stat_result | None) -> None:
    """Replace a file in one step; who may use it stays as it was."""
    if old:
        os.chmod(new, stat.S_IMODE(old.st_mode))
        with suppress(PermissionError):  # only root can give a file away
            os.chown(new, old.st_uid, old.st_gid)
    os.rename(new, path)


def appear(new: str, path: str) -> None:
    """Give a file its name in one step, unless there is such a file by now."""
    try:
        os.link(new, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # An empty file keeps the name for us, until the whole one takes its place.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC))
        try:
            os.rename(new, path)
        except OSError:
            os.unlink(path)
            raise

"""The names of guests: a folder for each, in a directory that only this user can enter.

A folder holds what another Python needs to find the guest: who it is (``guest.json``), its
monitors, its log. Whether it lives is told by ``lock``, a file that QEMU itself holds locked: the
lock ends with QEMU, however that ends, so no number of a process that is gone can be taken for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import stat
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from qemubuild.errors import InvalidOption, LaunchError, NotRunning

if TYPE_CHECKING:
    from collections.abc import Iterator

# A Unix socket's path has at most 107 bytes, and "/" and "/control" are to follow.
_LONGEST_PATH: Final = 98
_LONGEST_NAME: Final = 40


def directory() -> str:
    """Where guests are found: ``$XDG_RUNTIME_DIR/qemubuild``, or ``/tmp/qemubuild-UID``.

    Raises:
        LaunchError: another user has it, or may enter it.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    path = f"{base}/qemubuild"
    # QEMU's own configuration, where the path is written, has no way to escape a quote.
    if not os.path.isdir(base) or len(path) + _LONGEST_NAME > _LONGEST_PATH or '"' in path:
        path = f"/tmp/qemubuild-{os.getuid()}"  # noqa: S108 - judged below
    with contextlib.suppress(FileExistsError):
        os.mkdir(path, 0o700)
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise LaunchError(
            f"{path!r} is to hold what only this user may see of guests, and others can reach it",
            argv=(),
            exit_code=None,
            stderr="",
            hint=f"remove it, or `chmod 700 {path}` if it is yours",
        )
    return path


class Place:
    """The folder of a guest's name.

    Attributes:
        name: the name.
        path: the folder.
    """

    def __init__(self, name: str) -> None:
        if not name or "\0" in name:
            raise InvalidOption(
                f"a guest cannot be called {name!r}", hint="write at least one character, not NUL"
            )
        self.name = name
        self.path = os.path.join(directory(), _folder(name))

    @property
    def monitor(self) -> str:
        """The socket of the monitor that the library itself speaks by."""
        return os.path.join(self.path, "qmp")

    @property
    def control(self) -> str:
        """The socket of the monitor that is for its users."""
        return os.path.join(self.path, "control")

    @property
    def log(self) -> str:
        """The file of its log."""
        return os.path.join(self.path, "log")

    @contextlib.contextmanager
    def claimed(self) -> Iterator[int]:
        """Take the name, and clean up what a dead guest left there; all is undone by an exception.

        Yields:
            A locked descriptor, which QEMU is to inherit: the name is taken while it has it.

        Raises:
            LaunchError: a guest of that name is running, or about to.
        """
        lock = self._claim()
        try:
            yield lock
        except BaseException:
            fcntl.flock(lock, fcntl.LOCK_UN)  # whoever else may have it, QEMU is dead
            self.leave()
            raise
        finally:
            os.close(lock)

    def _claim(self) -> int:
        with self._alone():
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            lock = self._lock()
            if lock is None and self._is_left_over():
                os.unlink(self._locked)
                lock = self._lock()
            if lock is None:
                raise LaunchError(
                    f"a guest called {self.name!r} is running already",
                    argv=(),
                    exit_code=None,
                    stderr="",
                    hint=f"Process.attach({self.name!r}) finds it, launch(name={self.name!r},"
                    " replace=True) ends it first; or choose another name",
                )
            self._clean()
            return lock

    @property
    def _locked(self) -> str:
        """The file that QEMU holds locked."""
        return os.path.join(self.path, "lock")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else claims or leaves a name meanwhile."""
        fd = os.open(os.path.dirname(self.path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)  # closing would not do: a fork may have a copy
            os.close(fd)

    def _lock(self) -> int | None:
        """The lock, held; ``None`` where another has it."""
        fd = os.open(self._locked, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return fd

    def _is_left_over(self) -> bool:
        """Whether the guest is dead, whoever has its lock.

        That may be what QEMU started and what outlived it; and for a moment anybody who looks into
        ``/proc/PID/fd``.
        """
        told = self.told()
        return bool(told) and not is_process(told["pid"], told["started"])

    def _clean(self) -> None:
        for name in os.listdir(self.path):
            if name != "lock":
                os.unlink(os.path.join(self.path, name))

    def tell(self, **facts: Any) -> None:
        """Write who the guest is, for other Pythons."""
        beside = os.path.join(self.path, ".guest.json")
        with open(beside, "w", encoding="ascii") as file:
            json.dump({"name": self.name, **facts}, file)
        os.replace(beside, os.path.join(self.path, "guest.json"))

    def told(self) -> dict[str, Any]:
        """Who the guest is; nothing while it is not up."""
        try:
            with open(os.path.join(self.path, "guest.json"), encoding="ascii") as file:
                told: dict[str, Any] = json.load(file)
        except (OSError, ValueError):
            return {}
        return told

    def found(self) -> dict[str, Any]:
        """Who the guest is that runs under this name.

        Raises:
            NotRunning: none does.
        """
        told = self.told()
        if not told or not is_process(told["pid"], told["started"]):
            raise NotRunning(self.name, [place.name for place in places()])
        return told

    def leave(self) -> None:
        """Remove the folder of a guest that has ended, unless the name was taken again."""
        # What cannot be removed, or was before, does not keep a guest from ending.
        with contextlib.suppress(OSError), self._alone():
            if not os.path.isdir(self.path):
                return
            lock = self._lock()
            try:
                if lock is not None or self._is_left_over():
                    self._clean()
                    os.unlink(self._locked)
                    os.rmdir(self.path)
            finally:
                if lock is not None:
                    os.close(lock)


def new_name() -> str:
    """A name for a guest that was given none.

    Nobody asks for such a name again, so this is when the folders of dead guests are removed.
    """
    for _ in places():
        pass
    return f"qemu-{os.urandom(4).hex()}"


def places() -> Iterator[Place]:
    """The places of all guests that run; what dead ones left is removed."""
    for folder in sorted(os.listdir(directory())):
        place = Place.__new__(Place)
        place.path = os.path.join(directory(), folder)
        told = place.told()
        place.name = told.get("name", folder)
        if told and is_process(told["pid"], told["started"]):
            yield place
        else:
            place.leave()


def started(pid: int) -> int | None:
    """When a process was started, in the kernel's ticks; ``None`` where there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] == b"Z" else int(fields[19])


def is_process(pid: int, since: int) -> bool:
    """Whether a process still is the one that was started then."""
    return started(pid) == since


def _folder(name: str) -> str:
    """A name as one component of a path, short enough for a socket in it."""
    given = os.fsencode(name)
    text = re.sub(rb"^\.|[^\w .,+=@-]", lambda odd: b"%%%02X" % odd[0][0], given).decode()
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[: _LONGEST_NAME - 9]}-{crc32(given):08x}"

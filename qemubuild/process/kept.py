"""This Python's side of the keeper: starting it, handing guests to it, reading their logs.

There is one keeper for a Python. It is started with the first guest and stays until Python ends, or
the last detached guest after that: starting one for each guest would take half as long as starting
QEMU does.
What the two say to each other is written down in ``keeper.py``.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from qemubuild.errors import LaunchError
from qemubuild.process import keeper as keeper_program
from qemubuild.process.child import pidfd_open, spawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.process.child import Child
    from qemubuild.process.console import Console

_PATIENCE = 5.0
"""Seconds for the keeper to take what it is sent, or to leave; it needs about a thousandth."""


class Kept:
    """One guest in the keeper's care.

    Attributes:
        output: where the guest's stdout and stderr are to go.
        log: the end of what it wrote; to be read until ``close``.
        port: its end of the console, where it has one.
        console: our end.
    """

    def __init__(self, keeper: _Keeper, log: str | None, *, console: bool) -> None:
        self.port: socket.socket | None = None
        self.console: Console | None = None
        with contextlib.ExitStack() as opened, contextlib.ExitStack() as handed:
            self.log = keeper_program.Log(_unnamed_file() if log is None else _new_file(log))
            opened.callback(os.close, self.log.fd)
            read_end, write_end = os.pipe()
            self.output = opened.enter_context(open(write_end, "wb", buffering=0))
            source = handed.enter_context(open(read_end, "rb", buffering=0))
            self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            opened.enter_context(self._line)
            handed.enter_context(theirs)
            more = self._make_console(opened, handed, log) if console else []
            keeper.announce([theirs.fileno(), source.fileno(), self.log.fd, *more])
            self._opened = opened.pop_all()
        self._keeper = keeper
        keeper.guests.add(self)

    def _make_console(
        self, opened: contextlib.ExitStack, handed: contextlib.ExitStack, log: str | None
    ) -> list[int]:
        """Make the ends of a console; those that the keeper is to have."""
        from qemubuild.process.console import Console  # noqa: PLC0415 - what few guests have

        ours, self.port = map(opened.enter_context, socket.socketpair())
        bell, keepers_bell = socket.socketpair()
        opened.enter_context(bell)
        handed.enter_context(keepers_bell)
        words = _unnamed_file()
        self.console = Console(ours, words, bell)
        opened.callback(self.console.close)
        fds = [ours.fileno(), words, keepers_bell.fileno()]
        if log is not None:
            door = handed.enter_context(socket.socket(socket.AF_UNIX))
            with contextlib.suppress(FileNotFoundError):
                os.unlink(_door(log))
            door.bind(_door(log))
            door.listen()
            fds.append(door.fileno())
        return fds

    def hand_over(self, child: Child) -> None:
        """The guest runs: from here on it ends with this Python, even when that is killed."""
        self.output.close()
        if self.port is not None:
            self.port.close()
        fds = [] if child.pidfd is None else [child.pidfd]
        with contextlib.suppress(OSError):  # the keeper was killed: `confirm` tells
            socket.send_fds(self._line, [b"pid %d" % child.pid], fds)

    def confirm(self, timeout: float | None) -> bool:
        """Wait until the keeper says that it has taken the guest; false when it does not."""
        return self._hear(timeout) == b"kept"

    def detach(self) -> None:
        """Let the guest outlive this Python."""
        with contextlib.suppress(OSError):  # the guest, or the keeper, has ended
            self._line.send(b"detach")

    def last_words(self) -> bytes:
        """The log of a guest that has ended, once all that it wrote is there."""
        while self._hear(_PATIENCE):
            pass
        if self.console is not None:
            self.console.hear_out(_PATIENCE)
        return self.log.tail()

    def leave(self) -> None:
        """Close what is open here; the guest stays in the keeper's care."""
        self._opened.close()

    def close(self) -> None:
        """The guest has ended: close everything."""
        self._opened.close()
        self._keeper.guests.discard(self)

    def _hear(self, timeout: float | None) -> bytes:
        self._line.settimeout(timeout)
        try:
            return self._line.recv(16)
        except OSError:  # took too long; or the keeper was killed
            return b""


class _Keeper:
    """The keeper process, as long as it has guests of ours."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.settimeout(_PATIENCE)
        self.guests: set[Kept] = set()
        me = pidfd_open(os.getpid())
        fds = [-1 if me is None else me, theirs.fileno()]
        # Isolated and without site: it starts faster, and no setting of the user's reaches it.
        # An embedded Python may not know its own executable; any Python will do.
        argv = [sys.executable or "python3", "-I", "-S", keeper_program.__file__, *map(str, fds)]
        try:
            inherit = [fd for fd in fds if fd >= 0]
            self.child = spawn(argv, output=_DEVNULL, inherit=inherit, cwd="/")
        except OSError as error:
            self.control.close()
            raise LaunchError(
                f"the process that looks after guests cannot be started: {error.strerror}",
                argv=argv,
                exit_code=None,
                stderr="",
                hint="let sys.executable be a Python that can be run",
            ) from error
        finally:
            theirs.close()
            if me is not None:
                os.close(me)

    def announce(self, fds: Sequence[int]) -> None:
        """One more guest comes."""
        socket.send_fds(self.control, [b"guest"], fds)

    def dismiss(self) -> None:
        """No more guests come; it leaves with the last of those it has."""
        # Not only closed: a fork may hold a copy.
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
        for kept in self.guests:
            kept.leave()
        if not self.guests:
            self.child.wait(_PATIENCE)


_DEVNULL = -3  # subprocess.DEVNULL
_lock = threading.Lock()
_current: _Keeper | None = None


def keep(log: str | None = None, *, console: bool = False) -> Kept:
    """Announce a guest to the keeper, which is started when there is none.

    Args:
        log: the path of a new file for its log, where others are to find it.
        console: whether its serial port is to be listened to, and written to.

    Raises:
        LaunchError: it cannot be started.
    """
    global _current  # noqa: PLW0603 - there is one keeper for the process
    with _lock:
        if _current is not None:
            try:
                return Kept(_current, log, console=console)
            except ConnectionError:  # somebody killed it
                _current.control.close()
                _current.child.wait(_PATIENCE)
        _current = _Keeper()
        return Kept(_current, log, console=console)


def leave() -> None:
    """This Python ends; the keeper stays only for guests that were detached."""
    global _current
    with _lock:
        keeper, _current = _current, None
    if keeper is not None:
        keeper.dismiss()


def _in_fork() -> None:
    """A fork has neither guests nor a keeper, until it starts some of its own."""
    global _lock, _current  # noqa: PLW0603 - the lock may be held by a thread that is not here
    _lock = threading.Lock()
    if _current is not None:
        _current.control.close()
        _current = None


os.register_at_fork(after_in_child=_in_fork)


class Visited:
    """A guest in the care of another Python's keeper, seen from here."""

    def __init__(self, log: str) -> None:
        self._path = log
        self._console: Console | None = None
        self.log = keeper_program.Log(os.open(log, os.O_RDONLY | os.O_CLOEXEC))

    @property
    def console(self) -> Console | None:
        """Our end of its console, once it is asked for; ``None`` where it has none."""
        if self._console is None:
            from qemubuild.process.console import Console  # noqa: PLC0415 - what few guests have

            self._console = Console.connect(_door(self._path))
        return self._console

    def last_words(self) -> bytes:
        """The log; the last of it may be on its way to the keeper."""
        if self._console is not None:
            self._console.hear_out(_PATIENCE)
        return self.log.tail()

    def detach(self) -> None:
        """It does not end with this Python in any case."""

    def close(self) -> None:
        """The guest has ended."""
        self._close_log()
        if self._console is not None:
            self._console.close()

    def __del__(self) -> None:
        self._close_log()  # alone: the console may be in use for longer

    def _close_log(self) -> None:
        if self.log.fd >= 0:
            os.close(self.log.fd)
            self.log.fd = -1


def _door(log: str) -> str:
    """Where others ask for the console of the guest whose log that is."""
    return os.path.join(os.path.dirname(log), "console")


def _new_file(path: str) -> int:
    with contextlib.ExitStack() as on_failure:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        on_failure.callback(os.close, fd)
        # All the room it will ever need, so that a disk that fills up later does not matter.
        os.posix_fallocate(fd, 0, keeper_program.Log.SIZE)
        on_failure.pop_all()
        return fd


def _unnamed_file() -> int:
    if hasattr(os, "memfd_create"):  # not in a Python built for an old C library
        return os.memfd_create("qemubuild-log")
    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())

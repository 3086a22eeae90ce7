"""A child process of this Python, waited for without polling.

A pidfd names the process itself and not its number, can be waited on with ``poll`` from any number
of threads, and lets a signal reach nobody else. Where the kernel or this Python has none (Linux
before 5.3), the wait falls back to asking again and again, ever less often.

Nothing here needs SIGCHLD, a thread or a handler, so a child that ended is reaped when somebody
next asks for it, and not before.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = 255
"""The exit status of a child that somebody else reaped; asyncio reports the same."""

_MOST_MS = 2**31 - 1
_SHORTEST, _LONGEST = 0.001, 0.05


def pidfd_open(pid: int) -> int | None:
    """A pidfd for the process, or ``None`` where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):  # a Python built for an older kernel; the older kernel
        return None


def spawn(argv: Sequence[str], *, output: int, inherit: Sequence[int], cwd: str | None) -> Child:
    """Start a program in a session of its own, away from the terminal and its Ctrl-C.

    Args:
        argv: the program and its arguments.
        output: where its stdout and stderr go; its stdin is /dev/null.
        inherit: the descriptors it is given besides, under the same numbers.
        cwd: its directory; ``None`` for ours.

    Raises:
        OSError: it cannot be run.
        ValueError: an argument holds a NUL, or what no argument can hold.
    """
    import subprocess  # noqa: PLC0415 - it costs more to import than the rest of this module

    popen = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=inherit,
        cwd=cwd,
        start_new_session=True,
    )
    # Popen's own finalizer would wait for it too, and warn: it is Child's to wait for.
    popen.returncode = 0
    return Child(popen.pid)


class Child:
    """One child process.

    Attributes:
        pid: its number; another process may have it once this one was reaped.
        pidfd: what to wait on and signal by; ``None`` where unsupported, or once it was reaped.
        returncode: its exit status, negative for a signal, ``None`` until it was reaped.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.pidfd = pidfd_open(pid)
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Give the pidfd back; harmless to repeat."""
        fd, self.pidfd = self.pidfd, None
        if fd is not None:
            os.close(fd)

    def poll(self) -> int | None:
        """The exit status, or ``None`` while it runs; never blocks."""
        with self._lock:
            if self.returncode is None and (self.pidfd is None or _readable(self.pidfd, 0)):
                self.returncode = self._reap()
                if self.returncode is not None:
                    self.close()
            return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait up to ``timeout`` seconds (``None``: forever); ``None`` when that was too short."""
        deadline = None if timeout is None else time.monotonic() + timeout
        delay = _SHORTEST
        while (status := self.poll()) is None:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return None
            # A copy of its own for each waiting thread: whoever reaps closes the original.
            with self._lock:
                fd = None if self.pidfd is None else os.dup(self.pidfd)
            if fd is not None:
                try:
                    _readable(fd, left)
                finally:
                    os.close(fd)
            elif self.returncode is None:
                time.sleep(delay if left is None else min(delay, left))
                delay = min(delay * 2, _LONGEST)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended: never to a process that took over its number."""
        with self._lock:
            if self.returncode is not None:
                return
            try:
                if self.pidfd is None:
                    os.kill(self.pid, number)
                else:
                    signal.pidfd_send_signal(self.pidfd, number)
            except ProcessLookupError:
                pass  # somebody else reaped it

    def _reap(self) -> int | None:
        try:
            result = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG)
        except ChildProcessError:
            # Another part of this program waits for every child, or ignores SIGCHLD, or this is
            # a fork of the Python whose child it is.
            if self.pidfd is None and _exists(self.pid):
                return None
            import logging  # noqa: PLC0415 - hardly ever needed

            logging.getLogger("qemubuild").warning(
                "somebody else waited for process %d: its exit status is lost, and taken for %d",
                self.pid,
                UNKNOWN,
            )
            return UNKNOWN
        if result is None:
            return None
        return result.si_status if result.si_code == os.CLD_EXITED else -result.si_status


class Stranger(Child):
    """A process that another one started: Linux tells nobody else its exit status."""

    def _reap(self) -> int | None:
        return UNKNOWN if self.pidfd is not None or not _exists(self.pid) else None


def _readable(fd: int, seconds: float | None) -> bool:
    poller = select.poll()
    poller.register(fd, select.POLLIN)
    # Rounded up, or the last part of a millisecond would be spent in a busy loop.
    ms = None if seconds is None else min(int(seconds * 1000) + (seconds > 0), _MOST_MS)
    return bool(poller.poll(ms))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""A guest's text console: its first serial port, read and written from any thread.

The keeper takes what the guest writes as soon as it comes, and keeps the end of it, so a guest
never waits for a reader. Here it is read from there, and the guest is written to directly. Each
Python has a place of its own in what was written: several do not take it from each other.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ControlError
from qemubuild.process.keeper import Log
from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

_ANSWERS: Final = 5.0
"""Seconds for the keeper to let one in, which takes it about a thousandth."""
_SHOWN: Final = 12
"""How many lines an error shows of what came instead."""


class Console:
    r"""What a guest says on its serial port, and what is said to it: ``Process.console``.

    Text is UTF-8; what is no UTF-8 is read as U+FFFD. Lines end as the guest ends them, mostly with
    ``\r\n``. What was written before anybody read is kept, the last 64 KiB of it. Iterate over it
    for lines, without their ends, until the guest ends.
    """

    def __init__(self, port: socket.socket, log: int, bell: socket.socket) -> None:
        self._port = port
        self._log = Log(log)
        self._bell = bell
        self._position = 0
        self._unread = ""
        self._over = False
        self._last_words: bytes | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reading = threading.Lock()
        self._writing = threading.Lock()

    @classmethod
    def connect(cls, path: str) -> Self:
        """The console of a guest that another Python started.

        Raises:
            ControlError: it was started without.
        """
        bell = socket.socket(socket.AF_UNIX)
        try:
            bell.settimeout(_ANSWERS)
            bell.connect(path)
            _, fds, _, _ = socket.recv_fds(bell, 1, 2, socket.MSG_CMSG_CLOEXEC)
            port, log = fds
        except (OSError, ValueError):
            bell.close()
            raise no_console() from None
        return cls(socket.socket(fileno=port), log, bell)

    @property
    def log(self) -> str:
        """What the guest wrote so far, read or not: the last 64 KiB, in whole lines."""
        with self._reading:
            said = self._log.tail() if self._last_words is None else self._last_words
        return said.decode(errors="replace")

    def read(self) -> str:
        """All that came and was not read yet; does not wait."""
        with self._reading:
            self._take()
            said, self._unread = self._unread, ""
            return said

    def expect(
        self, pattern: str | re.Pattern[str], *, timeout: float | None = 30
    ) -> re.Match[str]:
        """Wait until the guest says something, and read up to the end of it.

        Args:
            pattern: a regular expression, searched for in all that is not read yet, as soon as
                anything comes: end it with what surely follows.
            timeout: seconds; ``None`` for as long as it takes.

        Raises:
            TimeoutError: it did not; the message has what it said last. Nothing of that is read.
            ControlError: the guest has ended without.
        """
        search = re.compile(pattern).search
        found: list[re.Match[str]] = []

        def end_of_match(text: str) -> int | None:
            found.extend(filter(None, [search(text)]))
            return found[0].end() if found else None

        self._read_to(end_of_match, f"{getattr(pattern, 'pattern', pattern)!r}", timeout)
        return found[0]

    def write(self, text: str, *, timeout: float | None = 30) -> None:
        r"""Type something: ``"root\n"``.

        Args:
            text: what to type.
            timeout: seconds for the guest to take it, where it takes nothing more for now.

        Raises:
            TimeoutError: the guest has not taken all of it.
            ControlError: the guest has ended.
        """
        with self._writing:
            try:
                self._port.settimeout(timeout)
                self._port.sendall(text.encode())
            except TimeoutError:
                raise TimeoutError(f"the guest takes no more on its console: {text!r}") from None
            except OSError:
                raise ControlError("the guest has ended, and cannot be written to") from None

    _repr_mimebundle_ = shown_by("process.console")

    def __iter__(self) -> Iterator[str]:
        """The lines that are not read yet, and those to come."""
        while True:
            try:
                line = self._read_to(_end_of_line, "another line", None)
            except ControlError:
                if rest := self.read():
                    yield rest
                return
            yield line.rstrip("\r\n")

    def follow(self) -> Log:
        """All that the guest writes, for a reader who takes nothing away from others.

        Returns:
            The log, with a descriptor of its own, which is the caller's to close.

        Raises:
            ControlError: the guest has ended; `log` has what it said.
        """
        with self._writing:
            if self._log.fd < 0:
                raise ControlError("the guest has ended, and console.log has what it said")
            return Log(os.dup(self._log.fd))

    def hear_out(self, seconds: float) -> None:
        """The guest has ended: keep what it said last."""
        deadline = time.monotonic() + seconds
        with self._reading:
            while self._hear(deadline):
                pass
            self._take()
            self._over = True
            if self._last_words is None:
                self._last_words = self._log.tail()

    def close(self) -> None:
        """Hang up; harmless to repeat."""
        with self._reading, self._writing:
            if self._log.fd >= 0:
                self._over = True
                self._last_words = self._last_words or b""
                os.close(self._log.fd)
                self._log.fd = -1
            self._bell.close()
            self._port.close()

    def __del__(self) -> None:
        self.close()

    def _read_to(self, end: Callable[[str], int | None], what: str, timeout: float | None) -> str:
        """Wait until there is an end of what to read, and read up to it."""
        deadline = None if timeout is None else time.monotonic() + timeout
        if not self._reading.acquire(timeout=-1 if timeout is None else timeout):
            raise TimeoutError(f"another thread has been reading the console for {timeout:g} s")
        try:
            self._take()
            while (length := end(self._unread)) is None:
                if self._over:
                    raise ControlError(f"the guest ended, and did not say {what}{self._shown()}")
                if not self._hear(deadline):
                    raise TimeoutError(
                        f"the guest did not say {what} within {timeout:g} seconds{self._shown()}"
                    )
            said, self._unread = self._unread[:length], self._unread[length:]
            return said
        finally:
            self._reading.release()

    def _hear(self, deadline: float | None) -> bool:
        """Wait for more; false when it takes too long, or nothing more will come."""
        if self._over:
            return False
        poller = select.poll()
        poller.register(self._bell, select.POLLIN)
        left = None if deadline is None else max(deadline - time.monotonic(), 0) * 1000
        if not poller.poll(left):
            return False
        with contextlib.suppress(ConnectionResetError):
            rung = self._bell.recv(1 << 12)
        self._take(over=not rung)
        return True

    def _take(self, *, over: bool = False) -> None:
        """Take what there is by now."""
        if self._over:
            return
        self._over = over
        said, self._position = self._log.since(self._position)
        self._unread += self._decoder.decode(said, over)
        self._unread = self._unread[-Log.KEPT :]

    def _shown(self) -> str:
        if not self._unread:
            return "; it said nothing"
        lines = self._unread.splitlines()[-_SHOWN:]
        return "; the last it said:" + "".join(f"\n  {line}" for line in lines)


def no_console() -> ControlError:
    """What to say of a guest that was launched without one."""
    return ControlError("this guest has no console here", hint="launch it with console=True")


def _end_of_line(text: str) -> int | None:
    return text.find("\n") + 1 or None

"""Run a real QEMU, bounded in time and always ended, and read what its guest says."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType


def run_guest(argv: Sequence[str | Path], *, timeout: float = 30) -> str:
    """Run this QEMU until its guest switches off; what the guest said on its first serial port.

    The command line gets ``-serial stdio`` for that, and ``-display none`` so that no QEMU opens
    a window (a VNC server of its own still works).
    """
    with Guest(argv, timeout=timeout) as guest:
        return guest.finish()


class Guest:
    """A guest to talk with while it runs. Ends with its ``with`` block, whatever happened."""

    def __init__(self, argv: Sequence[str | Path], *, timeout: float = 30) -> None:
        self.argv = [*(os.fspath(word) for word in argv), "-display", "none", "-serial", "stdio"]
        self.words = ""
        self._deadline = time.monotonic() + timeout
        self._timeout = timeout

    def __enter__(self) -> Self:
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        # timeout(1) ends QEMU even when this Python is killed before it can.
        self._process = subprocess.Popen(
            ["timeout", "-s", "KILL", str(self._timeout + 5), *self.argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        self._errors.close()

    def wait_for(self, text: str) -> str:
        """Wait until the guest has said ``text``; all it has said so far."""
        while text not in self.words:
            if not self._read():
                self._fail(f"ended without saying {text!r}")
        return self.words

    def finish(self) -> str:
        """Wait until the guest has switched off and QEMU has ended well; all the guest said."""
        while self._read():
            pass
        status = self._process.wait(max(0.1, self._deadline - time.monotonic()))
        if status != 0:
            self._fail(f"ended with status {status}")
        return self.words

    def _read(self) -> bool:
        """Add to ``words`` what has come; False at the end of it."""
        assert self._process.stdout
        wait = self._deadline - time.monotonic()
        if wait <= 0 or not select.select([self._process.stdout], [], [], wait)[0]:
            self._fail(f"is not done after {self._timeout} s")
        chunk = os.read(self._process.stdout.fileno(), 65536)
        self.words += chunk.decode("ascii", "replace").replace("\r", "")
        return bool(chunk)

    def _fail(self, what: str) -> None:
        self._errors.seek(0)
        errors = self._errors.read().decode(errors="replace")
        raise AssertionError(
            f"the guest {what}\nargv: {self.argv}\nit said: {self.words}\nQEMU said: {errors}"
        )

"""A running QEMU: wait for it, end it, or let it go on without this Python.

A guest belongs to the Python that started it and ends with it, however that ends, unless it is
detached. It runs in a session of its own with no terminal, so that neither Ctrl-C at the prompt
nor a closed terminal reaches it.

Nothing here starts a thread, handles a signal or prints. A guest that ended by itself while nobody
looked stays a zombie until it is asked after, or the next one is started: to reap it sooner would
take a thread or a SIGCHLD handler, and both belong to the program that uses the library.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from qemubuild.process.launch import Launched


class Process:
    """A guest: one QEMU process.

    Made by ``Machine.launch()``, or by ``start`` from a command line. Every method may be called
    from any thread. As a context manager it stops the guest at the end, unless it was detached.
    """

    def __init__(self, launched: Launched, name: str | None) -> None:
        self._child = launched.child
        self._kept = launched.kept
        self._argv = launched.argv
        self._vnc_address = launched.vnc_address
        self._name = name
        self._owner = os.getpid()
        self._detached = False
        self._lock = threading.Lock()
        self._last_words: bytes | None = None

    @classmethod
    def start(
        cls,
        argv: Sequence[str],
        *,
        name: str | None = None,
        detach: bool = False,
        timeout: float | None = 60,
    ) -> Self:
        """Start QEMU, and return once its machine is really up.

        Args:
            argv: the program and its arguments, as from ``Machine.argv()``. A private monitor is
                added to them; ``argv`` of the result has what was run.
            name: what to call the guest.
            detach: let it outlive this Python, as ``detach()`` does.
            timeout: how many seconds it may take to be up; ``None`` for as long as it takes.

        Raises:
            NotInstalled: there is no such program.
            LaunchError: it did not start, with what it said; nothing of it is left.
            InvalidOption: no program can be given such an argument; or it is ``-daemonize``.
        """
        from qemubuild.process import ours  # noqa: PLC0415 - what only a launch needs
        from qemubuild.process.launch import launch  # noqa: PLC0415

        ours.reap()
        process = cls(launch(tuple(argv), timeout), name)
        ours.running.add(process)
        if detach:
            process.detach()
        return process

    @property
    def pid(self) -> int:
        """QEMU's process number. Once it ended, Linux may give the number to another process."""
        return self._child.pid

    @property
    def argv(self) -> tuple[str, ...]:
        """What was run: the command line given, and a private monitor at its end."""
        return self._argv

    @property
    def name(self) -> str | None:
        """What you called it; ``None`` when you did not."""
        return self._name

    @property
    def vnc_address(self) -> str | None:
        """What a VNC client dials to see the screen, as QEMU itself says; ``None`` without VNC.

        ``"127.0.0.1:5900"``, ``"[::1]:5900"`` or ``"unix:/path"``. Where QEMU listens on every
        address, this host's own is given.
        """
        return self._vnc_address

    @property
    def detached(self) -> bool:
        """Whether it outlives this Python."""
        return self._detached

    @property
    def returncode(self) -> int | None:
        """QEMU's exit status: negative for a signal, ``None`` while it runs.

        255, with a warning in the log, when another part of this program reaped it (by waiting
        for any child, or ignoring SIGCHLD): the status is then lost.
        """
        return self.poll()

    @property
    def log(self) -> str:
        """What QEMU wrote to stdout and stderr so far: the last 64 KiB, in whole lines."""
        with self._lock:
            said = self._kept.log.tail() if self._last_words is None else self._last_words
        return said.decode(errors="replace")

    def poll(self) -> int | None:
        """The exit status, or ``None`` while it runs."""
        return self._ended(self._child.poll())

    def wait(self, timeout: float | None = None) -> int:
        """Wait until QEMU ends, without polling.

        Args:
            timeout: seconds; ``None`` for as long as it takes.

        Returns:
            The exit status, negative for a signal.

        Raises:
            TimeoutError: it still runs.
        """
        status = self._ended(self._child.wait(timeout))
        if status is None:
            raise TimeoutError(f"{self!r} did not end within {timeout:g} seconds")
        return status

    def terminate(self) -> None:
        """Ask QEMU to end (SIGTERM): it closes its images, but the guest is not asked first."""
        self._child.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End QEMU at once (SIGKILL): what it had not yet written to its images is lost."""
        self._child.send_signal(signal.SIGKILL)

    def stop(self, timeout: float = 10) -> int:
        """Ask QEMU to end, and kill it when it does not.

        Args:
            timeout: how many seconds it may take before it is killed.

        Returns:
            The exit status: 0 after an orderly end, -9 when it had to be killed.
        """
        self.terminate()
        try:
            return self.wait(timeout)
        except TimeoutError:
            self.kill()
            return self.wait()

    def detach(self) -> None:
        """Let the guest outlive this Python, its terminal, and a dropped connection."""
        self._detached = True
        self._kept.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A fork that leaves the block does not own the guest.
        if not self._detached and os.getpid() == self._owner:
            self.stop()

    def __repr__(self) -> str:
        name = "" if self._name is None else f"{self._name} "
        status = self._child.returncode
        state = "running" if status is None else f"ended with {status}"
        return f"<Process {name}pid={self.pid} {state}>"

    def _ended(self, status: int | None) -> int | None:
        """Put away what only a running guest needs, once it has ended."""
        if status is not None and self._last_words is None:
            from qemubuild.process import ours  # noqa: PLC0415 - loaded by the launch

            with self._lock:
                if self._last_words is None:
                    self._last_words = self._kept.last_words()
                    self._kept.close()
                    ours.running.discard(self)
        return status

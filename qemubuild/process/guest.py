"""A running QEMU: wait for it, end it, or let it go on without this Python.

A guest belongs to the Python that started it and ends with it, however that ends, unless it is
detached. It runs in a session of its own with no terminal, so that neither Ctrl-C at the prompt
nor a closed terminal reaches it.

Nothing here starts a thread, handles a signal or prints. A guest that ended by itself while nobody
looked stays a zombie until it is asked after, or the next one is started: to reap it sooner would
take a thread or a SIGCHLD handler, and both belong to the program that uses the library.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, Final

from qemubuild.control import Blocking, Lines
from qemubuild.errors import InvalidOption, NotRunning
from qemubuild.live import Live
from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from qemubuild.process.console import Console
    from qemubuild.process.ending import Exit
    from qemubuild.process.launch import Launched
    from qemubuild.process.monitor import Monitor

_ANSWERS: Final = 1.0
"""Seconds for a monitor to answer, which takes one client at a time."""


class Process(Blocking, Live):
    """A guest: one QEMU process.

    Made by ``Machine.launch()``, or by ``start`` from a command line. Every method may be called
    from any thread. As a context manager it stops the guest at the end, unless it was detached.
    """

    def __init__(self, launched: Launched) -> None:
        self._child = launched.child
        self._kept = launched.kept
        self._argv = launched.argv
        self._vnc_address = launched.vnc_address
        self._monitor = launched.monitor
        self._place = launched.place
        self._lines = Lines(launched.control)
        self._owner = os.getpid()
        self._detached = launched.monitor is None
        self._lock = threading.Lock()
        self._last_words: bytes | None = None
        self._rung = ""
        self._exit: Exit | None = None

    @classmethod
    def start(
        cls,
        argv: Sequence[str],
        *,
        name: str | None = None,
        replace: bool = False,
        detach: bool = False,
        console: bool = False,
        vnc_password: str | None = None,
        timeout: float | None = 60,
        inherit: Sequence[int] = (),
    ) -> Self:
        """Start QEMU, and return once its machine is really up.

        Args:
            argv: the program and its arguments, as from ``Machine.argv()``. A private monitor is
                added to them; ``argv`` of the result has what was run.
            name: what to call the guest: ``attach`` finds it by that from any Python of this user.
            replace: end the guest of that name first, if one runs, as `make_way` does.
            detach: let it outlive this Python, as ``detach()`` does; without a name, it is given
                one.
            console: lead its first serial port to ``console``.
            vnc_password: what clients of its VNC servers must give, where those have
                ``password=on``; at most 8 bytes.
            timeout: how many seconds it may take to be up; ``None`` for as long as it takes.
            inherit: open files that it is given, under the numbers that they have here.

        Raises:
            NotInstalled: there is no such program.
            LaunchError: it did not start, with what it said; nothing of it is left. Or a guest of
                that name runs already.
            InvalidOption: no program can be given such an argument; or it is ``-daemonize``; or
                there is no name to replace.
        """
        from qemubuild.process import ours  # noqa: PLC0415 - what only a launch needs
        from qemubuild.process.launch import launch  # noqa: PLC0415
        from qemubuild.process.password import refuse_unfit  # noqa: PLC0415

        ours.reap()
        if detach and name is None:
            from qemubuild.process.names import new_name  # noqa: PLC0415 - what only a launch needs

            name = new_name()
        if vnc_password is not None:
            refuse_unfit(vnc_password)
        if replace:
            cls.make_way(name)
        process = cls(launch(tuple(argv), name, timeout, console=console, inherit=inherit))
        ours.begin(process)
        if vnc_password is not None:
            process._guard_screen(vnc_password)
        if detach:
            process.detach()
        return process

    @classmethod
    def attach(cls, name: str) -> Process:
        """Find a guest that runs under that name, whichever Python of this user started it.

        It does not end with this Python. Its exit status is not known here, and is given as 255.

        Raises:
            NotRunning: there is none.
        """
        from qemubuild.process import ours  # noqa: PLC0415 - what only some programs need
        from qemubuild.process.launch import attach  # noqa: PLC0415

        return ours.named(name) or cls(attach(name))

    @classmethod
    def make_way(cls, name: str | None) -> None:
        """End the guest of that name, if one of this user's runs, so that another can have it.

        It ends as at the end of a ``with`` block: QEMU closes its images, and nobody waits for the
        guest's system.

        Raises:
            InvalidOption: there is no name.
        """
        if name is None:
            raise InvalidOption(
                "replace=True ends the earlier guest of a name, and no name is given",
                hint="write launch(name='web', replace=True)",
            )
        with contextlib.suppress(NotRunning):
            cls.attach(name).stop(timeout=0)

    @classmethod
    def running(cls) -> tuple[Process, ...]:
        """All guests of this user that run under a name."""
        from qemubuild.process.names import places  # noqa: PLC0415

        found = []
        for place in places():
            with contextlib.suppress(NotRunning):  # it ended just now
                found.append(cls.attach(place.name))
        return tuple(found)

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
        """What it is called; ``None`` where it cannot be found by a name."""
        return None if self._place is None else self._place.name

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
    def returncode(self) -> Exit | None:
        """QEMU's exit status: negative for a signal, ``None`` while it runs.

        255, with a warning in the log, when another part of this program reaped it (by waiting
        for any child, or ignoring SIGCHLD): the status is then lost.
        """
        return self.poll()

    @property
    def console(self) -> Console:
        """Its text console, to read and to write; it was to be launched with ``console=True``.

        Raises:
            ControlError: it was not.
        """
        from qemubuild.process.console import no_console  # noqa: PLC0415 - loaded where it has one

        if (console := self._kept.console) is None:
            raise no_console()
        return console

    @property
    def log(self) -> str:
        """What QEMU wrote to stdout and stderr so far: the last 64 KiB, in whole lines."""
        with self._lock:
            said = self._kept.log.tail() if self._last_words is None else self._last_words
        return said.decode(errors="replace")

    def poll(self) -> Exit | None:
        """The exit status and the reason, or ``None`` while it runs."""
        return self._ended(self._child.poll())

    def wait(self, timeout: float | None = None) -> Exit:
        """Wait until QEMU ends, without polling.

        Args:
            timeout: seconds; ``None`` for as long as it takes.

        Returns:
            The exit status, negative for a signal; ``why`` of it says how that came.

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

    def stop(self, timeout: float = 10) -> Exit:
        """End the guest, as gently as it lets one.

        Its power button is pressed (ACPI), for its system to shut down; then QEMU is told to quit
        (QMP), then asked by SIGTERM, and in the end killed. A step that cannot work is left out:
        where no system hears the power button, nobody waits for it.

        Args:
            timeout: how many seconds the guest's system has to shut down; with 0, its power button
                is not pressed, and only QEMU itself ends in good order.

        Returns:
            The exit status; ``rung`` of it is the step that ended it.
        """
        from qemubuild.process import ending  # noqa: PLC0415 - what only some programs need

        with self._monitored() as monitor:
            rung = ending.stop(self._child, monitor, timeout)
            self._rung = self._rung or rung
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
            self.stop(timeout=0)

    _repr_mimebundle_ = shown_by("process.page")

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{self.name} "
        status = self._child.returncode
        state = "running" if status is None else f"ended with {status}"
        return f"<Process {name}pid={self.pid} {state}>"

    @contextlib.contextmanager
    def _monitored(self) -> Iterator[Monitor | None]:
        """The monitor that the library itself speaks by; ``None`` where somebody else has it."""
        if self._monitor is not None or self._place is None:
            yield self._monitor
            return
        from qemubuild.process.monitor import Monitor  # noqa: PLC0415 - loaded by the launch

        self._monitor = Monitor.connect(self._place.monitor, _ANSWERS)
        try:
            yield self._monitor
        finally:
            if self._monitor is not None:
                self._monitor.close()
                self._monitor = None

    def _guard_screen(self, password: str) -> None:
        """Set the password of its VNC servers, or end it."""
        from qemubuild.process.password import set_password  # noqa: PLC0415 - loaded by the launch

        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop, timeout=0)
            with self._monitored() as monitor:
                set_password(monitor, password, self.argv)
            on_failure.pop_all()

    def _ended(self, status: int | None) -> Exit | None:
        """Put away what only a running guest needs, once it has ended."""
        if status is None:
            return None
        with self._lock:
            if self._exit is None:
                self._exit = self._put_away(status)
        return self._exit

    def _put_away(self, status: int) -> Exit:
        from qemubuild.process import ours  # noqa: PLC0415 - loaded by the launch
        from qemubuild.process.ending import Exit  # noqa: PLC0415

        reason = ""
        if self._monitor is not None:
            self._monitor.hear_out(_ANSWERS)
            reason = self._monitor.reason
        # Meanwhile the keeper has seen that it ended, too.
        self._last_words = self._kept.last_words()
        self._kept.close()
        self._lines.close()
        ours.running.discard(self)
        if self._place is not None:
            self._place.leave()
        return Exit(status, reason=reason, rung=self._rung)

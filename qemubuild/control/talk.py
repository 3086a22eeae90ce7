"""What everything else is made of: giving a command, and hearing events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.shown import shows_fields

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from qemubuild.control.events import Events
    from qemubuild.control.line import Line
    from qemubuild.process import Process

ANSWERS: Final = 60.0
"""Seconds for QEMU to answer a command; it takes a thousandth, unless it is stopped or hangs."""


@shows_fields
class Status(NamedTuple):
    """What a guest is doing.

    Attributes:
        state: ``running``, ``paused``, ``shutdown``, ``guest-panicked``, ``prelaunch``,
            ``io-error`` ... (``RunState`` of QAPI).
        running: whether its processors run.
    """

    state: str
    running: bool


class Lines:
    """The lines to a guest: one to its monitor, one to its agent; made when first needed.

    Attributes:
        way: to the monitor: a connected socket, or the path of one.
        monitor: the line to it; made and used in the loop's thread, as the other.
        agent: the line to the agent.
    """

    def __init__(self, way: socket.socket | str) -> None:
        self.way = way
        self.monitor: Line | None = None
        self.agent: Line | None = None

    def close(self) -> None:
        """The guest has ended: hang up."""
        if self.monitor is not None:
            self.monitor.close()
        elif not isinstance(self.way, str):
            self.way.close()


class Talk:
    """Giving a guest's QEMU commands, and hearing what it tells."""

    def __init__(self, guest: Process, lines: Lines) -> None:
        self._guest = guest
        self._lines = lines

    async def execute(
        self,
        command: str,
        arguments: Mapping[str, Any] | None = None,
        /,
        *,
        timeout: float | None = ANSWERS,
        **more: Any,
    ) -> Any:
        """Give QEMU any command of QMP.

        >>> vm.execute("query-version")["qemu"]["major"]
        >>> vm.execute("human-monitor-command", {"command-line": "info pci"})

        Args:
            command: its name; QEMU's reference of QMP has them all.
            arguments: by their own names, which often have dashes.
            timeout: seconds to wait for the answer; ``None`` for as long as it takes.
            more: arguments whose names Python can write.

        Returns:
            What QEMU answers, as JSON has it; most often a dict.

        Raises:
            CommandError: QEMU refuses it.
            ControlError: QEMU has ended, and how; or another program keeps its monitor.
            TimeoutError: there was no answer in time. The command may be carried out yet.
            NotInstalled: the extra ``control`` is missing.
        """
        from qemubuild.control.loop import here

        return await here(self._execute(command, {**(arguments or {}), **more}, timeout))

    async def events(self, *names: str, timeout: float | None = None) -> Events:
        """Listen to what the guest tells, from now on.

        Args:
            names: QEMU's names of the events wanted, such as ``"SHUTDOWN"``; all, without any.
            timeout: how many seconds the iterator waits for each; ``None`` for ever.

        Returns:
            An iterator of events, to be used with ``for`` or ``async for``, that ends with the
            guest; it is listening already. Close it, or use it as a context manager, where others
            want to talk to the guest as well.

        Raises:
            ControlError, TimeoutError, NotInstalled: as of ``execute()``.
        """
        from qemubuild.control.events import Events, Mailbox
        from qemubuild.control.loop import here

        mailbox = Mailbox(names)
        events = Events(mailbox, timeout)
        await here(self._listen(mailbox))
        return events

    async def status(self) -> Status:
        """What the guest is doing."""
        said = await self.execute("query-status")
        return Status(said["status"], said["running"])

    async def powerdown(self) -> None:
        """Press the guest's power button (ACPI), for its system to shut down."""
        await self.execute("system_powerdown")

    async def pause(self) -> None:
        """Stop the guest's processors; nothing of it is lost."""
        await self.execute("stop")

    async def resume(self) -> None:
        """Let the guest's processors run again."""
        await self.execute("cont")

    async def reset(self) -> None:
        """Press the guest's reset button: it starts anew, and is not asked first."""
        await self.execute("system_reset")

    async def _execute(
        self,
        command: str,
        arguments: Mapping[str, Any],
        timeout: float | None,
    ) -> Any:
        return await self._open().execute(command, arguments, timeout)

    async def _listen(self, mailbox: Any) -> None:
        await self._open().listen(mailbox, ANSWERS)

    def _open(self) -> Line:
        if self._lines.monitor is None:
            from qemubuild.control.line import Line

            self._lines.monitor = Line(self._guest, self._lines.way)
        return self._lines.monitor

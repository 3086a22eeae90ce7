"""The way to one monitor: open while somebody needs it, and used by any number at once.

QEMU serves one client at a time on each of its monitors. The socket pair that a guest was started
with has nobody else at its end, and is kept: once closed, QEMU never opens it again. A socket that
others can find is left again as soon as possible, so that all who talk to a guest take turns; only
who listens to its events stays, and then the others are told.

Everything but ``Line.close`` runs in the loop of ``loop.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import socket
import weakref
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.control.events import Event
from qemubuild.control.loop import spawn
from qemubuild.errors import CommandError, ControlError, InvalidOption, NotInstalled
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import ModuleType

    from qemu.qmp import QMPClient

    from qemubuild.control.events import Mailbox
    from qemubuild.process import Process

_LONGEST: Final = 1 << 26
"""Bytes of the longest answer: a guest's agent has up to 16 MiB of output, and writes it longer."""
_TURN: Final = 0.9
"""Seconds until a program that keeps a monitor to itself is reported."""
_LOOKS: Final = 3
"""How often it must be seen there meanwhile: time passes for a host that stands still, too."""
_ENDS: Final = 2.0
"""Seconds for a QEMU that hung up to end."""
_AGAIN: Final = 0.005
"""Seconds between two looks for what nothing announces."""

# No JSON that QEMU reads can have them; it would hang up.
_NO_TEXT: Final = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

# All that it would say is told by exceptions; and its debugging would write passwords down.
_SILENT: Final = logging.Logger("qemu.qmp", logging.CRITICAL + 1)  # noqa: LOG001 - of no tree


class _Open(NamedTuple):
    """A monitor that answers."""

    client: QMPClient
    connection: socket.socket
    watching: asyncio.Task[None]


class Line:
    """The way to one monitor.

    Args:
        guest: whose it is.
        way: a connected socket, or the path of one to connect to.
        greets: whether QMP's greeting comes first; a guest's agent has none.
    """

    def __init__(self, guest: Process, way: socket.socket | str, *, greets: bool = True) -> None:
        self._its = weakref.ref(guest)  # or it would live as long as the garbage collector likes
        self._way = way
        self._greets = greets
        self._owner = os.getpid()
        self._users = 0
        self._opening: asyncio.Task[_Open] | None = None
        self._mailboxes: set[Mailbox] = set()
        self._handing = asyncio.Lock()

    @property
    def _guest(self) -> Process | None:
        return self._its()

    async def execute(
        self,
        command: str,
        arguments: Mapping[str, Any],
        timeout: float | None,
    ) -> Any:
        """Give a command, and wait for its answer."""
        _judge(command, arguments)
        async with self._answers(command, timeout) as opened:
            return await opened.client.execute(command, dict(arguments))

    async def hand_over(self, protocol: str, end: socket.socket, timeout: float | None) -> None:
        """Make the other end of a socket a client of QEMU's, which is let in without a password.

        Args:
            protocol: of which of QEMU's servers: ``"vnc"``.
            end: QEMU's end; it is the caller's to close.
            timeout: seconds for QEMU to take it.
        """
        named = {"fdname": f"qemubuild-{protocol}"}
        # A descriptor is taken by the next command that asks for one, so only one is on its way.
        async with self._handing, self._answers("add_client", timeout) as opened:
            opened.client.send_fd_scm(end.fileno())
            await opened.client.execute("getfd", named)
            client = {"protocol": protocol, "skipauth": True, **named}
            await opened.client.execute("add_client", client)

    @contextlib.asynccontextmanager
    async def _answers(self, command: str, timeout: float | None) -> AsyncIterator[_Open]:
        """The open line; what goes wrong on it, as the library's own errors."""
        qmp = _qmp()
        try:
            async with asyncio.timeout(timeout), self._opened() as opened:
                yield opened
        except TimeoutError:
            raise self._too_late(command, timeout) from None
        except qmp.ExecuteError as refused:
            unknown = refused.error_class == "CommandNotFound"
            hint = await self._similar(command, timeout) if unknown else ""
            raise CommandError(command, refused.error_class, str(refused), hint=hint) from None
        except (qmp.QMPError, OSError) as problem:
            raise await self._lost(command, problem) from None

    async def listen(self, mailbox: Mailbox, timeout: float | None) -> None:
        """Put events into a mailbox until that is over; they are heard once this returns."""
        _qmp()
        ready = asyncio.get_running_loop().create_future()
        spawn(self._attend(mailbox, ready))
        try:
            async with asyncio.timeout(timeout):
                problem = await ready
        except BaseException as given_up:
            mailbox.end()
            if isinstance(given_up, TimeoutError):
                raise self._too_late("qmp_capabilities", timeout) from None
            raise
        if problem is not None:
            raise problem

    def close(self) -> None:
        """Hang up for good, from any thread, once the guest has ended; harmless to repeat."""
        if isinstance(self._way, socket.socket):
            with contextlib.suppress(OSError):
                self._way.shutdown(socket.SHUT_RDWR)  # the client hears that, and closes it
            if self._opening is None:
                self._way.close()

    async def _attend(self, mailbox: Mailbox, ready: asyncio.Future[BaseException | None]) -> None:
        self._mailboxes.add(mailbox)
        try:
            async with self._opened() as opened:
                if not ready.done():
                    ready.set_result(None)
                over = asyncio.wrap_future(mailbox.over)
                await asyncio.wait({over, opened.watching}, return_when="FIRST_COMPLETED")
        except (_qmp().QMPError, OSError) as problem:
            lost = await self._lost("events", problem)
            if not ready.done():
                ready.set_result(lost)
        except ControlError as problem:
            if not ready.done():
                ready.set_result(problem)
        finally:
            self._mailboxes.discard(mailbox)
            mailbox.end()

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[_Open]:
        if os.getpid() != self._owner:
            raise ControlError(
                f"{self._guest!r} is talked to by the Python that this one was forked from",
                hint="give the guest a name, and find it here by Process.attach(name)",
            )
        self._users += 1
        try:
            if self._opening is None:
                self._opening = spawn(self._open())
                # Who waits for it may be gone when it fails.
                self._opening.add_done_callback(lambda done: done.cancelled() or done.exception())
            # Whoever gives up, others may wait for it; and a socket pair has no second chance.
            yield await asyncio.shield(self._opening)
        finally:
            self._users -= 1
            if not self._users and isinstance(self._way, str):
                self._hang_up()

    async def _open(self) -> _Open:
        connecting = spawn(self._connect())
        try:
            await self._take_turns(connecting)
            return await connecting
        except BaseException:
            connecting.cancel()
            connecting.add_done_callback(_leave)
            raise

    async def _take_turns(self, connecting: asyncio.Task[_Open]) -> None:
        """Wait while others talk to the guest, but not for one that goes on and on."""
        there = None
        for _ in range(_LOOKS):
            await asyncio.wait({connecting}, timeout=_TURN / _LOOKS)
            if connecting.done() or not isinstance(self._way, str):
                return
            seen = _before_us(self._way)
            there = seen if there is None else there & seen
            if not there:
                return
        raise ControlError(
            f"another program is talking to {self._guest!r}, and keeps the monitor"
            f" {self._way!r} to itself",
            hint="QEMU serves one client at a time: close the other's events(), or end it",
        )

    async def _connect(self) -> _Open:
        client = _qmp().QMPClient()
        client.logger = _SILENT
        client.readbuflen = _LONGEST
        # What a client before us gave up on may be answered now, and is not to be taken for ours.
        client._execute_id = int.from_bytes(os.urandom(6))  # noqa: SLF001 - else every one has 0
        client.await_greeting = client.negotiate = self._greets
        # Every event passes here, and none is kept by the client, whose memory has no bounds.
        client.events.event_filter = self._hear
        connection = await self._dial()
        try:
            await client.connect(connection)
        except BaseException:
            connection.close()
            raise
        return _Open(client, connection, spawn(_watch(client)))

    async def _dial(self) -> socket.socket:
        if isinstance(self._way, socket.socket):
            return self._way
        dialled = socket.socket(socket.AF_UNIX)
        try:
            dialled.setblocking(False)
            while True:
                try:
                    dialled.connect(self._way)
                except BlockingIOError:  # there is a queue already
                    await asyncio.sleep(_AGAIN)
                else:
                    return dialled
        except BaseException:
            dialled.close()
            raise

    def _hear(self, event: Mapping[str, Any]) -> bool:
        stamp = event["timestamp"]
        seconds = stamp["seconds"] + stamp["microseconds"] / 1e6
        for mailbox in self._mailboxes:
            mailbox.put(Event(event["event"], event.get("data", {}), seconds))
        return False

    def _hang_up(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.cancel()  # no more than a word, once it is done
            opening.add_done_callback(_leave)

    def _too_late(self, command: str, timeout: float | None) -> TimeoutError:
        return TimeoutError(
            f"{self._guest!r} did not answer {command!r} within {timeout:g} seconds"
        )

    async def _similar(self, command: str, timeout: float | None) -> str:
        known = await self.execute("query-commands", {}, timeout)
        return nearest(command, (one["name"] for one in known)).strip()

    async def _lost(self, command: str, problem: BaseException) -> ControlError:
        """What to say when there is no answer: most often that QEMU has ended, and how."""
        deadline = asyncio.get_running_loop().time() + _ENDS
        while (guest := self._guest) and asyncio.get_running_loop().time() < deadline:
            if (ended := guest.poll()) is not None:
                return ControlError(f"{command!r} has no answer: {ended.why}", exit=ended)
            await asyncio.sleep(_AGAIN)
        return ControlError(f"{guest!r} does not answer {command!r}: {problem}")


async def _watch(client: QMPClient) -> None:
    """Tidy up once the client is over, whoever hung up."""
    running = _qmp().Runstate.RUNNING
    while client.runstate is running:
        await client.runstate_changed()
    with contextlib.suppress(Exception):  # why it ended is of no interest any more
        await client.disconnect()


def _leave(opening: asyncio.Task[_Open]) -> None:
    """Hang up on a monitor, if it was reached; the client hears that, and tidies up."""
    if not opening.cancelled() and opening.exception() is None:
        with contextlib.suppress(OSError):  # QEMU was faster
            opening.result().connection.shutdown(socket.SHUT_RDWR)


def _qmp() -> ModuleType:
    try:
        import qemu.qmp
    except ModuleNotFoundError:
        raise NotInstalled("qemu.qmp", hint="run: pip install 'qemubuild[control]'") from None
    return qemu.qmp


def _judge(command: str, arguments: Mapping[str, Any]) -> None:
    """Refuse what cannot be said in QMP's JSON."""
    try:
        text = json.dumps([command, arguments], ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as problem:
        raise InvalidOption(
            f"{command}: the arguments cannot be written as JSON: {problem}",
            hint="write text, numbers, booleans, None, lists and dicts",
        ) from None
    if odd := _NO_TEXT.search(text):
        raise InvalidOption(
            f"{command}: no text of QMP can hold {odd[0]!a}",
            hint="a file whose name is not valid UTF-8 can be given at launch, or be renamed",
        )


def _before_us(path: str) -> set[bytes]:
    """The connections that QEMU accepted at a socket, while others, such as ours, are in its queue.

    One that was accepted has an inode, one in the queue has none (proc_net(5)).
    """
    ours = []
    with open("/proc/net/unix", "rb") as file:
        for line in file:
            fields = line.split(None, 7)
            if len(fields) == 8 and fields[7].rstrip(b"\n") == os.fsencode(path):
                ours.append(fields)
    listening = 0x10000
    inodes = {fields[6] for fields in ours if not int(fields[3], 16) & listening}
    queued = b"0"
    return inodes - {queued} if queued in inodes else set()

"""Words with a guest over QMP: whether its machine is up, where its screen is, why it ended.

QEMU greets on a QMP monitor before the machine and its devices exist, and may yet refuse them. It
answers commands in its main loop, once everything is there: so an answer counts, not the greeting.
The commands are sent at once, without waiting for the greeting: then even a guest with a very short
life has answered before it ends.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.process.child import Child

_ID = "qemubuild"
_PIECE = 1 << 16


def configuration(fds: Sequence[int], paths: Sequence[str]) -> bytes:
    """Monitors on sockets, as a file for ``-readconfig``, and others that can be connected to.

    ``-qmp`` or ``-mon`` would do the same but for one thing: with either, QEMU leaves out the
    human monitor that it has by default (Ctrl-Alt-2 on the guest's screen).

    Args:
        fds: QEMU's ends of the sockets.
        paths: where QEMU is to listen as well.
    """
    backends = [f'fd = "{fd}"' for fd in fds]
    backends += [f'path = "{path}"\n  server = "on"\n  wait = "off"' for path in paths]
    text = ""
    for number, backend in enumerate(backends):
        name = f'"{_ID}-{number}"'
        text += f'[chardev {name}]\n  backend = "socket"\n  {backend}\n'
        text += f'[mon {name}]\n  mode = "control"\n  chardev = {name}\n'
    return text.encode()


class NotUp(Exception):
    """QEMU hung up before the machine was up."""


class Monitor:
    """Our end of a monitor, for what the library itself has to say.

    Attributes:
        reason: why QEMU ends, or ended, as it told last (``ShutdownCause`` of QAPI); ``""`` when
            it did not.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.reason = ""
        self._running: bool | None = None
        self._connection = connection
        self._pending = b""
        self._lock = threading.Lock()

    @classmethod
    def connect(cls, path: str, seconds: float) -> Monitor | None:
        """A monitor at a path; ``None`` where none answers, for it takes one client at a time."""
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(seconds)
            connection.connect(path)
            connection.settimeout(None)
        except OSError:
            connection.close()
            return None
        monitor = cls(connection)
        if monitor.ask("qmp_capabilities", seconds) is None:
            connection.close()
            return None
        return monitor

    def close(self) -> None:
        """Hang up; harmless to repeat."""
        self._connection.close()

    def first_words(self, guest: Child, timeout: float | None) -> str | None:
        """Wait until the machine is up.

        Args:
            guest: QEMU, whose end is the end of waiting.
            timeout: seconds, ``None`` for ever.

        Returns:
            What a VNC client dials to see the screen (``"127.0.0.1:5900"``), ``None`` without VNC.

        Raises:
            NotUp: it ended, or is about to.
            TimeoutError: it took longer.
        """
        up = False
        with contextlib.suppress(ConnectionError):
            self._say("qmp_capabilities", "query-status", "query-vnc")
            for answer in self._messages(timeout, guest.pidfd):
                if answer.get("id") == "qmp_capabilities":
                    up = True
                elif answer.get("id") == "query-status":
                    self._running = answer.get("return", {}).get("running")
                elif answer.get("id") == "query-vnc":
                    # An error means that this QEMU, or a machine under -preconfig, has no VNC.
                    return _address(answer.get("return", {}))
        if up:  # and over already: a guest with a very short life
            return None
        raise NotUp

    def is_running(self, seconds: float) -> bool | None:
        """Whether the guest is not paused; ``None`` where QEMU does not answer."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            # What it told since it was last listened to.
            while received := self._connection.recv(_PIECE, socket.MSG_DONTWAIT):
                self._take(received)
        if self._running is False:
            return False
        # Asked in any case, for one that hangs was running.
        status = self.ask("query-status", seconds)
        return None if status is None else bool(status["running"])

    def ask(self, command: str, seconds: float, **arguments: Any) -> Any:
        """Give a command, and wait for its answer; ``None`` where none comes, or an error."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._say(command, **arguments)
            for answer in self._messages(seconds, None):
                if answer.get("id") == command:
                    return answer.get("return")
        return None

    def tell(self, command: str) -> None:
        """Give a command, and do not wait for its answer."""
        with self._lock, contextlib.suppress(OSError):
            self._say(command)

    def hear_out(self, seconds: float) -> None:
        """Take the last words of a QEMU that has ended, and hang up."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            for _ in self._messages(seconds, None):
                pass
        self.close()

    def _say(self, *commands: str, **arguments: Any) -> None:
        lines = [
            json.dumps({"execute": command, "arguments": arguments, "id": command}) + "\n"
            for command in commands
        ]
        self._connection.sendall("".join(lines).encode())

    def _messages(self, seconds: float | None, pidfd: int | None) -> Iterator[dict[str, Any]]:
        """What QEMU says, until it hangs up or has ended with nothing more to say."""
        deadline = None if seconds is None else time.monotonic() + seconds
        poller = select.poll()
        poller.register(self._connection, select.POLLIN)
        if pidfd is not None:
            poller.register(pidfd, select.POLLIN)
        while True:
            left = None if deadline is None else max(deadline - time.monotonic(), 0) * 1000
            ready = dict(poller.poll(left))
            if not ready:
                raise TimeoutError
            if self._connection.fileno() not in ready:
                return
            received = self._connection.recv(_PIECE)
            if not received:
                return
            # All of them first: whoever listens may leave at the one that was waited for.
            yield from self._take(received)

    def _take(self, received: bytes) -> list[dict[str, Any]]:
        """Take in what was received, and keep in mind what it tells of the guest."""
        *lines, self._pending = (self._pending + received).split(b"\n")
        messages = [json.loads(line) for line in lines]
        for message in messages:
            event = message.get("event")
            if event == "SHUTDOWN":
                self.reason = message["data"].get("reason", "")
            elif event in {"STOP", "RESUME"}:
                self._running = event == "RESUME"
        return messages


def _address(vnc: dict[str, Any]) -> str | None:
    if not vnc.get("enabled") or "service" not in vnc:
        return None
    host, port = vnc.get("host", ""), vnc["service"]
    if vnc.get("family") == "unix":
        return f"unix:{port}"
    # Listening on every address is not an address to dial; this host's own is.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

"""The first words with a guest: whether its machine is really up, and where its screen is.

QEMU greets on a QMP monitor before the machine and its devices exist, and may yet refuse them. It
answers commands in its main loop, once everything is there: so an answer counts, not the greeting.
The commands are sent at once, without waiting for the greeting: then even a guest with a very short
life has answered before it ends.
"""

from __future__ import annotations

import json
import select
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from qemubuild.process.child import Child

_ID = "qemubuild"
_COMMANDS = b"".join(
    json.dumps({"execute": command, "id": command}).encode() + b"\n"
    for command in ("qmp_capabilities", "query-vnc")
)


def configuration(fd: int) -> bytes:
    """A monitor on a socket, as a file for ``-readconfig``.

    ``-qmp`` or ``-mon`` would do the same but for one thing: with either, QEMU leaves out the
    human monitor that it has by default (Ctrl-Alt-2 on the guest's screen).
    """
    return (
        f'[chardev "{_ID}"]\n  backend = "socket"\n  fd = "{fd}"\n'
        f'[mon "{_ID}"]\n  mode = "control"\n  chardev = "{_ID}"\n'
    ).encode()


class NotUp(Exception):
    """QEMU hung up before the machine was up."""


def first_words(monitor: socket.socket, guest: Child, timeout: float | None) -> str | None:
    """Wait until the machine is up.

    Args:
        monitor: our end of the socket.
        guest: QEMU, whose end is the end of waiting.
        timeout: seconds, ``None`` for ever.

    Returns:
        What a VNC client dials to see the screen (``"127.0.0.1:5900"``), ``None`` without VNC.

    Raises:
        NotUp: it ended, or is about to.
        TimeoutError: it took longer.
    """
    up = False
    for answer in _answers(monitor, guest, timeout):
        if answer.get("id") == "qmp_capabilities":
            up = True
        elif answer.get("id") == "query-vnc":
            # An error here means that this QEMU, or a machine under -preconfig, has no VNC.
            return _address(answer.get("return", {}))
    if up:  # and over already: a guest with a very short life
        return None
    raise NotUp


def _answers(
    monitor: socket.socket, guest: Child, timeout: float | None
) -> Iterator[dict[str, Any]]:
    deadline = None if timeout is None else time.monotonic() + timeout
    poller = select.poll()
    poller.register(monitor, select.POLLIN)
    if guest.pidfd is not None:
        poller.register(guest.pidfd, select.POLLIN)
    pending = b""
    try:
        monitor.sendall(_COMMANDS)
        while True:
            left = None if deadline is None else max(deadline - time.monotonic(), 0) * 1000
            ready = dict(poller.poll(left))
            if not ready:
                raise TimeoutError
            if monitor.fileno() not in ready:
                return  # ended, with nothing more to say
            pending += (received := monitor.recv(1 << 16))
            if not received:
                return
            *lines, pending = pending.split(b"\n")
            yield from map(json.loads, lines)
    except ConnectionError:
        return


def _address(vnc: dict[str, Any]) -> str | None:
    if not vnc.get("enabled") or "service" not in vnc:
        return None
    host, port = vnc.get("host", ""), vnc["service"]
    if vnc.get("family") == "unix":
        return f"unix:{port}"
    # Listening on every address is not an address to dial; this host's own is.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

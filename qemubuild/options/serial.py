"""``-serial``: where the guest's serial ports lead."""

from __future__ import annotations

from qemubuild.options._character import Character


class Serial(Character):
    """Connect the guest's next serial port (``-serial``); its text console, where it has one.

    ``Serial("stdio")``, ``Serial("mon:stdio")``, ``Serial(file="boot.log")``,
    ``Serial(unix="/run/guest.sock", server=True, wait=False)``,
    ``Serial(port=4444, host="127.0.0.1", server=True, wait=False)``. Give one place.

    Attributes:
        word: QEMU's own text: ``"stdio"``, ``"null"``, ``"pty"``, ``"vc"``, ``"none"``,
            ``"/dev/ttyS0"``, ``"udp:host:port"`` ...
        file: a file to write to, emptied first.
        pipe: a named pipe; or the common part of a pair's names, ``.in`` and ``.out``.
        unix: the path of a socket, at most 107 bytes.
        port: a TCP port.
        host: whose port it is; as a server, the address to listen on (all interfaces without).
        chardev: the id of a ``-chardev``.
        monitor: share the place with QEMU's monitor (``mon:``).
        server: listen on the socket, instead of connecting to it.
        wait: as a server, do not start before a client connects; on by default.
        to: as a server, the last port to try where `port` is busy.
        telnet: speak telnet's protocol.
        websocket: speak websockets' protocol (servers only).
        tls_creds: the id of an ``-object tls-creds-...``, which encrypts.
    """

    flag = "-serial"
    repeats = True
    power = "can use the guest's console"

    def explain(self) -> str:
        """Say where the port leads."""
        if self.word == "none":
            return "Gives the guest no serial port. Without it there is one, on a page of QEMU's."
        return (
            f"Connects a serial port of the guest to {self._where()}. Without it the port is a "
            "text page of QEMU's window, which nothing keeps."
        )

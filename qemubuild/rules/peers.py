"""Who QEMU connects to when it starts: an address that is known, and somebody who listens there."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from qemubuild.claims import Connects, Listens, Opens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge every peer; nothing is connected to, for that would be a visit.

    Whether somebody listens is known of this host alone.
    """
    yield from _deserted(machine, host)
    own = {place.port for _, place in machine.claims(Listens)}
    for option, peer in machine.claims(Connects):
        if not peer.host or not 0 <= peer.port < 1 << 16:
            continue
        if not _is_known(peer):
            yield option.error(
                "peer-unknown",
                f"no address is known of the host {peer.host!r}",
                "correct its name, or write its address",
                "host",
            )
        elif peer.once and peer.port and peer.port not in own and _is_absent(peer, host):
            yield option.error(
                "peer-absent",
                f"nobody listens at {peer.host} port {peer.port}, and QEMU connects there at once",
                "start that program first, add reconnect=1 to try again, or let QEMU be the server",
                "port",
            )


def _deserted(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge sockets of the file system: one stays behind when the program that made it ends."""
    own = {file.path for _, file in machine.claims(Opens) if file.creates}
    for option, file in machine.claims(Opens):
        if file.kind != "socket" or file.path in own or not _is_socket(file.path):
            continue
        if not host.has_socket(file.path):
            yield option.error(
                "peer-absent",
                f"nobody listens at the socket {file.path!r}, which some program has left behind",
                "start that program first, add reconnect=1 to try again, or let QEMU be the server",
                "path",
            )


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False  # which is a finding already


def _is_absent(peer: Connects, host: Host) -> bool:
    return host.can_listen(peer.host, peer.port) and not host.is_shared(peer.host, peer.port)


def _is_known(peer: Connects) -> bool:
    import socket  # noqa: PLC0415 - few connect

    try:
        return bool(socket.getaddrinfo(peer.host, peer.port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        return False

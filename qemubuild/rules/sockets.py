"""Sockets of this host by their paths, of which the kernel takes so many bytes and no more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.claims import UnixSocket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge the length of every path."""
    for option, socket in machine.claims(UnixSocket):
        length = len(os.fsencode(socket.path))
        if length > socket.most:
            finding = option.error if socket.needed else option.warning
            yield finding(
                "socket-path-too-long",
                f"a socket's path can have {socket.most} bytes, and this has {length}: "
                f"{socket.path!r}",
                "put the socket into a directory with a short name, or use a relative path",
                "path",
            )

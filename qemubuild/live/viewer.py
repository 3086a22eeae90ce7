"""A guest's screen, keyboard and mouse, in a cell.

The browser speaks RFB, VNC's protocol, with QEMU itself: noVNC draws and reads the keyboard. Its
bytes go by the widget's messages to the kernel, and there into a connection that QEMU was handed
over its monitor. QEMU has a WebSocket server, too, but a browser reaches that on its own host
only: not where Jupyter is on another, in a container or behind a hub. It would be one more port,
which everybody on the host could try, guarded by the eight bytes of VNC's passwords; and the guest
would have to be launched with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from qemubuild.live.shown import Shown, in_notebook
from qemubuild.live.views import Views, why_over

if TYPE_CHECKING:
    import socket

    from qemubuild.process import Process

_CHUNK: Final = 1 << 18


class Viewer(Shown):
    """A screen to work at, where a notebook shows it: ``Process.viewer()``."""

    def __init__(self, guest: Process) -> None:
        super().__init__(guest)
        guest.connect_vnc().close()  # else the cell would not be told what is wrong
        if in_notebook():
            from qemubuild.live.assets import asset  # noqa: PLC0415 - what only notebooks need

            self._views = Views(self._connect, self._publish)
            self._make_widget(asset("viewer.js")).on_msg(self._views.hear)

    def close(self) -> None:
        """Take it out of the notebook; harmless to repeat. The guest goes on."""
        if self._widget is not None:
            self._views.close()
        super().close()

    async def _connect(self) -> _Rfb:
        return _Rfb(self.guest, await self.guest.aio.connect_vnc())


class _Rfb:
    """A connection to a VNC server."""

    def __init__(self, guest: Process, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._guest = guest
        self._connection = connection

    async def read(self) -> bytes:
        with contextlib.suppress(ConnectionError):
            return await asyncio.get_running_loop().sock_recv(self._connection, _CHUNK)
        return b""

    async def write(self, data: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # who reads hears of it, too
            await asyncio.get_running_loop().sock_sendall(self._connection, data)

    async def why_over(self) -> str:
        return await why_over(self._guest)

    def close(self) -> None:
        self._connection.close()

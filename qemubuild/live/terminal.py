"""A guest's text console, in a cell."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Final

from qemubuild.errors import ControlError, InvalidOption
from qemubuild.live.shown import Shown, in_notebook
from qemubuild.live.views import Views, why_over

if TYPE_CHECKING:
    from qemubuild.process import Process

_SOON: Final = 0.02
_RESTS: Final = 0.2
"""Seconds between two looks at what the guest wrote, while it writes and while it does not."""
_TAKES: Final = 10.0
"""Seconds for a guest to take what is typed."""


class Terminal(Shown):
    """A terminal at a guest's serial port, where a notebook shows it: ``Process.terminal()``."""

    def __init__(self, guest: Process, *, columns: int, rows: int) -> None:
        for name, number in (("columns", columns), ("rows", rows)):
            if number < 1:
                raise InvalidOption(
                    f"terminal: {name}={number!r} is no size", hint=f"write {name}=40, or leave it"
                )
        super().__init__(guest)
        _Serial(guest).close()  # else the cell would not be told what is wrong
        if in_notebook():
            from qemubuild.live.assets import asset  # noqa: PLC0415 - what only notebooks need

            self._views = Views(self._connect, self._publish)
            widget = self._make_widget(asset("terminal.js"), columns=columns, rows=rows)
            widget.on_msg(self._views.hear)

    def close(self) -> None:
        """Take it out of the notebook; harmless to repeat. The guest goes on."""
        if self._widget is not None:
            self._views.close()
        super().close()

    async def _connect(self) -> _Serial:
        return _Serial(self.guest)


class _Serial:
    """A reader of the console, with a place of its own in what the guest wrote."""

    def __init__(self, guest: Process) -> None:
        self._guest = guest
        self._log = guest.console.follow()
        self._position = 0
        self._pause = _SOON

    async def read(self) -> bytes:
        while True:
            over = self._guest.poll() is not None  # first: then all that it wrote is there
            said, self._position = self._log.since(self._position)
            if said:
                self._pause = _SOON
            if said or over:
                return said
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 1.2, _RESTS)

    async def write(self, data: bytes) -> None:
        self._pause = _SOON
        text = data.decode(errors="replace")
        with contextlib.suppress(ControlError, TimeoutError):  # who reads hears of the end, too
            await asyncio.to_thread(self._guest.console.write, text, timeout=_TAKES)

    async def why_over(self) -> str:
        return await why_over(self._guest)

    def close(self) -> None:
        os.close(self._log.fd)

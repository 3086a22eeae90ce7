"""Bytes between what is shown in a browser and a guest, over a widget's own messages.

A widget can be on display several times. Each view has a number that it chose itself, and a stream
of its own to the guest. What they say to each other (``web/channel.js`` is the other side):

- the view: ``open``, again and again until it is answered; ``data``, with bytes for the guest;
  ``seen`` and how many bytes it has dealt with; ``close``.
- the kernel: ``opened``; ``data``, with bytes of the guest; ``closed``, and why.

Everything but ``hear`` runs in the loop of ``control/loop.py``, so that no cell waits for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from qemubuild.errors import QemuBuildError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

UNSEEN: Final = 1 << 18
"""Bytes on their way to a view; of more it would be too late to see any."""
_MOST: Final = 8
"""Views at once. A page that is loaded anew does not say goodbye for its old ones."""
_REMEMBERED: Final = 1000
"""Views that have been: one that was in a hurry may be heard long after it has gone."""


class Stream(Protocol):
    """A way to a guest and back."""

    async def read(self) -> bytes:
        """What came; nothing at the end."""

    async def write(self, data: bytes) -> None:
        """Send it."""

    async def why_over(self) -> str:
        """Why there is nothing more to come."""

    def close(self) -> None:
        """Hang up."""


class _View:
    """One view, from ``open`` to ``close``."""

    def __init__(self) -> None:
        self.stream: Stream | None = None
        self.task: asyncio.Task[Any] | None = asyncio.current_task()
        self.writing = asyncio.Lock()
        self.unseen = 0
        self.news = asyncio.Event()


class Views:
    """All views of one widget.

    Args:
        connect: makes a stream for one more.
        send: sends a message, with bytes, to all of them.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Stream]],
        send: Callable[[dict[str, Any], Sequence[bytes]], None],
    ) -> None:
        self._connect = connect
        self._send = send
        self._views: dict[str, _View] = {}
        self._known: deque[str] = deque(maxlen=_REMEMBERED)

    def hear(self, _widget: object, message: Any, buffers: Sequence[bytes]) -> None:
        """Take a message of a view, in any thread."""
        from qemubuild.control.loop import submit  # noqa: PLC0415 - loaded where guests are spoken to

        match message:
            case {"kind": "open", "view": str(name)}:
                submit(self._serve(name))
            case {"kind": str(kind), "view": str(name)}:
                submit(self._obey(kind, name, message, [bytes(one) for one in buffers]))

    def close(self) -> None:
        """End all of them, from any thread; harmless to repeat."""
        from qemubuild.control.loop import submit  # noqa: PLC0415 - loaded where guests are spoken to

        if self._views:
            submit(self._close_all())

    async def _close_all(self) -> None:
        for view in tuple(self._views.values()):
            self._end(view)

    async def _obey(
        self, kind: str, name: str, message: dict[str, Any], buffers: Sequence[bytes]
    ) -> None:
        view = self._views.get(name)
        if view is None or view.stream is None:
            return
        if kind == "data":
            async with view.writing:
                for data in buffers:
                    await view.stream.write(data)
        elif kind == "seen":
            view.unseen -= int(message.get("bytes", 0))
            view.news.set()
        elif kind == "close":
            self._end(view)

    async def _serve(self, name: str) -> None:
        """Carry what the guest says to a view, until either is over."""
        if name in self._known:
            return
        self._known.append(name)
        view = self._views[name] = _View()
        while len(self._views) > _MOST:
            oldest = next(iter(self._views))
            self._end(self._views.pop(oldest))
            self._say("closed", oldest, why="it was opened elsewhere")
        try:
            view.stream = await self._connect()
            self._say("opened", name)
            while data := await view.stream.read():
                view.unseen += len(data)
                self._say("data", name, data)
                while view.unseen > UNSEEN:
                    view.news.clear()
                    await view.news.wait()
            why = await view.stream.why_over()
        except QemuBuildError as problem:
            why = str(problem)
        except OSError as problem:
            why = f"the connection to the guest broke: {problem.strerror}"
        finally:
            if view.stream is not None:
                view.stream.close()
            if self._views.get(name) is view:
                del self._views[name]
        self._say("closed", name, why=why)

    def _end(self, view: _View) -> None:
        if view.task is not None:
            view.task.cancel()

    def _say(self, kind: str, name: str, *buffers: bytes, **more: str) -> None:
        self._send({"kind": kind, "view": name, **more}, buffers)


async def why_over(guest: Any) -> str:
    """How a guest ended that has hung up, or that it has not."""
    for _ in range(200):
        if (ended := guest.poll()) is not None:
            return str(ended.why)
        await asyncio.sleep(0.01)
    return "QEMU closed the connection"

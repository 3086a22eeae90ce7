"""A guest's screen, live, in a cell."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

from qemubuild.errors import ControlError, InvalidOption
from qemubuild.live.shown import Shown, in_notebook

if TYPE_CHECKING:
    from concurrent.futures import Future

    from qemubuild.control.picture import Screenshot
    from qemubuild.process import Process

_RESTS: Final = 1.0
"""Seconds between two pictures of a screen that rests."""
_SHARE: Final = 0.2
"""The most of QEMU's time that pictures may take, for the guest stands still meanwhile."""
_UNSEEN: Final = 240
"""Pictures that nobody may have seen: a browser that was closed does not say so."""
_AGAIN: Final = 0.5
"""Seconds between two looks whether somebody sees them again."""


class Watch(Shown):
    """A guest's screen as it changes, where a notebook shows it: ``Process.watch()``.

    Attributes:
        picture: what the screen showed last.
    """

    def __init__(self, guest: Process, *, rate: float, duration: float) -> None:
        for name, number in (("rate", rate), ("duration", duration)):
            if not number > 0:
                raise InvalidOption(
                    f"watch: {name}={number!r} is not above 0", hint=f"write {name}=4, or leave it"
                )
        super().__init__(guest)
        self.picture: Screenshot = guest.screen()
        self._shortest = 1 / rate
        self._duration = duration
        self._seen = self._sent = self._views = 0
        self._running: Future[None] | None = None
        if in_notebook():
            from qemubuild.control.loop import submit  # noqa: PLC0415 - what only notebooks need
            from qemubuild.live.assets import own  # noqa: PLC0415

            picture = self.picture.png
            widget = self._make_widget(own("watch.js"), picture=picture, number=0, over="")
            widget.on_msg(self._hear)
            self._running = submit(self._run())

    @property
    def running(self) -> bool:
        """Whether pictures still come."""
        return self._running is not None and not self._running.done()

    def close(self) -> None:
        """Take it out of the notebook; harmless to repeat. The guest goes on."""
        if self._running is not None:
            self._running.cancel()
        super().close()

    def _hear(self, _widget: object, message: Any, _buffers: object) -> None:
        """A view has seen a picture; there is one more, or one less."""
        match message:
            case {"seen": int(number)}:
                self._seen = max(self._seen, number)
            case {"views": int(more)}:
                self._views += more
                if self._views <= 0 and self._running is not None:
                    self._running.cancel()

    async def _run(self) -> None:
        why = "stopped"
        try:
            why = await self._follow()
        except ControlError:
            ended = self.guest.poll()
            why = "its screen cannot be seen any more" if ended is None else ended.why
        finally:
            self._tell(over=why)

    async def _follow(self) -> str:
        """Show each picture that differs from the one before; why no more come."""
        deadline = time.monotonic() + self._duration
        pause = self._shortest
        while time.monotonic() < deadline:
            await asyncio.sleep(pause)
            if self._sent - self._seen >= _UNSEEN:
                pause = _AGAIN
                continue
            begin = time.monotonic()
            picture = await self.guest.aio.screen()
            least = max(self._shortest, (time.monotonic() - begin) / _SHARE)
            if picture == self.picture:
                pause = max(least, min(pause * 1.5, _RESTS))
                continue
            pause = least
            self.picture = picture
            self._sent += 1
            self._tell(picture=picture.png, number=self._sent)
        return f"{self._duration:g} seconds are over"

    def _tell(self, **state: Any) -> None:
        if (widget := self._widget) is not None:
            with widget.hold_sync():
                for name, value in state.items():
                    setattr(widget, name, value)

    def _repr_mimebundle_(self, **more: Any) -> dict[str, Any]:
        # The picture is what those see who open the notebook without its kernel.
        return {"image/png": self.picture.png, **super()._repr_mimebundle_(**more)}

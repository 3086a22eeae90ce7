"""What a guest tells of itself: it was paused, its disk is full, a device has gone ..."""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.errors import ControlError
from qemubuild.shown import shows_fields

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from types import TracebackType
    from typing import Self

KEPT: Final = 4096
"""How many events wait to be read; of more, the oldest are lost."""


@shows_fields
class Event(NamedTuple):
    """What happened.

    Attributes:
        name: QEMU's name for it: ``"SHUTDOWN"``, ``"STOP"``, ``"DEVICE_DELETED"`` ...
        data: what more it says.
        time: when it was, in seconds since 1970, by the host's clock.
    """

    name: str
    data: dict[str, Any]
    time: float


class Mailbox:
    """Events on their way from the loop's thread to who reads them in any other.

    Attributes:
        over: done when no more will come.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        from concurrent.futures import Future

        self.over: Future[None] = Future()
        self._names = frozenset(names)
        self._events: deque[Event] = deque()
        self._lost = 0
        self._waiters: set[Future[None]] = set()
        self._lock = threading.RLock()  # the garbage collector may end it at any point

    def put(self, event: Event) -> None:
        """Take it in, if it is one of those asked for."""
        if self._names and event.name not in self._names:
            return
        with self._lock:
            if len(self._events) == KEPT:
                self._events.popleft()
                self._lost += 1
            self._events.append(event)
        self._wake()

    def end(self) -> None:
        """No more will come, or are wanted; harmless to repeat."""
        _finish(self.over)
        self._wake()

    def take(self) -> Event | None:
        """The next event, ``None`` when there is none now.

        Raises:
            ControlError: some were lost.
        """
        with self._lock:
            if self._lost:
                lost, self._lost = self._lost, 0
                raise ControlError(
                    f"{lost} events were lost: more than {KEPT} came before they were read",
                    hint="read them sooner, or name the events that you want",
                )
            return self._events.popleft() if self._events else None

    @contextlib.contextmanager
    def waiting(self) -> Iterator[Future[None]]:
        """A future that is done when there is something new."""
        from concurrent.futures import Future

        waiter: Future[None] = Future()
        self._waiters.add(waiter)
        try:
            yield waiter
        finally:
            self._waiters.discard(waiter)

    def _wake(self) -> None:
        for waiter in tuple(self._waiters):
            _finish(waiter)


def _finish(future: Future[None]) -> None:
    from concurrent.futures import InvalidStateError

    with contextlib.suppress(InvalidStateError):
        future.set_result(None)


class Events:
    """The events of a guest, from the moment it was asked for: an iterator, and an async one.

    It ends when the guest has ended, and when it is closed; it can be used as a context manager,
    which closes it. Up to 4096 events are kept until they are read.
    """

    def __init__(self, mailbox: Mailbox, timeout: float | None) -> None:
        self._mailbox = mailbox
        self._timeout = timeout
        # Who drops it without closing it wants no more.
        weakref.finalize(self, mailbox.end).atexit = False

    def close(self) -> None:
        """Listen no longer; harmless to repeat."""
        self._mailbox.end()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        """Wait for the next event.

        Raises:
            TimeoutError: none came within the seconds given to ``events()``.
            ControlError: some were lost, as too many came.
        """
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while True:
            with self._mailbox.waiting() as news:
                over = self._mailbox.over.done()  # first: the last event comes before the end
                if (event := self._mailbox.take()) is not None:
                    return event
                if over:
                    raise StopIteration
                try:
                    news.result(None if deadline is None else max(deadline - time.monotonic(), 0))
                except TimeoutError:
                    raise self._too_long() from None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        """Wait for the next event, as ``next()`` does."""
        import asyncio

        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    with self._mailbox.waiting() as news:
                        over = self._mailbox.over.done()
                        if (event := self._mailbox.take()) is not None:
                            return event
                        if over:
                            raise StopAsyncIteration
                        await asyncio.wrap_future(news)
        except TimeoutError:
            raise self._too_long() from None

    def _too_long(self) -> TimeoutError:
        return TimeoutError(f"no event came within {self._timeout:g} seconds")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

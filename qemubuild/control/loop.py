"""One event loop for all that is said to guests, in a thread of its own.

It begins with the first word and ends a moment after the last, or with Python. A monitor's client
belongs to one loop, while who uses it may be in any thread, and in any loop or none: so the client
lives here, and the others wait for what it answers.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future

T = TypeVar("T")

_LINGERS: Final = 0.5
"""Seconds without anything to do before the thread ends."""
_ENDS: Final = 5.0
"""Seconds for it to end with Python."""


class _Background:
    """The thread and its loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="qemubuild-control", daemon=True)
        self._asked = True
        self._main: asyncio.Task[None] | None = None

    @classmethod
    def start(cls) -> _Background:
        """One that runs."""
        background = cls()
        try:
            background.thread.start()
        except RuntimeError:  # there are too many threads, or Python ends
            background.loop.close()
            raise
        return background

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine; to be called with the lock held."""
        self._asked = True
        return asyncio.run_coroutine_threadsafe(_kept(coroutine), self.loop)

    def end(self) -> None:
        """Cancel what is going on, and wait until the thread has ended."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self.loop.call_soon_threadsafe(lambda: self._main and self._main.cancel())
        self.thread.join(_ENDS)

    def _run(self) -> None:
        with (
            contextlib.suppress(asyncio.CancelledError),
            asyncio.Runner(loop_factory=lambda: self.loop) as runner,
        ):
            runner.run(self._serve())

    async def _serve(self) -> None:
        """Wait until nothing has been going on for a while."""
        global _current  # noqa: PLW0603 - there is one for the process
        self._main = asyncio.current_task()
        while True:
            # Never for all of them: one that is done holds its result, such as events that nobody
            # has any more, and another may wait for just that to be dropped.
            while others := asyncio.all_tasks() - {self._main}:
                await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
            self._asked = False
            await asyncio.sleep(_LINGERS)
            with _lock:
                if not self._asked and len(asyncio.all_tasks()) == 1:
                    _current = None
                    return


_lock = threading.Lock()
_current: _Background | None = None
_of_parents: list[_Background] = []
_tasks: set[asyncio.Task[Any] | None] = set()


async def _kept(coroutine: Coroutine[Any, Any, T]) -> T:
    """Keep a task alive to its end, which neither its loop does nor a guest that is forgotten."""
    task = asyncio.current_task()
    _tasks.add(task)
    try:
        return await coroutine
    finally:
        _tasks.discard(task)


def spawn(coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Run a coroutine beside others; to be called in the loop."""
    return asyncio.create_task(_kept(coroutine))


def submit(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Run a coroutine in the loop; the future may be waited for in any thread."""
    global _current  # noqa: PLW0603 - there is one for the process
    with _lock:
        if _current is None:
            _current = _Background.start()
        return _current.submit(coroutine)


def wait(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the loop, and wait for it: in a thread, or inside another running loop."""
    future = submit(coroutine)
    try:
        return future.result()
    except BaseException:
        future.cancel()  # KeyboardInterrupt came to the one who waits, not to the loop
        raise


async def here(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in the loop, and wait for it in whichever loop this is."""
    background = _current
    if background is not None and asyncio.get_running_loop() is background.loop:
        return await coroutine
    return await asyncio.wrap_future(submit(coroutine))


def _end() -> None:
    global _current
    with _lock:
        background, _current = _current, None
    if background is not None:
        background.end()


def _in_fork() -> None:
    """A fork does not have the thread. Its loop is not to be closed: the parent's waits on it."""
    global _lock, _current  # noqa: PLW0603 - the lock may be held by a thread that is not here
    _lock = threading.Lock()
    if _current is not None:
        _of_parents.append(_current)
        _current = None


atexit.register(_end)
os.register_at_fork(after_in_child=_in_fork)

"""The guests of this Python: they belong to it, not to whoever still has a variable for them.

Imported with the first launch, and from then on they end with this Python: here in an orderly end
of it, by the keeper in any other.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import time
from typing import TYPE_CHECKING

from qemubuild.process import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qemubuild.process import Process

_AT_EXIT = 5.0
"""Seconds for all guests together to end when Python ends; then they are killed."""

running: set[Process] = set()
"""Those that are not known to have ended."""

_told: list[Callable[[Process], object]] = []


def begin(process: Process) -> None:
    """One more has been started."""
    running.add(process)
    for tell in _told:
        tell(process)


@contextlib.contextmanager
def told(tell: Callable[[Process], object]) -> Iterator[None]:
    """Have something called with each that is started meanwhile, in whichever thread."""
    _told.append(tell)
    try:
        yield
    finally:
        _told.remove(tell)


def named(name: str) -> Process | None:
    """The one of that name, if this Python started it and it runs."""
    return next((one for one in list(running) if one.name == name and one.poll() is None), None)


def reap() -> None:
    """See which have ended."""
    for process in list(running):
        process.poll()


def _end() -> None:
    """This Python ends: so do its guests, all at the same time, unless they were detached."""
    reap()
    mine = [process for process in running if not process.detached]
    for process in mine:
        process.terminate()
    deadline = time.monotonic() + _AT_EXIT
    for process in mine:
        try:
            process.wait(max(deadline - time.monotonic(), 0))
        except TimeoutError:
            process.kill()
            process.wait()
    kept.leave()


atexit.register(_end)
os.register_at_fork(after_in_child=running.clear)  # a fork owns none until it starts some

"""Images in an event loop: a work that is awaited, and ended when it is cancelled."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from qemubuild.disk.child import bell

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do what takes long with an image beside the event loop, and wait for it.

    >>> await in_thread(disk.convert, "disk.raw", progress=print)

    Where the waiting is cancelled, qemu-img is ended, and what it was making is gone before this
    returns. A callback for the progress is called in the other thread.

    Args:
        call: a method of a ``DiskImage``.
        *arguments: what it is called with.
        **named: the same.
    """
    stop = os.eventfd(0, os.EFD_CLOEXEC)
    before = bell.set(stop)
    try:
        work = asyncio.ensure_future(asyncio.to_thread(call, *arguments, **named))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            os.eventfd_write(stop, 1)
            while not work.done():
                try:
                    await asyncio.wait({work})
                except asyncio.CancelledError:  # again: it is being ended already
                    continue
            if not work.cancelled():
                work.exception()  # it is heard, and the cancelling goes on
            raise
    finally:
        bell.reset(before)
        os.close(stop)

"""The methods of ``Control`` without ``await``: each is made of the one it waits for."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from qemubuild.control.agent import Agent
from qemubuild.control.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from qemubuild.control.talk import Lines
    from qemubuild.process import Process

P = ParamSpec("P")
T = TypeVar("T")


def waits(
    method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[Any, P], T]:
    """The same method, with the same arguments, that waits for the answer.

    Any thread may call it, also inside a running event loop, which stands still meanwhile.
    """

    def blocking(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        from qemubuild.control.loop import wait

        return wait(method(self.aio, *args, **kwargs))

    return update_wrapper(blocking, method)


class BlockingAgent:
    """The agent in a guest's system; ``aio`` of it is the same for ``await``."""

    def __init__(self, aio: Agent) -> None:
        self.aio = aio

    ping = waits(Agent.ping)
    execute = waits(Agent.execute)
    exec = waits(Agent.exec)


class Blocking:
    """Talking to a running guest (the extra ``control``)."""

    _lines: Lines

    @property
    def aio(self) -> Control:
        """The same methods for ``await``, in any event loop."""
        return Control(cast("Process", self), self._lines)

    @property
    def agent(self) -> BlockingAgent:
        """The guest agent, where the guest has one."""
        return BlockingAgent(self.aio.agent)

    execute = waits(Control.execute)
    events = waits(Control.events)
    status = waits(Control.status)
    powerdown = waits(Control.powerdown)
    pause = waits(Control.pause)
    resume = waits(Control.resume)
    reset = waits(Control.reset)

    screenshot = waits(Control.screenshot)
    screen = waits(Control.screen)
    connect_vnc = waits(Control.connect_vnc)
    type_text = waits(Control.type_text)
    send_key = waits(Control.send_key)
    set_vnc_password = waits(Control.set_vnc_password)

    eject = waits(Control.eject)
    change = waits(Control.change)
    add_disk = waits(Control.add_disk)
    remove_disk = waits(Control.remove_disk)

    snapshots = waits(Control.snapshots)
    save_snapshot = waits(Control.save_snapshot)
    load_snapshot = waits(Control.load_snapshot)
    delete_snapshot = waits(Control.delete_snapshot)

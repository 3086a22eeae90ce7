"""Live control of a running guest over QMP, QEMU's machine protocol (the extra ``control``).

``Control`` is the core, for ``await``: ``Process.aio``. The same methods on ``Process`` itself are
made of it by ``blocking.py``, and wait for their answers. What either says goes through
``line.py``, in the one event loop of ``loop.py``; so both work in any thread, and beside any other
event loop.
"""

from qemubuild.control.agent import Agent, Ran
from qemubuild.control.blocking import Blocking, BlockingAgent
from qemubuild.control.control import Control
from qemubuild.control.events import Event, Events
from qemubuild.control.talk import Lines, Status

__all__ = [
    "Agent",
    "Blocking",
    "BlockingAgent",
    "Control",
    "Event",
    "Events",
    "Lines",
    "Ran",
    "Status",
]

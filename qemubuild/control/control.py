"""``Control``: all that can be said to a running guest, for ``await``."""

from __future__ import annotations

from qemubuild.control.agent import Agent
from qemubuild.control.drives import Drives
from qemubuild.control.screen import Screen
from qemubuild.control.snapshots import Snapshots


class Control(Screen, Drives, Snapshots):
    """Talking to a running guest: ``Process.aio``, to be used with ``await`` in any event loop.

    ``Process`` has the same methods, which wait for the answer and need no event loop.
    """

    @property
    def agent(self) -> Agent:
        """The guest agent, where the guest has one."""
        return Agent(self._guest, self, self._lines)

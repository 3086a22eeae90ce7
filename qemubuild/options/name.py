"""``-name``: what the guest is called."""

from __future__ import annotations

from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import SWITCH, TEXT


class Name(Keyed):
    """Name the guest (``-name``), for window titles, monitors and the host's process list.

    Attributes:
        guest: the name; any text.
        process: a name for QEMU's process, as ``ps`` shows it (Linux).
        debug_threads: whether each thread of QEMU's gets a name of its own.
    """

    flag = "-name"
    implied = "guest"
    merges = True

    guest: str | None = key(TEXT, default=None)
    process: str | None = key(TEXT, default=None, kw_only=True)
    debug_threads: bool | None = key(SWITCH, default=None, kw_only=True)

    def explain(self) -> str:
        """Say what the guest is called."""
        return f"Calls the guest {self.guest!r} in window titles, monitors and the process list."

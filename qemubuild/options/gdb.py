"""``-gdb``: where a debugger connects."""

from __future__ import annotations

from qemubuild.options._character import Character


class Gdb(Character):
    """Let a debugger stop and inspect the guest (``-gdb``); a TCP port here is always a server.

    Attributes:
        word: QEMU's own text: ``"tcp::1234"``, ``"stdio"``; see `Serial` for every other place.
    """

    flag = "-gdb"
    serves = True
    power = "can read and change the guest's memory"

    def explain(self) -> str:
        """Say where a debugger connects."""
        return f"Lets gdb stop and inspect the guest, from {self._where()}."

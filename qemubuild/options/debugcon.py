"""``-debugcon``: where the messages of firmware go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.options._character import Character
from qemubuild.targets import board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Debugcon(Character):
    """Send what firmware writes to I/O port 0xe9 somewhere (``-debugcon``, x86).

    Attributes:
        word: QEMU's own text; see `Serial` for this and every other place.
    """

    flag = "-debugcon"
    adds_up = True
    none = False
    power = "can read firmware's messages"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the place, which cannot be a -chardev."""
        yield from super().findings(machine)
        board = board_of(machine)
        if board and board.name == "none":
            yield self.error(
                "debugcon-without-bus",
                "the machine type none has no ports of I/O",
                "choose another machine type, such as machine_type('q35')",
            )
        if any(one is not self for one in machine.find_all(Debugcon)[:1]):
            yield self.error(
                "debugcon-twice",
                "another -debugcon is before it, and there is one such port",
                "leave one of them out",
            )
        if self._meant.chardev is not None:
            yield self.error(
                "debugcon-of-chardev",
                "-debugcon takes no -chardev",
                "write device('isa-debugcon', chardev=..., iobase=0xe9)",
                "chardev",
            )

    def explain(self) -> str:
        """Say where messages go."""
        return f"Sends what firmware writes to port 0xe9 to {self._where()}."

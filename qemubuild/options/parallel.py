"""``-parallel``: where the guest's parallel ports lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.options._character import Character

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_MOST_PARALLEL = 3


class Parallel(Character):
    """Connect the guest's next parallel port (``-parallel``); three at the most.

    Attributes:
        word: QEMU's own text: ``"null"``, ``"/dev/parport0"``, ``"none"`` ...; see `Serial` for
            this and every other place.
    """

    flag = "-parallel"
    repeats = True
    power = "can use the guest's parallel port"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the number of ports, beside the place."""
        yield from super().findings(machine)
        ports = [port for port in machine.find_all(Parallel) if port.word != "none"]
        if len(ports) > _MOST_PARALLEL and self is ports[-1]:
            yield self.error(
                "parallel-too-many",
                f"these are {len(ports)} parallel ports, and QEMU gives {_MOST_PARALLEL}",
                "leave some out",
            )

    def explain(self) -> str:
        """Say where the port leads."""
        if self.word == "none":
            return "Gives the guest no parallel port."
        return (
            f"Connects a parallel port of the guest to {self._where()}. Without it the port is a "
            "text page of QEMU's window."
        )

"""Turns: in which order firmware tries what it could boot, each at a place of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Turn
from qemubuild.targets import X86, board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge all turns; a PC's kernel comes with an option ROM that has the first one."""
    turns = [(option, turn.number) for option, turn in machine.claims(Turn)]
    if not turns:
        return
    board = board_of(machine)
    taken: dict[int, Option] = {}
    if machine.arch in X86 and board is not None and board.name != "none":
        kernels = [option for option in machine.options if option.flag == "-kernel"]
        taken.update((0, kernel) for kernel in kernels)
    for option, number in turns:
        if number in taken and not (board and board.name == "none" and option.flag != "-device"):
            yield option.error(
                "bootindex-taken",
                f"bootindex={number} is that of {' '.join(taken[number].words)}, too",
                "give each a number of its own: the lowest boots first",
                "bootindex",
            )
        taken.setdefault(number, option)

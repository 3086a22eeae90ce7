"""``-option-rom``: a program that firmware runs before it boots the guest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.claims import Opens, Turn
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import NAME, integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class OptionRom(Keyed):
    """Let firmware load one more option ROM (``-option-rom``), such as a network card's.

    Attributes:
        romfile: the file, which is looked for among QEMU's own, too.
        bootindex: where it stands among what the guest may boot from, 0 first; -1 for nowhere.
    """

    flag = "-option-rom"
    implied = "romfile"
    repeats = True

    romfile: str | os.PathLike[str] | None = key(NAME, default=None)
    bootindex: int | None = key(integer(-1), default=None, kw_only=True)

    def claims(self) -> Iterator[Turn | Opens]:
        """State the file, and its turn to boot."""
        if self.romfile:
            yield Opens(os.fsdecode(self.romfile), "option ROM", sought=True)
        if isinstance(self.bootindex, int) and self.bootindex >= 0:
            yield Turn(self.bootindex)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the file's name, which is what firmware finds it by."""
        if self.romfile is None:
            yield self.error(
                "option-rom-missing",
                "no ROM is named",
                "write option_rom('card.rom')",
                "romfile",
            )
            return
        name = _base(self.romfile)
        alike = [rom for rom in machine.find_all(OptionRom) if _base(rom.romfile or "") == name]
        if len(alike) > 1 and self in alike[1:]:
            yield self.error(
                "option-rom-doubled",
                f"another ROM is called {name!r} as well, whatever its folder",
                "leave one of them out, or rename its file",
                "romfile",
            )

    def explain(self) -> str:
        """Say what is loaded."""
        return (
            f"Lets the guest's firmware run the option ROM {os.fsdecode(self.romfile or '')} "
            "before it boots. Without it there are only those of the guest's devices."
        )


def _base(path: str | os.PathLike[str]) -> str:
    return os.fsdecode(path).rpartition("/")[2]

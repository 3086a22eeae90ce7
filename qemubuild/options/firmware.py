"""``-bios`` and ``-L``: the firmware that the machine starts with, and where QEMU's files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Opens
from qemubuild.option import Plain, key
from qemubuild.values import NAME, TEXT

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Bios(Plain):
    """Start the machine with this firmware (``-bios``), not with QEMU's own.

    UEFI firmware that comes as two files, code and variables, goes into ``pflash`` instead.

    Attributes:
        file: the image; a name without a slash is looked for among QEMU's files, too. RISC-V
            boards also know ``"none"`` and ``"default"``.
    """

    flag = "-bios"

    file: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        yield Opens(self.words[1], "firmware", sought=True)

    def explain(self) -> str:
        """Say what it replaces."""
        return (
            f"Starts the machine with the firmware {self.words[1]}. Without it the machine has "
            "the one that QEMU brings along for it: SeaBIOS on PCs."
        )


class DataDir(Plain):
    """Look for firmware and keyboard layouts in this directory first (``-L``).

    Attributes:
        path: the directory.
    """

    flag = "-L"
    repeats = True

    path: str | os.PathLike[str] = key(TEXT)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge the word that prints the directories."""
        if self.words[1] in {"help", "?"}:
            yield self.error(
                "help-asked",
                "QEMU prints the directories it looks in, and exits",
                "leave it out, or write the path of a directory",
                "path",
            )

    def explain(self) -> str:
        """Say what is found there."""
        return (
            f"Looks for firmware, option ROMs and keyboard layouts in {self.words[1]} before "
            "QEMU's own directories. Without it only those are looked in."
        )

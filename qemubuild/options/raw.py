"""Arguments that are passed as they stand: the visible way around everything the library knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.option import Option, key
from qemubuild.values import NAME, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Raw(Option):
    """Pass a flag, and a value that QEMU is to read just so; nothing of it is judged or escaped.

    Attributes:
        name: the flag, with its dash: ``"-seed"``.
        value: what follows it, if anything does.
    """

    repeats = True

    name: str = key(NAME)
    value: str | None = key(TEXT, default=None)

    def _compose(self) -> tuple[str, ...]:
        name = self._write("name", NAME, self.name)
        return (name,) if self.value is None else (name, self._write("value", TEXT, self.value))

    def findings(self, machine: MachineView) -> Iterable[Finding]:  # noqa: ARG002 - needs no other
        """Warn of a first word that is no flag: QEMU takes it for a disk image."""
        name = self.words[0]
        if not name.startswith("-"):
            yield self.warning(
                "raw-not-a-flag",
                f"{name!r} has no dash, so QEMU opens it as the first hard disk",
                f"write raw('-{name}') for the flag, or hda({name!r}) for the disk",
                "name",
            )

    def explain(self) -> str:
        """Say that it is passed as it stands."""
        return "Passed to QEMU as it stands; the library neither judges nor escapes it."

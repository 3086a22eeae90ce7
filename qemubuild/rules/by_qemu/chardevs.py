"""``-chardev``: that this QEMU has the kind of place for characters that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.rules.by_qemu.kinds import missing
from qemubuild.rules.by_qemu.said import unsaid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# Older names of serial and parallel, which QEMU lists in no version.
_OLD: Final = frozenset({"parport", "tty"})
_WITHOUT_OLD: Final = (8, 0)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every kind; what is written of it is judged by its keys."""
    for option in machine.options:
        if option.flag == "-chardev":
            kind = option.driver  # type: ignore[attr-defined] # all of that flag have one
            known = qemu.kinds("chardev")
            if qemu.version < _WITHOUT_OLD:
                known |= _OLD
            if kind not in known and "$" not in kind and kind not in {"help", "?"}:
                found = missing(option, kind, "driver", sorted(known), qemu)
                yield from unsaid(option, machine, [found])

"""What a machine leaves out, and what QEMU then does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild import findings as make
from qemubuild.claims import BackedBy, MachineType, Ram
from qemubuild.targets import NO_DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge what is not there."""
    if not machine.claims(Ram) and not machine.claims(BackedBy):
        yield make.hint(
            "memory-default",
            "no memory is given, so QEMU gives the guest 128 MiB, too little for most systems",
            "add memory('2G')",
        )
    if machine.arch in NO_DEFAULT and not machine.claims(MachineType):
        yield make.error(
            "machine-type-missing",
            f"QEMU has no default machine for {machine.arch}",
            f"add machine_type({NO_DEFAULT[machine.arch]!r})",
        )

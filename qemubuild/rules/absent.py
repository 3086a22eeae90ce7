"""What a machine leaves out, and what QEMU then does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild import findings as make
from qemubuild.claims import MachineType, Ram

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# "No machine specified, and there is no default": run on 7.2.
_NO_DEFAULT_MACHINE = {"aarch64", "arm", "avr", "rx"}


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge what is not there."""
    if not machine.claims(Ram):
        yield make.hint(
            "memory-default",
            "no memory is given, so QEMU gives the guest 128 MiB, too little for most systems",
            "add memory('2G')",
        )
    if machine.arch in _NO_DEFAULT_MACHINE and not machine.claims(MachineType):
        yield make.error(
            "machine-type-missing",
            f"QEMU has no default machine for {machine.arch}",
            "add machine_type('virt')",
        )

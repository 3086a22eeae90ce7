"""What rules see: a machine, and the QEMU that it is judged for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qemubuild.capabilities import Qemu
    from qemubuild.machine import Machine


class View:
    """A machine as `MachineView` has it; its methods are the machine's own."""

    __slots__ = ("arch", "binary", "claims", "find_all", "options", "qemu")

    def __init__(self, machine: Machine, qemu: Qemu | None) -> None:
        self.arch = machine.arch or (qemu.arch if qemu else "")
        self.binary = machine.binary
        self.options = machine.options
        self.find_all = machine.find_all
        self.claims = machine.claims
        self.qemu = qemu

"""Interrupts as messages (MSI), which end at vCPUs' APICs: some devices do not work without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.options.cpu import Cpu
from qemubuild.targets import X86, board_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_DEVICES: Final = re.compile(
    r"pcie-root-port|ioh3420|cxl-rp|x3130-upstream|xio3130-downstream|igb|edu|rocker|amd-iommu"
)
# Processors without an APIC, and how one is left out.
_WITHOUT: Final = re.compile(r"(486|base)(-v[0-9]+)?(,.*)?|.*,(-apic|apic=(off|no|false|n))(,.*)?")
_ADDED: Final = re.compile(r".*,(\+apic|apic=(on|yes|true|y))(,.*)?")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every device that needs them."""
    board = board_of(machine)
    if machine.arch not in X86 or board is None or board.name in ("isapc", "none"):
        return
    for cpu in machine.find_all(Cpu)[-1:]:
        text = cpu.words[1]
        if not _WITHOUT.fullmatch(text) or _ADDED.fullmatch(text):
            continue
        for device in devices:
            if _DEVICES.fullmatch(device.driver):
                yield device.error(
                    "device-without-msi",
                    f"{device.driver} sends its interrupts as messages to an APIC, and processors "
                    f"of {text!r} have none",
                    "choose another model, such as cpu('qemu64'), or leave apic on",
                )

"""Interrupts as messages (MSI): some devices do not work where nothing takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.board_words import is_off, said
from qemubuild.claims import Vcpus
from qemubuild.options.cpu import Cpu
from qemubuild.targets import X86, accelerators, board_of, is_arms_virt

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


# The interrupt controllers of Arm's that take messages by a part of their own.
_BY_ITS: Final = frozenset({"3", "4", "max"})
_FEW: Final = 8  # vCPUs that the older controller takes


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every device that needs them."""
    why = _why_none(machine) if any(_DEVICES.fullmatch(one.driver) for one in devices) else None
    for device in devices:
        if why and _DEVICES.fullmatch(device.driver):
            yield device.error(
                "device-without-msi",
                f"{device.driver} sends its interrupts as messages, and {why[0]}",
                why[1],
            )


def _why_none(machine: MachineView) -> tuple[str, str] | None:
    """Why nothing takes messages, and what to do about that; ``None`` where something does."""
    board = board_of(machine)
    if board is None:
        return None
    vcpus = machine.claims(Vcpus)
    # Processors that are several have one in any case (target/i386/cpu.c).
    several = any(one.count != 1 for _, one in vcpus[-1:])
    if machine.arch in X86 and board.name not in ("isapc", "none") and not several:
        for cpu in machine.find_all(Cpu)[-1:]:
            text = cpu.words[1]
            if _WITHOUT.fullmatch(text) and not _ADDED.fullmatch(text):
                mend = "choose another model, such as cpu('qemu64'), or leave apic on"
                return f"processors of {text!r} have no APIC to send them to", mend
    if is_arms_virt(machine) and accelerators(machine)[0] == "tcg":
        many = any(one.most > _FEW for _, one in vcpus)
        gic = said(machine, "gic-version") or ("3" if many else "2")
        if gic in _BY_ITS and (board.until(6, 1) or is_off(machine, "its")):
            return "the board's interrupt controller takes none", "write gic_version='2'"
    return None

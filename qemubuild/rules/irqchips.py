"""Who has the interrupt controllers: KVM, or QEMU, or each some of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.options._versions import changed
from qemubuild.options.device import Device
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView

_SAYS: Final = re.compile(r"\bkernel[-_]irqchip=")
_LEFT: Final = re.compile(r"\bkernel[-_]irqchip=(off|split)\b")
_IOMMU: Final = re.compile("(intel|amd)-iommu")
_OFF: Final = re.compile(r"\bkernel[-_]irqchip=off\b")
# Processors without one of their own.
_WITHOUT: Final = re.compile(r"486(-v[0-9]+)?(,.*)?")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge what KVM and QEMU each have to have, where KVM is certain to run the guest."""
    works = len(targets.accelerators(machine)) == 1
    yield from _left_to_qemu(machine, works=works)
    if works:
        yield from _remapped(machine)


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the same where something else could run the guest, and KVM does, for it works here."""
    if len(targets.accelerators(machine)) > 1 and host.kvm.starts:
        yield from _left_to_qemu(machine, works=True)
        yield from _remapped(machine)


def _remapped(machine: MachineView) -> Iterator[Finding]:
    """Judge an IOMMU that remaps interrupts: QEMU has to see those that KVM would have."""
    remapping = [
        device
        for device in machine.find_all(Device)
        if _IOMMU.fullmatch(device.driver)
        and (device.get("intremap") in ON or device.get("eim") in ON)
    ]
    if remapping and targets.accelerators(machine)[0] == "kvm":
        left = any(
            option.flag in ("-accel", "-machine") and _LEFT.search(option.words[-1])
            for option in machine.options
        )
        for device in remapping if not left else ():
            yield device.error(
                "irqchip-of-kvm-alone",
                "interrupts that are remapped pass through QEMU, and KVM has their controllers "
                "alone",
                "write machine_type('q35', kernel_irqchip='split')",
                "intremap",
            )


def _left_to_qemu(machine: MachineView, *, works: bool) -> Iterator[Finding]:
    """Judge whether KVM leaves a PC's interrupts to QEMU, which it did until 8.0."""
    # What the accelerator is told has the last word.
    says = [
        one
        for one in machine.options
        if one.flag in ("-accel", "-machine") and _SAYS.search(one.words[-1])
    ]
    if not says:
        return
    asked = [one for one in says if one.flag == "-accel" and one.words[-1].startswith("kvm")]
    asked = asked or [one for one in says if one.flag == "-machine"]
    option = next((one for one in asked if _OFF.search(one.words[-1])), None)
    board = targets.board_of(machine)
    if option is None or board is None or board.name == "none" or machine.arch not in targets.X86:
        return
    names = targets.accelerators(machine)
    if names[0] != "kvm":
        return
    models = [one.words[-1] for one in machine.options if one.flag == "-cpu"]
    if _WITHOUT.fullmatch(models[-1] if models else "486" if board.name == "isapc" else ""):
        return
    finding = changed(option, machine, refused_by=(8, 0), taken_by=(7, 2))
    if finding is not None:
        # Where KVM does not work, what comes after it does.
        finding = finding if works else option.warning
        yield finding(
            "irqchip-off-with-kvm",
            "KVM has the interrupt controllers of a PC itself: QEMU 8.0 dropped the other way",
            "write kernel_irqchip='split', or leave it out",
            "kernel_irqchip",
        )

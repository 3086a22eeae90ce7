"""Cards that cannot stand beside each other (run on 7.2 and 10.0)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.targets import X86, board_of, is_arms_virt
from qemubuild.units import OFF, ON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

# The device that each word of -vga stands for, on boards with PCI and without.
_PCI: Final = {"std": "VGA", "cirrus": "cirrus-vga", "vmware": "vmware-svga", "qxl": "qxl-vga"}
_ISA: Final = {"std": "isa-vga", "cirrus": "isa-cirrus-vga"}
# The memory of these has one name for all; that of others has, on boards until this version.
_ALWAYS_GLOBAL: Final = frozenset(_ISA.values())
_GLOBAL: Final = frozenset(_PCI.values())
_ONCE_GLOBAL: Final = (2, 12)
# What has a state by the same name as one that comes later, and since when QEMU minds.
_SAME: Final = {
    "isa-vga": frozenset({"VGA", "secondary-vga"}),
    "isa-cirrus-vga": frozenset({"cirrus-vga"}),
    "vmware-svga": frozenset({"VGA", "secondary-vga"}),
}
_NE2000: Final = re.compile(r"\bmodel=ne2k_pci\b")
# What has memory by a name that only one can have, and makes QEMU end otherwise.
_ONCE: Final = "vmware-svga"
_MINDS: Final = (10, 0)
_SCREENS: Final = re.compile(
    r"(.*-)?vga|VGA|qxl|(virtio|vhost-user)-gpu.*|.*-display|vmware-svga|ramfb"
)
_ONE: Final = "leave one of them out, or choose virtio-vga or bochs-display for the second"


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge each card by those before it."""
    yield from _networks(machine, devices)
    yield from _screens(machine, devices)


def _networks(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """An NE2000 for ISA keeps its state by the name that one for PCI before it has."""
    if machine.qemu is None or machine.qemu.version < _MINDS:
        return
    there = any(
        option.flag in ("-nic", "-net") and _NE2000.search(option.words[-1])
        for option in machine.options
    )
    for device in devices:
        there = there or device.driver == "ne2k_pci"
        if there and device.driver == "ne2k_isa":
            yield device.error(
                "card-beside-another",
                "ne2k_isa and an ne2k_pci before it give the same name to what they keep",
                "put ne2k_isa first, or choose another card, such as rtl8139",
            )


def _screens(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    board = board_of(machine)
    if board is None or not (is_arms_virt(machine) or machine.arch in X86):
        return
    words = [option.words[-1] for option in machine.options if option.flag == "-vga"]
    card = words[-1].partition(",")[0] if words else "none"
    names = _ISA if board.name == "isapc" else _PCI
    before = [] if card == "none" else [(names.get(card, ""), f"-vga {card}")]
    shared = [owner for name, owner in before if _is_global(name, None, board.until(*_ONCE_GLOBAL))]
    minds = machine.qemu is not None and machine.qemu.version >= _MINDS
    for device in devices:
        name = device.driver
        if not _SCREENS.fullmatch(name):
            continue
        alike = _SAME.get(name, frozenset()) if minds else frozenset()
        same = [owner for one, owner in before if one in alike or one == name == _ONCE]
        is_global = _is_global(name, device, board.until(*_ONCE_GLOBAL))
        if others := (shared if is_global else []) + same:
            yield device.error(
                "card-beside-another",
                f"{name} and {others[0]} give the same name to what they keep",
                _ONE,
            )
        elif name == "qxl-vga" and before:
            yield device.error(
                "card-not-first",
                f"qxl-vga can be the first screen alone, and {before[0][1]} is before it",
                "write device('qxl') for a further screen, or put it first",
            )
        before.append((name, " ".join(device.words)))
        if is_global:
            shared.append(" ".join(device.words))


def _is_global(name: str, device: Device | None, is_old: bool) -> bool:
    """Whether the card's memory has the name that only one can have."""
    said = device.get("global-vmstate") if device else None
    if name in _ALWAYS_GLOBAL:
        return True
    return name in _GLOBAL and (said in ON or (is_old and said not in OFF))

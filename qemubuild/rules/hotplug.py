"""Bridges that look after hot-plugging by themselves, by a controller without a slot 0.

Where the board does it by ACPI, they have none (hw/pci-bridge/pci_bridge_dev.c).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.board_words import is_off
from qemubuild.rules.expanders import EXPANDERS
from qemubuild.rules.pci import ADDRESS
from qemubuild.targets import X86, board_of, is_arms_virt
from qemubuild.units import OFF

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_BRIDGE: Final = re.compile(r"pci-bridge(-seat)?|pcie-pci-bridge")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every device on such a bridge."""
    bridges = {
        one.get("id")
        for one in devices
        if _BRIDGE.fullmatch(one.driver) and one.get("shpc") not in OFF
    }
    if bridges and _is_done_by_acpi(machine):
        bridges &= _beneath_expanders(devices)  # which ACPI does not reach
    if not bridges:
        return
    for device in devices:
        bus = device.get("bus")
        match = ADDRESS.fullmatch(device.get("addr") or "0")
        if bus is not None and bus in bridges and match and int(match["slot"], 16) == 0:
            yield device.error(
                "device-place-missing",
                f"a device without addr is at slot 0, and what {bus!r} plugs in begins at 1",
                "add addr=1, or shpc=False to the bridge",
                "addr",
            )


def _beneath_expanders(devices: Sequence[Device]) -> set[str | None]:
    """The ids of the bridges on a root that an expander brings, and of the expanders."""
    beneath: set[str | None] = set()
    expanded = False
    for device in devices:
        is_expander = EXPANDERS.fullmatch(device.driver) is not None
        bus = device.get("bus")
        if is_expander or (expanded if bus is None else bus in beneath):
            beneath.add(device.get("id") or "")
        expanded = expanded or is_expander
    return beneath


def _is_done_by_acpi(machine: MachineView) -> bool:
    board = board_of(machine)
    if board is None or machine.arch not in X86:
        return not is_arms_virt(machine)
    texts = [one.words[-1] for one in machine.options if one.flag == "-global"]
    if any("acpi-pci-hotplug-with-bridge-support=off" in text for text in texts):
        return False
    if board.name == "q35":
        return not board.until(6, 0)
    return board.name != "microvm" and not (board.name == "pc" and is_off(machine, "acpi"))

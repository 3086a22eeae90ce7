"""Screens: that a device whose picture is to be shown has one, and as many as are asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Shows
from qemubuild.targets import X86, is_arms_virt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

# What has a picture on x86, and what of it has as many as its max_outputs.
_SCREENS: Final = re.compile(
    r"(.*-)?vga(-.*)?|VGA|qxl|(virtio|vhost-user)-gpu.*|.*-display|ramfb|vmware-svga|vfio-pci.*"
)
_MANY: Final = re.compile(r"(virtio|vhost-user)-(gpu|vga).*|vfio-pci.*")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every device that is to be shown."""
    if machine.arch not in X86 and not is_arms_virt(machine):
        return
    by_id = {device.get("id"): device for device in devices}
    for option, shown in machine.claims(Shows):
        device = by_id.get(shown.device)
        if device is None:
            continue  # which is a finding already
        if not _SCREENS.fullmatch(device.driver):
            yield option.error(
                "screen-missing",
                f"{device.driver} has no picture to show",
                "name a device that has, such as device('virtio-gpu-pci', id='gpu0')",
                "display",
            )
        elif shown.head >= _heads(device):
            yield option.error(
                "screen-without-head",
                f"{device.driver} has no output {shown.head}: they are counted from 0",
                f"add max_outputs={shown.head + 1} to the device"
                if _MANY.fullmatch(device.driver)
                else "leave head out",
                "head",
            )


def _heads(device: Device) -> float:
    """How many outputs it has."""
    outputs = device.get("max_outputs") or "1"
    if not _MANY.fullmatch(device.driver):
        return 1
    return int(outputs) if outputs.isdecimal() else float("inf")

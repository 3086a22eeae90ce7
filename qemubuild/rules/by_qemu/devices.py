"""Devices: that this QEMU has those that are named, and that they can be plugged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.options.device import Device
from qemubuild.rules.by_qemu import (
    buses,
    defaults,
    limits,
    links,
    plugged_cpus,
    properties,
    sharing,
    together,
)
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# What is in modules of QEMU's that not every installation has: the Debian package of 7.2, and of
# those since.
_OPENGL: Final = ("qemu-system-gui", "qemu-system-modules-opengl")
_SPICE: Final = ("qemu-system-common", "qemu-system-modules-spice")
_USB: Final = ("qemu-system-common", "qemu-system-common")
_MODULES: Final = {
    "virtio-gpu-gl-device": _OPENGL,
    "virtio-gpu-gl-pci": _OPENGL,
    "virtio-vga-gl": _OPENGL,
    "qxl": _SPICE,
    "qxl-vga": _SPICE,
    "usb-redir": _SPICE,
    "ccid-card-passthru": _SPICE,
    "ccid-card-emulated": _SPICE,
    "usb-host": _USB,
}
_SPLIT: Final = (8, 0)
"""The version since when Debian's packages are split so."""
_HELP: Final = ("help", "?")
# How the names of processors end, of which QEMU tells the properties of one for all.
_CPU: Final = "-cpu"


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge all devices."""
    yield from defaults.findings(machine, qemu)
    devices = machine.find_all(Device)
    yield from buses.findings(machine, devices, qemu)
    yield from plugged_cpus.findings(machine, devices, qemu)
    yield from sharing.findings(machine, devices)
    yield from links.in_order(devices)
    for device in devices:
        name = device.driver
        if name in _HELP or "$" in name:
            continue
        known = qemu.device(name)
        if known is None:
            yield _unknown(device, qemu)
        elif (told := qemu.properties(known.name)) is None and not name.endswith(_CPU):
            yield _without_module(device, known.name, qemu)
        elif told is not None:
            yield from properties.findings(device, known.name, told)
            yield from limits.findings(device, known.name, told, qemu)
            yield from links.findings(machine, device, told)
            yield from links.sound(machine, device, told, qemu)
            yield from together.findings(machine, device, known.name, told)


def _unknown(device: Device, qemu: Qemu) -> Finding:
    name = device.driver
    if qemu.is_type(name):
        return device.error(
            "device-not-pluggable",
            f"{name} comes with a board, and cannot be plugged in",
            "leave it out, or choose a machine type that has one",
        )
    if name in _MODULES:
        return _without_module(device, name, qemu)
    names = [*qemu.devices, *filter(None, (one.alias for one in qemu.devices.values()))]
    alike = next((one for one in names if one.lower() == name.lower()), None)
    mend = f"did you mean {alike!r}? " if alike else nearest(name, names)
    return device.error(
        "device-unknown",
        f"{qemu.name} has no device {name!r}",
        f"{mend}`qemu-system-{qemu.arch} -device help` lists all",
    )


def _without_module(device: Device, name: str, qemu: Qemu) -> Finding:
    packages = _MODULES.get(name)
    mend = f"apt-get install {packages[qemu.version >= _SPLIT]}" if packages else ""
    return device.error(
        "device-module-missing",
        f"{name} is in a module of QEMU's that is not installed, or that lacks what it needs",
        mend or "install the package with QEMU's modules, or leave it out",
    )

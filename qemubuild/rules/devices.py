"""Devices: a bus that each plugs into, a place of its own there, a turn of its own to boot.

Only what holds for every QEMU is judged, and only on x86, where it is known what a machine type
brings along (run on 7.2 and 10.0).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import DEVICE, DRIVE, Defines, Slot
from qemubuild.options.device import Device
from qemubuild.rules import (
    buses,
    cards,
    companions,
    expanders,
    hotplug,
    loaders,
    modules,
    msi,
    needs,
    pci,
    plugs,
    screens,
    usb,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


_DISK: Final = re.compile(
    r"virtio-blk(-.*)?|scsi-(hd|block|generic)|ide-(hd|cf)|usb-storage|nvme-ns|ufs-lu"
)
# What brings buses whose names only that QEMU knows.
_BRIDGE: Final = re.compile(r".*(bridge|root-port|pxb|switch|ioh3420|x(io)?3130|i82801b11).*")
# How QEMU names the buses of boards, and of devices that have no id.
_AUTOMATIC: Final = re.compile(
    r"(?P<kind>pci|pcie|isa|ide|i2c|usb-bus|scsi|hda|floppy-bus|virtio-[a-z]+-bus|virtio-bus|ccid-bus"
    r"|ssi|spi|sd-bus|xen-?bus)(\.[0-9]+)?|main-system-bus"
)
# A drive brings the bus that this plugs into.
_FLOPPY: Final = "floppy"
_ROOTS: Final = {"pci.0": frozenset({"pc"}), "pcie.0": frozenset({"q35", "microvm", "virt"})}


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge all devices, but for what drives have a part in."""
    devices = machine.find_all(Device)
    if not devices:
        return
    yield from pci.findings(machine, devices)
    yield from expanders.findings(devices)
    yield from hotplug.findings(machine, devices)
    yield from _without_drive(machine, devices)
    yield from needs.findings(machine, devices)
    yield from loaders.findings(machine, devices)
    yield from msi.findings(machine, devices)
    yield from companions.findings(devices)
    yield from screens.findings(machine, devices)
    yield from cards.findings(machine, devices)
    if (board := _known_board(machine)) is not None:
        yield from usb.findings(machine, devices)
        for place, device in enumerate(devices):
            if (bus := device.get("bus")) is None:
                if device.driver != _FLOPPY:
                    yield from _without_bus(device, devices[:place], board.name, machine)
            elif not plugs.is_judged(device, devices) and not usb.is_judged(
                device, machine, devices
            ):
                yield from _undefined(device, bus, devices[:place], board.name, machine)


def findings_with_drives(machine: MachineView) -> Iterator[Finding]:
    """Judge devices by the drives that they, or others, have."""
    devices = machine.find_all(Device)
    yield from pci.findings_with_drives(machine, devices)
    yield from _empty(machine, devices)
    yield from modules.findings(machine, devices)
    if (board := _known_board(machine)) is not None:
        yield from plugs.findings(machine, devices, board.name)
        for place, device in enumerate(devices):
            if device.driver == _FLOPPY and device.get("bus") is None:
                yield from _without_bus(device, devices[:place], board.name, machine)


def _known_board(machine: MachineView) -> targets.Board | None:
    """The machine type, where it is known which buses there are."""
    board = targets.board_of(machine)
    # What a raw option brings is not known.
    if not machine.flags.isdisjoint(("", "-readconfig")):
        return None
    return board if board and buses.are_known(machine, board) else None


def _of_another_kind(device: Device, bus: str, earlier: Sequence[Device]) -> Iterator[Finding]:
    names = (bus, bus.rpartition(".")[0])
    owner = next((one for one in earlier if one.get("id") in names), None)
    if owner and buses.PCI.fullmatch(device.driver) and not _BRIDGE.fullmatch(owner.driver):
        yield device.error(
            "device-bus-of-another-kind",
            f"{device.driver} plugs into a bus for PCI, and {owner.driver} has none",
            "leave bus out, or write that of a device('pcie-root-port', id=...)",
            "bus",
        )


def _without_drive(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    for device in devices:
        if not _DISK.fullmatch(device.driver) or device.get("drive"):
            continue
        if not needs.is_set(machine, device, "drive"):
            yield device.error(
                "device-without-drive",
                f"{device.driver} is a disk, and no drive says what is on it",
                "add drive(..., interface='none', id='disk0'), and drive='disk0'",
                "drive",
            )


def _empty(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge disks whose drive has nothing in it: only a CD's or a floppy's can be filled later."""
    slots = {id(option): slot for option, slot in machine.claims(Slot) if slot.empty}
    if not slots:
        return
    owners = {claim.id: option for option, claim in machine.claims(Defines) if claim.kind == DRIVE}
    for device in devices:
        slot = slots.get(id(owners.get(device.get("drive") or "")))
        is_disk = device.driver == "nvme" or _DISK.fullmatch(device.driver)
        if slot is None or not is_disk:
            continue
        if not (slot.cdrom and device.driver == "usb-storage"):
            yield device.error(
                "device-drive-empty",
                f"{device.driver} is a disk, and the drive {device.get('drive')!r} has no image",
                "name an image in drive(), or plug in an ide-cd or scsi-cd, which can be empty",
                "drive",
            )


def _without_bus(
    device: Device, earlier: Sequence[Device], board: str, machine: MachineView
) -> Iterator[Finding]:
    for bus in buses.BUSES:
        if not bus.devices.fullmatch(device.driver) or not buses.is_lacking(machine, bus, board):
            continue
        if any(bus.carriers.fullmatch(one.driver) for one in earlier):
            continue
        if bus.name == "HDA" and _says(machine, "-audio", "model=hda"):
            continue
        if bus.name == _FLOPPY and board == "q35" and _has_floppy(machine):
            continue
        yield device.error(
            "device-without-bus",
            f"{device.driver} plugs into a bus for {bus.name}, and nothing before it brings one",
            bus.mend,
        )


def _says(machine: MachineView, flag: str, text: str) -> bool:
    return any(option.flag == flag and text in option.words[-1] for option in machine.options)


def _has_floppy(machine: MachineView) -> bool:
    return any(slot.interface == _FLOPPY for _, slot in machine.claims(Slot))


def _undefined(
    device: Device, bus: str, earlier: Sequence[Device], board: str, machine: MachineView
) -> Iterator[Finding]:
    # QEMU takes a path too, of which nothing is judged.
    if "/" in bus or "$" in bus:
        return
    kind = next((one for one in buses.BUSES if one.devices.fullmatch(device.driver)), None)
    match = _AUTOMATIC.fullmatch(bus)
    if match and kind and kind.names and (match["kind"] or bus) not in kind.names:
        yield device.error(
            "device-bus-of-another-kind",
            f"{device.driver} plugs into a bus for {kind.name}, and {bus!r} is none",
            "leave bus out",
            "bus",
        )
        return
    if match and any(_BRIDGE.fullmatch(one.driver) for one in earlier):
        return
    ids = {claim.id for _, claim in machine.claims(Defines) if claim.kind == DEVICE}
    ids.discard(device.get("id") or "")
    if bus in ids or bus.rpartition(".")[0] in ids:
        yield from _of_another_kind(device, bus, earlier)
        return
    boards = _ROOTS.get(bus)
    if boards is None and match and kind is not buses.BUSES[0]:
        of_board = board not in ("none", "virt") or bus.startswith(("virtio", "main"))
        if of_board or earlier:
            return
    if boards is None or board not in boards or targets.has_no_pci(machine):
        has_root = not targets.has_no_pci(machine)
        names = [root for root, having in _ROOTS.items() if has_root and board in having]
        yield device.error(
            "device-bus-undefined",
            f"nothing has a bus {bus!r}",
            f"leave bus out, or write {names[0]!r}" if names else "leave bus out",
            "bus",
        )

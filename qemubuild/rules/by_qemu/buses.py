"""Kinds of buses, as the QEMU tells them of every device, on boards that are known.

Of x86, most is judged without asking: here are the rest, and Arm's boards.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

# What brings a bus of a kind, and what to write where there is none.
_CARRIERS: Final = {
    "HDA": ("(ich9-)?intel-hda", "add device('intel-hda') before it"),
    "IDE": ("(ich9-)?ahci|.*-ide|sii3112", "add device('ich9-ahci') before it"),
    "IndustryPack": ("tpci200", "add device('tpci200') before it"),
    "PCI": ("pxb.*", "choose machine_type('virt')"),
    "SCSI": (
        "(?!scsi-).*scsi.*|lsi.*|megasas.*|mptsas.*|am53c974|dc390|usb-(uas|bot|storage)",
        "add device('virtio-scsi-pci') before it",
    ),
    "ccid-bus": ("usb-ccid", "add device('usb-ccid') before it"),
    "nvme-bus": ("nvme", "add device('nvme') before it"),
    "sd-bus": ("sdhci-.*", "add device('sdhci-pci') before it"),
    "ufs-bus": ("ufs", "add device('ufs') before it"),
    "usb-bus": (".*(xhci|ehci|uhci|ohci).*", "add device('qemu-xhci') before it"),
    "virtio-bus": ("virtio-mmio", "write the device whose name ends in -pci in its place"),
    "virtio-serial-bus": ("virtio-serial.*", "add device('virtio-serial-pci') before it"),
    "vmbus": ("vmbus-bridge", "add device('vmbus-bridge') before it"),
    "i2c-bus": ("pca95.*", "leave it out"),
}
_NONE: Final = ("", "leave it out: only some boards have such a bus")
# How QEMU calls the buses of a kind where nobody gives them a name.
_KINDS_OF_NAMES: Final = {
    "floppy-bus": "floppy-bus",
    "hda": "HDA",
    "ide": "IDE",
    "isa": "ISA",
    "pci": "PCI",
    "pcie": "PCI",
    "scsi": "SCSI",
    "usb-bus": "usb-bus",
    "virtio-serial-bus": "virtio-serial-bus",
}
_AUTOMATIC: Final = re.compile(rf"(?P<kind>{'|'.join(_KINDS_OF_NAMES)})\.[0-9]+")
# Judged on x86 without asking.
_ASKED_ON_X86: Final = frozenset({"vmbus", "xen-bus"})
_BRIDGES: Final = re.compile(
    r"pcie-root-port|ioh3420|x(io)?3130-.*|pci-bridge(-seat)?|pcie-pci-bridge|i82801b11-bridge"
    r"|cxl-(rp|upstream|downstream)"
)
_ON_BOARD: Final = {"virt": frozenset({"PCI", "virtio-bus"}), "none": frozenset[str]()}
"""The kinds of buses on Arm's boards."""
# Which other boards of Arm's have them (each run on 7.2 and 10.0), and the last QEMU so probed.
_ON_HARDWARE: Final = {
    "PCI": frozenset(
        "imx8mp-evk mcimx7d-sabre realview-eb realview-eb-mpcore sabrelite sbsa-ref versatileab "
        "versatilepb".split()
    ),
    "virtio-bus": frozenset({"vexpress-a15", "vexpress-a9", "xlnx-versal-virt"}),
}
_PROBED: Final = (10, 0)
# What a board has to allow, of what plugs into none.
_ALLOWED: Final = {
    "virt": re.compile(r"ramfb|vfio-.*|tpm-tis-device|uefi-vars-sysbus|arm-smmuv3"),
    "none": re.compile(""),
}


def findings(machine: MachineView, devices: Sequence[Device], qemu: Qemu) -> Iterator[Finding]:
    """Judge that there is a bus of its kind for each device."""
    board = targets.board_of(machine)
    if board is None or not _is_known(machine):
        return
    if machine.arch in targets.ARM and board.name not in _ON_BOARD:
        for place, device in enumerate(devices):
            yield from _on_old_arm(device, devices[:place], board.name, qemu)
    elif machine.arch in targets.ARM:
        for place, device in enumerate(devices):
            yield from _on_arm(device, devices[:place], board.name, qemu)
    elif machine.arch in targets.X86:
        for place, device in enumerate(devices):
            yield from _of_bridge(device, devices[:place])
            yield from _of_none(device, qemu)
            yield from _of_another_kind(device, devices[:place], qemu)
            yield from _of_another_owner(device, devices[:place], qemu)
            known = qemu.device(device.driver)
            if known is not None and known.bus in _ASKED_ON_X86:
                yield from _without(device, known.bus, devices[:place])


def _of_bridge(device: Device, earlier: Sequence[Device]) -> Iterator[Finding]:
    """A bridge's bus is called as the bridge, with no number after it."""
    bus = device.get("bus") or ""
    name, dot, _ = bus.rpartition(".")
    bridges = {one.get("id") for one in earlier if _BRIDGES.fullmatch(one.driver)}
    if dot and name in bridges:
        yield device.error(
            "device-bus-undefined",
            f"the bridge {name!r} has one bus, which is called as it is, and not {bus!r}",
            f"write bus={name!r}",
            "bus",
        )


def _of_none(device: Device, qemu: Qemu) -> Iterator[Finding]:
    """A device that plugs into no bus at all takes no name of one."""
    known = qemu.device(device.driver)
    bus = device.get("bus")
    if known is not None and not known.bus and bus is not None and "$" not in bus:
        yield device.error(
            "device-bus-of-another-kind",
            f"{device.driver} plugs into no bus, and {bus!r} can be none for it",
            "leave bus out",
            "bus",
        )


def _of_another_kind(device: Device, earlier: Sequence[Device], qemu: Qemu) -> Iterator[Finding]:
    """A bus that has the name which QEMU gives to those of another kind."""
    match = _AUTOMATIC.fullmatch(device.get("bus") or "")
    known = qemu.device(device.driver)
    # What plugs into those very kinds is judged without asking.
    if match is None or known is None or known.bus in {"", *_KINDS_OF_NAMES.values()}:
        return
    kind = _KINDS_OF_NAMES[match["kind"]]
    if not any(one.get("id") in (match["kind"], match[0]) for one in earlier):
        yield device.error(
            "device-bus-of-another-kind",
            f"{device.driver} plugs into a bus of the kind {known.bus}, and {match[0]!r} is one of "
            f"{kind}",
            "leave bus out, or write that of a device which brings one",
            "bus",
        )


def _of_another_owner(device: Device, earlier: Sequence[Device], qemu: Qemu) -> Iterator[Finding]:
    """A bus of a device that brings none of this kind."""
    bus = device.get("bus") or ""
    names = (bus, bus.rpartition(".")[0])
    owner = next((one for one in earlier if bus and one.get("id") in names), None)
    known = qemu.device(device.driver)
    # As above; but of what plugs into ISA, no more is judged than the names of boards' buses.
    if owner is None or known is None or known.bus in {"", *_KINDS_OF_NAMES.values()} - {"ISA"}:
        return
    is_bridge = _BRIDGES.fullmatch(owner.driver) is not None
    kinds = {
        kind for kind, (drivers, _) in _CARRIERS.items() if re.fullmatch(drivers, owner.driver)
    }
    if (is_bridge or kinds) and known.bus not in kinds:
        yield device.error(
            "device-bus-of-another-kind",
            f"{device.driver} plugs into a bus of the kind {known.bus}, and the bus of "
            f"{owner.driver} is one of {'PCI' if is_bridge else min(kinds)}",
            "leave bus out, or write that of a device which brings one",
            "bus",
        )


def _is_known(machine: MachineView) -> bool:
    return all(option.flag and option.flag != "-readconfig" for option in machine.options)


def _on_arm(device: Device, earlier: Sequence[Device], board: str, qemu: Qemu) -> Iterator[Finding]:
    known = qemu.device(device.driver)
    if known is None or device.get("bus") is not None:
        return
    if known.bus == "System" and not _ALLOWED[board].fullmatch(known.name):
        yield device.error(
            "device-without-place",
            f"the machine type {board} has no place for {device.driver}",
            "choose machine_type('virt')" if board == "none" else "leave it out",
        )
    elif known.bus not in {"", "System", *_ON_BOARD[board]}:
        yield from _without(device, known.bus, earlier)


def _on_old_arm(
    device: Device, earlier: Sequence[Device], board: str, qemu: Qemu
) -> Iterator[Finding]:
    """The boards of real hardware, of which few have such buses."""
    known = qemu.device(device.driver)
    is_known = board in qemu.machine_types and qemu.version[:2] <= _PROBED
    if known is None or device.get("bus") is not None or not is_known:
        return
    if known.bus in _ON_HARDWARE and board not in _ON_HARDWARE[known.bus]:
        yield from _without(device, known.bus, earlier)


def _without(device: Device, kind: str, earlier: Sequence[Device]) -> Iterator[Finding]:
    carriers, mend = _CARRIERS.get(kind, _NONE)
    if not any(re.fullmatch(carriers, one.driver) for one in earlier):
        yield device.error(
            "device-without-bus",
            f"{device.driver} plugs into a bus of the kind {kind}, and nothing before it brings "
            "one",
            mend,
        )

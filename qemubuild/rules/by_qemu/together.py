"""Properties of devices that are for nothing, or refused, without another one."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import is_off
from qemubuild.claims import Backend
from qemubuild.options._versions import changed
from qemubuild.targets import X86, accelerators, board_of
from qemubuild.units import OFF, ON, format_size, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import Property
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device


class _Pair(NamedTuple):
    """A property that needs another where it is on, or more than 0."""

    devices: str
    property: str
    needed: str


# Devices that do not work without one of some properties.
_NEEDS: Final = (
    ("cxl-type3", ("memdev", "persistent-memdev", "volatile-memdev")),
    ("cxl-switch-mailbox-cci", ("target",)),
    ("led", ("color",)),
    ("nand", ("chip_id",)),
    ("pvrdma", ("addr",)),
    ("pxb", ("bus_nr",)),
    ("tpm-tis-device", ("tpmdev",)),
    ("vfio-(amd-xgbe|calxeda-xgmac|platform)", ("host", "sysfsdev")),
    ("vfio-pci-igd-lpc-bridge", ("addr",)),
    ("virtio-iommu-device", ("primary-bus",)),
    ("x-pci-proxy-dev", ("fd",)),
)
# Before this, an IOMMU's eim was for KVM, and a namespace had no subsystem of its own.
_OLDER: Final = (8, 0)
_SCSI: Final = re.compile("scsi-(cd|hd)|usb-storage")
_SERIAL, _SERIAL_AS_ID = 36, 20
_MOST_INDEX: Final = 16383
_ANOTHER: Final = (
    ("hv-syndbg", "vmbus-bridge", "add device('vmbus-bridge') before it"),
    ("pxb-cxl", "cxl=on", "write machine_type('q35', extra={'cxl': 'on'})"),
    ("xen-platform", "xen-version", "leave it out"),
)
_PAIRS: Final = (
    _Pair("virtio-balloon.*", "free-page-hint", "iothread"),
    _Pair("nvme-ns", "pi", "ms"),
    _Pair("nvme", "sriov_max_vfs", "subsys"),
    _Pair("intel-iommu", "x-pasid-mode", "x-scalable-mode"),
    _Pair("intel-iommu", "x-flts", "x-scalable-mode"),
)


def findings(
    machine: MachineView, device: Device, name: str, known: Mapping[str, Property]
) -> Iterator[Finding]:
    """Judge what stands beside a property, and in the machine."""
    for devices, names in _NEEDS:
        if re.fullmatch(devices, name) and not any(device.get(one) for one in names):
            yield device.error(
                "device-incomplete",
                f"{name} does not work without {' or '.join(names)}",
                f"add {names[0]}=",
            )
    yield from _of_another_machine(machine, device, name)
    for pair in _PAIRS:
        text = device.get(pair.property) or ""
        is_set = text in ON or (number_of(text) or 0) > 0
        needed = device.get(pair.needed)
        is_alone = not needed or needed in OFF
        if is_set and is_alone and re.fullmatch(pair.devices, name):
            yield device.error(
                "device-property-alone",
                f"{pair.property} of {name} works with {pair.needed} alone",
                f"add {pair.needed}=, or leave {pair.property} out",
                pair.property,
            )
    is_older = machine.qemu is not None and machine.qemu.version < _OLDER
    if (
        name == "nvme-ns"
        and is_older
        and (device.get("detached") or "") in ON
        and not _has_subsystem(machine)
    ):
        yield device.error(
            "device-property-alone",
            "a namespace that is detached is one of a subsystem, and no nvme has one",
            "add device('nvme-subsys', id='s0'), and subsys='s0' to the nvme",
            "detached",
        )
    if is_older and device.get("eim") == "on" and "kvm" not in accelerators(machine):
        yield device.error(
            "device-property-alone",
            "eim=on works with KVM alone",
            "add accel('kvm'), and machine_type('q35', kernel_irqchip='split')",
            "eim",
        )
    if device.get("eim") == "on" and (device.get("intremap") or "") in OFF:
        yield device.error(
            "device-property-alone",
            "eim=on is about interrupts that are remapped, and intremap is off",
            "leave intremap out, or eim",
            "eim",
        )
    if "netdev" not in known and device.get("failover_pair_id") is not None:
        yield device.error(
            "device-property-alone",
            f"{name} is no network card, and has no other one to stand in for",
            "leave failover_pair_id out",
            "failover_pair_id",
        )
    if (
        name.startswith("virtio-blk-pci")
        and (device.get("scsi") or "") in ON
        and device.get("disable-modern") not in ON
    ):
        yield device.error(
            "device-property-alone",
            "scsi=on is for legacy virtio devices alone",
            "leave scsi out, or add {'disable-modern': 'on'}",
            "scsi",
        )
    yield from _acpi_index(machine, device)
    yield from _serial(machine, device, name)
    if name == "ivshmem-plain":
        yield from _window(machine, device)
    if device.get("iothread") and name.endswith("-device"):
        yield from _iothread(machine, device, name)
    if "memdev" in known and (node := number_of(device.get("node") or "")) is not None:
        count = _nodes(machine)
        if node >= count:
            yield device.error(
                "device-node-missing",
                f"node={node}: the machine has {count}, counted from 0",
                "add numa_node() for each, or write a lower one",
                "node",
            )


def _of_another_machine(machine: MachineView, device: Device, name: str) -> Iterator[Finding]:
    """Devices that work in a guest of another kind alone."""
    told = " ".join(option.words[-1] for option in machine.options)
    for kind, word, mend in _ANOTHER:
        if name == kind and word not in told and machine.arch in X86:
            yield device.error("device-without-place", f"{name} is for a machine with {word}", mend)


def _window(machine: MachineView, device: Device) -> Iterator[Finding]:
    """Memory that is seen through a window of PCI, whose sizes are powers of two."""
    for _, backend in machine.claims(Backend):
        size = backend.size or 0
        if backend.id == device.get("memdev") and size & size - 1:
            yield device.error(
                "device-memory-uneven",
                f"{backend.id!r} has {format_size(size)}, and windows of PCI are powers of two",
                f"write size={format_size(1 << size.bit_length())!r} there",
                "memdev",
            )


def _iothread(machine: MachineView, device: Device, name: str) -> Iterator[Finding]:
    """A thread for a device that is told of its guest's requests by KVM alone."""
    tell = changed(device, machine, refused_by=(7, 2), taken_by=(10, 0))
    if tell is not None and "kvm" not in accelerators(machine):
        yield tell(
            "device-property-alone",
            f"iothread of {name} works with KVM alone",
            "leave iothread out, or add enable_kvm()",
            "iothread",
        )


def _serial(machine: MachineView, device: Device, name: str) -> Iterator[Finding]:
    """The number of a disk of SCSI, which older QEMUs cut off."""
    most = _SERIAL if device.get("device_id") else _SERIAL_AS_ID
    if _SCSI.fullmatch(name) and len(os.fsencode(device.get("serial") or "")) > most:
        tell = changed(device, machine, refused_by=(10, 0), taken_by=(7, 2))
        if tell is not None:
            yield tell(
                "device-property-limit",
                f"serial of {name} can have {most} bytes"
                + ("" if device.get("device_id") else f", or {_SERIAL} with a device_id beside it"),
                "shorten it, or add device_id= with what the guest is to call the disk",
                "serial",
            )


def _acpi_index(machine: MachineView, device: Device) -> Iterator[Finding]:
    """A number that a guest names a network card by, on boards with such tables."""
    board = board_of(machine)
    index = number_of(device.get("acpi-index") or "")
    has_tables = board is not None and board.name in ("pc", "q35")
    if index is not None and index > _MOST_INDEX and has_tables and not is_off(machine, "acpi"):
        yield device.error(
            "device-property-limit",
            f"acpi-index={index}: the greatest is {_MOST_INDEX}",
            "write a lower one",
            "acpi-index",
        )


def _has_subsystem(machine: MachineView) -> bool:
    return any("subsys=" in option.words[-1] for option in machine.options)


def _nodes(machine: MachineView) -> int:
    words = [option.words[-1] for option in machine.options if option.flag == "-numa"]
    return max(sum(word.startswith(("node", "type=node")) for word in words), 1)

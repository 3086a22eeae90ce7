"""Properties of devices that are for nothing, or refused, without another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.rules.by_qemu.values import number_of
from qemubuild.targets import accelerators, board_of
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import Property
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device


class _Pair(NamedTuple):
    """A property that needs another where it is on, or more than 0."""

    devices: re.Pattern[str]
    property: str
    needed: str


_EIM_WITHOUT_KVM: Final = (8, 0)
_MOST_INDEX: Final = 16383
_PAIRS: Final = (
    _Pair(re.compile("virtio-balloon.*"), "free-page-hint", "iothread"),
    _Pair(re.compile("nvme-ns"), "pi", "ms"),
    _Pair(re.compile("nvme"), "sriov_max_vfs", "subsys"),
)


def findings(
    machine: MachineView, device: Device, name: str, known: Mapping[str, Property]
) -> Iterator[Finding]:
    """Judge what stands beside a property, and in the machine."""
    for pair in _PAIRS:
        text = device.get(pair.property) or ""
        is_set = text in ON or (number_of(text) or 0) > 0
        if is_set and not device.get(pair.needed) and pair.devices.fullmatch(name):
            yield device.error(
                "device-property-alone",
                f"{pair.property} of {name} works with {pair.needed} alone",
                f"add {pair.needed}=, or leave {pair.property} out",
                pair.property,
            )
    if name == "nvme-ns" and (device.get("detached") or "") in ON and not _has_subsystem(machine):
        yield device.error(
            "device-property-alone",
            "a namespace that is detached is one of a subsystem, and no nvme has one",
            "add device('nvme-subsys', id='s0'), and subsys='s0' to the nvme",
            "detached",
        )
    is_older = machine.qemu is not None and machine.qemu.version < _EIM_WITHOUT_KVM
    if is_older and device.get("eim") == "on" and "kvm" not in accelerators(machine):
        yield device.error(
            "device-property-alone",
            "eim=on works with KVM alone",
            "add accel('kvm'), and machine_type('q35', kernel_irqchip='split')",
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
    if "memdev" in known and (node := number_of(device.get("node") or "")) is not None:
        count = _nodes(machine)
        if node >= count:
            yield device.error(
                "device-node-missing",
                f"node={node}: the machine has {count}, counted from 0",
                "add numa_node() for each, or write a lower one",
                "node",
            )


def _acpi_index(machine: MachineView, device: Device) -> Iterator[Finding]:
    """A number that a guest names a network card by, on boards with such tables."""
    board = board_of(machine)
    index = number_of(device.get("acpi-index") or "")
    has_tables = board is not None and board.name in ("pc", "q35")
    is_off = any(
        option.flag == "-machine" and "acpi=off" in option.words[-1] for option in machine.options
    )
    if index is not None and index > _MOST_INDEX and has_tables and not is_off:
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

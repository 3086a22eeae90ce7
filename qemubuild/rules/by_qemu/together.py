"""Properties of devices that are for nothing, or refused, without another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.rules.by_qemu.values import number_of
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


_PAIRS: Final = (
    _Pair(re.compile("virtio-balloon.*"), "free-page-hint", "iothread"),
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
    if "netdev" not in known and device.get("failover_pair_id") is not None:
        yield device.error(
            "device-property-alone",
            f"{name} is no network card, and has no other one to stand in for",
            "leave failover_pair_id out",
            "failover_pair_id",
        )
    if "memdev" in known and (node := number_of(device.get("node") or "")) is not None:
        count = _nodes(machine)
        if node >= count:
            yield device.error(
                "device-node-missing",
                f"node={node}: the machine has {count}, counted from 0",
                "add numa_node() for each, or write a lower one",
                "node",
            )


def _has_subsystem(machine: MachineView) -> bool:
    return any("subsys=" in option.words[-1] for option in machine.options)


def _nodes(machine: MachineView) -> int:
    words = [option.words[-1] for option in machine.options if option.flag == "-numa"]
    return max(sum(word.startswith(("node", "type=node")) for word in words), 1)

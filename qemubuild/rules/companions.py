"""Companions: slower USB controllers that serve some ports of a fast one (``masterbus=``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.units import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.options.device import Device

_MASTERS: Final = re.compile(r"ich9-usb-ehci[0-9]")
_MASTER_PORTS: Final = 6
# How many ports each takes over.
_PORTS: Final = ((re.compile(r".*uhci.*"), 2), (re.compile(r"pci-ohci"), 3))


def findings(devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every companion."""
    taken: dict[tuple[str, int], Device] = {}
    for place, device in enumerate(devices):
        bus = device.get("masterbus")
        if bus is None or "$" in bus or bus.startswith("usb-bus."):  # a board's, or unnamed
            continue
        master = next((one for one in devices[:place] if f"{one.get('id')}.0" == bus), None)
        if master is None or not _MASTERS.fullmatch(master.driver):
            yield device.error(
                "device-bus-undefined",
                f"no controller before it has companions on a bus {bus!r}",
                "put device('ich9-usb-ehci1', id='usb0') before it, and write masterbus='usb0.0'",
                "masterbus",
            )
        else:
            yield from _ports(device, bus, taken)


def _ports(device: Device, bus: str, taken: dict[tuple[str, int], Device]) -> Iterator[Finding]:
    first = number_of(device.get("firstport") or "0")
    count = next((count for drivers, count in _PORTS if drivers.fullmatch(device.driver)), 0)
    if first is None or not count:
        return
    last = _MASTER_PORTS - count
    if first > last:
        yield device.error(
            "usb-port-missing",
            f"firstport={first}: {bus!r} has {_MASTER_PORTS} ports, and this takes {count}",
            f"write 0 to {last}",
            "firstport",
        )
    own = [(bus, port) for port in range(first, first + count)]
    if other := next((taken[one] for one in own if one in taken), None):
        yield device.error(
            "usb-port-missing",
            f"firstport={first}: some of its ports have the companion {' '.join(other.words)}",
            "give each ports of its own: firstport=0, 2 and 4",
            "firstport",
        )
    taken.update(dict.fromkeys(own, device))

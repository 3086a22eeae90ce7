"""Expanders: further roots of PCI, each with a bus number of its own (hw/pci-bridge/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.options.device import Device

EXPANDERS: Final = re.compile(r"pxb(-pcie|-cxl)?")
BRIDGES: Final = re.compile(
    r".*(root-port|bridge|ioh3420|cxl-rp|x3130-upstream|xio3130-downstream|pxb).*"
)
"""What has a bus for PCI beneath, expanders too."""
_ROOTS: Final = ("pci.0", "pcie.0")
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]+|[1-9][0-9]*|0")


def findings(devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge the numbers of all expanders."""
    taken: dict[int, Device] = {}
    expanded = False
    for device in devices:
        bus, text = device.get("bus"), device.get("bus_nr") or "0"
        if EXPANDERS.fullmatch(device.driver):
            if not _NUMBER.fullmatch(text):
                continue
            expanded, number = True, int(text, 0)
            if device.driver == "pxb" and number == 0:
                yield device.error(
                    "device-bus-number-taken",
                    "the bus number 0 is that of the board's own",
                    "write bus_nr=32, or another that none has",
                    "bus_nr",
                )
            elif number in taken:
                yield device.error(
                    "device-bus-number-taken",
                    f"the bus number {number} is that of what {' '.join(taken[number].words)} "
                    "brings",
                    f"write bus_nr={max(taken) + 32}, or another that none has",
                    "bus_nr",
                )
            taken.setdefault(number, device)
            continue
        # What names no bus is on the newest expander.
        on_root = bus in _ROOTS or (bus is None and not expanded)
        if on_root and BRIDGES.fullmatch(device.driver):
            taken.setdefault(0, device)  # until firmware numbers the buses of bridges

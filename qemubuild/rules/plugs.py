"""Buses with numbered places: IDE, SCSI, floppy disks, ports of virtio-serial, readers of cards.

Devices are plugged in one after the other, as QEMU does it: into the bus that is named, or into the
newest of their kind. Only what is known of the board and of what brings a bus is judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from qemubuild.rules import drive_ids, slots
from qemubuild.rules.buses import OF_BOARD, Turn, turns
from qemubuild.targets import has_no_sata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_AUTO: Final = (1 << 32) - 1
"""What stands for a place that QEMU chooses, as if none were given."""
_OCTAL: Final = re.compile("0[0-7]+")
_KINDS: Final = {
    "ide": re.compile(r"ide-(hd|cd|cf)"),
    "scsi": re.compile(r"scsi-(hd|cd|block|generic)"),
    "floppy-bus": re.compile(r"floppy"),
    "virtio-serial-bus": re.compile(r"virtconsole|virtserialport"),
    "hda": re.compile(r"hda-(duplex|micro|output)"),
    "ccid-bus": re.compile(r"ccid-card-.*"),
}
"""The kinds of buses by QEMU's names of them, and what plugs into each."""

# What brings buses: of which kind, how many, and with how many places each.
_CARRIERS: Final = (
    (re.compile(r"ich9-ahci|ahci"), "ide", 6, 1),
    (re.compile(r"piix[34]-ide"), "ide", 2, 2),
    (re.compile(r"isa-ide"), "ide", 1, 2),
    (re.compile(r"virtio-scsi(-.*)?"), "scsi", 1, 256),
    (re.compile(r"lsi(53c895a|53c810)?|am53c974|dc390"), "scsi", 1, 8),
    (re.compile(r"megasas(-gen2)?|pvscsi"), "scsi", 1, 65),
    (re.compile(r"mptsas1068"), "scsi", 1, 9),
    (re.compile(r"usb-(bot|storage|uas)"), "scsi", 1, 1),
    (re.compile(r"isa-fdc"), "floppy-bus", 1, 2),
    (re.compile(r"(ich9-)?intel-hda"), "hda", 1, 15),
    (re.compile(r"virtio-serial(-.*)?"), "virtio-serial-bus", 1, 31),
    (re.compile(r"usb-ccid"), "ccid-bus", 1, 1),
)
# How many LUNs each target of these has; of the others one.
_LUNS: Final = (
    (re.compile(r"virtio-scsi(-.*)?"), 16384),
    (re.compile(r"megasas(-gen2)?|usb-uas"), 256),
    (re.compile(r"usb-bot"), 16),
    (re.compile(r"am53c974|dc390"), 8),
    (re.compile(r"mptsas1068"), 2),
)
# What may bring others, of which nothing is known.
_OTHERS: Final = {
    "ide": re.compile(r".*(ahci|-ide|sii3112).*"),
    "scsi": re.compile(r".*(scsi|lsi).*"),
    "floppy-bus": re.compile(r".*fdc.*"),
}
_FLOPPIES: Final = ("floppy-bus", 1, 2)
_BOARDS: Final[dict[str, tuple[tuple[str, int, int], ...]]] = {
    "pc": (("ide", 2, 2), _FLOPPIES),
    "isapc": (("ide", 2, 2), _FLOPPIES),
    "q35": (("ide", 6, 1),),
    "microvm": (),
    "none": (),
    "virt": (),
}
# The buses of the interfaces of drives.
_KIND_OF: Final = {"ide": "ide", "floppy": "floppy-bus"}


@attrs.define(eq=False)
class _Bus:
    kind: str
    name: str
    places: int
    bare: bool = True
    """Whether a device of the board's, and not one that is named, brings it."""
    owner: Device | None = None
    turn: Turn = OF_BOARD
    taken: dict[object, Device | None] = attrs.field(factory=dict)


def kind_of(device: Device) -> str | None:
    """The kind of bus that a device plugs into, if it is one of these."""
    return _kind_of_driver(device.driver)


@lru_cache(maxsize=256)
def _kind_of_driver(driver: str) -> str | None:
    return next((kind for kind, known in _KINDS.items() if known.fullmatch(driver)), None)


def is_judged(device: Device, devices: Sequence[Device]) -> bool:
    """Whether the bus of a device is judged here: it is of these kinds, and all are known."""
    kind = kind_of(device)
    return kind is not None and not any(_is_other(one, kind) for one in devices)


def _is_other(device: Device, kind: str) -> bool:
    known = kind_of(device) is not None or _carrier(device) is not None
    others = _OTHERS.get(kind)
    return not known and others is not None and others.fullmatch(device.driver) is not None


def _carrier(device: Device) -> tuple[str, int, int] | None:
    """The kind of the buses that a device brings, how many, with how many places."""
    return next((one[1:] for one in _CARRIERS if one[0].fullmatch(device.driver)), None)


def findings(machine: MachineView, devices: Sequence[Device], board: str) -> Iterator[Finding]:
    """Judge the place of every device on a bus of these kinds."""
    if not any(map(kind_of, devices)):
        return
    buses = list(_on_board(machine, board))
    turn_of = turns(devices)
    for device in devices:
        if (kind := kind_of(device)) is not None and is_judged(device, devices):
            yield from _plugged(device, kind, buses)
        if (carrier := _carrier(device)) is not None:
            for bus in list(_brought(device, *carrier, buses)):
                bus.turn = turn_of[id(device)]
                if device.driver == "usb-storage":  # its own disk
                    bus.taken[0, 0] = device
                buses.append(bus)


def _on_board(machine: MachineView, board: str) -> Iterator[_Bus]:
    places = {*slots.placed(machine), *drive_ids.empty(machine)}
    known = [*_BOARDS[board]] if not has_no_sata(machine) else []
    if board == "q35" and any(interface == "floppy" for interface, _, _ in places):
        known.append(_FLOPPIES)
    if any(one.flag == "-audio" and "model=hda" in one.words[-1] for one in machine.options):
        known.append(("hda", 1, 15))
    for kind, count, room in known:
        for number in range(count):
            bus = _Bus(kind, f"{kind}.{number}", room)
            for interface, place, unit in places:
                if kind == _KIND_OF.get(interface) and place == number:
                    bus.taken[unit] = None
            yield bus


def _brought(
    device: Device, kind: str, count: int, places: int, buses: Sequence[_Bus]
) -> Iterator[_Bus]:
    """The buses that a device brings; QEMU counts those of devices without an id."""
    name, first = device.get("id"), 0
    if name is None:
        name = kind
        first = sum(bus.kind == kind and (bus.owner is None or bus.bare) for bus in buses)
    if kind == "virtio-serial-bus":
        most = device.get("max_ports") or "31"
        places = int(most) if most.isdecimal() else places
    for number in range(first, first + count):
        yield _Bus(kind, f"{name}.{number}", places, device.get("id") is None, device)


def _plugged(device: Device, kind: str, buses: Sequence[_Bus]) -> Iterator[Finding]:
    alike = [bus for bus in buses if bus.kind == kind]
    name = device.get("bus")
    if name is None:
        # That there is none is a finding already. Of those of one device, the last is the first.
        bus = max(reversed(alike), key=lambda one: one.turn, default=None)
    else:
        bus = next((one for one in alike if one.name == name), None)
        if bus is None and "/" not in name and "$" not in name:
            has = ", ".join(repr(one.name) for one in alike)
            yield device.error(
                "device-bus-undefined",
                f"no bus for {device.driver} is called {name!r}",
                f"write one of {has}" if has else "add a device before it that brings one",
                "bus",
            )
    if bus is not None:
        judge = _ON_BUS[kind]
        yield from judge(device, bus)


def _number(device: Device, name: str) -> int | None:
    try:
        text = device.get(name) or ""
        number = int(text, 8 if _OCTAL.fullmatch(text) else 0)
    except ValueError:
        return None
    return None if number == _AUTO else number


def _take(device: Device, bus: _Bus, place: object, said: str, field: str) -> Iterator[Finding]:
    if place in bus.taken:
        other = bus.taken[place]
        by = " ".join(other.words) if other else "a drive of the board's"
        yield device.error(
            "device-place-taken",
            f"{said} of the bus {bus.name!r} is taken by {by}",
            "choose another place, or another bus",
            field,
        )
    bus.taken.setdefault(place, device)


def _beyond(device: Device, bus: _Bus, said: str, field: str) -> Finding:
    return device.error(
        "device-place-missing",
        f"the bus {bus.name!r} has no {said}",
        "choose another place, or another bus",
        field,
    )


def _on_units(device: Device, bus: _Bus) -> Iterator[Finding]:
    """On a bus of disks that are counted: the first that is free, on IDE the second at once."""
    unit = _number(device, "unit")
    if unit is None or unit < 0:
        unit = 0
        while unit in bus.taken and unit < bus.places:
            unit += 1
        if bus.kind == "ide" and unit == bus.places and bus.places > 1:
            unit = bus.places - 1
    if unit >= bus.places:
        yield _beyond(device, bus, f"unit {unit}, for it takes {bus.places}", "unit")
    else:
        yield from _take(device, bus, unit, f"unit {unit}", "unit")


def _on_scsi(device: Device, bus: _Bus) -> Iterator[Finding]:
    target, lun = _number(device, "scsi-id"), _number(device, "lun")
    driver = bus.owner.driver if bus.owner else ""
    luns = next((luns for carriers, luns in _LUNS if carriers.fullmatch(driver)), 1)
    channel = _number(device, "channel")
    if channel is not None and channel > 0:
        yield _beyond(device, bus, f"channel {channel}", "channel")
    elif target is not None and target >= bus.places:
        yield _beyond(device, bus, f"scsi-id {target}, for they end at {bus.places - 1}", "scsi-id")
    elif lun is not None and lun >= luns:
        yield _beyond(device, bus, f"lun {lun}, for they end at {luns - 1}", "lun")
    elif target is None:
        free = (one for one in range(bus.places) if (one, lun or 0) not in bus.taken)
        if (target := next(free, None)) is None:
            yield _beyond(device, bus, f"scsi-id left, for it has {bus.places}", "bus")
    elif lun is None:
        lun = next((one for one in range(luns) if (target, one) not in bus.taken), 0)
    if target is not None and target >= 0:
        place = (target, lun or 0)
        yield from _take(device, bus, place, f"scsi-id {target}, lun {lun or 0}", "scsi-id")


def _on_ports(device: Device, bus: _Bus) -> Iterator[Finding]:
    number = _number(device, "nr")
    if number is None:
        first = 0 if device.driver == "virtconsole" else 1
        number = next(port for port in range(first, 1 << 20) if port not in bus.taken)
    if number >= bus.places:
        yield _beyond(device, bus, f"port {number}, for they end at {bus.places - 1}", "nr")
    elif number == 0 and device.driver == "virtserialport":
        yield _beyond(device, bus, "port 0 but for a virtconsole", "nr")
    else:
        yield from _take(device, bus, number, f"port {number}", "nr")
    if (name := device.get("name")) is not None:
        yield from _take(device, bus, name, f"a port with the name {name!r}", "name")


def _on_hda(device: Device, bus: _Bus) -> Iterator[Finding]:
    number = _number(device, "cad")
    if number is not None and number >= bus.places:
        yield _beyond(device, bus, f"address {number}, for they end at {bus.places - 1}", "cad")


def _on_reader(device: Device, bus: _Bus) -> Iterator[Finding]:
    yield from _take(device, bus, 0, "the one place", "bus")


_ON_BUS: Final = {
    "ide": _on_units,
    "floppy-bus": _on_units,
    "scsi": _on_scsi,
    "virtio-serial-bus": _on_ports,
    "hda": _on_hda,
    "ccid-bus": _on_reader,
}

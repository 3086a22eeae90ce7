"""Ports of USB: which are free, how fast they are, and what QEMU puts a hub in (hw/usb/bus.c).

A device without a port goes to the first that is free of the newest bus; where that is the last
one, QEMU puts a hub there first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from qemubuild.board_words import is_on
from qemubuild.rules.buses import OF_BOARD, Turn, are_known, turns
from qemubuild.targets import board_of, has_no_usb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_SLOW: Final = frozenset({"low", "full"})
_HIGH: Final = frozenset({"high"})
_ALL: Final = _SLOW | _HIGH
_SUPER: Final = frozenset({"super"})

# How fast devices can be; of others nothing is known, and they fit everywhere.
_SPEEDS: Final = (
    (re.compile(r"usb-(hub|net|audio|ccid|wacom-tablet|serial|braille)"), frozenset({"full"})),
    (re.compile(r"usb-(kbd|mouse|tablet|mtp)"), frozenset({"full", "high"})),
    (re.compile(r"usb-uas"), _HIGH | _SUPER),
)
DEVICE: Final = re.compile(r"(usb|u2f)-(?!.*(xhci|ehci|uhci|ohci)).+")
CONTROLLER: Final = re.compile(r".*(xhci|ehci|uhci|ohci).*")
# The controllers that are known: how many ports, of which speeds.
_CONTROLLERS: Final = (
    (re.compile(r"(piix[34]|ich9)-usb-uhci.?"), 2, _SLOW),
    (re.compile(r"pci-ohci"), 3, _SLOW),
    (re.compile(r"usb-ehci|ich9-usb-ehci."), 6, _HIGH),
)
_XHCI: Final = re.compile(r"(qemu|nec-usb)-xhci")
_HUB_PORTS: Final = 8
_DEEPEST: Final = 5
_BOARDS: Final = {"pc": (2, _SLOW), "q35": (6, _ALL), "microvm": (8, _ALL | _SUPER)}


@attrs.define(eq=False)
class _Bus:
    name: str
    free: dict[str, frozenset[str]]
    named: bool = True
    turn: Turn = OF_BOARD


def is_judged(device: Device, machine: MachineView, devices: Sequence[Device]) -> bool:
    """Whether the bus of a device is judged here: it is of USB, and all controllers are known."""
    return DEVICE.fullmatch(device.driver) is not None and _are_known(machine, devices)


def _are_known(machine: MachineView, devices: Sequence[Device]) -> bool:
    board = board_of(machine)
    return (
        board is not None
        and are_known(machine, board)
        and not any("masterbus=" in device.words[-1] for device in devices)
        and not any(
            CONTROLLER.fullmatch(device.driver) and _bus_of(device, []) is None
            for device in devices
        )
    )


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge the port of every USB device."""
    if not any(DEVICE.fullmatch(one.driver) for one in devices) or not _are_known(machine, devices):
        return
    buses = list(_of_board(machine))
    turn_of = turns(devices)
    for option in machine.options:
        if option.flag == "-usbdevice" and buses:
            _take(buses[0], option.words[-1], None)
    for device in devices:
        if (bus := _bus_of(device, buses)) is not None:
            bus.turn = turn_of[id(device)]
            buses.append(bus)
        elif DEVICE.fullmatch(device.driver):
            yield from _plugged(device, buses, devices)


def _of_board(machine: MachineView) -> Iterator[_Bus]:
    board = board_of(machine)
    known = _BOARDS.get(board.name) if board else None
    if known and is_on(machine, "usb") and not has_no_usb(machine):
        yield _Bus("usb-bus.0", _ports(*known), named=False)


def _ports(count: int, speeds: frozenset[str]) -> dict[str, frozenset[str]]:
    return {str(number): speeds for number in range(1, count + 1)}


def _bus_of(device: Device, buses: Sequence[_Bus]) -> _Bus | None:
    """The bus that a controller brings, if it is one that is known."""
    ports = next(
        (
            _ports(_number(device, "num-ports", count), speeds)
            for drivers, count, speeds in _CONTROLLERS
            if drivers.fullmatch(device.driver)
        ),
        None,
    )
    if _XHCI.fullmatch(device.driver):
        two, three = _number(device, "p2", 4), _number(device, "p3", 4)
        ports = {
            str(number): (_ALL if number <= two else frozenset())
            | (_SUPER if number <= three else frozenset())
            for number in range(1, max(two, three) + 1)
        }
    if ports is None:
        return None
    name = device.get("id")
    unnamed = sum(not bus.named for bus in buses)
    return _Bus(f"{name}.0" if name else f"usb-bus.{unnamed}", ports, named=name is not None)


def _number(device: Device, name: str, default: int) -> int:
    text = device.get(name)
    return int(text) if text and text.isdecimal() else default


def _plugged(device: Device, buses: Sequence[_Bus], devices: Sequence[Device]) -> Iterator[Finding]:
    name, port = device.get("bus"), device.get("port")
    if "$" in f"{name}{port}" or (name is not None and "/" in name):
        return
    alike = [one for one in buses if name in (None, one.name)]
    if not alike:
        # Those that come later, or not at all, are findings already.
        later = {one.get("id") for one in devices if CONTROLLER.fullmatch(one.driver)}
        known = [one.name for one in buses]
        later -= {one.removesuffix(".0") for one in known}
        is_known = name is None or (not known and name.startswith("usb-bus."))
        if name is not None and not is_known and name.removesuffix(".0") not in later:
            yield device.error(
                "device-bus-undefined",
                f"no bus for {device.driver} is called {name!r}",
                f"write one of {', '.join(map(repr, known))}"
                if known
                else "add device('qemu-xhci', id='usb0') before it, and bus='usb0.0'",
                "bus",
            )
        return
    bus = max(reversed(alike), key=lambda one: one.turn)
    yield from _at_port(device, bus, port)


def _at_port(device: Device, bus: _Bus, port: str | None) -> Iterator[Finding]:
    if not bus.free or (port is not None and port not in bus.free):
        which = f"port {port} that is free" if port is not None else "free port left"
        yield device.error(
            "usb-port-missing",
            f"the bus {bus.name!r} has no {which}",
            f"write one of {', '.join(list(bus.free)[:8])}, or leave port out"
            if bus.free
            else "add device('qemu-xhci', id='usb0') before it, and bus='usb0.0'",
            "port",
        )
        return
    if device.driver == "usb-hub" and (port or next(iter(bus.free), "")).count(".") >= _DEEPEST:
        yield device.error(
            "usb-hub-too-deep",
            f"hubs can be plugged into hubs {_DEEPEST} deep, and this is one more",
            "plug it in nearer to the controller",
            "port",
        )
        return
    speeds = _take(bus, device.driver, port)
    own = _speeds(device)
    if speeds is not None and own is not None and own.isdisjoint(speeds):
        yield device.error(
            "usb-speed-mismatch",
            f"{device.driver} is of {' or '.join(sorted(own))} speed, and the port is not",
            "add device('qemu-xhci', id='usb0') and bus='usb0.0', which has ports of every speed",
            "bus",
        )


def _take(bus: _Bus, driver: str, port: str | None) -> frozenset[str] | None:
    """Take a port, and tell its speeds; ``None`` where there is none."""
    if port is None:
        if len(bus.free) == 1 and driver != "usb-hub":
            _take(bus, "usb-hub", None)
        port = next(iter(bus.free), None)
    speeds = bus.free.pop(port, None) if port is not None else None
    if speeds is not None and driver == "usb-hub":
        bus.free.update((f"{port}.{number}", _SLOW) for number in range(1, _HUB_PORTS + 1))
    return speeds


def _speeds(device: Device) -> frozenset[str] | None:
    if device.get("usb_version") == "1":
        return frozenset({"full"})
    return next((speeds for drivers, speeds in _SPEEDS if drivers.fullmatch(device.driver)), None)

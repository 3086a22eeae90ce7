"""What is plugged into what: the buses of a machine, their devices, and what is behind those."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import CHARDEV, DRIVE, NETDEV, Defines, Opens, Refers
from qemubuild.display import tree
from qemubuild.display.tree import Behind, Part
from qemubuild.exporters.data import name_of
from qemubuild.options.device import Device
from qemubuild.rules import buses, slots, usb
from qemubuild.rules.buses import Bus
from qemubuild.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Slot
    from qemubuild.display.picture import Picture
    from qemubuild.machine import Machine
    from qemubuild.option import Option

_USB: Final = Bus("USB", usb.DEVICE, usb.CONTROLLER, "", frozenset(), ("usb-bus",))
_BUSES: Final = (_USB, *buses.BUSES)
_PCI: Final = buses.BUSES[0]
# The bus of a drive that is no device of its own on the command line; others are the board's own.
_BUS_OF: Final = {"ide": "IDE", "scsi": "SCSI", "floppy": "floppy", "virtio": "PCI"}
_NOUN_OF: Final = {"virtio": "virtio disk", "pflash": "flash memory", "sd": "SD card",
                   "floppy": "floppy drive", "mtd": "flash memory"}  # fmt: skip
_PORTS: Final = ("-serial", "-parallel", "-debugcon", "-monitor", "-qmp", "-qmp-pretty", "-mon",
                 "-gdb")  # fmt: skip
_CARDS: Final = ("-nic", "-vga", "-virtfs", "-audio")
# What is there for others to refer to, and of no use alone.
_BACKENDS: Final = ("-netdev", "-chardev", "-blockdev", "-fsdev", "-tpmdev", "-audiodev")
_ID: Final = re.compile(r"(^|,)(id|node-name)=[^,]*")


def draw(machine: Machine) -> Picture:
    """The picture of a machine's devices."""
    return tree.draw(read(machine), "What is plugged into what")


def read(machine: Machine) -> Part:
    """The board, and what is plugged into it."""
    return _Wiring(machine).board


class _Wiring:
    """Devices are plugged in one after the other, as QEMU does it."""

    def __init__(self, machine: Machine) -> None:
        self._view = View.of(machine)
        self._machine = machine
        known = targets.board_of(self._view)
        self._name = known.name if known else ""
        self.board = Part(f"{self._name} board".strip(), machine.arch, "board")
        self._board_buses: dict[str, Part] = {}
        self._carriers: list[tuple[Bus, Device, Part]] = []
        self._defined = {
            (claim.kind, claim.id): option for option, claim in machine.claims(Defines)
        }
        self._used: set[Option] = set()
        self._counts: dict[str, int] = {}
        places = {
            option: (place, slot) for place, (option, slot) in slots.placed(self._view).items()
        }
        for option in machine.options:
            if isinstance(option, Device):
                self._plug(option)
            elif option in places:
                self._place(option, *places[option])
            elif option.flag == "-usbdevice":
                self._bus(_USB).add(Part(f"usb-{option.words[-1]}"))
            elif option.flag in _CARDS:
                self._card(option)
            elif option.flag in _PORTS:
                self._port(option)
        self._leave()

    def _plug(self, device: Device) -> None:
        bus = next((one for one in _BUSES if one.devices.fullmatch(device.driver)), None)
        addr = device.get("addr") or device.get("port")
        part = Part(
            device.driver, " ".join(filter(None, (device.get("id"), addr and f"at {addr}")))
        )
        part.behind += self._behind(device)
        named = device.get("bus")
        if bus is None:
            (self._named(named) or self.board).add(part)
        else:
            (self._named(named, bus) if named else self._bus(bus)).add(part)  # type: ignore[union-attr] # with a bus it is one
        self._carriers += [
            (one, device, part) for one in _BUSES if one.carriers.fullmatch(device.driver)
        ]
        if bus is _PCI and re.search(
            r"bridge|root-port|upstream|downstream|ioh3420", device.driver
        ):
            self._carriers.append((_PCI, device, part))

    def _bus(self, bus: Bus) -> Part:
        """Where a device goes that names no bus: the newest of its kind, or the board's."""
        for kind, _, part in reversed(self._carriers):
            if kind is bus and (bus is not _PCI or "pxb" in part.label):
                return part.bus(f"{bus.name} bus")
        if bus.name not in self._board_buses:
            lacks = bus is not _USB and self._name in buses.ALL and buses.is_lacking(
                self._view, bus, self._name)  # fmt: skip
            self._board_buses[bus.name] = self.board.bus(
                f"{bus.name} bus", "this board has none" if lacks else ""
            )
        return self._board_buses[bus.name]

    def _named(self, name: str | None, bus: Bus | None = None) -> Part | None:
        """The bus of that name: one that a device brings, or one of the board's."""
        if name is None:
            return None
        for _, device, part in self._carriers:
            if device.get("id") in (name, name.rpartition(".")[0]):
                kind = f"{bus.name} bus" if bus else "bus"
                return part.bus(f"{kind} {name}")
        if bus and name.rpartition(".")[0] in (*bus.names, bus.name.lower()):
            return self._bus_of_board(bus, name)
        return self.board.bus(f"{bus.name if bus else ''} bus {name}".strip())

    def _bus_of_board(self, bus: Bus, name: str) -> Part:
        whole = f"{bus.name} bus"
        if name.endswith(".0") and bus is not _USB and bus.name != "IDE":
            return self._board_buses.setdefault(bus.name, self.board.bus(whole))
        return self.board.bus(f"{whole} {name}")

    def _place(self, option: Option, place: slots.Place, slot: Slot) -> None:
        interface, number, unit = place
        if interface == "none":
            return  # for a device to name; else it is left over
        noun = "CD-ROM drive" if slot.cdrom else _NOUN_OF.get(interface, "disk")
        where = self.board
        if interface in _BUS_OF:
            bus = next(one for one in buses.BUSES if one.name == _BUS_OF[interface])
            has_units = interface in ("ide", "scsi")
            where = self.board.bus(f"{bus.name} bus {number}") if has_units else self._bus(bus)
        part = Part(noun, f"unit {unit}" if interface in ("ide", "scsi", "floppy") else "")
        part.behind.append(Behind("empty" if slot.empty else "image", self._gist(option)))
        self._used.add(option)
        where.add(part)

    def _card(self, option: Option) -> None:
        words = option.words[-1]
        if words.startswith("none"):
            return
        noun = {"-nic": "network card", "-vga": "screen", "-virtfs": "virtio-9p", "-audio": "sound"}
        model = re.search(r"model=([^,]+)", words)
        part = Part(noun[option.flag], model[1] if model else "")
        part.behind.append(Behind("", words))
        self._bus(_PCI).add(part)

    def _port(self, option: Option) -> None:
        name = name_of(type(option)).replace("_", " ")
        part = Part(f"{name} port" if name in ("serial", "parallel") else name)
        if name in ("serial", "parallel"):
            part.note = str(self._counts.get(name, 0))
            self._counts[name] = self._counts.get(name, 0) + 1
        behind = list(self._behind(option))
        part.behind += behind or [Behind("", option.words[-1])]
        self.board.add(part)

    def _behind(self, option: Option, seen: tuple[Option, ...] = ()) -> Iterator[Behind]:
        """What an option refers to, and what that stands on."""
        for claim in option.claimed:
            if not isinstance(claim, Refers):
                continue
            other = self._defined.get((claim.kind, claim.id))
            if other is None:
                yield Behind(f"{claim.kind} {claim.id}", "not defined")
            elif other not in seen and other is not option:
                self._used.add(other)
                yield Behind(f"{claim.kind} {claim.id}", self._gist(other))
                if other.flag in _BACKENDS:
                    yield from self._behind(other, (*seen, option, other))

    def _gist(self, option: Option) -> str:
        """What is at the host's end, in a few words."""
        images = [claim.path for claim in option.claimed if isinstance(claim, Opens)]
        if option.flag in ("-drive", "-blockdev") and images:
            return images[0]
        if (file := getattr(option, "file", None)) is not None:
            return file if isinstance(file, str) else os.fsdecode(file)
        return _ID.sub("", option.words[-1]).lstrip(",")

    def _leave(self) -> None:
        """What nothing refers to, and the guest so does not see."""
        kinds = (NETDEV, CHARDEV, DRIVE)
        for (kind, name), option in self._defined.items():
            is_backend = option.flag in _BACKENDS or (option.flag == "-drive" and kind in kinds)
            if is_backend and option not in self._used and not self._is_named(name, option):
                part = Part(f"{kind} {name}", "nothing uses it")
                part.behind.append(Behind("", self._gist(option)))
                self._used.add(option)
                self.board.bus("not plugged in").add(part)

    def _is_named(self, name: str, option: Option) -> bool:
        """Whether another option may mean it in a way of its own, such as -machine pflash0=."""
        return any(
            re.search(rf"=['\"]?{re.escape(name)}\b", one.words[-1])
            for one in self._machine.options
            if one is not option and one.words[0] in ("-machine", "-global", "-set", "-object")
        )

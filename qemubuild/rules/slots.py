"""Places of drives: who takes which, as QEMU hands them out, and what a place asks of its drive.

Drives are placed in the order of the command line (``drive_new``, blockdev.c): by ``index``, which
stands for a bus and a unit, by these two, or at the next free place.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.claims import DRIVE, Refers, Slot
from qemubuild.targets import ARM, board_of, has_no_pci

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


class _Board(NamedTuple):
    """What a machine type does with drives.

    Attributes:
        default: the interface of a drive that names none; ``""`` where that is not known.
        room: how many places an interface has, where that is known; others are not judged.
        ide_units: how many drives an IDE bus takes.
    """

    default: str = ""
    room: Mapping[str, int] = {}
    ide_units: int = 2


_Place = tuple[str, int, int]
"""Where QEMU puts a drive: the interface, the bus, the unit. Made often, so a plain tuple."""

# How many units a bus has, where an index counts on over buses.
_SCSI_UNITS: Final = 7
# Interfaces that make a device for each of their drives.
_CONNECTED: Final = ("virtio", "ide", "floppy")

_NONE: Final = {"scsi": 0, "sd": 0, "mtd": 0, "xen": 0}
_PC: Final = _Board("ide", {**_NONE, "ide": 4, "floppy": 2, "pflash": 2})
_Q35: Final = _Board("ide", {**_NONE, "ide": 6, "floppy": 2, "pflash": 2}, ide_units=1)
_ISAPC: Final = _Board("ide", {**_NONE, "ide": 4, "floppy": 2, "pflash": 0, "virtio": 0})
_MICROVM_PCIE: Final = _Board("none", {**_NONE, "ide": 0, "floppy": 0, "pflash": 0})
_MICROVM: Final = _Board("none", {**_MICROVM_PCIE.room, "virtio": 0})
_VIRT: Final = _Board("virtio", {**_NONE, "ide": 0, "floppy": 0})
# Whether RISC-V's connects a drive that names no interface depends on the version.
_RISCV_VIRT: Final = _Board("", _VIRT.room)
_UNKNOWN: Final = _Board()

_BOARDS: Final = {
    "pc": _PC,
    "q35": _Q35,
    "isapc": _ISAPC,
    "microvm": _MICROVM,
    "none": _MICROVM,
    "s390-ccw-virtio": _VIRT,
}
_VIRT_ARCHS: Final = {
    **dict.fromkeys((*ARM, "loongarch64"), _VIRT),
    **dict.fromkeys(("riscv64", "riscv32"), _RISCV_VIRT),
}


def _board(machine: MachineView) -> _Board:
    """What is known of the machine type."""
    board = board_of(machine)
    if board is None:
        return _UNKNOWN
    if board.name == "virt":
        return _VIRT_ARCHS.get(machine.arch, _UNKNOWN)
    if board.name == "microvm" and not has_no_pci(machine):
        return _MICROVM_PCIE
    return _BOARDS.get(board.name, _UNKNOWN)


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge the places of all drives."""
    slots = machine.claims(Slot)
    if not slots:
        return
    board = _board(machine)
    taken: dict[_Place, tuple[Option, Slot]] = {}
    named = False
    for option, slot in slots:
        interface = slot.interface or board.default
        units = _units(board, interface)
        place = _placed(slot, interface, units, taken)
        if place is None:
            continue
        if units and place[2] >= units:
            yield option.error(
                "drive-unit-too-big",
                f"unit {place[2]}: a bus of {interface} takes {units}, counted from 0",
                "write a lower unit, another bus, or index in place of both",
                "unit",
            )
        elif place in taken:
            yield _doubled(option, place, units, taken)
        else:
            taken[place] = (option, slot)
            named = named or slot.id is not None or place[1] > 0
            if interface != "virtio" or slot.empty or "virtio" in board.room:
                yield from _judge_place(option, slot, place, board, units)
    if named:
        yield from _judge_names(machine, board, taken)
    if ("pflash", 0, 1) in taken and ("pflash", 0, 0) not in taken and board.room.get("pflash"):
        yield from _judge_second_flash(machine, taken["pflash", 0, 1][0])


def _units(board: _Board, interface: str) -> int:
    """How many drives a bus of an interface takes; 0 where the bus and the unit are all one."""
    if interface == "ide":
        return board.ide_units
    return _SCSI_UNITS if interface == "scsi" else 0


def _placed(
    slot: Slot, interface: str, units: int, taken: Mapping[_Place, object]
) -> _Place | None:
    """Where QEMU puts a drive, or ``None`` where that cannot be known."""
    if slot.index is not None:
        if slot.bus or slot.unit is not None:
            return None
        return _at_index(interface, slot.index, units)
    if not interface and (slot.bus or slot.unit):
        return None  # how many units the bus has is as unknown as the interface
    bus = slot.bus or 0
    if slot.unit is not None:
        return interface, bus, slot.unit
    unit = 0
    while (interface, bus, unit) in taken:
        unit += 1
        if units and unit >= units:
            bus, unit = bus + 1, 0
    return interface, bus, unit


def _at_index(interface: str, index: int, units: int) -> _Place:
    return (interface, index // units, index % units) if units else (interface, 0, index)


def _doubled(
    option: Option, place: _Place, units: int, taken: Mapping[_Place, tuple[Option, Slot]]
) -> Finding:
    interface, bus, unit = place
    free = next(i for i in count() if _at_index(interface, i, units) not in taken)
    where = f"bus {bus}, unit {unit}" if units else f"index {unit}"
    return option.error(
        "drive-place-taken",
        f"{where}{f' of {interface}' if interface else ''} is taken by "
        f"{' '.join(taken[place][0].words)}",
        f"leave one of them out, or write drive(..., index={free})",
    )


def _judge_place(
    option: Option, slot: Slot, place: _Place, board: _Board, units: int
) -> Iterator[Finding]:
    interface, bus, unit = place
    room = board.room.get(interface)
    if room is not None and ((bus and not units) or bus * units + unit >= room):
        yield _missing(option, place, room)
    elif slot.empty and (interface == "virtio" or (room and _needs_medium(slot, interface))):
        yield option.error(
            "drive-without-image",
            f"a drive with the interface {interface} cannot be empty",
            "name an image, or write cdrom() for an empty CD-ROM drive",
            "file",
        )
    elif interface == "none" and not slot.interface and slot.id is None:
        yield option.warning(
            "drive-unconnected",
            "the machine type has no interface of its own for drives: the guest does not see this",
            "write drive(..., interface='none', id='disk0'), and add a device with drive='disk0'",
            "interface",
        )
    elif interface == "ide" and room and not slot.cdrom:
        if slot.readonly:
            yield option.error(
                "drive-readonly-on-ide",
                "an IDE hard disk can always be written, so QEMU refuses a read-only image",
                "write interface='virtio', media='cdrom', or snapshot=True in place of readonly",
                "readonly",
            )
        else:
            yield option.hint(
                "drive-on-ide",
                "the guest sees an emulated IDE disk; virtio is faster, where the guest has its "
                "driver, as Linux does",
                "write drive(..., interface='virtio')",
                "interface",
            )


def _missing(option: Option, place: _Place, room: int) -> Finding:
    interface, bus, unit = place
    if not room:
        return option.error(
            "drive-interface-unsupported",
            f"the machine type takes no drive with the interface {interface}",
            "write drive(..., interface='virtio'), or choose another machine type",
            "interface",
        )
    return option.error(
        "drive-place-missing",
        f"the machine type has room for {room} drives with the interface {interface}, and this "
        f"one would be at bus {bus}, unit {unit}",
        f"write an index from 0 to {room - 1}, or another interface, such as 'virtio'",
        "index",
    )


def _judge_second_flash(machine: MachineView, option: Option) -> Iterator[Finding]:
    # -machine can name the first chip, too.
    if not any("pflash0=" in word for other in machine.options for word in other.words):
        yield option.error(
            "drive-flash-without-first",
            "this is the second flash chip, and there is no first",
            "write index=0, or leave index out",
            "index",
        )


def _needs_medium(slot: Slot, interface: str) -> bool:
    return interface == "pflash" or (interface == "ide" and not slot.cdrom)


def _judge_names(
    machine: MachineView, board: _Board, taken: Mapping[_Place, tuple[Option, Slot]]
) -> Iterator[Finding]:
    used = {claim.id for _, claim in machine.claims(Refers) if claim.kind == DRIVE}
    names = {slot.id: option for option, slot in taken.values() if slot.id is not None}
    for place, (option, slot) in taken.items():
        interface = place[0]
        if slot.id is None and interface:
            name = _automatic_id(slot, place, _units(board, interface))
            if names.setdefault(name, option) is not option:
                yield option.error(
                    "drive-id-taken",
                    f"QEMU gives a drive without an id at this place the id {name!r}, which "
                    f"{' '.join(names[name].words)} has",
                    "give each an id of its own",
                    "id",
                )
        elif slot.id in used and interface in _CONNECTED:
            yield option.error(
                "drive-connected-twice",
                f"the interface {interface} already gives the guest a device for the drive "
                f"{slot.id!r}, and another option refers to it, too",
                "write interface='none', or leave the device out",
                "interface",
            )


def _automatic_id(slot: Slot, place: _Place, units: int) -> str:
    """What QEMU calls a drive that has no id, such as ``ide1-cd0`` or ``virtio0``."""
    interface, bus, unit = place
    if not units:
        return f"{interface}{unit}"
    return f"{interface}{bus}-{'cd' if slot.cdrom else 'hd'}{unit}"

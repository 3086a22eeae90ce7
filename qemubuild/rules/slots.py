"""Places of drives: who takes which, as QEMU hands them out, and what a place asks of its drive.

Drives are placed in the order of the command line (``drive_new``, blockdev.c): by ``index``, which
stands for a bus and a unit, by these two, or at the next free place.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import said
from qemubuild.claims import Slot
from qemubuild.targets import ARM, board_of, has_no_pci, has_no_sata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


class Board(NamedTuple):
    """What a machine type does with drives.

    Attributes:
        default: the interface of a drive that names none; ``""`` where that is not known.
        room: how many places an interface has, where that is known; others are not judged.
        units: how many drives a bus of an interface takes; where it is not in here, the bus and
            the unit are all one.
    """

    default: str = ""
    room: Mapping[str, int] = {}
    units: Mapping[str, int] = {"ide": 2, "scsi": 7}


Place = tuple[str, int, int]
"""Where QEMU puts a drive: the interface, the bus, the unit. Made often, so a plain tuple."""

_NONE: Final = {"scsi": 0, "sd": 0, "mtd": 0, "xen": 0}
_PC: Final = Board("ide", {**_NONE, "ide": 4, "floppy": 2, "pflash": 2})
_Q35: Final = Board("ide", {**_NONE, "ide": 6, "floppy": 2, "pflash": 2}, {"ide": 1, "scsi": 7})
_Q35_WITHOUT_SATA: Final = _Q35._replace(room={**_Q35.room, "ide": 0})
_ISAPC: Final = Board("ide", {**_NONE, "ide": 4, "floppy": 2, "pflash": 0, "virtio": 0})
_EMPTY: Final = Board("none", {**_NONE, "ide": 0, "floppy": 0, "pflash": 0, "virtio": 0})
_MICROVM: Final = _EMPTY._replace(units={"ide": 2, "scsi": 7, "none": 1})
_MICROVM_PCIE: Final = _MICROVM._replace(
    room={key: room for key, room in _MICROVM.room.items() if key != "virtio"}
)
_VIRT: Final = Board("virtio", {**_NONE, "ide": 0, "floppy": 0})
_ARM_VIRT: Final = Board("virtio", {**_VIRT.room, "pflash": 2})
# Whether RISC-V's connects a drive that names no interface depends on the version.
_RISCV_VIRT: Final = Board("", _VIRT.room)
_UNKNOWN: Final = Board()

_BOARDS: Final = {
    "pc": _PC,
    "isapc": _ISAPC,
    "microvm": _MICROVM,
    "none": _EMPTY,
    "s390-ccw-virtio": _VIRT,
}
_VIRT_ARCHS: Final = {
    **dict.fromkeys(ARM, _ARM_VIRT),
    "loongarch64": _VIRT,
    **dict.fromkeys(("riscv64", "riscv32"), _RISCV_VIRT),
}


def board_for(machine: MachineView) -> Board:
    """What is known of the machine type."""
    return _board_of_frame(machine.frame)


@lru_cache(maxsize=128)
def _board_of_frame(machine: MachineView) -> Board:
    board = board_of(machine)
    if board is None:
        return _UNKNOWN
    if board.name == "virt":
        return _VIRT_ARCHS.get(machine.arch, _UNKNOWN)
    if board.name == "q35":
        return _Q35_WITHOUT_SATA if has_no_sata(machine) else _Q35
    if board.name == "microvm" and not has_no_pci(machine):
        return _MICROVM_PCIE
    return _BOARDS.get(board.name, _UNKNOWN)


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge the places of all drives."""
    slots = machine.claims(Slot)
    if not slots and "-machine" not in machine.flags:
        return
    board = board_for(machine)
    taken: dict[Place, tuple[Option, Slot]] = {}
    for option, slot in slots:
        interface = slot.interface or board.default
        units = board.units.get(interface, 0)
        place = place_of(slot, interface, units, taken)
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
            if interface != "virtio" or slot.empty or "virtio" in board.room:
                yield from _judge_place(option, slot, place, board, machine)
    may_have_flash = "-machine" in machine.flags or ("pflash", 0, 1) in taken
    if may_have_flash and board.room.get("pflash"):
        yield from _judge_flash(machine, board, taken)


def placed(machine: MachineView) -> dict[Place, tuple[Option, Slot]]:
    """The drives by their places, as far as these can be known; the first at each."""
    board = board_for(machine)
    taken: dict[Place, tuple[Option, Slot]] = {}
    for option, slot in machine.claims(Slot):
        interface = slot.interface or board.default
        place = place_of(slot, interface, board.units.get(interface, 0), taken)
        if place is not None:
            taken.setdefault(place, (option, slot))
    return taken


def place_of(slot: Slot, interface: str, units: int, taken: Mapping[Place, object]) -> Place | None:
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


def _at_index(interface: str, index: int, units: int) -> Place:
    return (interface, index // units, index % units) if units else (interface, 0, index)


def _doubled(
    option: Option, place: Place, units: int, taken: Mapping[Place, tuple[Option, Slot]]
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
    option: Option, slot: Slot, place: Place, board: Board, machine: MachineView
) -> Iterator[Finding]:
    interface, bus, unit = place
    room, units = board.room.get(interface), board.units.get(interface, 0)
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
            # QEMU does not look until there is a guest.
            waits = not machine.flags.isdisjoint(("-incoming", "-preconfig"))
            finding = option.warning if waits else option.error
            yield finding(
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


def _missing(option: Option, place: Place, room: int) -> Finding:
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


def _judge_flash(
    machine: MachineView, board: Board, taken: Mapping[Place, tuple[Option, Slot]]
) -> Iterator[Finding]:
    """Judge flash chips, which -machine can name, too (hw/block/pflash_cfi01.c)."""
    drives = [taken[place][0] if (place := ("pflash", 0, n)) in taken else None for n in (0, 1)]
    named = [said(machine, f"pflash{number}") for number in (0, 1)]
    for number, drive in enumerate(drives):
        if drive is not None and named[number]:
            yield drive.error(
                "flash-twice",
                f"-machine says what this flash chip is: pflash{number}={named[number]}",
                "leave one of them out",
            )
    if board is _ARM_VIRT and (drives[0] or named[0]) and "-bios" in machine.flags:
        option = next(one for one in machine.options if one.flag == "-bios")
        yield option.error(
            "flash-and-bios",
            "the first flash chip is the board's firmware, and this names another",
            "leave one of them out",
        )
    has_first, has_second = (bool(one or other) for one, other in zip(drives, named, strict=True))
    if has_second and not has_first and board is not _ARM_VIRT:
        option = drives[1] or next(one for one in machine.options[::-1] if one.flag == "-machine")
        yield option.error(
            "drive-flash-without-first",
            "this is the second flash chip, and there is no first",
            "write index=0, or leave index out" if drives[1] else "write pflash0=",
            "index" if drives[1] else "extra",
        )


def _needs_medium(slot: Slot, interface: str) -> bool:
    return interface == "pflash" or (interface == "ide" and not slot.cdrom)

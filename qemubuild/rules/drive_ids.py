"""Ids of drives: what QEMU calls those without one, and those that it adds by itself.

One name space has the ids of drives and the names of nodes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from qemubuild.claims import DRIVE, Defines, Refers, Slot
from qemubuild.options._versions import changed
from qemubuild.rules import slots
from qemubuild.targets import X86, board_of, is_arms_virt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# Interfaces that make a device for each of their drives.
_CONNECTED: Final = frozenset({"virtio", "ide", "floppy", "pflash"})
# The empty drives that boards have where nobody says otherwise.
_CDROM: Final = {
    "pc": ("ide", 1, 0),
    "isapc": ("ide", 1, 0),
    "q35": ("ide", 2, 0),
    "microvm": ("none", 2, 0),
}
_FLOPPY: Final = ("floppy", 0, 0)
_HAVE_FLOPPY: Final = frozenset({"pc", "isapc", "virt"})
# The devices in whose place they are (system/vl.c, ``default_list``).
_INSTEAD_OF_CDROM: Final = frozenset({"ide-cd", "ide-hd", "scsi-cd", "scsi-hd"})
_INSTEAD_OF_FLOPPY: Final = frozenset({"isa-fdc", "floppy"})

_Drive = tuple["Option", Slot, str]
"""A drive: its option, its claim, and its interface."""


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge the names of all drives."""
    defined = [(option, claim.id) for option, claim in machine.claims(Defines) if claim[0] == DRIVE]
    used = {claim.id for _, claim in machine.claims(Refers) if claim.kind == DRIVE}
    places = slots.placed(machine)
    names = {name: option for option, name in defined}
    for name, (option, _, _) in _unnamed(machine, places):
        if name in names:
            yield option.error(
                "drive-id-taken",
                f"QEMU gives a drive without an id at this place the id {name!r}, which "
                f"{' '.join(names[name].words)} has",
                "give each an id of its own",
                "id",
            )
        names.setdefault(name, option)
    yield from _connected_twice(machine, places, used)
    yield from _reserved(machine, places, defined)


def is_automatic(name: str, machine: MachineView) -> bool:
    """Whether QEMU may call a drive so that has no id, or one that it adds for a device to use."""
    places = slots.placed(machine)
    return name in dict(_unnamed(machine, places)) or (
        name == "sd0" and _sd_card(machine, places, machine.options[0]) is not None
    )


def _sd_card(
    machine: MachineView, places: Mapping[slots.Place, object], option: Option
) -> Callable[..., Finding] | None:
    """How to tell of the drive for an SD card, which boards had whether they used it or not."""
    if ("sd", 0, 0) in places or not _adds(machine, "sd"):
        return None
    return changed(option, machine, refused_by=(7, 2), taken_by=(10, 0))


def empty(machine: MachineView) -> Iterator[slots.Place]:
    """The places of the empty drives that QEMU adds."""
    places = slots.placed(machine)
    board = board_of(machine)
    name = board.name if board and _is_known(machine) else ""
    cdrom = _CDROM.get(name)
    if cdrom and cdrom not in places and _adds(machine, "cdrom"):
        yield cdrom
    if name in _HAVE_FLOPPY and _FLOPPY not in places and _adds(machine, "floppy"):
        yield _FLOPPY


def _unnamed(
    machine: MachineView, places: Mapping[slots.Place, tuple[Option, Slot]]
) -> Iterator[tuple[str, _Drive]]:
    units = slots.board_for(machine).units
    for place, (option, slot) in places.items():
        if slot.id is None and place[0]:
            yield _name(place, slot.cdrom, units), (option, slot, place[0])


def _name(place: slots.Place, cdrom: bool, units: Mapping[str, int]) -> str:
    """What QEMU calls a drive that has no id, such as ``ide1-cd0`` or ``virtio0``."""
    interface, bus, unit = place
    medium = ("-cd" if cdrom else "-hd") if interface in ("ide", "scsi") else ""
    return f"{interface}{bus if interface in units else ''}{medium}{unit}"


def _connected_twice(
    machine: MachineView, places: Mapping[slots.Place, tuple[Option, Slot]], used: set[str]
) -> Iterator[Finding]:
    if not used or not any(place[0] in _CONNECTED for place in places):
        return
    named = {slot.id: (option, slot, place[0]) for place, (option, slot) in places.items()}
    named.update(_unnamed(machine, places))
    for place, (option, slot) in places.items():
        # A node is in nobody's way where it is only read.
        if not slot.cdrom and not slot.readonly:
            nodes = (claim.id for one, claim in machine.claims(Defines) if one is option)
            named.update((node, (option, slot, place[0])) for node in nodes)
    for name, (option, _, interface) in named.items():
        if name in used and interface in _CONNECTED:
            yield option.error(
                "drive-connected-twice",
                f"the interface {interface} already gives the guest a device for the drive "
                f"{name!r}, and another option refers to it, too",
                "write interface='none', or leave the device out",
                "interface",
            )


def _reserved(
    machine: MachineView,
    places: Mapping[slots.Place, tuple[Option, Slot]],
    defined: list[tuple[Option, str]],
) -> Iterator[Finding]:
    """Judge ids against those of the empty drives that QEMU adds after all others."""
    units = slots.board_for(machine).units
    names = {_name(place, place[0] == "ide", units) for place in empty(machine)}
    for option, name in defined:
        finding = option.error if name in names else None
        if name == "sd0":
            finding = _sd_card(machine, places, option)
        if finding is not None:
            yield finding(
                "id-reserved",
                f"QEMU itself has a drive of the id {name!r} in this machine",
                "choose another id, or add nodefaults()",
                "id",
            )


def _adds(machine: MachineView, medium: str) -> bool:
    """Whether QEMU adds an empty drive, unless its place is taken."""
    return _frame_adds(machine.frame, medium)


@lru_cache(maxsize=128)
def _frame_adds(machine: MachineView, medium: str) -> bool:
    board = board_of(machine)
    if board is None or board.name == "none" or not _is_known(machine):
        return False
    if board.name == "virt" and medium != "floppy":
        return False
    instead = {"cdrom": _INSTEAD_OF_CDROM, "floppy": _INSTEAD_OF_FLOPPY}.get(medium, frozenset())
    for option in machine.options:
        if option.flag in ("-nodefaults", "", "-readconfig"):
            return False
        if option.flag in ("-device", "-global") and not instead.isdisjoint(_words(option)):
            return False
    return True


def _is_known(machine: MachineView) -> bool:
    return machine.arch in X86 or is_arms_virt(machine)


def _words(option: Option) -> list[str]:
    return option.words[-1].replace("driver=", "").replace(".", ",").split(",")

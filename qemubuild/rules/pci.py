"""Addresses on PCI buses: who is where, as QEMU hands them out.

What the board brings is there first, then its screen, its network cards and its sound, then every
device in turn: where it says, or in the first slot that is free.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import is_off, is_on
from qemubuild.claims import Slot
from qemubuild.options.device import Device
from qemubuild.rules import buses, slots
from qemubuild.rules.expanders import BRIDGES, EXPANDERS
from qemubuild.targets import board_of, has_no_pci
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

ADDRESS: Final = re.compile(r"(?:0x)?0*(?P<slot>[01]?[0-9a-fA-F])(?:\.(?:0x)?(?P<function>[0-7]))?")
"""Where a device is on its bus."""
# A function that does not take the slot for itself.
_FURTHER: Final = re.compile(r"\.(0x)?[1-7]$")
_SLOTS: Final = 32
_ROOTS: Final = {"pc": "pci.0", "q35": "pcie.0", "microvm": "pcie.0", "virt": "pcie.0"}
# The functions that a board's own chips have, and the key of -machine that can leave one out.
_BOARDS: Final = {
    "pc": {(0, 0): "", (1, 0): "", (1, 1): "", (1, 3): "acpi"},
    "q35": {(0, 0): "", (31, 0): "", (31, 2): "sata", (31, 3): "smbus"},
    "microvm": {(0, 0): ""},
    "virt": {(0, 0): ""},
}
_USB: Final = {"pc": [(1, 2)], "q35": [(29, 0), (29, 1), (29, 2), (29, 7)]}
_SEVERAL: Final = frozenset({("pc", (1, 0)), ("q35", (31, 0)), ("q35", (29, 0))})
# The screens that take the place of the board's own (system/vl.c, ``default_list``).
_SCREENS: Final = frozenset(
    "VGA isa-vga cirrus-vga isa-cirrus-vga vmware-svga qxl-vga virtio-vga ati-vga vhost-user-vga "
    "virtio-vga-gl virtio-vga-rutabaga".split()
)
_SOUND: Final = re.compile(r"model=(hda|ac97|es1370|virtio)\b")
_LAST_OF_IGB: Final = (14, 1)

_Taken = dict[tuple[int, int], "_Function"]


class _Function(NamedTuple):
    """What is at an address, and whether it says that its slot has more functions."""

    owner: str
    several: bool


class _Names:
    """How QEMU calls the buses of bridges without an id: it counts those of a kind."""

    _ONE: Final = re.compile(r"pcie?\.[0-9]+")
    _KINDS: Final = {
        # A pxb has a bridge inside.
        "pci": re.compile(r"pci-bridge(-seat)?|pcie-pci-bridge|i82801b11-bridge|pxb"),
        "pcie": re.compile(r"pcie-root-port|ioh3420|cxl-rp|x3130-upstream|xio3130-downstream"),
    }

    def __init__(self, root: str) -> None:
        self._names = {root}
        self._bridged = False
        # The root of the older boards is counted, too.
        self._counts = {"pci": int(root == "pci.0"), "pcie": 0}

    def add(self, device: Device) -> None:
        self._bridged = self._bridged or EXPANDERS.fullmatch(device.driver) is not None
        for kind, bridges in self._KINDS.items():
            if bridges.fullmatch(device.driver):
                self._bridged = True
                if device.get("id") is None:
                    self._names.add(f"{kind}.{self._counts[kind]}")
                    self._counts[kind] += 1

    def lack(self, bus: str) -> bool:
        """Whether no bus has the name, which is one of theirs; without bridges others judge it."""
        return self._bridged and self._ONE.fullmatch(bus) is not None and bus not in self._names


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge the address of every device."""
    yield from _all(machine, devices)


def _all(machine: MachineView, devices: Sequence[Device]) -> Generator[Finding, None, _Taken]:
    """Place every device, and return what is taken on the root then, as far as that is known."""
    board = board_of(machine)
    has_pci = board is not None and buses.are_known(machine, board) and not has_no_pci(machine)
    name = board.name if board and has_pci else ""
    root = _ROOTS.get(name, "")
    is_known = bool(root) and _is_known(machine)
    at: dict[str, _Taken] = {root: dict(_of_board(machine, name)) if is_known else {}}
    expander = False
    names = _Names(root)
    bridges: set[str | None] = {None, root}
    for option in machine.options:
        if expander and option.flag == "-virtfs":
            yield _on_expander(option, "write fsdev(), and device('virtio-9p-pci') with a bus")
        elif is_known and _brings_one(option):
            yield from _at_first(option, at[root])
        if option.flag != "-device" or not _plugs(option, devices):
            continue
        device = next(one for one in devices if one is option)
        bus = device.get("bus")
        if expander and bus is None and not _goes_on_expander(device):
            yield _on_expander(device, f"write bus={root!r}" if root else "write the bus")
            continue
        if is_known and bus is not None and names.lack(bus):
            yield device.error(
                "device-bus-undefined",
                f"nothing before it has a bus {bus!r}",
                "give the bridge an id, and write that for the bus",
                "bus",
            )
        names.add(device)
        expander = expander or EXPANDERS.fullmatch(device.driver) is not None
        taken = at.setdefault(bus or root, {})
        yield from _placed(device, taken, is_known and bus in bridges)
        if BRIDGES.fullmatch(device.driver) and (own := device.get("id")) is not None:
            bridges.add(own)
    return at[root]


def findings_with_drives(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge drives that get a device of PCI, which comes after all others."""
    usual = slots.board_for(machine).default
    drives = [
        option
        for option, slot in machine.claims(Slot)
        if (slot.interface or usual) == "virtio" and not slot.empty
    ]
    if not drives or not devices:
        return
    board = board_of(machine)
    root = _ROOTS.get(board.name, "") if board else ""
    if any(EXPANDERS.fullmatch(device.driver) for device in devices):
        mend = f"write interface='none', and device('virtio-blk-pci', bus={root!r})"
        for drive in drives:
            yield _on_expander(drive, mend)
    elif root and _is_known(machine) and any(_FURTHER.search(_address(one)) for one in devices):
        taken = _taken_by(_all(machine, devices))
        for drive in drives:
            yield from _at_first(drive, taken)


def _taken_by(placing: Generator[Finding, None, _Taken]) -> _Taken:
    """What is taken once all are placed, whatever is found in that."""
    while True:
        try:
            next(placing)
        except StopIteration as end:
            taken: _Taken = end.value
            return taken


def _address(device: Device) -> str:
    return device.get("addr") or ""


def _goes_on_expander(device: Device) -> bool:
    is_bridge = BRIDGES.fullmatch(device.driver) is not None
    return is_bridge and not EXPANDERS.fullmatch(device.driver)


def _on_expander(option: Option, mend: str) -> Finding:
    return option.error(
        "device-bus-of-another-kind",
        "a device without a bus goes to the newest expander, which takes bridges alone",
        mend,
        "bus",
    )


def _brings_one(option: Option) -> bool:
    """Whether something else than a device of PCI has a device there."""
    return option.flag == "-virtfs" or _driver(option) == "amd-iommu"


def _driver(option: Option) -> str:
    return option.driver if isinstance(option, Device) else option.flag


def _plugs(option: Option, devices: Sequence[Device]) -> bool:
    return any(one is option and buses.PCI.fullmatch(one.driver) for one in devices)


def _is_known(machine: MachineView) -> bool:
    """Whether all that has a place is known: JSON comes later, and others may say addresses."""
    return not any(
        (option.flag == "-device" and option.words[-1].startswith("{"))
        or (option.flag == "-global" and "addr" in option.words[-1])
        or option.flag in ("", "-readconfig", "-preconfig")
        for option in machine.options
    )


def _of_board(machine: MachineView, board: str) -> Iterator[tuple[tuple[int, int], _Function]]:
    places = [place for place, key in _BOARDS[board].items() if not is_off(machine, key)]
    if is_on(machine, "usb"):
        places += _USB.get(board, [])
    taken: _Taken = {place: _Function("the board", (board, place) in _SEVERAL) for place in places}
    if board != "microvm":
        for what in _extra(machine, has_screen=board != "virt"):
            _place_first(taken, what)
    yield from taken.items()


def _extra(machine: MachineView, *, has_screen: bool) -> Iterator[str]:
    """What a board has besides: its screen, its network cards, its sound."""
    flags = machine.flags
    lean = "-nodefaults" in flags
    cards = [option.words[-1] for option in machine.options if option.flag == "-vga"]
    drivers = {
        re.split(r"[,.]", option.words[-1].replace("driver=", ""), maxsplit=1)[0]
        for option in machine.options
        if option.flag in ("-device", "-global")
    }
    if not has_screen:
        pass
    elif cards:
        if not cards[-1].startswith("none"):
            yield f"-vga {cards[-1]}"
    elif not lean and _SCREENS.isdisjoint(drivers):
        yield "the board's screen"
    for option in machine.options:
        words = option.words[-1]
        is_card = option.flag == "-nic" or (option.flag == "-net" and words.startswith("nic"))
        if is_card and not words.startswith("none") and "model=ne2k_isa" not in words:
            yield " ".join(option.words)
    if not lean and not flags & {"-netdev", "-nic", "-net"}:
        yield "the board's network card"
    for option in machine.options:
        if option.flag == "-audio" and _SOUND.search(option.words[-1]):
            yield " ".join(option.words)


def _place_first(taken: _Taken, owner: str, *, several: bool = False) -> tuple[int, int] | None:
    """Take the first slot whose function 0 is free."""
    slot = next((slot for slot in range(_SLOTS) if (slot, 0) not in taken), None)
    if slot is None:
        return None
    taken[slot, 0] = _Function(owner, several)
    return slot, 0


def _at_first(option: Option, taken: _Taken, *, several: bool = False) -> Iterator[Finding]:
    place = _place_first(taken, " ".join(option.words), several=several)
    if place is not None:
        yield from _alone(option, place, several, taken)


def _placed(device: Device, taken: _Taken, is_known: bool) -> Iterator[Finding]:
    words, several = " ".join(device.words), device.get("multifunction") in ON
    text = device.get("addr")
    if text is None:
        place = _place_first(taken, words, several=several) if is_known else None
        if place is not None:
            yield from _alone(device, place, several, taken)
    else:
        match = ADDRESS.fullmatch(text)
        if match is None:
            return  # a shell's variable, or what QEMU itself has to tell
        place = int(match["slot"], 16), int(match["function"] or 0)
        if place in taken:
            yield _taken(device, f"{taken[place].owner} is there", place)
            return
        first = taken.get((place[0], 0))
        if place[1] and first is not None and not first.several:
            why = f"{first.owner} does not say that the slot has more functions"
            yield _taken(device, why, place)
        else:
            yield from _alone(device, place, several, taken)
        taken[place] = _Function(words, several)
    if device.driver == "igb" and place is not None:
        yield from _with_virtual(device, place, taken)


def _with_virtual(device: Device, place: tuple[int, int], taken: _Taken) -> Iterator[Finding]:
    """Place the virtual cards of an igb: at every second address from 16 slots after it on."""
    if place > _LAST_OF_IGB:
        yield device.error(
            "device-place-missing",
            f"the addresses of an igb's own virtual cards begin 16 slots after it, and after "
            f"{place[0]:x}.{place[1]} there are not so many",
            f"write an addr up to {_LAST_OF_IGB[0]:#x}, or leave it out",
            "addr",
        )
    first = 8 * (place[0] + _SLOTS // 2) + place[1]
    own = [divmod(number, 8) for number in range(first, first + 16, 2)]
    if other := next((taken[one] for one in own if one in taken), None):
        yield _taken(device, f"{other.owner} is where one of its virtual cards would be", place)
    taken.update(dict.fromkeys(own, _Function("a virtual card of an igb", several=False)))


def _alone(
    option: Option, place: tuple[int, int], several: bool, taken: Mapping[tuple[int, int], object]
) -> Iterator[Finding]:
    """A function 0 that says nothing of others has its slot to itself."""
    if place[1] == 0 and not several:
        others = [number for number in range(1, 8) if (place[0], number) in taken]
        if others:
            yield _taken(option, f"function {others[0]} of its slot is taken", place)


def _taken(option: Option, why: str, place: tuple[int, int]) -> Finding:
    return option.error(
        "device-address-taken",
        f"{_driver(option)} cannot be at {place[0]:x}.{place[1]}: {why}",
        "give each a slot of its own, leave addr out, or add multifunction=True to function 0",
        "addr",
    )

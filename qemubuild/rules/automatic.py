"""The ids that QEMU gives by itself, for what it adds and for what has no id on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.board_words import is_off
from qemubuild.claims import CHARDEV, OBJECT, BackedBy
from qemubuild.targets import X86, board_of, is_arms_virt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.option import MachineView

_PC: Final = frozenset({"pc", "q35", "isapc", "microvm"})
_WITH_PORTS: Final = _PC | {"virt"}
_MONITORS: Final = ("-monitor", "-qmp", "-qmp-pretty")
_PLACES: Final = {"serial": ("-serial",), "parallel": ("-parallel",), "compat_monitor": _MONITORS}
# What the guest's memory is called where it comes from no object.
_RAM: Final = {"pc": "pc.ram", "q35": "pc.ram", "isapc": "pc.ram", "microvm": "microvm.ram"}


def ids(machine: MachineView, kind: str) -> frozenset[str]:
    """The ids of a kind; what is not certain is not among them."""
    board = board_of(machine)
    is_known = machine.arch in X86 or is_arms_virt(machine)
    name = board.name if board and is_known else ""
    if kind == OBJECT:
        return frozenset(() if machine.claims(BackedBy) else {_RAM.get(name, "")})
    return frozenset(_chardevs(machine, name) if kind == CHARDEV else ())


def is_shared(machine: MachineView, name: str) -> bool:
    """Whether a place that QEMU names itself may serve others, too: as ``mon:`` does."""
    if name not in ids(machine, CHARDEV):
        return False
    board = board_of(machine)
    if board is None or board.name not in _WITH_PORTS or is_off(machine, "isa-serial"):
        return True  # others may have no serial port for it
    word = name.rstrip("0123456789")
    flags = _PLACES.get(word, ())
    texts = [one.words[-1] for one in machine.options if one.flag in flags]
    if texts:
        return texts[int(name[len(word) :])].startswith("mon:")
    # The monitor is then at the first serial port.
    alone = machine.flags.isdisjoint({*_MONITORS, "-mon"})
    return name == "serial0" and "-nographic" in machine.flags and alone


def _chardevs(machine: MachineView, board: str) -> Iterator[str]:
    """What QEMU calls the places of -serial and its like (system/vl.c)."""
    given = {option.flag for option in machine.options}
    adds = "-nodefaults" not in given and "" not in given
    devices = " ".join(one.words[-1] for one in machine.options if one.flag == "-device")
    if adds and board in _WITH_PORTS and "-serial" not in given and "isa-serial" not in devices:
        yield "serial0"
    if adds and board in _WITH_PORTS and "-parallel" not in given and "isa-parallel" not in devices:
        yield "parallel0"
    if adds and not given & {*_MONITORS, "-mon", "-nographic"}:
        yield "compat_monitor0"
    for word, flags in _PLACES.items():
        texts = [option.words[-1] for option in machine.options if option.flag in flags]
        if word == "compat_monitor":
            texts = [text for text in texts if text != "none"]
        for number, text in enumerate(texts):
            if text != "none" and not text.startswith("chardev:"):
                yield f"{word}{number}"
    for word in ("gdb", "debugcon"):
        for option in machine.options:
            if option.flag == f"-{word}" and not option.words[-1].startswith(("none", "chardev:")):
                yield word

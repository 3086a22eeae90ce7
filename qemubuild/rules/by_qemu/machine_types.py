"""Machine types: that this QEMU has the one that is named, and means to keep it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import MachineType
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import MachineInfo as Board
    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_VERSIONED: Final = re.compile(r"(?P<family>.+)-(?P<version>\d+\.\d+(?:\.\d+)?)")

# Boards of Arm's that need an image, and which (run on 7.2).
_IMAGE: Final = {
    "canon-a1100": "its ROM",
    "cheetah": "a kernel or flash image",
    "connex": "a flash image",
    "sx1": "a kernel or flash image",
    "sx1-v1": "a kernel or flash image",
    "verdex": "a flash image",
}


def board_of(machine: MachineView, qemu: Qemu) -> Board | None:
    """The board that the guest is on, by this QEMU; ``None`` where it has none such."""
    named = machine.claims(MachineType)
    return qemu.machine_type(named[-1][1].name) if named else qemu.default_machine_type


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the machine type; that there is one is judged without a QEMU."""
    for option, claim in machine.claims(MachineType)[-1:]:
        board = qemu.machine_type(claim.name)
        if board is None and claim.name:
            yield option.error(
                "machine-type-unknown",
                f"{qemu.name} has no machine type {claim.name!r}",
                _mend(claim.name, qemu),
                "type",
            )
        elif board and board.deprecated:
            yield option.warning(
                "machine-type-deprecated",
                f"the machine type {board.name} is deprecated: a later QEMU will drop it",
                _successor(board.name, qemu),
                "type",
            )
        if board and board.name in _IMAGE and not _has_image(machine):
            yield option.error(
                "machine-type-without-image",
                f"the board {board.name} does not start without {_IMAGE[board.name]}",
                "add bios(), pflash() or kernel()",
                "type",
            )


def _has_image(machine: MachineView) -> bool:
    return targets.has_firmware(machine) or not machine.flags.isdisjoint(("", "-kernel"))


def _mend(name: str, qemu: Qemu) -> str:
    family, versions = _family(name, qemu)
    if versions:
        first, last = f"{family}-{_dotted(versions[0])}", f"{family}-{_dotted(versions[-1])}"
        if _parsed(name) > versions[-1]:
            return f"its newest of them is {last}; write that, or run it with a newer QEMU"
        return f"its oldest of them is {first}; write that, or run it with an older QEMU"
    if name.lower() != name and qemu.machine_type(name.lower()):
        return f"write {name.lower()!r}, in lower case"
    homes = targets.homes_of(targets.board_of_name(name).name)
    if homes is not None and qemu.arch not in homes:
        return f"it is of another architecture: write Machine({min(homes)!r})"
    names = [*qemu.machine_types, *(one.alias for one in qemu.machine_types.values() if one.alias)]
    return f"{nearest(name, names)}qemu-system-{qemu.arch} -machine help lists all"


def _successor(name: str, qemu: Qemu) -> str:
    """What to write in place of a type that will be dropped."""
    family, versions = _family(name, qemu)
    if not versions:
        return "choose another machine type"
    kept = [f"{family}-{_dotted(version)}" for version in versions]
    kept = [name for name in kept if not qemu.machine_types[name].deprecated]
    return f"write {kept[-1]!r}; the guest then finds newer hardware" if kept else "choose another"


def _family(name: str, qemu: Qemu) -> tuple[str, list[tuple[int, ...]]]:
    """The name without its version, and the versions of it that this QEMU has."""
    match = _VERSIONED.fullmatch(name)
    if match is None:
        return name, []
    family = match["family"]
    names = (_VERSIONED.fullmatch(one) for one in qemu.machine_types)
    return family, sorted(_parsed(one[0]) for one in names if one and one["family"] == family)


def _parsed(name: str) -> tuple[int, ...]:
    return tuple(map(int, name.rpartition("-")[2].split(".")))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))

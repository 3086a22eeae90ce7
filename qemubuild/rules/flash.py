"""Flash memory, where firmware lives: which files it is, and their sizes."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import said
from qemubuild.claims import DRIVE, Defines, FileNode, Image, Opens, Slot, Under
from qemubuild.options.blockdev import Blockdev
from qemubuild.targets import ARM, X86, board_of
from qemubuild.units import format_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

_SECTOR: Final = 512
_PAGE: Final = 4096
_MOST: Final = 8 << 20
# How big the flash chips of Arm's boards are.
_OF_ARM: Final = {"virt": 64 << 20, "sbsa-ref": 256 << 20}


class Chip(NamedTuple):
    """A chip, and the image that it is.

    Attributes:
        option: what makes it.
        path: the file.
        format: what it is said to be; ``None`` where QEMU looks.
        writes: whether what the guest writes reaches the file.
    """

    option: Option
    path: str
    format: str | None
    writes: bool


def chips(machine: MachineView) -> list[Chip]:
    """The chips whose files are known: drives on that interface, and nodes that -machine names."""
    flash = [option for option, slot in machine.claims(Slot) if slot.interface == "pflash"]
    names = [name for key in ("pflash0", "pflash1") if (name := said(machine, key))]
    found = [
        *(_of_option(option, machine) for option in flash),
        *(_of_node(name, machine) for name in names),
    ]
    return [chip for chip in found if chip is not None and os.path.exists(chip.path)]


def _of_node(name: str, machine: MachineView, seen: frozenset[str] = frozenset()) -> Chip | None:
    """The file of a node, or of a drive, by its name, however deep beneath it that is."""
    for option, node in machine.claims(FileNode):
        if node.id == name:
            writes = any(one is option and file.writes for one, file in machine.claims(Opens))
            return Chip(option, node.path, "raw", writes)
    for option, claim in machine.claims(Defines):
        if claim != (DRIVE, name) or name in seen:
            continue
        if isinstance(option, Blockdev) and option.get("node-name") != name:
            return None  # a part of what the option makes
        if (chip := _of_option(option, machine)) is not None:
            return chip
        below = [under.id for one, under in machine.claims(Under) if one is option]
        return _of_node(below[0], machine, seen | {name}) if below else None
    return None


def _of_option(option: Option, machine: MachineView) -> Chip | None:
    nodes = {node.id: node.path for _, node in machine.claims(FileNode)}
    for one, image in machine.claims(Image):
        path = image.path or nodes.get(image.node)
        if one is option and path:
            return Chip(option, path, image.format, image.writes)
    return None


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the sizes of all chips."""
    board = board_of(machine)
    if board is None:
        return
    if machine.arch in ARM and board.name in _OF_ARM:
        yield from _equal(machine, host, board.name)
    elif machine.arch in X86 and board.name in ("pc", "q35"):
        yield from _together(machine, host)


def _size(chip: Chip, host: Host) -> int | None:
    """How many bytes a chip has, in whole sectors, where that can be read from its file."""
    if stat.S_ISBLK(os.stat(chip.path).st_mode):
        return None
    header = host.header_of(chip.path, chip.format)
    if header is None or header.size is None:
        return None
    return -(-header.size // _SECTOR) * _SECTOR


def _together(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge a PC's chips, which its firmware's address space is made of."""
    most = _MOST if said(machine, "max-fw-size") is None else None
    total = 0
    for chip in chips(machine):
        size = _size(chip, host)
        if size is None:
            continue
        total += size
        if size % _PAGE or not size:
            yield chip.option.error(
                "flash-size",
                f"{chip.path!r} has {size} bytes, and flash memory is made of pages of {_PAGE}",
                "give it firmware as it was built, such as OVMF_CODE.fd",
                "file",
            )
        elif most and total > most >= total - size:
            yield chip.option.error(
                "flash-size",
                f"with {chip.path!r} there are {format_size(total)} of flash memory, and a PC "
                f"takes {format_size(most)}",
                "give it smaller firmware, or machine_type(..., extra={'max-fw-size': '16M'})",
                "file",
            )


def _equal(machine: MachineView, host: Host, board: str) -> Iterator[Finding]:
    """Judge the chips of a board of Arm's, which are of one size."""
    wanted = _OF_ARM[board]
    for chip in chips(machine):
        size = _size(chip, host)
        if size is not None and size != wanted:
            yield chip.option.error(
                "flash-size",
                f"{chip.path!r} has {size} bytes, and each flash chip of {board} {wanted}",
                f"pad it (`truncate -s {wanted} FILE`), or write bios() for what is as it was "
                "built",
                "file",
            )

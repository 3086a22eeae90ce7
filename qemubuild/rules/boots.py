"""What a PC boots from, by letters: something of the kind has to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import Boots, Slot
from qemubuild.options.boot import LETTERS, MOST_LETTERS
from qemubuild.targets import is_pc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_MISSING: Final = {
    "a": ("floppy", "add fda('floppy.img')"),
    "b": ("floppy", "add fdb('floppy.img')"),
    "c": ("disk", "add drive('disk.qcow2', interface='virtio')"),
    "d": ("cdrom", "add cdrom('installer.iso'), or boot from the disk: boot('c')"),
    "n": ("network", "leave out what takes the network card away, or boot from elsewhere"),
}
# What these bring is not known here.
_BRING: Final = frozenset({"", "-device", "-blockdev", "-kernel"})
_NETWORKS: Final = frozenset({"-nic", "-net", "-netdev"})
# Drives on which a PC's firmware finds a hard disk.
_DISKS: Final = ("", "ide", "scsi", "virtio", "none")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Warn where there is nothing that any of the letters stands for."""
    if not machine.flags.isdisjoint(_BRING) or not is_pc(machine):
        return
    there = set(_there(machine))
    for option, (letters, field) in machine.claims(Boots):
        # Others than these are a finding already.
        is_right = len(letters) <= MOST_LETTERS and LETTERS.keys() >= set(letters)
        if is_right and there.isdisjoint(letters):
            what, mend = _MISSING[letters[0]]
            yield option.warning(
                f"boot-{what}-missing",
                f"it boots from {LETTERS[letters[0]]}: there is none",
                mend,
                field,
            )


def _there(machine: MachineView) -> Iterator[str]:
    """The letters that something stands for."""
    for _, slot in machine.claims(Slot):
        if slot.interface == "floppy":
            yield from "ab"
        elif not slot.cdrom:
            if slot.interface in _DISKS:
                yield "c"
        elif not slot.empty:
            yield "d"
    if machine.flags.isdisjoint(_NETWORKS):
        if "-nodefaults" not in machine.flags:
            yield "n"
    elif any(one.flag in _NETWORKS and one.words[1] != "none" for one in machine.options):
        yield "n"

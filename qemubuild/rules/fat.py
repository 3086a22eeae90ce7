"""Folders as FAT disks (``fat:``): written to only with ``rw``, and only by what writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import DRIVE, Defines, Folder, Refers, Slot
from qemubuild.targets import board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_READS: Final = frozenset({"ide-cd", "scsi-cd"})


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every drive that is a folder."""
    for option, folder in machine.claims(Folder):
        url = getattr(option, "file", None)
        if option.flag == "-blockdev" or not isinstance(url, str) or not url.startswith("fat:"):
            continue
        slot = next((slot for one, slot in machine.claims(Slot) if one is option), None)
        if slot is None:
            continue
        is_overlaid = getattr(option, "snapshot", None) is True or (
            getattr(option, "snapshot", None) is None and "-snapshot" in machine.flags
        )
        protected = slot.readonly or slot.cdrom or is_overlaid
        if ":rw:" in url and protected:
            yield option.error(
                "fat-writable",
                f"rw has what the guest writes reach {folder.path!r}, and nothing can be written "
                "to this drive",
                f"write Url('fat:{folder.path}')",
                "file",
            )
        elif ":rw:" not in url and not protected and _is_used(option, slot, machine):
            yield option.error(
                "fat-readonly",
                "a disk that is a folder is read-only, and the guest's device writes",
                f"write Url('fat:rw:{folder.path}'), or add readonly=True or snapshot=True",
                "file",
            )


def _is_used(option: Option, slot: Slot, machine: MachineView) -> bool:
    """Whether a device has the drive."""
    if slot.interface != "none":
        board = board_of(machine)
        return board is None or board.name not in ("none", "microvm") or slot.interface != ""
    own = {claim.id for one, claim in machine.claims(Defines) if one is option}
    return any(
        claim.kind == DRIVE and claim.id in own and getattr(device, "driver", "") not in _READS
        for device, claim in machine.claims(Refers)
    )

"""Images: no two things of one machine have the same one open, where one of them writes.

QEMU locks the file of an image while something uses it (block/file-posix.c): a device, or a format
that may write to it whenever it likes. What no device uses is in nobody's way yet.
"""

from __future__ import annotations

import re
from itertools import combinations
from os.path import normpath
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import said
from qemubuild.claims import Image, Locks, Refers, Slot, Under
from qemubuild.findings import Severity
from qemubuild.options._images import FORMATS
from qemubuild.options.device import Device
from qemubuild.targets import board_of, is_arms_virt
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

# Devices that have their image to themselves; flash memory, for one, has not.
_EXCLUSIVE: Final = re.compile(
    r"virtio-blk(-.*)?|scsi-(hd|cd|disk)|ide-(hd|cd|cf)|nvme(-ns)?|usb-storage|floppy|sd-card(-spi)?"
    r"|ufs-lu"
)
# Boards that make a device of each drive whose interface is not said.
_CONNECT: Final = frozenset({"pc", "q35", "isapc", "s390-ccw-virtio"})


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge who opens which image, and who uses a drive."""
    if _may_meet([lock.path for _, lock in machine.claims(Locks)]):
        yield from _shared(machine)
    if len(machine.claims(Refers)) > 1:
        yield from _used_twice(machine)


def _may_meet(paths: list[str]) -> bool:
    """Whether two paths may name one file."""
    ends = {path.rpartition("/")[2] for path in paths}
    if len(ends) == len(paths) and ends.isdisjoint(("", ".", "..")):
        return False  # as most do, and this is soon found
    return len(set(map(_plain, paths))) < len(paths)


def _devices(machine: MachineView) -> list[tuple[Device, str]]:
    """The devices that use a drive or a node, each with its name."""
    return [(device, name) for device in machine.find_all(Device) if (name := device.get("drive"))]


def _used_twice(machine: MachineView) -> Iterator[Finding]:
    # Nodes can be used by several that only read, or say that they share.
    drives = {slot.id for _, slot in machine.claims(Slot)}
    seen: dict[str, Device] = {}
    for device, name in _devices(machine):
        if name in seen and (name in drives or _is_automatic(name, machine)):
            yield device.error(
                "drive-in-use",
                f"the drive {name!r} is used already: {' '.join(seen[name].words)}",
                "give each device a drive of its own",
                "drive",
            )
        seen[name] = device


def _is_automatic(name: str, machine: MachineView) -> bool:
    from qemubuild.rules import drive_ids  # noqa: PLC0415 - such ids are rare

    return drive_ids.is_automatic(name, machine)


class Use(NamedTuple):
    """How something uses an image.

    Attributes:
        certain: whether QEMU is certain to lock the image for it at the start.
        writes: whether it may write.
        shares: whether it lets others write, too, as long as they do the same.
    """

    certain: bool
    writes: bool
    shares: bool = False

    def bars(self, other: Use) -> bool:
        """Whether the two cannot use one image."""
        return (self.writes and not other.shares) or (other.writes and not self.shares)


def claimed(machine: MachineView) -> Iterator[tuple[Option, Locks]]:
    """The images that are locked, with what -snapshot makes of them."""
    # What a drive is given goes to a temporary file then, unless it says no; not so with a node.
    kept = "-snapshot" in machine.flags
    for option, lock in machine.claims(Locks):
        own = option.flag == "-blockdev" or getattr(option, "snapshot", None) is False
        writes = lock.writes and (own or not kept)
        yield option, lock._replace(writes=writes)


def comes_in(machine: MachineView) -> bool:
    """Whether the guest is to come from elsewhere: until then QEMU locks nothing."""
    return "-incoming" in machine.flags


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the same by what images are, where nobody says: most formats hold their file."""
    if len(machine.claims(Locks)) < 2:
        return
    known = {found for found in _shared(machine) if found.severity is Severity.ERROR}
    for found in _shared(machine, host):
        if found.severity is Severity.ERROR and found not in known:
            yield found


def _is_held(machine: MachineView, option: Option, host: Host | None) -> bool:
    """Whether an image whose format is not said is of one that holds its file."""
    for one, image in machine.claims(Image) if host else ():
        if one is option and image.format is None and image.path:
            header = host.header_of(image.path, None) if host else None
            return header is not None and header.format in FORMATS - {"raw"}
    return False


def _shared(machine: MachineView, host: Host | None = None) -> Iterator[Finding]:
    by_path: dict[str, list[tuple[Option, str, list[Use]]]] = {}
    for option, lock in claimed(machine):
        if not lock.held and _is_held(machine, option, host):
            lock = lock._replace(held=True)  # noqa: PLW2901 - the same, better known
        found = uses(machine, lock)
        if not lock.held and is_flash(option, machine):
            found.append(Use(certain=True, writes=lock.writes, shares=True))
        by_path.setdefault(_plain(lock.path), []).append((option, lock.path, found))
    for group in by_path.values():
        for (_, _, first), (option, path, second) in combinations(group, 2):
            pairs = [(one, other) for one in first for other in second if one.bars(other)]
            if pairs:
                certain = any(one.certain and other.certain for one, other in pairs)
                certain = certain and not comes_in(machine)
                finding = option.error if certain else option.warning
                yield finding(
                    "image-in-use",
                    f"the image {path!r} is used twice, and what one writes damages it for "
                    "the other",
                    "give each an image of its own, such as an overlay, or let both only read it",
                    "file",
                )


def is_flash(option: Option, machine: MachineView) -> bool:
    """Whether an image is flash memory, which lets others write as well."""
    return any(one is option and slot.interface == "pflash" for one, slot in machine.claims(Slot))


def _plain(path: str) -> str:
    """A path without what changes nothing; what stands before ``..`` may be a link."""
    return path if ".." in path else normpath(path)


def uses(
    machine: MachineView, lock: Locks | Under, seen: frozenset[str] = frozenset()
) -> list[Use]:
    """What uses an image: its own option, devices, and whatever stands on its node."""
    found = []
    if lock.held is not False:
        found.append(Use(lock.held is True or _connects(machine), lock.writes))
    for device, name in _devices(machine):
        if name in lock.names:
            certain = _EXCLUSIVE.fullmatch(device.driver) is not None
            writes = lock.writes and not device.driver.endswith("-cd")
            found.append(Use(certain, writes, device.get("share-rw") in ON))
    if not {said(machine, "pflash0"), said(machine, "pflash1")}.isdisjoint(lock.names):
        found.append(Use(certain=True, writes=lock.writes, shares=True))
    for _, above in machine.claims(Under):
        if above.id in lock.names and above.id not in seen:
            under = above._replace(writes=lock.writes and above.writes)
            found += uses(machine, under, seen | {above.id})
    return found


def _connects(machine: MachineView) -> bool:
    """Whether the board makes a device of a drive whose interface is not said."""
    board = board_of(machine)
    if board is None:
        return False
    return board.name in _CONNECT or is_arms_virt(machine)

"""Images that other programs of this host use, by the locks that every QEMU keeps to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Slot
from qemubuild.rules.images import Use, claimed, comes_in, is_flash, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.claims import Locks
    from qemubuild.disk.headers import Header
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.locks import Lock
    from qemubuild.option import MachineView, Option
    from qemubuild.rules.image_files import Found

# Interfaces that make a device which has its image to itself.
_CONNECTED: Final = frozenset({"floppy", "ide", "virtio"})


def findings(machine: MachineView, images: Sequence[Found], host: Host) -> Iterator[Finding]:
    """Judge the images that the machine itself names."""
    if comes_in(machine):
        return
    formats = {one.image.path: one.header.format for one in images}
    for option, lock in claimed(machine):
        if lock.path not in formats or not (others := host.lock_on(lock.path)).held:
            continue
        ours = _uses(machine, option, lock, formats[lock.path])
        if refused := [use for use in ours if _is_refused(use, others)]:
            certain = any(use.certain for use in refused)
            yield _locked(option, lock.path, host, certain=certain)
        elif lock.writes and others.writes and is_flash(option, machine):
            yield option.warning(
                "flash-shared",
                f"{lock.path!r} is the flash memory of {_holders(lock.path, host)}, too, and each "
                "guest overwrites what the other keeps in it",
                "give each guest a copy of the file",
                "file",
            )


def _uses(machine: MachineView, option: Option, lock: Locks, form: str) -> list[Use]:
    """What uses an image: a format that is more than raw does so by itself, and so does flash."""
    found = uses(machine, lock)
    if form != "raw":
        found.append(Use(certain=True, writes=lock.writes))
    elif is_flash(option, machine):
        found.append(Use(certain=True, writes=lock.writes, shares=True))
    return found


def _is_refused(use: Use, others: Lock) -> bool:
    return (
        others.bars_readers
        or (use.writes and others.bars_writers)
        or (others.writes and not use.shares)
    )


def _locked(option: Option, path: str, host: Host, *, certain: bool) -> Finding:
    finding = option.error if certain else option.warning
    return finding(
        "image-locked",
        f"the image {path!r} is in use by {_holders(path, host)}",
        "end that first, or give this machine an image of its own",
        "file",
    )


def _holders(path: str, host: Host) -> str:
    return " and ".join(map(str, host.holders_of(path))) or "another program"


def below(
    top: Found,
    path: str,
    header: Header,
    machine: MachineView,
    *,
    images: Sequence[Found],
    host: Host,
) -> Iterator[Finding]:
    """Judge an image that one of the machine's stands on, which it only reads."""
    others = host.lock_on(path)
    writers = list(_own_writers(path, machine, images))
    if not (writers or others.writes or others.bars_readers):
        return
    # What is inside a raw one is read for whoever uses the disk, and by nobody before.
    ours = [Use(certain=True, writes=False)] if header.format != "raw" else _users(top, machine)
    refused = [use for use in ours if _is_refused(use, others)]
    if refused and not comes_in(machine):
        yield _locked(top.option, path, host, certain=any(use.certain for use in refused))
    elif refused := [use for use in ours if writers and not use.shares]:
        certain = any(use.certain for use in refused) and any(use.certain for use in writers)
        certain = certain and not comes_in(machine)
        finding = top.option.error if certain else top.option.warning
        yield finding(
            "image-in-use",
            f"the image {top.image.path!r} stands on {path!r}, which this machine writes to: what "
            "is in it changes under the other",
            "let the machine only read that one, or leave it out",
            "file",
        )


def _is_of(option: Option, lock: Locks, image: Found) -> bool:
    """Whether a lock is that of an image, which may be in a node of another option."""
    is_there = option is image.option or image.image.node in lock.names
    return is_there and lock.path == image.image.path


def _own_writers(path: str, machine: MachineView, images: Sequence[Found]) -> Iterator[Use]:
    """What in the machine itself writes to a file."""
    formats = {
        one.image.path: one.header.format
        for one in images
        if one.image.writes and os.path.samefile(path, one.image.path)
    }
    for option, lock in claimed(machine):
        if lock.writes and lock.path in formats:
            found = _uses(machine, option, lock, formats[lock.path])
            yield from (use for use in found if use.writes)


def _users(top: Found, machine: MachineView) -> list[Use]:
    """What reads what a disk stands on."""
    return [
        use._replace(writes=False)
        for option, lock in claimed(machine)
        if _is_of(option, lock, top)
        for use in uses(machine, lock._replace(held=_connected(option, machine)))
    ]


def _connected(option: Option, machine: MachineView) -> bool | None:
    """Whether a device is made of a drive; ``None`` where the board decides."""
    interfaces = [slot.interface for one, slot in machine.claims(Slot) if one is option]
    return None if interfaces == [""] else any(one in _CONNECTED for one in interfaces)

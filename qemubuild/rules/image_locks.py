"""Images that other programs of this host use, by the locks that every QEMU keeps to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import Locks, Slot
from qemubuild.rules.images import Use, claimed, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    formats = {one.image.path: one.header.format for one in images}
    for option, lock in claimed(machine):
        if lock.path not in formats or not (others := host.lock_on(lock.path)).held:
            continue
        ours = uses(machine, lock)
        if formats[lock.path] != "raw":
            ours.append(Use(certain=True, writes=lock.writes))
        flash = any(
            one is option and slot.interface == "pflash" for one, slot in machine.claims(Slot)
        )
        if flash and not ours:
            yield from _flash(option, lock, others, host)
        elif refused := [use for use in ours if _is_refused(use, others)]:
            certain = any(use.certain for use in refused)
            yield _locked(option, lock.path, host, certain=certain)


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


def _flash(option: Option, lock: Locks, others: Lock, host: Host) -> Iterator[Finding]:
    """Judge flash memory, which lets others write to its file, too."""
    if _is_refused(Use(certain=True, writes=lock.writes, shares=True), others):
        yield _locked(option, lock.path, host, certain=True)
    elif lock.writes and others.writes:
        yield option.warning(
            "flash-shared",
            f"{lock.path!r} is the flash memory of {_holders(lock.path, host)}, too, and each "
            "guest overwrites what the other keeps in it",
            "give each guest a copy of the file",
            "file",
        )


def below(
    top: Found, path: str, header: Header, host: Host, machine: MachineView
) -> Iterator[Finding]:
    """Judge an image that one of the machine's stands on, which it only reads."""
    others = host.lock_on(path)
    if not (others.writes or others.bars_readers):
        return
    if header.format != "raw":
        yield _locked(top.option, path, host, certain=True)
        return
    # What is inside a raw one is read for whoever uses the disk, and by nobody before.
    ours = [
        use
        for option, lock in claimed(machine)
        if option is top.option and lock.path == top.image.path
        for use in uses(machine, lock._replace(held=_connected(option, machine)))
    ]
    if refused := [use for use in ours if _is_refused(use._replace(writes=False), others)]:
        yield _locked(top.option, path, host, certain=any(use.certain for use in refused))


def _connected(option: Option, machine: MachineView) -> bool | None:
    """Whether a device is made of a drive; ``None`` where the board decides."""
    interfaces = [slot.interface for one, slot in machine.claims(Slot) if one is option]
    return None if interfaces == [""] else any(one in _CONNECTED for one in interfaces)

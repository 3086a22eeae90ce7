"""What two devices cannot both have: an image that one of them writes to, memory, a slot for it.

A device of a writable node lets others only read it, unless it has ``share-rw=on``
(``bdrv_refresh_perms``, block.c).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import DRIVE, BackedBy, Backend, Defines, Opens, Under
from qemubuild.options.drive import Drive
from qemubuild.options.memory import Memory
from qemubuild.rules.buses import are_known
from qemubuild.rules.images import Use, comes_in, uses
from qemubuild.targets import board_of
from qemubuild.units import MIB, ON, format_size, number_of, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option
    from qemubuild.options.device import Device

_READS: Final = ("ide-cd", "scsi-cd")
_ALWAYS_WRITES: Final = ("ide-hd", "ide-cf", "sd-card")
_PASS_THROUGH: Final = ("scsi-block", "scsi-generic")
_HOTPLUGGED: Final = re.compile("virtio-p?mem(-pci)?")
_BLOCK: Final = 2 * MIB
"""The blocks of a virtio-mem that says nothing of them: a huge page of most hosts."""
_DIMM: Final = re.compile("pc-dimm|nvdimm")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge what devices share."""
    if any("drive" in device.properties for device in devices):
        yield from _nodes(machine, devices)
    yield from _ciphers(devices)
    board = board_of(machine)
    if board and board.name in ("pc", "q35", "virt") and are_known(machine, board):
        yield from _memory(machine, devices)


def _nodes(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    owners = {claim.id: option for option, claim in machine.claims(Defines) if claim.kind == DRIVE}
    users: dict[int, list[Device]] = {}
    for device in devices:
        owner = owners.get(device.get("drive") or "")
        if owner is None:
            continue
        if _is_readonly(owner) and device.driver in _ALWAYS_WRITES:
            # Until a guest comes from elsewhere QEMU does not look.
            finding = device.warning if comes_in(machine) else device.error
            yield finding(
                "device-drive-readonly",
                f"{device.driver} can always be written, and {device.get('drive')!r} is read-only",
                "plug in a virtio-blk-pci or scsi-hd, or leave read-only out",
                "drive",
            )
        if device.driver in _PASS_THROUGH and _is_file(owner, machine):
            yield device.error(
                "device-drive-no-scsi",
                f"{device.driver} hands commands on to a SCSI disk of the host's, and "
                f"{device.get('drive')!r} is a file",
                "write scsi-hd in its place",
                "drive",
            )
        if (
            device.driver == "floppy"
            and isinstance(owner, Drive)
            and (owner.werror or owner.rerror)
        ):
            yield device.error(
                "drive-error-action-unsupported",
                f"a floppy has no werror and no rerror, and {device.get('drive')!r} has",
                "leave them out of the drive",
                "drive",
            )
        others = users.setdefault(id(owner), [])
        other = next((one for one in others if _conflict(one, device, owner)), None)
        if other is not None:
            yield device.error(
                "device-drive-in-use",
                f"{' '.join(other.words)} uses the same image, and one of them writes to it",
                "give each an image of its own, or add {'share-rw': 'on'} to both, for a guest "
                "that can share disks",
                "drive",
            )
        others.append(device)
    yield from _under(machine, users, owners)


def _under(
    machine: MachineView, users: Mapping[int, Sequence[Device]], owners: Mapping[str, Option]
) -> Iterator[Finding]:
    """Judge devices of a node on which another node stands, with what that is used by."""
    for above, under in dict.fromkeys(machine.claims(Under)):
        if (owner := owners.get(under.id)) is None:
            continue
        by_it = uses(machine, under)
        if getattr(above, "driver", "") == "quorum":  # whose children may not differ
            by_it.append(Use(certain=True, writes=False))
        for device in users.get(id(owner), ()):
            own = Use(True, _writes(device, owner), device.get("share-rw") in ON)
            if any(one.certain and own.bars(one) for one in by_it):
                yield device.error(
                    "device-drive-in-use",
                    f"{' '.join(above.words)} stands on the node {under.id!r}, and one of the two "
                    "writes to it",
                    "give the device the node that stands on it, or an image of its own",
                    "drive",
                )
                break


def _ciphers(devices: Sequence[Device]) -> Iterator[Finding]:
    """What encrypts for a device, which it does for one alone."""
    users: dict[str, Device] = {}
    for device in devices:
        name = device.get("cryptodev")
        if name and name in users:
            yield device.error(
                "device-cryptodev-in-use",
                f"{' '.join(users[name].words)} has {name!r} already",
                "give each an object('cryptodev-backend-builtin') of its own",
                "cryptodev",
            )
        if name:
            users[name] = device


def _conflict(one: Device, other: Device, owner: Option) -> bool:
    """Whether two devices cannot have one node; QEMU has one device for the id of a -drive."""
    if owner.flag != "-blockdev" and one.get("drive") == other.get("drive"):
        return False  # which is a finding already
    return any(
        _writes(writer, owner) and (reader.get("share-rw") or "") not in ON
        for writer, reader in ((one, other), (other, one))
    )


def _writes(device: Device, owner: Option) -> bool:
    return device.driver not in _READS and not _is_readonly(owner)


def _is_file(owner: Option, machine: MachineView) -> bool:
    """Whether an image is a file, and no disk of the host; a node's may be of another option."""
    opened = [
        file
        for option, file in machine.claims(Opens)
        if option is owner or (option.flag == owner.flag == "-blockdev")
    ]
    return bool(opened) and not any(file.path.startswith("/dev/") for file in opened)


def _is_readonly(owner: Option) -> bool:
    if isinstance(owner, Drive):
        return owner.readonly is True or owner.media == "cdrom"
    text = owner.words[-1]
    return (
        owner.flag == "-blockdev"
        and re.search(r'(?<![\w-])read-only"?[=:](on|true|yes|y)\b', text) is not None
    )


def _memory(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    memory = next(iter(machine.find_all(Memory)), None)
    used: dict[str, Option] = {one.id: option for option, one in machine.claims(BackedBy)}
    slots: dict[int, Device] = {}
    for device in devices:
        is_dimm = _DIMM.fullmatch(device.driver)
        if not is_dimm and not _HOTPLUGGED.fullmatch(device.driver):
            continue
        name = device.get("memdev")
        if not is_dimm and (memory is None or memory.maxmem is None) and name:
            yield device.error(
                "device-without-maxmem",
                f"{device.driver} adds memory, and the machine sets no addresses aside for it",
                "add maxmem= to memory()",
            )
        elif name and not is_dimm:
            yield from _blocks(machine, device, name)
        if name in used and not is_dimm:
            yield device.error(
                "device-memory-in-use",
                f"{' '.join(used[name].words)} has the memory {name!r}",
                "give each a memory backend of its own",
                "memdev",
            )
        if name:
            used[name] = device
        slot = number_of(device.get("slot") or "-1") if is_dimm else -1
        if slot is not None and slot != -1:
            yield from _slot(device, slot, memory, slots)


def _blocks(machine: MachineView, device: Device, name: str) -> Iterator[Finding]:
    """Memory that is handed over in blocks: as its backend is, or a virtio-mem says."""
    backend = next((one for _, one in machine.claims(Backend) if one.id == name), None)
    grain = backend.grain if backend else 1
    if device.driver.startswith("virtio-mem"):
        block = size_of(device.get("block-size") or "") or _BLOCK
        grain = max(grain, block)
        if (size_of(device.get("requested-size") or "") or 0) % block:
            yield device.error(
                "device-memory-uneven",
                f"requested-size={device.get('requested-size')} is no whole number of blocks of "
                f"{format_size(block)}",
                f"write a multiple of {format_size(block)}",
                "requested-size",
            )
    if backend and grain and (backend.size or 0) % grain:
        yield device.error(
            "device-memory-uneven",
            f"{name!r} has {format_size(backend.size or 0)}, and it is plugged in by "
            f"{format_size(grain)}",
            f"make the backend a multiple of {format_size(grain)}",
            "memdev",
        )


def _slot(
    device: Device, slot: int, memory: Memory | None, taken: dict[int, Device]
) -> Iterator[Finding]:
    count = memory.slots if memory and isinstance(memory.slots, int) else 0
    if not 0 <= slot < count:
        if count:
            yield device.error(
                "device-slot-missing",
                f"slot={slot}: the machine has {count} for memory, counted from 0",
                "write a lower one, leave slot out, or raise slots in memory()",
                "slot",
            )
    elif slot in taken:
        yield device.error(
            "device-slot-taken",
            f"slot={slot} has {' '.join(taken[slot].words)}",
            "give each a slot of its own, or leave slot out",
            "slot",
        )
    else:
        taken[slot] = device

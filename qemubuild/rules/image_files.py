"""The files of images on this host: what they are, what they stand on, and whether they have room.

Headers are read in Python, so that judging a machine starts nothing.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from qemubuild.claims import FileNode, Image
from qemubuild.options.vmstate import Loadvm
from qemubuild.rules import chains, image_locks
from qemubuild.rules.images import claimed, uses
from qemubuild.units import ON, format_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.disk.headers import Header
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

# How -drive says to go around the host's cache.
_DIRECT = frozenset({"none", "off", "directsync"})
_BLOCK = 512  # bytes, whatever the file system's are
_NOTHING = frozenset({os.makedev(1, 3), os.makedev(1, 5)})  # /dev/null and /dev/zero


class Found(NamedTuple):
    """An image that is there.

    Attributes:
        option: what names it.
        image: what is said of it.
        header: what it says itself, read as it is said to be.
        stat: what the file system says.
    """

    option: Option
    image: Image
    header: Header
    stat: os.stat_result


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge every image that is there and can be read; what cannot is a finding already."""
    images = list(_images(machine, host))
    for one in images:
        fault = list(_judged(one, host))
        yield from fault
        if one.image.backed and not fault:
            yield from chains.findings(one, machine, images, host)
    yield from image_locks.findings(machine, images, host)
    yield from _around_cache(machine, images, host)
    yield from _room(machine, images, host)
    yield from _loaded(machine, images, host)


def _images(machine: MachineView, host: Host) -> Iterator[Found]:
    nodes: dict[str, str] | None = None
    for option, image in machine.claims(Image):
        if image.node:
            nodes = nodes or {node.id: node.path for _, node in machine.claims(FileNode)}
            if image.node not in nodes:
                continue
            image = image._replace(path=nodes[image.node])  # noqa: PLW2901 - the same, resolved
        try:
            found = os.stat(image.path)
        except OSError:
            continue
        # Nothing else begins with anything, and reading from a pipe takes from it.
        if (
            stat.S_ISREG(found.st_mode)
            or stat.S_ISBLK(found.st_mode)
            or (stat.S_ISCHR(found.st_mode) and found.st_rdev in _NOTHING)
        ):
            header = host.header_of(image.path, image.format)
            if header is not None:
                yield Found(option, image, header, found)


def _judged(one: Found, host: Host) -> Iterator[Finding]:
    """Judge what an image is by what is said of it."""
    option, image, header, _ = one
    if header.foreign:
        yield option.error(
            "drive-format-mismatch",
            f"{image.path!r} is said to be {header.format}, and does not begin like one",
            "see what it is: DiskImage(...).info() tells, and so does `qemu-img info`",
            "format",
        )
    elif header.fault:
        yield option.error(
            "image-damaged",
            f"QEMU cannot open the {header.format} image {image.path!r}: {header.fault}",
            "take a copy of it that is whole, or see what `qemu-img check` says",
            "file",
        )
    elif header.corrupt and image.writes:
        yield option.error(
            "image-damaged",
            f"the image {image.path!r} is marked as corrupt, and QEMU only reads such ones",
            "repair a copy of it with `qemu-img check -r all`, or open it read-only to save what "
            "is in it",
            "file",
        )
    elif header.unclosed and image.writes:
        yield option.warning(
            "image-not-closed",
            f"the {header.format} image {image.path!r} was not closed in an orderly way: QEMU 7.2 "
            "refuses to write to it, and newer ones repair it first",
            "repair a copy of it with `qemu-img check -r all`",
            "file",
        )
    elif header.data_file == "" and not image.apart:
        yield option.error(
            "data-file-missing",
            f"the image {image.path!r} keeps its content in another file, and does not say which",
            "name it, as in drive(..., extra={'data-file.filename': ...})",
            "file",
        )
    elif header.data_file and not image.apart and not os.path.exists(header.data_file):
        yield option.error(
            "data-file-missing",
            f"the image {image.path!r} keeps its content in {header.data_file!r}, which is not "
            f"there; QEMU looks for it from {os.getcwd()!r}",
            "run QEMU where the file is, or name it, as in drive(..., "
            "extra={'data-file.filename': ...})",
            "file",
        )
    elif (header.encrypted or header.format == "luks") and not image.keyed:
        yield option.error(
            "image-without-key",
            f"the {header.format} image {image.path!r} is encrypted, and no key is given",
            "give it as DiskImage(..., encryption=Luks(...)); or add secret('key0', file=...), and "
            "extra={'key-secret': 'key0'} for luks, {'encrypt.key-secret': 'key0'} for qcow2",
            "file",
        )
    elif image.format == "raw":
        yield from _container(one, host)


def _container(one: Found, host: Host) -> Iterator[Finding]:
    """Judge an image that is said to be raw, and is more than that."""
    really = host.header_of(one.image.path)
    if really is not None and really.format not in ("raw", "dmg") and not really.fault:
        yield one.option.warning(
            "image-read-as-raw",
            f"{one.image.path!r} is said to be raw, and begins like a {really.format} image: the "
            "guest sees that in place of the disk inside",
            f"write format={really.format!r}",
            "format",
        )


def _room(machine: MachineView, images: list[Found], host: Host) -> Iterator[Finding]:
    """Judge whether the images that the guest writes to can grow to their sizes."""
    if "-snapshot" in machine.flags:
        return
    growing: dict[int, dict[int, tuple[int, Found]]] = {}
    for one in images:
        if one.image.writes and one.header.size and stat.S_ISREG(one.stat.st_mode):
            growth = one.header.size - one.stat.st_blocks * _BLOCK
            if growth > 0 and not one.header.data_file:
                growing.setdefault(one.stat.st_dev, {})[one.stat.st_ino] = (growth, one)
    for grown in growing.values():
        growth, most = max(grown.values(), key=lambda pair: pair[0])
        total = sum(bytes_ for bytes_, _ in grown.values())
        free = host.free_space(os.path.dirname(most.image.path) or ".")
        if free is not None and total > free:
            yield most.option.hint(
                "disk-space-short",
                f"the image {most.image.path!r} can grow by {format_size(growth)}"
                + (f", and all on its disk by {format_size(total)}" if total != growth else "")
                + f", where {format_size(free)} are free",
                "make room, or a smaller image; QEMU stops the guest when the disk is full",
                "file",
            )


def _around_cache(machine: MachineView, images: Iterable[Found], host: Host) -> Iterator[Finding]:
    """Judge whether the file system lets anybody go around its cache (``O_DIRECT``)."""
    for one in images:
        said = getattr(one.option, "extra", {}).get("cache.direct")
        cache = getattr(one.option, "cache", None)
        # The key of its own has the last word over the short one (blockdev.c).
        direct = said in ON if said is not None else cache in _DIRECT
        if direct and not host.can_open_direct(one.image.path):
            yield one.option.error(
                "drive-cache-needed",
                f"{one.image.path!r} is where nothing goes around the host's cache, as "
                + (f"cache={cache} does" if said is None else "cache.direct=on does"),
                "leave that out, or put the image on another file system",
                "cache",
            )
        elif (
            direct and one.header.format == "raw" and _is_ragged(one) and _is_written(one, machine)
        ):
            yield one.option.error(
                "drive-cache-needed",
                f"{one.image.path!r} has {one.stat.st_size} bytes, and only whole blocks of "
                f"{_BLOCK} can be written around the host's cache",
                "leave that out, or fill the image up, as `qemu-img resize -f raw` does",
                "cache",
            )


def _is_ragged(one: Found) -> bool:
    return (
        stat.S_ISREG(one.stat.st_mode)
        and one.stat.st_size > _BLOCK
        and one.stat.st_size % _BLOCK != 0
    )


def _is_written(one: Found, machine: MachineView) -> bool:
    """Whether something is certain to want to write to an image as QEMU starts."""
    return any(
        use.certain and use.writes
        for option, lock in claimed(machine)
        if option is one.option and lock.path == one.image.path
        for use in uses(machine, lock)
    )


def _loaded(machine: MachineView, images: Iterable[Found], host: Host) -> Iterator[Finding]:
    """Judge whether the images have the snapshot with which the guest is to go on."""
    # Of those that are said to be raw it is known without looking, as it is with -snapshot.
    written = [one for one in images if one.image.writes and one.image.format != "raw"]
    if "-snapshot" in machine.flags:
        return
    for option in machine.find_all(Loadvm):
        states = {}
        for one in written:
            has = host.snapshots_of(one.image.path)
            if option.name not in has:
                yield option.error(
                    "loadvm-missing",
                    f"{one.image.path!r} has no snapshot {option.name!r}",
                    f"write one of {', '.join(map(repr, has))}"
                    if has
                    else "leave loadvm() out, or open a disk read-only that has none",
                    "name",
                )
                break
            states[one.image.path] = has[option.name]
        else:
            if states and not any(states.values()):
                yield option.error(
                    "loadvm-missing",
                    f"{option.name!r} is a snapshot of the disk alone, with no state of a guest",
                    "go back to it by DiskImage(...).restore(), and leave loadvm() out",
                    "name",
                )

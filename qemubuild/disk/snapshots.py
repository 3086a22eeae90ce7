"""``qemu-img snapshot``: states of the disk that a qcow2 image keeps inside itself.

What there is, is read from the image itself (docs/interop/qcow2.txt in QEMU's source): only there
are all names as they were given, and it takes no time.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import TYPE_CHECKING, Final

from qemubuild.disk.able import judge_able
from qemubuild.disk.info import ImageSnapshot
from qemubuild.disk.run import run
from qemubuild.disk.words import form_of, name_of
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.values import NAME, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.disk.image import DiskImage

_MAGIC: Final = b"QFI\xfb"
_HEADER: Final = Struct(">60xIQ")  # how many snapshots, and where their table begins
_ENTRY: Final = Struct(">QIHHIIQII")
_LARGE: Final = Struct(">Q")  # the size of the memory, where 32 bits are too few for it
_MOST_NAME: Final = 255  # bytes; qemu-img cuts off the rest (QEMUSnapshotInfo, block/snapshot.h)
_MOST_TABLE: Final = 64 << 20  # bytes; QCOW_MAX_SNAPSHOTS_SIZE is 1 GiB, of which few are used


def read_snapshots(image: DiskImage) -> tuple[ImageSnapshot, ...]:
    """The snapshots of an image, oldest first.

    Raises:
        ImageError: it cannot be read, or is no qcow2 image.
    """
    try:
        with open(image.path, "rb") as file:
            head = file.read(_HEADER.size)
            if not head.startswith(_MAGIC) or len(head) < _HEADER.size:
                raise _error(image, "is not in qcow2 format", "say the format it has: format=")
            count, start = _HEADER.unpack(head)
            file.seek(start)
            return tuple(_entries(file.read(_MOST_TABLE), count)) if count else ()
    except OSError as error:
        raise _error(image, f"cannot be read: {error.strerror}", "is the path right?") from error


def _entries(table: bytes, count: int) -> Iterator[ImageSnapshot]:
    place = 0
    for _ in range(count):
        if place + _ENTRY.size > len(table):
            return
        _, _, id_size, name_size, seconds, nanoseconds, clock, memory, extra = _ENTRY.unpack_from(
            table, place
        )
        more = place + _ENTRY.size
        if extra >= _LARGE.size and more + extra <= len(table):
            (memory,) = _LARGE.unpack_from(table, more)
        texts = more + extra
        name = texts + id_size
        yield ImageSnapshot(
            id=os.fsdecode(table[texts:name]),
            name=os.fsdecode(table[name : name + name_size]),
            date=datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanoseconds // 1000),
            vm_state_size=memory,
            vm_clock=timedelta(microseconds=clock // 1000),
        )
        place = name + name_size + -(name - place + name_size) % 8


def snapshot_argv(image: DiskImage, name: str) -> list[str]:
    """``qemu-img snapshot -c before disk.qcow2``."""
    text = NAME.write(name)
    if len(os.fsencode(text)) > _MOST_NAME:
        raise InvalidOption(
            f"the name has more than the {_MOST_NAME} bytes that a snapshot's can have, and would "
            "be cut off",
            hint="write a shorter one",
            option="snapshot",
        )
    return _argv(image, "-c", text)


def restore_argv(image: DiskImage, snapshot: str | ImageSnapshot) -> list[str]:
    """``qemu-img snapshot -a before disk.qcow2``."""
    # It takes what it is given for an id first, and only then for a name.
    return _argv(image, "-a", snapshot.id if isinstance(snapshot, ImageSnapshot) else snapshot)


def delete_argv(image: DiskImage, snapshot: str | ImageSnapshot) -> list[str]:
    """``qemu-img snapshot -d before disk.qcow2``."""
    return _argv(image, "-d", snapshot.name if isinstance(snapshot, ImageSnapshot) else snapshot)


def list_argv(image: DiskImage) -> list[str]:
    """``qemu-img snapshot -U -l disk.qcow2``."""
    judge_able("snapshot", image)
    return ["qemu-img", "snapshot", "-U", *_opening(image), "-l", name_of(image)]


def _argv(image: DiskImage, letter: str, text: str) -> list[str]:
    judge_able("snapshot", image)
    return ["qemu-img", "snapshot", *_opening(image), letter, NAME.write(text), name_of(image)]


def _opening(image: DiskImage) -> list[str]:
    # It has no -f, and needs none: what it would not guess to be qcow2 is no qcow2 image.
    return form_of(image) if image.secret_keys else []


def take(image: DiskImage, name: str) -> ImageSnapshot:
    """Keep the disk as it is now."""
    argv = snapshot_argv(image, name)
    if name in (known.name for known in read_snapshots(image)):
        raise _error(
            image,
            f"has a snapshot {name!r} already",
            "choose another name, or delete_snapshot() that one first",
            argv,
        )
    run(argv, images=[image])
    return read_snapshots(image)[-1]


def restore(image: DiskImage, snapshot: str | ImageSnapshot) -> None:
    """Take the disk back."""
    argv = restore_argv(image, snapshot)
    found, _ = find(image, snapshot, argv)
    run(restore_argv(image, found), shown=argv, images=[image])


def delete(image: DiskImage, snapshot: str | ImageSnapshot) -> None:
    """Forget what was kept."""
    argv = delete_argv(image, snapshot)
    _, first = find(image, snapshot, argv)
    if not first:
        raise _error(
            image,
            "has several snapshots of that name, and qemu-img deletes the first of them",
            "delete that one before this",
            argv,
        )
    run(argv, images=[image])


def find(
    image: DiskImage, wanted: str | ImageSnapshot, argv: Sequence[str]
) -> tuple[ImageSnapshot, bool]:
    """What is meant, and whether it is the first of its name.

    Raises:
        ImageError: there is none of that name, or several.
    """
    known = read_snapshots(image)
    if isinstance(wanted, ImageSnapshot):
        found = [one for one in known if (one.id, one.name) == (wanted.id, wanted.name)]
        name = wanted.name
    else:
        found = [one for one in known if one.name == wanted]
        name = wanted
    if not found:
        names = ", ".join(repr(one.name) for one in known)
        there = f"it has {names}" if known else "it has none"
        mend = nearest(name, [one.name for one in known])
        raise _error(image, f"has no snapshot {name!r}", mend + there, argv)
    if len(found) > 1:
        raise _error(
            image,
            f"has {len(found)} snapshots called {name!r}",
            "give one of snapshots() instead of the name",
            argv,
        )
    return found[0], next(one for one in known if one.name == name) == found[0]


def _error(image: DiskImage, reason: str, hint: str, argv: Sequence[str] = ()) -> ImageError:
    return ImageError(
        f"{image.path!r} {reason}",
        argv=argv or list_argv(image),
        exit_code=None,
        stderr="",
        hint=hint,
    )

"""What ``qemu-img info`` says of an image, typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from qemubuild.shown import shown_by, shows_fields
from qemubuild.units import format_size

if TYPE_CHECKING:
    from collections.abc import Mapping


@shows_fields
@frozen
class ImageSnapshot:
    """A state of the disk that an image keeps inside itself.

    Attributes:
        id: the number that the image gave it, as text.
        name: the name that it was given.
        date: when it was taken, in UTC.
        vm_state_size: the bytes of the machine's memory kept with it; 0 when only the disk was.
        vm_clock: how long the machine had been running then.
    """

    id: str
    name: str
    date: datetime
    vm_state_size: int
    vm_clock: timedelta

    def __str__(self) -> str:
        return f"{self.id} {shown(self.name)}, {self.date:%Y-%m-%d %H:%M:%S} UTC"


@frozen
class ImageInfo:
    """What an image is. Sizes are in bytes.

    Attributes:
        path: the image, as it was asked for.
        format: the format it was read as.
        virtual_size: the size of the disk that the guest sees.
        actual_size: what the file takes on this host, or ``None`` where that is not known. An
            image is sparse: blocks that nobody wrote to take nothing.
        backing_file: the backing file as the image names it, from its own directory. A name that
            is not UTF-8 comes with U+FFFD in it: qemu-img's JSON has no other way.
        backing_path: the same as a path from here.
        backing_format: the backing file's format, where the image says it.
        snapshots: those it keeps inside itself, oldest first.
        cluster_size: the bytes that it allocates at once, or ``None`` where the format has no such
            unit.
        encrypted: whether its content is encrypted.
        dirty: whether it was not closed in an orderly way.
        format_specific: what else qemu-img says of an image of this format.
    """

    path: str
    format: str
    virtual_size: int
    actual_size: int | None
    backing_file: str | None
    backing_path: str | None
    backing_format: str | None
    snapshots: tuple[ImageSnapshot, ...]
    cluster_size: int | None
    encrypted: bool
    dirty: bool
    format_specific: Mapping[str, Any] = field(hash=False)

    _repr_mimebundle_ = shown_by("disk.info")

    def __str__(self) -> str:
        sizes = f"{format_size(self.virtual_size)} for the guest"
        if self.actual_size is not None:
            sizes += f", {format_size(self.actual_size)} on this host"
        lines = [f"{shown(self.path)}: {self.format}, {sizes}"]
        if self.backing_file is not None:
            form = self.backing_format or "format not said"
            lines.append(f"  over {shown(self.backing_file)} ({form})")
        notes = {"encrypted": self.encrypted, "not closed in an orderly way": self.dirty}
        lines += [f"  {note}" for note, holds in notes.items() if holds]
        lines += [f"  snapshot {snapshot}" for snapshot in self.snapshots]
        return "\n".join(lines)


def read_info(path: str, answer: Mapping[str, Any]) -> ImageInfo:
    """Read the JSON of ``qemu-img info`` (ImageInfo, qapi/block-core.json)."""
    return ImageInfo(
        path=path,
        format=answer["format"],
        virtual_size=answer["virtual-size"],
        actual_size=answer.get("actual-size"),
        backing_file=answer.get("backing-filename"),
        backing_path=answer.get("full-backing-filename"),
        backing_format=answer.get("backing-filename-format"),
        snapshots=tuple(map(_read_snapshot, answer.get("snapshots", ()))),
        cluster_size=answer.get("cluster-size"),
        encrypted=answer.get("encrypted", False),
        dirty=answer.get("dirty-flag", False),
        format_specific=answer.get("format-specific", {}).get("data", {}),
    )


def _read_snapshot(answer: Mapping[str, Any]) -> ImageSnapshot:
    return ImageSnapshot(
        id=answer["id"],
        name=answer["name"],
        date=datetime.fromtimestamp(answer["date-sec"], UTC)
        + timedelta(microseconds=answer["date-nsec"] // 1000),
        vm_state_size=answer["vm-state-size"],
        vm_clock=timedelta(
            seconds=answer["vm-clock-sec"], microseconds=answer["vm-clock-nsec"] // 1000
        ),
    )


def shown(name: str) -> str:
    """A name on one line, quoted where a terminal would do something with it."""
    return name if name.isprintable() else repr(name)

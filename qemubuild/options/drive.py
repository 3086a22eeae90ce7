"""``-drive``: an image and the device through which the guest sees it, in one option."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from qemubuild import grammar
from qemubuild.claims import DRIVE, OBJECT, Claim, Defines, Image, Locks, Opens, Refers, Slot
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._drive_keys import ALIASES, DRIVER_KEYS, REMOVED
from qemubuild.options._images import (
    FORMATS,
    PROTOCOLS,
    READ,
    local_file,
    name_of,
    of_url,
    writable_image,
)
from qemubuild.options._limits import limits_judged
from qemubuild.units import ON
from qemubuild.values import (
    ID,
    IMAGE,
    NAME,
    NUMBER,
    SWITCH,
    TEXT,
    Kind,
    Url,
    Verbatim,
    choice,
    integer,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

Interface = Literal["none", "ide", "scsi", "floppy", "pflash", "mtd", "sd", "virtio", "xen"]
Cache = Literal["none", "writeback", "writethrough", "directsync", "unsafe", "off"]

# Interfaces that make a device, and formats that lock their file even with none.
_CONNECTED: Final = frozenset({"floppy", "ide", "virtio"})
_HOLDING: Final = FORMATS - {"raw"}
# Keys that put another backing file in the place of the one that the image names.
_OTHER_BACKING: Final = ("backing=", "backing.driver", "backing.file")
_KEY: Final = re.compile(r"(file\.)?(encrypt\.)?key-secret|encrypt\.format")
_KEY_BELOW: Final = re.compile(r"(backing\.)+(encrypt\.)?key-secret")
_PLACE: Final = frozenset({"interface", "index", "bus", "unit"})

# The most that a limit can be, QEMU's THROTTLE_VALUE_MAX.
_MOST: Final = 10**15
# What is about an image, so that QEMU asks for one.
_OF_IMAGES: Final = ("cache", "discard", "node_name")
_LIMIT: Final = integer(0, _MOST, "bytes or operations")
_SECONDS: Final = integer(1, _MOST, "seconds")

_HOW: Final = {
    None: "on the interface that the machine type prefers (IDE on a PC, virtio on the virt board)",
    "virtio": "on virtio, an open standard for the devices of virtual machines: faster than "
    "emulated hardware, and the guest needs a driver for it, as Linux has",
    "ide": "on an emulated IDE bus (SATA on q35): every guest knows it, and virtio is faster",
    "scsi": "on the machine's own SCSI bus",
    "floppy": "in a floppy drive",
    "pflash": "as flash memory, where firmware lives",
    "mtd": "as flash memory of the board",
    "sd": "as an SD card",
    "xen": "as a disk of Xen's",
    "none": "on no device yet: a -device has to name it in drive=",
}


def _write_node(value: object) -> str:
    text = ID.write(value)
    if len(text) > 31:
        raise InvalidOption(
            f"{text!r} has {len(text)} characters, and a node's name can have 31",
            hint="write a shorter one",
        )
    return text


def _items(text: str, *, implied: str = "") -> list[grammar.Item]:
    """Read QemuOpts; each key by the name that its field has, and no key for an empty drive."""
    return [
        item._replace(key=ALIASES.get(item.key, item.key))
        for item in grammar.parse(text, implied=implied)
        if item[:2] != ("file", "")
    ]


class Drive(Keyed):
    """Give the guest a drive (``-drive``): a disk image, a physical disk, or an empty CD drive.

    Attributes:
        file: the image. Text and paths name a local file, whatever characters they have;
            ``Url("nbd://host/disk")`` is what QEMU opens by a protocol; a ``DiskImage`` also says
            its format. ``None`` is a drive with nothing in it.
        interface: how the guest sees it (QEMU's ``if``): ``"virtio"``, ``"ide"``, ``"floppy"``,
            ``"pflash"`` ...; ``"none"`` leaves that to a ``device`` that names the `id`. Without,
            the machine type's own: IDE on a PC, virtio on arm64's ``virt``.
        format: what is inside: ``"raw"``, ``"qcow2"`` ...; without, QEMU looks and guesses.
        media: ``"disk"``, or ``"cdrom"`` for a CD-ROM drive.
        index: its place among the drives of its interface; the next free one without.
        bus: the bus it is on, in place of `index`.
        unit: its place on that bus.
        id: what devices and monitors call it.
        cache: how writes reach the host's disk; ``"writeback"`` without.
        aio: how QEMU waits for the host's disk; ``"native"`` needs a `cache` that goes around the
            host's, ``"none"`` or ``"directsync"``.
        discard: ``"unmap"`` gives room that the guest trims back to the host.
        detect_zeroes: whether zeroes that are written take no room; ``"unmap"`` needs `discard`.
        readonly: whether the guest cannot write. An IDE hard disk always can.
        snapshot: whether what the guest writes goes to a temporary file, and is gone with QEMU.
        copy_on_read: whether what is read from a backing file is kept in the image.
        werror: what to do when writing fails; ``"enospc"`` (stop when the host is full) without.
        rerror: what to do when reading fails; ``"report"`` (tell the guest) without.
        node_name: what block commands call it; 31 characters at most.
        driver: QEMU's block driver, in place of `format`.
        bps: bytes per second that the guest can read and write together.
        bps_rd: bytes per second that it can read.
        bps_wr: bytes per second that it can write.
        iops: operations per second, reads and writes together.
        iops_rd: reads per second.
        iops_wr: writes per second.
        bps_max: bytes per second that `bps` grows to in a burst.
        bps_rd_max: the same of `bps_rd`.
        bps_wr_max: the same of `bps_wr`.
        iops_max: operations per second that `iops` grows to in a burst.
        iops_rd_max: the same of `iops_rd`.
        iops_wr_max: the same of `iops_wr`.
        bps_max_length: how many seconds such a burst can last; 1 without.
        bps_rd_max_length: the same of `bps_rd_max`.
        bps_wr_max_length: the same of `bps_wr_max`.
        iops_max_length: the same of `iops_max`.
        iops_rd_max_length: the same of `iops_rd_max`.
        iops_wr_max_length: the same of `iops_wr_max`.
        iops_size: bytes from which an operation counts as more than one.
        group: the name of a group of drives that share the limits.
        extra: what QEMU's block drivers take beside these, by their own names:
            ``{"cache.direct": "on", "file.locking": "off", "l2-cache-size": "4M"}``.
    """

    flag = "-drive"
    repeats = True
    is_drive = True
    heeds_drives = True
    syntax = _items

    file: str | os.PathLike[str] | None = key(IMAGE, default=None)
    interface: Interface | None = key(
        choice("none", "ide", "scsi", "floppy", "pflash", "mtd", "sd", "virtio", "xen"),
        name="if",
        default=None,
        kw_only=True,
    )
    format: str | None = key(NAME, default=None, kw_only=True)
    media: Literal["disk", "cdrom"] | None = key(
        choice("disk", "cdrom"), default=None, kw_only=True
    )
    index: int | None = key(NUMBER, default=None, kw_only=True)
    bus: int | None = key(NUMBER, default=None, kw_only=True)
    unit: int | None = key(NUMBER, default=None, kw_only=True)
    id: str | None = key(ID, default=None, kw_only=True)
    cache: Cache | None = key(
        choice("none", "writeback", "writethrough", "directsync", "unsafe", "off"),
        default=None,
        kw_only=True,
    )
    aio: Literal["threads", "native", "io_uring"] | None = key(
        choice("threads", "native", "io_uring"), default=None, kw_only=True
    )
    discard: Literal["ignore", "unmap", "off", "on"] | None = key(
        choice("ignore", "unmap", "off", "on"), default=None, kw_only=True
    )
    detect_zeroes: Literal["off", "on", "unmap"] | None = key(
        choice("off", "on", "unmap"), default=None, kw_only=True
    )
    readonly: bool | None = key(SWITCH, default=None, kw_only=True)
    snapshot: bool | None = key(SWITCH, default=None, kw_only=True)
    copy_on_read: bool | None = key(SWITCH, default=None, kw_only=True)
    werror: Literal["ignore", "stop", "report", "enospc"] | None = key(
        choice("ignore", "stop", "report", "enospc"), default=None, kw_only=True
    )
    rerror: Literal["ignore", "stop", "report"] | None = key(
        choice("ignore", "stop", "report"), default=None, kw_only=True
    )
    node_name: str | None = key(Kind(_write_node, str), default=None, kw_only=True)
    driver: str | None = key(NAME, default=None, kw_only=True)

    bps: int | None = key(_LIMIT, default=None, kw_only=True)
    bps_rd: int | None = key(_LIMIT, name="bps_rd", default=None, kw_only=True)
    bps_wr: int | None = key(_LIMIT, name="bps_wr", default=None, kw_only=True)
    iops: int | None = key(_LIMIT, default=None, kw_only=True)
    iops_rd: int | None = key(_LIMIT, name="iops_rd", default=None, kw_only=True)
    iops_wr: int | None = key(_LIMIT, name="iops_wr", default=None, kw_only=True)
    bps_max: int | None = key(_LIMIT, name="bps_max", default=None, kw_only=True)
    bps_rd_max: int | None = key(_LIMIT, name="bps_rd_max", default=None, kw_only=True)
    bps_wr_max: int | None = key(_LIMIT, name="bps_wr_max", default=None, kw_only=True)
    iops_max: int | None = key(_LIMIT, name="iops_max", default=None, kw_only=True)
    iops_rd_max: int | None = key(_LIMIT, name="iops_rd_max", default=None, kw_only=True)
    iops_wr_max: int | None = key(_LIMIT, name="iops_wr_max", default=None, kw_only=True)
    bps_max_length: int | None = key(
        _SECONDS, name="throttling.bps-total-max-length", default=None, kw_only=True
    )
    bps_rd_max_length: int | None = key(
        _SECONDS, name="throttling.bps-read-max-length", default=None, kw_only=True
    )
    bps_wr_max_length: int | None = key(
        _SECONDS, name="throttling.bps-write-max-length", default=None, kw_only=True
    )
    iops_max_length: int | None = key(
        _SECONDS, name="throttling.iops-total-max-length", default=None, kw_only=True
    )
    iops_rd_max_length: int | None = key(
        _SECONDS, name="throttling.iops-read-max-length", default=None, kw_only=True
    )
    iops_wr_max_length: int | None = key(
        _SECONDS, name="throttling.iops-write-max-length", default=None, kw_only=True
    )
    iops_size: int | None = key(NUMBER, name="iops_size", default=None, kw_only=True)
    group: str | None = key(TEXT, default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.file, str) and self.driver is None:
            # An image that knows its format, such as a DiskImage, says it; and its keys.
            known = getattr(self.file, "format", None)
            if self.format is None:
                self.__dict__["format"] = known
            if isinstance(url := getattr(self.file, "path", None), Url):
                self.__dict__["file"] = url
            if self.format == known and (keys := getattr(self.file, "secret_keys", None)):
                self.__dict__.update(image=self.file, extra={**keys, **self.extra})
        super().__attrs_post_init__()

    def knows(self, name: str) -> bool:
        """Whether a key in `extra` is one of a block driver's."""
        return name in REMOVED or name.partition(".")[0] in DRIVER_KEYS

    def claims(self) -> Iterator[Claim]:
        """State the place it takes, the file it opens, the names it has."""
        if not self._unread or _PLACE.isdisjoint(self._unread):
            yield Slot(
                self.interface or "",
                self.index,
                self.bus,
                self.unit,
                self.media == "cdrom",
                self.file is None and self._format is None and not self.extra,
                self.readonly is True,
                self.id,
            )
        names = tuple([name for name in (self.id, self.node_name) if name is not None])
        if (path := self._path) is not None:
            writes = self._writable
            yield Opens(path, "disk image", writes, driver=self._protocol)
            yield from self._image(path, writes=writes)
            if self.extra.get("file.locking") != "off" and not self._shares:
                yield Locks(path, writes, self._holds, names)
        else:
            yield from of_url(self.file)
        for name in names:
            yield Defines(DRIVE, name)
        for name, value in self.extra.items():
            if name.endswith("key-secret"):
                yield Refers(OBJECT, value, "secret")

    @property
    def _path(self) -> str | None:
        """The image, where it is a local file, in whichever way it is named."""
        if self.file is None and self.extra.get("file.driver") in ("file", "host_device"):
            path = self.extra.get("file.filename")
            return path if path is not None and "$" not in path else None
        return local_file(self.file)

    def _image(self, path: str, *, writes: bool) -> Iterator[Image]:
        told = self._format
        if not self.extra:
            if told is None or told in READ:
                yield Image(path, "", told, writes)
            return
        keys = {name.partition(".")[0] for name in self.extra}
        if (told is not None and told not in READ) or not keys.isdisjoint(("offset", "size")):
            return
        yield Image(
            path,
            format=told,
            writes=writes,
            backed=not any(f"{name}=".startswith(_OTHER_BACKING) for name in self.extra),
            keyed=any(_KEY.fullmatch(name) for name in self.extra),
            keyed_below=any(_KEY_BELOW.fullmatch(name) for name in self.extra),
            apart="data-file" in keys,
        )

    @property
    def _shares(self) -> bool:
        """Whether it reads whatever others write."""
        return self.extra.get("force-share") in ON or self.extra.get("file.force-share") in ON

    @property
    def _protocol(self) -> str:
        """The driver that is named for the file itself, and not for what is in it."""
        return self.extra.get("file.driver") or (self._format if self._format in PROTOCOLS else "")

    @property
    def _format(self) -> str | None:
        return self.format if self.driver is None else self.driver

    @property
    def _writable(self) -> bool:
        """Whether what the guest writes reaches the image."""
        return self.media != "cdrom" and not self.readonly and not self.snapshot

    @property
    def _holds(self) -> bool | None:
        """Whether the image is in use in any case, by a device or a format."""
        if self.interface in _CONNECTED or (self.format or self.driver or "raw") in _HOLDING:
            return True
        return None if self.interface is None else False

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what depends on more than one key."""
        if self.file is not None and self._writable and self.file.__class__ is not Verbatim:
            yield from writable_image(
                self,
                self.file,
                machine,
                told=self.format is not None or self.driver is not None,
                mend="say what it is: format='qcow2', or format='raw'",
            )
        if self.index is not None and (self.bus or self.unit is not None):
            yield self.error(
                "drive-index-with-bus",
                "index already says the bus and the unit",
                "leave out index, or bus and unit",
                "index",
            )
        if self.interface is not None:
            yield from self._judge_interface(machine)
        if self.aio == "native":
            yield from self._judge_aio()
        if self.snapshot or self.copy_on_read or self.detect_zeroes:
            yield from self._judge_writing()
        if self.driver is not None and self.format is not None:
            yield self.error(
                "drive-format-and-driver",
                "format and driver are two names of one thing",
                "leave one of them out",
                "driver",
            )
        for name in self.extra:
            yield from self._judge_extra(name)
        if self.file is None and not self._names_file():
            yield from self._judge_empty()
        if "ps" in self.words[1]:  # bps, iops
            yield from limits_judged(self)

    def _judge_empty(self) -> Iterator[Finding]:
        about = [name for name in _OF_IMAGES if getattr(self, name) is not None] or [*self.extra]
        if self._format in READ | PROTOCOLS or (self._format is None and about):
            said = f"format={self._format}" if self._format else f"{about[0]}="
            yield self.error(
                "drive-without-file",
                f"{said} is about an image, and none is named",
                "add the image's file",
                "file",
            )

    def _judge_interface(self, machine: MachineView) -> Iterator[Finding]:
        interface = self.interface
        if interface == "virtio" and self.media == "cdrom":
            yield self.warning(
                "drive-cdrom-on-virtio",
                "virtio has no CD-ROM drive: the guest sees a hard disk it cannot write",
                "write cdrom(...), or leave interface or media out",
                "media",
            )
        if interface in ("floppy", "pflash", "mtd", "sd", "xen"):
            for field in ("werror", "rerror"):
                if getattr(self, field) is not None:
                    yield self.error(
                        "drive-error-action-unsupported",
                        f"a drive with interface={interface!r} has no {field}",
                        f"leave {field} out",
                        field,
                    )
        if interface == "none" and not self._is_used(machine):
            yield self.hint(
                "drive-unused",
                "interface='none' gives the guest nothing by itself, and nothing refers to it",
                "name it with id=, and add a device with drive= that name; or choose 'virtio'",
                "interface",
            )

    def _is_used(self, machine: MachineView) -> bool:
        names = {self.id, self.node_name}
        return any(
            claim.kind == DRIVE and (claim.id in names or claim.id.startswith("none"))
            for _, claim in machine.claims(Refers)
        )

    def _judge_aio(self) -> Iterator[Finding]:
        direct = self.extra.get("cache.direct") or self.extra.get("file.cache.direct")
        if direct is None:
            direct = "on" if self.cache in ("none", "off", "directsync") else "off"
        if direct in ("off", "no", "false", "n") and local_file(self.file) is not None:
            yield self.error(
                "drive-aio-without-direct",
                "aio='native' works only around the host's cache",
                "add cache='none', or write aio='io_uring', which works with every cache",
                "aio",
            )

    def _judge_writing(self) -> Iterator[Finding]:
        fixed = self.readonly or self.media == "cdrom"
        if self.snapshot and fixed:
            yield self.hint(
                "drive-snapshot-of-readonly",
                "the guest cannot write to this drive, so there is nothing to keep apart",
                "leave snapshot out, or readonly",
                "snapshot",
            )
        if self.copy_on_read is True and fixed:
            yield self.warning(
                "drive-copy-on-read-of-readonly",
                "copy_on_read writes to the image, and it is opened read-only: QEMU ignores it",
                "leave copy_on_read out, or readonly",
                "copy_on_read",
            )
        if self.detect_zeroes == "unmap" and self.discard not in ("unmap", "on"):
            yield self.warning(
                "drive-detect-zeroes-without-discard",
                "detect_zeroes='unmap' gives no room back unless discard does, too",
                "add discard='unmap', or write detect_zeroes='on'",
                "detect_zeroes",
            )

    def _names_file(self) -> bool:
        """Whether a dotted key names the image."""
        return not self.extra.keys().isdisjoint(("file", "file.filename")) or (
            self.extra.get("file.driver", "file") not in ("file", "host_cdrom", "host_device")
        )

    def _judge_extra(self, name: str) -> Iterator[Finding]:
        if name in REMOVED:
            yield self.error(
                "drive-key-removed",
                f"QEMU has dropped {name}= from -drive",
                REMOVED[name],
                "extra",
            )
        elif name == "file.filename" and self.file is not None:
            yield self.error(
                "drive-file-twice",
                "file and file.filename both name the image",
                "leave one of them out",
                "file",
            )

    def explain(self) -> str:
        """Say what the drive is, how the guest sees it, and who decides where nothing is said."""
        kind = "a CD-ROM drive" if self.media == "cdrom" else "a drive"
        text = f"Gives the guest {kind}"
        text += " with nothing in it" if self.file is None else f" with {name_of(self.file)}"
        text += f", {_HOW.get(self.interface, f'on {self.interface}')}."
        if self.format is not None:
            text += f" It is read as {self.format}."
        elif self.file is not None and self.driver is None:
            text += " No format is said, so QEMU looks into the image to find it."
        if not self._writable and self.file is not None:
            text += (
                " What the guest writes goes to a temporary file."
                if self.snapshot and not self.readonly and self.media != "cdrom"
                else " The guest cannot write to it."
            )
        return f"{text} Without this option the guest does not have the drive."

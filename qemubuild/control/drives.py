"""A guest's drives while it runs: another CD-ROM, a disk more, a disk less."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Final, Literal

from qemubuild.control.talk import ANSWERS, Talk
from qemubuild.errors import CommandError, ControlError, InvalidOption
from qemubuild.values import NAME, Url

if TYPE_CHECKING:
    from qemubuild.control.events import Events
    from qemubuild.disk import DiskImage

_DEVICES: Final = {"virtio": "virtio-blk", "scsi": "scsi-hd", "usb": "usb-storage"}
_CDROMS: Final = {"ide-cd", "scsi-cd"}


class Drives(Talk):
    """CD-ROMs to change, and disks to plug in and out."""

    async def eject(self, device: str | None = None, *, force: bool = False) -> None:
        """Take out what is in the CD-ROM drive, and leave it open.

        Args:
            device: the drive's id; the only CD-ROM drive, without.
            force: even when the guest has locked it.

        Raises:
            CommandError: the guest has locked it. It was asked, and may let go of it soon.
            InvalidOption: there is no such drive, or there are several to choose from.
        """
        await self.execute("eject", id=await self._removable(device), force=force)

    async def change(
        self,
        image: str | os.PathLike[str] | DiskImage,
        device: str | None = None,
        *,
        force: bool = False,
    ) -> None:
        """Put another image into the CD-ROM drive.

        Args:
            image: a local file, or a ``Url``.
            device: the drive's id; the only CD-ROM drive, without.
            force: even when the guest has locked it.

        Raises:
            CommandError: it cannot be opened, or the guest has locked the drive; what was in it is
                there still.
            InvalidOption: there is no such drive, or there are several to choose from.
        """
        drive = await self._removable(device)
        form = {} if isinstance(image, str | os.PathLike) else {"format": image.format}
        await self.execute(
            "blockdev-change-medium",
            {**form, "id": drive, "filename": _filename(image)},
            force=force,
        )

    async def add_disk(
        self,
        image: str | os.PathLike[str] | DiskImage,
        *,
        id: str | None = None,  # noqa: A002 - QEMU's own word
        interface: Literal["virtio", "scsi", "usb"] = "virtio",
        bus: str | None = None,
        read_only: bool = False,
    ) -> str:
        """Plug a disk in.

        Args:
            image: a local file; of text, the suffix tells the format.
            id: how to call the disk; one is made up, without.
            interface: what the guest sees. ``"scsi"`` needs a SCSI controller in the machine,
                ``"usb"`` a USB one.
            bus: the id of the bus; QEMU finds one, without. On ``q35``, virtio disks are plugged
                into a ``pcie-root-port``.
            read_only: whether the guest may not write to it.

        Returns:
            Its id, for ``remove_disk()``.

        Raises:
            CommandError: QEMU cannot open the image, or has no place to plug it in.
            InvalidOption: there is no such interface.
        """
        if interface not in _DEVICES:
            raise InvalidOption(
                f"add_disk: there is no interface {interface!r}",
                hint=f"write one of {', '.join(_DEVICES)}",
            )
        from qemubuild.disk import DiskImage

        image = image if isinstance(image, DiskImage) else DiskImage(image)
        name = id or f"disk-{os.urandom(4).hex()}"
        await self.execute(
            "blockdev-add",
            {
                "driver": image.format,
                "node-name": _node(name),
                "read-only": read_only,
                "file": {"driver": "file", "filename": _filename(image)},
            },
        )
        place = {} if bus is None else {"bus": bus}
        device = {"driver": _DEVICES[interface], "id": name, "drive": _node(name), **place}
        try:
            await self.execute("device_add", device)
        except CommandError as problem:
            await self.execute("blockdev-del", {"node-name": _node(name)})
            if "hotplug" in problem.desc and bus is None:
                problem.hint = "build it with .device('pcie-root-port', id='p'), and add bus='p'"
            raise
        return name

    async def remove_disk(self, id: str, *, timeout: float | None = ANSWERS) -> None:  # noqa: A002
        """Unplug a disk that ``add_disk()`` plugged in.

        Args:
            id: the disk's.
            timeout: how many seconds the guest's system has to let go of it.

        Raises:
            CommandError: there is no such disk.
            ControlError: the guest refuses.
            TimeoutError: the guest has not let go of it; it may yet.
        """
        import asyncio

        wanted = "DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR"
        async with await self.events(*wanted) as events:
            await self.execute("device_del", id=id)
            try:
                async with asyncio.timeout(timeout):
                    await self._gone(id, events)
            except TimeoutError:
                raise TimeoutError(
                    f"the guest did not let go of {id!r} within {timeout:g} seconds: its system"
                    " has to, and firmware and boot loaders never do"
                ) from None
        with contextlib.suppress(CommandError):  # a disk of the command line's went with its device
            await self.execute("blockdev-del", {"node-name": _node(id)})

    async def _gone(self, disk: str, events: Events) -> None:
        async for event in events:
            if event.data.get("device") == disk:
                if event.name == "DEVICE_DELETED":
                    return
                raise ControlError(f"the guest refuses to let go of {disk!r}")
        await self.status()  # which tells how the guest ended

    async def _removable(self, device: str | None) -> str:
        """The id of the drive called so, or of the only CD-ROM drive."""
        drives = [one for one in await self.execute("query-block") if "qdev" in one]
        removable = [one for one in drives if one["removable"]]
        named: dict[str, str] = {one["device"] or one["qdev"]: one["qdev"] for one in removable}
        if device is not None and device in {*named, *named.values()}:
            return named.get(device, device)
        cdroms = {name: qdev for name, qdev in named.items() if await self._type(qdev) in _CDROMS}
        if device is None and len(cdroms) == 1:
            return next(iter(cdroms.values()))
        problem = (
            f"there is no removable drive {device!r}"
            if device is not None
            else f"the guest has {len(cdroms) or 'no'} CD-ROM drives"
        )
        choice = named if device is not None else cdroms
        raise InvalidOption(
            problem,
            hint=f"name one of {', '.join(choice)}" if choice else "begin with .cdrom(...)",
        )

    async def _type(self, qdev: str) -> Any:
        return await self.execute("qom-get", path=qdev, property="type")


def _filename(image: str | os.PathLike[str] | DiskImage) -> str:
    """A file by its whole path: in what does not begin with a slash QEMU looks for protocols."""
    if isinstance(image, Url):
        return image
    return os.path.abspath(
        NAME.write(image) if isinstance(image, str | os.PathLike) else image.path
    )


def _node(disk: str) -> str:
    """The name of the block node of a disk that was plugged in."""
    return f"{disk}-node"

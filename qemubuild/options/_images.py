"""What an image that the guest can write to asks of whoever names it.

Where nobody says an image's format, QEMU guesses it from what it finds inside, and that can be
steered: a guest that owns a raw disk can give it the header of another format, one that names a
file of the host's, and QEMU follows it at the next start (block.c, ``bdrv_probe_all``). So QEMU
warns of raw images, and refuses some writes to their first sector.
"""

from __future__ import annotations

import re
from os import fsdecode
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Connects, Folder, Opens
from qemubuild.values import Url, Verbatim

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

FORMATS: Final = frozenset(
    {"luks", "parallels", "qcow", "qcow2", "qed", "raw", "vdi", "vhdx", "vmdk", "vpc"}
)
"""QEMU's formats of images that are kept in a file."""

READ: Final = FORMATS | {"bochs", "cloop", "dmg"}
"""Those, and formats of images that QEMU reads alone."""

PROTOCOLS: Final = frozenset({"file", "host_cdrom", "host_device"})
"""Drivers that open a file of the host's, or a device, by its name."""

# Images of these names begin with a header that the guest cannot reach.
_TELLING: Final = (".qcow2", ".qcow", ".vmdk", ".vdi", ".vhdx", ".vhd", ".vpc", ".qed", ".luks")
# What is below /dev and is no disk of the host's.
_NO_DISK: Final = ("/dev/fdset/", "/dev/shm/", "/dev/fd/", "/dev/null", "/dev/zero")  # noqa: S108


def name_of(file: str | os.PathLike[str]) -> str:
    """The name of an image as text."""
    return file if isinstance(file, str) else fsdecode(file)


def local_file(file: str | os.PathLike[str] | None) -> str | None:
    """The path of an image on this host, or ``None`` where it is no local file."""
    if file is None or isinstance(file, (Url, Verbatim)):
        return None
    path = name_of(file)
    return None if path.startswith("/dev/fdset/") else path


_NBD: Final = re.compile(
    r"nbd(?:\+tcp)?:(?://(?P<name>[^/:@]+|\[[^]]+\])(?::(?P<at>[0-9]+))?(?:[/?].*)?"
    r"|(?!unix:)(?P<host>[^/:]+):(?P<port>[0-9]+)(?:[:,].*)?)"
)
_DEVICE: Final = re.compile(r"host_(?:device|cdrom):(?P<path>.+)", re.DOTALL)
_NBD_SOCKET: Final = re.compile(r"nbd:unix:(?P<path>[^:]+)")
_NBD_PORT: Final = 10809


def of_url(file: object) -> Iterator[Folder | Connects | Opens]:
    """State the folder that a URL makes a disk of, and the server that has the disk."""
    if not isinstance(file, Url) or "$" in file:
        return
    if file.startswith("fat:"):
        path = file.rpartition(":")[2]
        yield Folder(path, "folder of a FAT disk", writes=":rw:" in file)
    elif match := _NBD.fullmatch(file):
        host = (match["name"] or match["host"]).strip("[]")
        yield Connects(host, int(match["at"] or match["port"] or _NBD_PORT))
    elif match := _DEVICE.fullmatch(file):
        yield Opens(match["path"], "disk of the host", driver="host_device")
    elif match := _NBD_SOCKET.match(file):
        yield Opens(match["path"], "socket", writes=True)


def writable_image(
    option: Option,
    file: str | os.PathLike[str],
    machine: MachineView,
    *,
    told: bool,
    mend: str,
) -> Iterator[Finding]:
    """Judge an image that the guest can write to.

    Args:
        option: the option that names it.
        file: the image.
        machine: the machine, whose ``-snapshot`` keeps every image as it is.
        told: whether the option tells its format.
        mend: how to tell it.
    """
    name = name_of(file)
    physical = name.startswith("/dev/") and not name.startswith(_NO_DISK)
    if (told and not physical) or "-snapshot" in machine.flags:
        return
    if not told:
        if name.lower().endswith(_TELLING):
            yield option.hint(
                "drive-format-probed",
                f"no format is said, so QEMU looks into {name!r} to find it",
                mend,
                "format",
            )
        else:
            yield option.warning(
                "drive-format-probed",
                f"no format is said for {name!r}: if it is raw, the guest can rewrite its "
                "beginning so that QEMU takes it for another format, and QEMU limits writes there",
                mend,
                "format",
            )
    if physical:
        yield option.warning(
            "drive-physical-device",
            f"the guest writes to the host's own disk {name}: whatever else uses it, such as a "
            "file system that the host has mounted, is damaged",
            "see that nothing on the host uses it, or give the guest a drive(...) with "
            "snapshot=True, which leaves it as it is",
            "file",
        )

"""``-cdrom``, ``-hda`` to ``-hdd``, ``-fda``, ``-fdb``, ``-pflash``, ``-sd``, ``-mtdblock``.

Each is a drive in short: a file, and the place where the guest finds it. QEMU takes the name as it
stands, so that nothing in it is escaped, and has no way to be told the image's format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from qemubuild.claims import Claim, Image, Locks, Opens, Slot
from qemubuild.option import Option, key
from qemubuild.options._images import local_file, name_of, of_url, writable_image
from qemubuild.values import IMAGE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class _Medium(Option):
    adds_up = True
    is_drive = True
    heeds_drives = True

    place: ClassVar[Slot]
    """Where the guest finds it."""
    what: ClassVar[str]
    """What that is, in words."""

    file: str | os.PathLike[str] | None = key(IMAGE, default=None)

    def render(self) -> str:
        """Write the name as QEMU is to take it; an empty one for a drive with nothing in it."""
        return "" if self.file is None else self._write("file", IMAGE, self.file)

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the name."""
        return cls(IMAGE.read(value) if value else None)

    def claims(self) -> Iterator[Claim]:
        """State the place that it takes, and the file that it opens."""
        yield self.place._replace(empty=True) if self.file is None else self.place
        if (path := local_file(self.file)) is not None:
            kind = "CD-ROM image" if self.place.cdrom else "disk image"
            yield Opens(path, kind, not self.place.cdrom)
            yield Image(path, writes=not self.place.cdrom)
            held = {"": None, "floppy": True}.get(self.place.interface, False)
            yield Locks(path, not self.place.cdrom, held, ())
        yield from of_url(self.file)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge an image that the guest can write to."""
        if self.file is None or self.place.cdrom:
            return
        where = f"interface={self.place.interface!r}, " if self.place.interface else ""
        where += "" if self.place.index is None else f"index={self.place.index}, "
        yield from writable_image(
            self,
            self.file,
            machine,
            told=False,
            mend=f"write drive(..., {where}format='raw'): {self.flag} cannot say a format",
        )

    def explain(self) -> str:
        """Say where the guest finds it."""
        if self.file is None:
            return f"Gives the guest {self.what} with nothing in it."
        return f"Gives the guest {name_of(self.file)} as {self.what}. Without it, it is not there."


class Cdrom(_Medium):
    """Put an image into the guest's CD-ROM drive (``-cdrom``), such as an installer's.

    Attributes:
        file: the image, or the host's own drive (``"/dev/cdrom"``); ``None`` leaves it empty.
    """

    flag = "-cdrom"
    place = Slot("", 2, cdrom=True)
    what = "a CD-ROM drive"

    def explain(self) -> str:
        """Say what is in the drive."""
        if self.file is None:
            return "Gives the guest a CD-ROM drive with nothing in it."
        return (
            f"Puts {name_of(self.file)} into the guest's CD-ROM drive, which it can read and not "
            "write; short for a -drive with index=2 and media=cdrom. Leave it out once an "
            "operating system is installed: the drive is then empty, or not there."
        )


class Hda(_Medium):
    """Give the guest its first hard disk (``-hda``), where its machine type prefers disks.

    Attributes:
        file: the image.
    """

    flag = "-hda"
    place = Slot("", 0)
    what = "its first hard disk, on the interface that the machine type prefers (IDE on a PC)"


class Hdb(_Medium):
    """Give the guest its second hard disk (``-hdb``), where its machine type prefers disks.

    Attributes:
        file: the image.
    """

    flag = "-hdb"
    place = Slot("", 1)
    what = "its second hard disk, on the interface that the machine type prefers (IDE on a PC)"


class Hdc(_Medium):
    """Give the guest its third hard disk (``-hdc``), where its machine type prefers disks.

    Attributes:
        file: the image.
    """

    flag = "-hdc"
    place = Slot("", 2)
    what = "its third hard disk, on the interface that the machine type prefers (IDE on a PC)"


class Hdd(_Medium):
    """Give the guest its fourth hard disk (``-hdd``), where its machine type prefers disks.

    Attributes:
        file: the image.
    """

    flag = "-hdd"
    place = Slot("", 3)
    what = "its fourth hard disk, on the interface that the machine type prefers (IDE on a PC)"


class Fda(_Medium):
    """Put an image into the guest's first floppy drive (``-fda``).

    Attributes:
        file: the image; ``None`` leaves the drive empty.
    """

    flag = "-fda"
    place = Slot("floppy", 0)
    what = "the disk in its first floppy drive"


class Fdb(_Medium):
    """Put an image into the guest's second floppy drive (``-fdb``).

    Attributes:
        file: the image; ``None`` leaves the drive empty.
    """

    flag = "-fdb"
    place = Slot("floppy", 1)
    what = "the disk in its second floppy drive"


class Pflash(_Medium):
    """Give the guest flash memory (``-pflash``), where UEFI firmware lives; the next free chip.

    Attributes:
        file: the image.
    """

    flag = "-pflash"
    repeats = True
    place = Slot("pflash")
    what = "flash memory"


class Sd(_Medium):
    """Give the guest an SD card (``-sd``), on boards that have a reader; the next free one.

    Attributes:
        file: the image.
    """

    flag = "-sd"
    repeats = True
    place = Slot("sd")
    what = "an SD card"


class Mtdblock(_Medium):
    """Give the guest on-board flash memory (``-mtdblock``), on boards that have it.

    Attributes:
        file: the image.
    """

    flag = "-mtdblock"
    repeats = True
    place = Slot("mtd")
    what = "on-board flash memory"

"""Verbs for what an image keeps inside itself: snapshots and bitmaps, both in qcow2 alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.disk.verbs import Verbs

if TYPE_CHECKING:
    from qemubuild.disk.bitmaps import Action, Bitmap
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.info import ImageSnapshot


class Keeping(Verbs):
    """Snapshots and bitmaps. Names arrive as they are given."""

    __slots__ = ()

    def snapshots(self) -> tuple[ImageSnapshot, ...]:
        """The snapshots that the image keeps, oldest first; also while a machine has it."""
        from qemubuild.disk.snapshots import list_argv, read_snapshots  # noqa: PLC0415

        list_argv(self._image)
        return read_snapshots(self._image)

    def snapshots_argv(self) -> list[str]:
        """A command that lists the snapshots: for people, for it cuts off long names."""
        from qemubuild.disk.snapshots import list_argv  # noqa: PLC0415

        return list_argv(self._image)

    def snapshot(self, name: str) -> ImageSnapshot:
        """Keep the disk as it is now, inside the image.

        Args:
            name: how to call it; no other snapshot of the image may have that name.

        Returns:
            The snapshot.
        """
        from qemubuild.disk.snapshots import take  # noqa: PLC0415

        return take(self._image, name)

    def snapshot_argv(self, name: str) -> list[str]:
        """The command of `snapshot`, without running it."""
        from qemubuild.disk.snapshots import snapshot_argv  # noqa: PLC0415

        return snapshot_argv(self._image, name)

    def restore(self, snapshot: str | ImageSnapshot) -> None:
        """Take the disk back to a snapshot: what was written to it since is lost.

        Args:
            snapshot: its name, or one of `snapshots`. A number is a name too, and not an id.
        """
        from qemubuild.disk.snapshots import restore  # noqa: PLC0415

        restore(self._image, snapshot)

    def restore_argv(self, snapshot: str | ImageSnapshot) -> list[str]:
        """The command of `restore`, without running it.

        qemu-img looks for a snapshot that has what is given as its id, and only then for the name;
        one of `snapshots` is surely the one.
        """
        from qemubuild.disk.snapshots import restore_argv  # noqa: PLC0415

        return restore_argv(self._image, snapshot)

    def delete_snapshot(self, snapshot: str | ImageSnapshot) -> None:
        """Forget a snapshot; the disk stays as it is.

        Args:
            snapshot: its name, or one of `snapshots`.
        """
        from qemubuild.disk.snapshots import delete  # noqa: PLC0415

        delete(self._image, snapshot)

    def delete_snapshot_argv(self, snapshot: str | ImageSnapshot) -> list[str]:
        """The command of `delete_snapshot`, without running it."""
        from qemubuild.disk.snapshots import delete_argv  # noqa: PLC0415

        return delete_argv(self._image, snapshot)

    def bitmaps(self) -> tuple[Bitmap, ...]:
        """The bitmaps that the image keeps; also while a machine has it."""
        from qemubuild.disk.bitmaps import read_bitmaps  # noqa: PLC0415

        return read_bitmaps(self._image)

    def bitmap_argv(
        self,
        action: Action,
        name: str,
        *,
        granularity: int | str | None = None,
        source: str | None = None,
        source_image: DiskImage | None = None,
    ) -> list[str]:
        """The command of what follows here, without running it.

        Args:
            action: add, remove, clear, enable, disable, merge.
            name: of the bitmap.
            granularity: as for `add_bitmap`.
            source: as for `merge_bitmap`, like the last.
            source_image: the image that has it.
        """
        from qemubuild.disk.bitmaps import bitmap_argv  # noqa: PLC0415

        return bitmap_argv(
            self._image,
            action,
            name,
            granularity=granularity,
            source=source,
            source_image=source_image,
        )

    def add_bitmap(self, name: str, *, granularity: int | str | None = None) -> None:
        """Have the image remember where it is written to from now on.

        Args:
            name: how to call it; no other bitmap of the image may have that name.
            granularity: how many bytes of the disk each bit stands for: a power of two from 512 to
                2G; a cluster if not given, between 4K and 64K.
        """
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "add", name, granularity=granularity)

    def remove_bitmap(self, name: str) -> None:
        """Forget a bitmap."""
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "remove", name)

    def clear_bitmap(self, name: str) -> None:
        """Forget what a bitmap has recorded; it goes on with nothing."""
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "clear", name)

    def enable_bitmap(self, name: str) -> None:
        """Have a bitmap record what is written from now on."""
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "enable", name)

    def disable_bitmap(self, name: str) -> None:
        """Have a bitmap stay as it is."""
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "disable", name)

    def merge_bitmap(
        self, name: str, source: str, *, source_image: DiskImage | None = None
    ) -> None:
        """Add what another bitmap has recorded.

        Args:
            name: the bitmap that gets it.
            source: the other one, which stays as it is.
            source_image: the image that has the other one, if it is not this.
        """
        from qemubuild.disk.bitmaps import change  # noqa: PLC0415

        change(self._image, "merge", name, source=source, source_image=source_image)

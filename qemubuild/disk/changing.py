"""Verbs that change the image that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.disk.verbs import Verbs

if TYPE_CHECKING:
    import os

    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower

    Preallocation = Literal["off", "metadata", "falloc", "full"]


class Changing(Verbs):
    """``resize``, ``rebase``, ``commit`` and ``amend``.

    An image that anybody has open is refused, and who that is is named. Where one of them is ended
    in the middle, the guest still sees on its disk what it saw before.
    """

    __slots__ = ()

    def resize(
        self,
        size: int | str,
        *,
        shrink: bool = False,
        preallocation: Preallocation | None = None,
    ) -> DiskImage:
        """Give the guest a larger disk, or, when told, a smaller one.

        A larger disk has zeroes at its end: partitions and file systems are for the guest to grow.

        Args:
            size: bytes, or text as QEMU reads it (``"50G"``), in whole sectors of 512;
                ``"+10G"`` and ``"-10G"`` are differences.
            shrink: let what is beyond the new end go. Without, the error says how much that is.
            preallocation: how the room is taken at once, rather than as it is needed: metadata,
                falloc, full.

        Returns:
            The image with its new size.
        """
        from qemubuild.disk.resize import resize  # noqa: PLC0415

        return resize(self._image, size, shrink=shrink, preallocation=preallocation)

    def resize_argv(
        self,
        size: int | str,
        *,
        shrink: bool = False,
        preallocation: Preallocation | None = None,
    ) -> list[str]:
        """The command of `resize`, without running it."""
        from qemubuild.disk.resize import resize_argv  # noqa: PLC0415

        return resize_argv(self._image, size, shrink=shrink, preallocation=preallocation)

    def rebase(
        self,
        backing: str | os.PathLike[str] | DiskImage | None,
        *,
        backing_format: str | None = None,
        unsafe: bool = False,
        progress: Follower = None,
    ) -> DiskImage:
        """Have the image stand on another backing file, or on none; the guest sees the same disk.

        Args:
            backing: the new one, written as for ``DiskImage``; ``None`` for an image that stands
                alone, and holds all by itself then.
            backing_format: its format, where neither it nor its suffix tells.
            unsafe: only write down the name and the format: for a backing file that was moved, or
                whose format was not said. What the guest sees is then what that file holds.
            progress: as for `convert`.

        Returns:
            The image with its new backing file.
        """
        from qemubuild.disk.rebase import rebase, rebased  # noqa: PLC0415

        new = rebased(self._image, backing, backing_format)
        return rebase(new, unsafe=unsafe, progress=progress)

    def rebase_argv(
        self,
        backing: str | os.PathLike[str] | DiskImage | None,
        *,
        backing_format: str | None = None,
        unsafe: bool = False,
    ) -> list[str]:
        """The command of `rebase`, without running it."""
        from qemubuild.disk.rebase import rebase_argv, rebased  # noqa: PLC0415

        return rebase_argv(rebased(self._image, backing, backing_format), unsafe=unsafe)

    def commit(
        self,
        *,
        base: str | os.PathLike[str] | None = None,
        keep: bool = False,
        progress: Follower = None,
    ) -> DiskImage:
        """Write what this image holds into its backing file, and empty it.

        Whatever else stands on that file is of no use afterwards; nor is a vmdk image itself, which
        remembers what it stood on.

        Args:
            base: the image of the chain to write to, if it is not the one right below; those
                between are of no use then, and this one is not emptied.
            keep: do not empty it: for an image that is deleted next.
            progress: as for `convert`.

        Returns:
            The image that was written to.
        """
        from qemubuild.disk.rebase import commit  # noqa: PLC0415

        return commit(self._image, base=base, keep=keep, progress=progress)

    def commit_argv(
        self, *, base: str | os.PathLike[str] | None = None, keep: bool = False
    ) -> list[str]:
        """The command of `commit`, without running it."""
        from qemubuild.disk.rebase import commit_argv  # noqa: PLC0415

        return commit_argv(self._image, base=base, keep=keep)

    def amend(self, options: Options, *, progress: Follower = None) -> DiskImage:
        """Change what the image was created with (``qemu-img amend -f qcow2 -o help`` lists it).

        Args:
            options: such as ``{"lazy_refcounts": True}`` or ``{"compat": "0.10"}``.
            progress: as for `convert`.

        Returns:
            The image with these options.
        """
        from qemubuild.disk.amend import amend  # noqa: PLC0415

        return amend(self._image, options, progress=progress)

    def amend_argv(self, options: Options) -> list[str]:
        """The command of `amend`, without running it."""
        from qemubuild.disk.amend import amend_argv  # noqa: PLC0415

        return amend_argv(self._image, options)

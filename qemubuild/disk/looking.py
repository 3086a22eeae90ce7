"""Verbs that only look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.disk.verbs import Verbs

if TYPE_CHECKING:
    import os

    from qemubuild.disk.check import CheckResult
    from qemubuild.disk.compare import Comparison
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.info import ImageSnapshot
    from qemubuild.disk.map import Extent
    from qemubuild.disk.measure import Measurement
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower


class Looking(Verbs):
    """``check``, ``compare``, ``measure`` and ``map``.

    An image that a machine may be writing to is looked at with ``force_share`` alone: what is found
    is then of no single moment.
    """

    __slots__ = ()

    def info_argv(self) -> list[str]:
        """The command of `info`, without running it."""
        from qemubuild.disk.chain import info_argv  # noqa: PLC0415

        return info_argv(self._image.path, self._image._known_format)

    def check(
        self, *, repair: Literal["leaks", "all"] | None = None, force_share: bool = False
    ) -> CheckResult:
        """Look whether an image is whole in itself: qcow2, qed, vdi, vhdx, vmdk, parallels.

        What the guest keeps on its disk is not looked at.

        Args:
            repair: mend leaks, which does no harm, or all that can be: keep a copy, for that may
                choose wrongly.
            force_share: look at it though a machine may be writing to it, which can look like
                damage.

        Returns:
            What was found, and what was mended.
        """
        from qemubuild.disk.check import check  # noqa: PLC0415

        return check(self._image, repair=repair, force_share=force_share)

    def check_argv(
        self, *, repair: Literal["leaks", "all"] | None = None, force_share: bool = False
    ) -> list[str]:
        """The command of `check`, without running it."""
        from qemubuild.disk.check import check_argv  # noqa: PLC0415

        return check_argv(self._image, repair=repair, force_share=force_share)

    def compare(
        self,
        other: str | os.PathLike[str] | DiskImage,
        *,
        strict: bool = False,
        force_share: bool = False,
        progress: Follower = None,
    ) -> Comparison:
        """Look whether a guest would read the same from two images, whatever their formats.

        Args:
            other: the other image; where it is text, its suffix tells its format.
            strict: they must be equally large too, and have the same parts allocated.
            force_share: read them though a machine may be writing to them.
            progress: as for `convert`.

        Returns:
            What was found: true where they are the same; or else where they differ first.
        """
        from qemubuild.disk.compare import as_image, compare  # noqa: PLC0415

        return compare(
            self._image,
            as_image(other),
            strict=strict,
            force_share=force_share,
            progress=progress,
        )

    def compare_argv(
        self,
        other: str | os.PathLike[str] | DiskImage,
        *,
        strict: bool = False,
        force_share: bool = False,
    ) -> list[str]:
        """The command of `compare`, without running it."""
        from qemubuild.disk.compare import as_image, compare_argv  # noqa: PLC0415

        return compare_argv(self._image, as_image(other), strict=strict, force_share=force_share)

    def measure(
        self,
        format: str = "qcow2",  # noqa: A002 - QEMU's own word
        *,
        options: Options = (),
        snapshot: str | ImageSnapshot | None = None,
        new: bool = False,
        force_share: bool = False,
    ) -> Measurement:
        """How large a file this image would be in another format.

        Args:
            format: raw, qcow2 or luks.
            options: what that one would be created with.
            snapshot: of the disk as it was then.
            new: not this image, but an empty one of its size, which need not be there.
            force_share: read it though a machine may be writing to it.
        """
        from qemubuild.disk.measure import measure  # noqa: PLC0415

        argv = self.measure_argv(
            format, options=options, snapshot=snapshot, new=new, force_share=force_share
        )
        return measure(self._image, argv)

    def measure_argv(
        self,
        format: str = "qcow2",  # noqa: A002 - QEMU's own word
        *,
        options: Options = (),
        snapshot: str | ImageSnapshot | None = None,
        new: bool = False,
        force_share: bool = False,
    ) -> list[str]:
        """The command of `measure`, without running it."""
        from qemubuild.disk.measure import measure_argv  # noqa: PLC0415

        return measure_argv(
            self._image, format, options, snapshot=snapshot, new=new, force_share=force_share
        )

    def map(
        self,
        *,
        start: int | str = 0,
        length: int | str | None = None,
        force_share: bool = False,
    ) -> tuple[Extent, ...]:
        """Where each part of the disk is kept: in which image of the chain, and where in its file.

        Args:
            start: where to begin on the disk, in bytes or as text (``"1M"``).
            length: how much of it to look at, the same; up to its end if not given.
            force_share: read it though a machine may be writing to it.

        Returns:
            The parts, each beginning where the one before ends.
        """
        from qemubuild.disk.map import read_map  # noqa: PLC0415

        return read_map(self._image, start=start, length=length, force_share=force_share)

    def map_argv(
        self,
        *,
        start: int | str = 0,
        length: int | str | None = None,
        force_share: bool = False,
    ) -> list[str]:
        """The command of `map`, without running it."""
        from qemubuild.disk.map import map_argv  # noqa: PLC0415

        return map_argv(self._image, start=start, length=length, force_share=force_share)

"""Verbs that make a new image of one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.disk.verbs import Verbs

if TYPE_CHECKING:
    import os

    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.info import ImageSnapshot
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower


class Copying(Verbs):
    """``convert``, ``dd`` and ``overlay``: this image stays as it is, and the new one is whole."""

    __slots__ = ()

    def convert(
        self,
        target: str | os.PathLike[str] | DiskImage,
        *,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        compress: bool | Literal["zlib", "zstd"] = False,
        sparse: int | str | None = None,
        snapshot: str | ImageSnapshot | None = None,
        force_share: bool = False,
        overwrite: bool = False,
        progress: Follower = None,
    ) -> DiskImage:
        """Copy the disk into a new image, which stands alone unless it is given a backing file.

        It appears whole or not at all, as by `create`; this image stays as it is.

        Args:
            target: the new image: a path, or a ``DiskImage`` with all that follows from it.
            format: of the new image, where its path does not tell.
            options: what it is created with, as for ``DiskImage``.
            compress: have it compressed (qcow2, vmdk), by all processors; ``"zstd"`` and
                ``"zlib"`` say how, in qcow2.
            sparse: how many zeroes in a row are left out of the file: 4K if not given; ``0`` leaves
                out none, and does not look for any.
            snapshot: copy the disk as it was then: the name of one that the image keeps, or one of
                ``snapshots()``.
            force_share: read it though a machine may be writing to it: what is copied is then of no
                single moment.
            overwrite: as for `create`.
            progress: is called with how far it is: a number with ``percent``, at least five times a
                second, and raises to end it. ``True`` shows a bar (the extra ``progress``).

        Returns:
            The new image, with its format, and its size where its format tells.

        Raises:
            InvalidOption: there can be no such image.
            ImageError: it was not made; what was there before is still there.
            NotInstalled: there is no qemu-img, or no rich for the bar.
        """
        from qemubuild.disk import convert  # noqa: PLC0415

        wanted = convert.wanted(
            target, format, options, compress=compress, sparse=sparse, snapshot=snapshot
        )
        return convert.convert(
            self._image, wanted, force_share=force_share, overwrite=overwrite, progress=progress
        )

    def convert_argv(
        self,
        target: str | os.PathLike[str] | DiskImage,
        *,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        compress: bool | Literal["zlib", "zstd"] = False,
        sparse: int | str | None = None,
        snapshot: str | ImageSnapshot | None = None,
        force_share: bool = False,
    ) -> list[str]:
        """The command of `convert`, without running it."""
        from qemubuild.disk import convert  # noqa: PLC0415

        wanted = convert.wanted(
            target, format, options, compress=compress, sparse=sparse, snapshot=snapshot
        )
        return convert.convert_argv(self._image, wanted, force_share=force_share)

    def dd(
        self,
        target: str | os.PathLike[str] | DiskImage,
        *,
        start: int | str = 0,
        length: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        force_share: bool = False,
        overwrite: bool = False,
        progress: Follower = None,
    ) -> DiskImage:
        """Copy a part of the disk into a new image, such as its first sector.

        ``qemu-img convert`` does it, which leaves out what is empty and says how far it is;
        ``qemu-img dd`` does neither.

        Args:
            target: the new image, as for `convert`.
            start: where the part begins on the disk that the guest sees, in bytes or as text
                (``"1M"``); a multiple of 512.
            length: how long it is, the same; up to the end of the disk if not given.
            format: as for `convert`, like all that follows.
            options: what the new image is created with.
            force_share: read it though a machine may be writing to it.
            overwrite: as for `create`.
            progress: as for `convert`.

        Returns:
            The new image.
        """
        from qemubuild.disk import convert  # noqa: PLC0415

        wanted = convert.refuse_backing(convert.wanted(target, format, options))
        part = convert.part(start, length)
        return convert.convert(
            self._image,
            wanted,
            part=part,
            force_share=force_share,
            overwrite=overwrite,
            progress=progress,
        )

    def dd_argv(
        self,
        target: str | os.PathLike[str] | DiskImage,
        *,
        start: int | str = 0,
        length: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        force_share: bool = False,
    ) -> list[str]:
        """The command of `dd`, without running it."""
        from qemubuild.disk import convert  # noqa: PLC0415

        wanted = convert.refuse_backing(convert.wanted(target, format, options))
        part = convert.part(start, length)
        return convert.convert_argv(self._image, wanted, part=part, force_share=force_share)

    def overlay(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        encryption: Luks | None = None,
        overwrite: bool = False,
    ) -> DiskImage:
        """Create an image that stands on this one: it holds what its guest changes.

        This one must not be written to any more, or what its overlays hold makes no sense.

        Args:
            path: the new image.
            size: of its disk, if it is not that of this one.
            format: qcow2, qed, vmdk; as for ``DiskImage`` where it is not given.
            options: what it is created with.
            encryption: how it is encrypted; this image stays as it is.
            overwrite: as for `create`.

        Returns:
            The new image, with its size.
        """
        from qemubuild.disk.overlay import on_top  # noqa: PLC0415

        image = on_top(
            self._image, path, size=size, format=format, options=options, encryption=encryption
        )
        return image.create(overwrite=overwrite)

    def overlay_argv(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        encryption: Luks | None = None,
    ) -> list[str]:
        """The command of `overlay`, without running it."""
        from qemubuild.disk.overlay import on_top  # noqa: PLC0415

        image = on_top(
            self._image, path, size=size, format=format, options=options, encryption=encryption
        )
        return image.create_argv()

"""What ``qemu-img`` does with an image that is there: one method each, and one for its command.

Each verb's own module has what it does; it is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    import os

    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower


class Verbs:
    """The verbs of a ``DiskImage``.

    What a method and its command share is described at the method. Each may raise `ImageError`,
    when qemu-img fails, and `NotInstalled`, when there is none; before anything is run,
    `InvalidOption` says that what was asked for can never be.
    """

    __slots__ = ()

    @property
    def _image(self) -> DiskImage:
        return cast("DiskImage", self)

    def convert(
        self,
        target: str | os.PathLike[str] | DiskImage,
        *,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        compress: bool | Literal["zlib", "zstd"] = False,
        sparse: int | str | None = None,
        snapshot: str | None = None,
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
            compress: have it compressed (qcow2, vmdk, qcow), by all processors; ``"zstd"`` and
                ``"zlib"`` say how, in qcow2.
            sparse: how many zeroes in a row are left out of the file: 4K if not given; ``0`` leaves
                out none, and does not look for any.
            snapshot: copy the disk as it was then: the name of one that the image keeps.
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
        snapshot: str | None = None,
        force_share: bool = False,
    ) -> list[str]:
        """The command of `convert`, without running it."""
        from qemubuild.disk import convert  # noqa: PLC0415

        wanted = convert.wanted(
            target, format, options, compress=compress, sparse=sparse, snapshot=snapshot
        )
        return convert.convert_argv(self._image, wanted, force_share=force_share)

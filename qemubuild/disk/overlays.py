"""Overlays of an image: for one guest, for many, and what an image stands on itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qemubuild.disk.verbs import Verbs
from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from qemubuild.disk.chain import Chain
    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.image import DiskImage
    from qemubuild.disk.options import Options
    from qemubuild.disk.progress import Follower


class Overlays(Verbs):
    """What a ``DiskImage`` does with images that stand on one another."""

    __slots__ = ()

    def clone(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        options: Options = (),
        encryption: Luks | None = None,
    ) -> DiskImage:
        """Create an overlay of this image: a disk of one guest, which leaves this one as it is.

        It begins as what this image holds, and takes next to no room until the guest writes. From
        then on nothing may write to this image, or what the clone holds has no meaning.

        Args:
            path: the overlay's file, which must not be there.
            size: of its disk, where it is to be larger.
            format: of the overlay; as `DiskImage` has it, without.
            options: what the overlay is created with.
            encryption: how the overlay is encrypted; this image stays as it is.

        Returns:
            The overlay.

        Raises:
            InvalidOption: there can be no such overlay; also where this image's format is not said.
            ImageError: it was not created.
            NotInstalled: there is no qemu-img.
        """
        make = self._overlays(size, format, options, encryption)
        return make(path).create()

    def clone_argv(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002
        options: Options = (),
        encryption: Luks | None = None,
    ) -> list[str]:
        """The command of `clone`, without running it."""
        return self._overlays(size, format, options, encryption)(path).create_argv()

    def clone_many(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002
        options: Options = (),
        encryption: Luks | None = None,
        progress: Follower = None,
    ) -> tuple[DiskImage, ...]:
        """Create an overlay of this image for each of many guests: all of them, or none.

        They are made side by side, and take their names when all are complete. Whatever goes wrong
        (a name that is taken, a full disk, Ctrl-C), nothing stays behind, and nothing that was
        there is overwritten.

        Args:
            paths: the overlays' files.
            size: as in `clone`, like what follows.
            format: of the overlays.
            options: what each is created with.
            encryption: how each is encrypted.
            progress: is called with how far it is, from 0 to 100; it raises to have none of them.
                ``True`` shows a bar (the extra ``progress``).

        Returns:
            The overlays, in the order of the paths.

        Raises:
            InvalidOption: as in `clone`; or two paths are of one file.
            ImageError: one of them was not created, and so none is.
            NotInstalled: there is no qemu-img.
        """
        from qemubuild.disk.clones import make_all  # noqa: PLC0415 - who makes one does not pay
        from qemubuild.disk.progress import followed  # noqa: PLC0415

        if isinstance(paths, str):
            raise InvalidOption(
                f"{paths!r} is one path, and its letters are none",
                hint=f"write [{paths!r}], or clone({paths!r})",
                option="clone_many",
                field="paths",
            )
        make = self._overlays(size, format, options, encryption)
        images = [make(path) for path in paths]
        with followed(progress, f"clone {self._image.path!r}") as tell:
            return make_all(images, tell)

    def show(self) -> Chain:
        """What the image is and what it stands on, to be printed: ``print(disk.show())``.

        It says who backs whom, in which format, how large each is and how full, and what is
        missing. The same as ``info(chain=True)``.

        Raises:
            ImageError: it cannot be read.
            NotInstalled: there is no qemu-img.
        """
        return self._image.info(chain=True)

    def _overlays(
        self,
        size: int | str | None,
        format: str | None,  # noqa: A002
        options: Options,
        encryption: Luks | None,
    ) -> Callable[[str | os.PathLike[str]], DiskImage]:
        """What makes the overlay of a path."""
        return partial(
            type(self._image),
            size=size,
            format=format,
            backing=self._image,
            options=options,
            encryption=encryption,
        )

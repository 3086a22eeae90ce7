"""``DiskImage``: a disk of a guest, kept in a file of the host."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from qemubuild import grammar
from qemubuild.disk.formats import (
    FORMATS,
    SECTOR,
    format_by_content,
    format_by_suffix,
    judge_format,
    judge_size,
)
from qemubuild.disk.options import read_options
from qemubuild.disk.verbs import Verbs
from qemubuild.disk.words import argument
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.units import parse_size
from qemubuild.values import NAME, SIZE, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.disk.info import ImageInfo
    from qemubuild.disk.options import Options

_MAX_BACKING_NAME: Final = 1023  # bytes; the limit of every format that has backing files


@frozen(init=False, eq=False, repr=False)
class DiskImage(Verbs):
    """A disk of a guest, kept in a file of the host that is there, or is yet to be created.

    >>> DiskImage("mydisk.qcow2", size="50G").create_argv()
    ['qemu-img', 'create', '-f', 'qcow2', 'mydisk.qcow2', '50G']

    Args:
        path: the file; always a local one, and no URL, whatever characters its name has.
        size: of the disk that the guest sees: bytes, or text as QEMU reads it (``"50G"``,
            ``"1.5T"``; powers of 1024). An image that has a backing file takes its size from there.
        format: qcow2, raw, vmdk, vdi, vhdx, vpc, qed ...; if it is not given, the suffix of the
            path tells it; where that tells nothing, it is qcow2.
        backing: the image that this one is an overlay of: it holds what is changed, the rest is
            read from there. Text is stored as it is, and QEMU looks it up *from the directory of
            this image*; a ``DiskImage`` is found from here, as always.
        backing_format: the format of ``backing``, needed where neither that image nor its suffix
            tells it.
        options: what an image of this format is created with (``qemu-img create -f qcow2 -o help``
            lists it), such as ``{"cluster_size": "2M", "preallocation": "metadata"}``.

    Raises:
        InvalidOption: there can be no such image.
    """

    path: str
    size: int | str | None
    _format: str | None
    backing: str | DiskImage | None
    _backing_format: str | None
    options: tuple[tuple[str, str], ...] = field()

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        backing: str | os.PathLike[str] | DiskImage | None = None,
        backing_format: str | None = None,
        options: Options = (),
    ) -> None:
        with _about("path"):
            path = NAME.write(path)
        with _about("format"):
            format = judge_format(format) if format is not None else None  # noqa: A001
        with _about("backing"):
            if backing is not None and not isinstance(backing, DiskImage):
                backing = NAME.write(backing)
        with _about("backing_format"):
            backing_format = judge_format(backing_format) if backing_format is not None else None
        with _about("options"):
            options = read_options(options)
        with _about("size"):
            if size is not None and not isinstance(size, Verbatim):
                SIZE.write(size)
        self.__attrs_init__(path, size, format, backing, backing_format, options)
        if self.virtual_size is not None:
            with _about("size"):
                judge_size(self.virtual_size, self.format, dict(options))
        self._judge_backing()

    def _judge_backing(self) -> None:
        base = self._base
        if base is None:
            if self._backing_format:
                raise _refused("backing_format", "there is no backing file", "write backing= too")
            return
        if not FORMATS[self.format].backed:
            raise _refused(
                "backing",
                f"a {self.format} image has no backing file",
                "write format='qcow2', and a path to match",
            )
        if base._known_format is None:
            raise _refused(
                "backing_format",
                f"the format of {base.path!r} is not said, and qemu-img does not guess it",
                "write backing_format='qcow2', or 'raw', or what it is",
            )
        if self.format == "vmdk" and base.format != "vmdk":
            raise _refused(
                "backing",
                f"the backing file of a vmdk image is a vmdk image, and {base.path!r} is "
                f"{base.format}",
                "write format='qcow2', and a path to match",
            )
        if len(os.fsencode(self._backing_name)) > _MAX_BACKING_NAME:
            raise _refused(
                "backing",
                f"its name has more than the {_MAX_BACKING_NAME} bytes that an image can store",
                "move one of them nearer to the other, and write a relative name",
            )

    @property
    def format(self) -> str:
        """The format: as it was given, or as the path's suffix tells it, or qcow2."""
        return self._known_format or "qcow2"

    @property
    def _known_format(self) -> str | None:
        return self._format or format_by_suffix(self.path)

    @property
    def backing_format(self) -> str | None:
        """The format of the backing file, if there is one."""
        base = self._base
        return base.format if base else None

    @property
    def virtual_size(self) -> int | None:
        """The size in bytes, in whole sectors of 512 as qemu-img rounds it up; if it was given.

        A vpc image becomes a little larger, to fill its cylinders: ``info()`` tells.
        """
        if self.size is None or isinstance(self.size, Verbatim):
            return None
        size = self.size if isinstance(self.size, int) else parse_size(self.size)
        return -(-size // SECTOR) * SECTOR

    @property
    def _base(self) -> DiskImage | None:
        """The backing image, seen from here."""
        if self.backing is None:
            return None
        if isinstance(self.backing, DiskImage):
            given = self._backing_format
            return evolve(self.backing, format=given) if given else self.backing
        path = os.path.join(os.path.dirname(self.path), self.backing)
        return DiskImage(path, format=self._backing_format)

    @property
    def _backing_name(self) -> str:
        """The backing image, as this one names it."""
        if not isinstance(self.backing, DiskImage):
            return argument(self.backing or "")
        path = self.backing.path
        if os.path.isabs(path):
            return path
        directory, name = os.path.split(path)
        return argument(name if directory == os.path.dirname(self.path) else os.path.abspath(path))

    @classmethod
    def from_argv(cls, argv: Sequence[str]) -> DiskImage:
        """Read the command line of ``qemu-img create``, as `create_argv` writes it.

        Raises:
            CommandSyntaxError: qemu-img could not read it, or what it makes is no local file.
            InvalidOption: there can be no such image.
        """
        from qemubuild.disk.command import read_create  # noqa: PLC0415 - few read

        return cls(**read_create(argv))

    def create_argv(self) -> list[str]:
        """The command that creates this image, without running it.

        Raises:
            InvalidOption: neither a size nor a backing file is known.
        """
        if self.size is None and self.backing is None:
            raise _refused(
                "size", "a new image needs one", f"write DiskImage({self.path!r}, size='50G')"
            )
        return self._create_argv(self.path)

    def _create_argv(self, path: str) -> list[str]:
        argv = ["qemu-img", "create", "-f", self.format]
        if base := self._base:
            argv += ["-F", base.format, "-b", self._backing_name]
        if self.options:
            argv += ["-o", grammar.render(self.options)]
        argv += [argument(path)]
        return argv if self.size is None else [*argv, str(self.size)]

    def create(self, *, overwrite: bool = False) -> DiskImage:
        """Create the image: whole, or not at all.

        It is made beside its path, under a hidden name that begins with ``.qemubuild-``, and takes
        its own name when it is complete.

        Args:
            overwrite: take the place of a file that is there; that one stays until the new one is
                complete, and its owner and mode go over. A file in use, a directory, a device and a
                symbolic link are never overwritten.

        Returns:
            This image, with its format and its size.

        Raises:
            InvalidOption: neither a size nor a backing file is known.
            ImageError: it was not created; what was there before is still there.
            NotInstalled: there is no qemu-img.
        """
        from qemubuild.disk.replace import whole  # noqa: PLC0415 - who only builds does not pay
        from qemubuild.disk.run import run  # noqa: PLC0415

        argv = self.create_argv()
        if isinstance(self.size, Verbatim):
            raise _refused("size", f"{self.size!r} is no size", "give one, such as size='50G'")
        if base := self._base:
            base._refuse_disguise(argv)
            self._refuse_being(base, argv)
        with whole(self.path, overwrite=overwrite, argv=argv) as beside:
            said = run(self._create_argv(beside), shown=argv)
        size = _created_size(said, beside) if self.size is None else self.size
        return evolve(self, size=size, format=self.format)

    def info(self) -> ImageInfo:
        """What the image is, from ``qemu-img info``; also while a running machine holds it.

        It is read in the format that was given, or that its suffix tells; only where there is
        neither does QEMU look at what the file holds.

        Raises:
            ImageError: it cannot be read.
            NotInstalled: there is no qemu-img.
        """
        import json  # noqa: PLC0415 - only who asks pays

        from qemubuild.disk.info import read_info  # noqa: PLC0415
        from qemubuild.disk.run import run  # noqa: PLC0415

        form = ["-f", self._known_format] if self._known_format else []
        argv = ["qemu-img", "info", "--output=json", "-U", *form, argument(self.path)]
        self._refuse_disguise(argv)
        return read_info(self.path, json.loads(run(argv)))

    def _refuse_disguise(self, argv: Sequence[str]) -> None:
        """A file called raw by its suffix alone, and holding another format, is for a person.

        Either it has the wrong suffix (many downloads do), or a guest wrote that there, and reading
        it in that format would give the guest files of the host.
        """
        if self._format or self.format != "raw":
            return
        with suppress(OSError):  # qemu-img says it better
            if found := format_by_content(self.path):
                raise ImageError(
                    f"{self.path!r} is raw by its suffix, and begins as a {found} image does",
                    argv=argv,
                    exit_code=None,
                    stderr="",
                    hint=f"say which it is: format={found!r} (backing_format= for a backing file), "
                    "or 'raw' where a guest wrote that to its disk",
                )

    def _refuse_being(self, base: DiskImage, argv: Sequence[str]) -> None:
        """An overlay in the place of its own backing file would have nothing to read from."""
        with suppress(OSError):  # qemu-img says it better
            if os.path.samefile(self, base):
                raise ImageError(
                    f"{self.path!r} would be its own backing file",
                    argv=argv,
                    exit_code=None,
                    stderr="",
                    hint="give the overlay a path of its own",
                )

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        given = {
            "size": self.size,
            "format": self._format,
            "backing": self.backing,
            "backing_format": self._backing_format,
            "options": dict(self.options) or None,
        }
        words = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        return f"DiskImage({', '.join([repr(self.path), *words])})"

    def _identity(self) -> tuple[Any, ...]:
        base = (self.backing, self.backing_format)
        return (self.path, self.format, self.virtual_size, *base, self.options)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DiskImage):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())


def _refused(about: str, message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option="DiskImage", field=about)


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Have an error say which argument it is about."""
    try:
        yield
    except InvalidOption as found:
        raise _refused(name, found.message, found.hint) from None


def _created_size(said: str, path: str) -> int | None:
    """The size in what ``qemu-img create`` said of a path."""
    found = re.match(r"fmt=.*? size=(\d+)", said.removeprefix(f"Formatting '{argument(path)}', "))
    return int(found[1]) if found else None

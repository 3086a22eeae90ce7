"""``DiskImage``: a disk of a guest, kept in a file of the host."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from attrs import evolve, field, frozen

from qemubuild import grammar
from qemubuild.disk.changing import Changing
from qemubuild.disk.copying import Copying
from qemubuild.disk.formats import (
    FORMATS,
    SECTOR,
    format_by_content,
    format_by_suffix,
    judge_format,
    judge_size,
)
from qemubuild.disk.keeping import Keeping
from qemubuild.disk.locking import Locking
from qemubuild.disk.looking import Looking
from qemubuild.disk.options import judge_options, read_options
from qemubuild.disk.overlays import Overlays
from qemubuild.disk.words import argument
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.shown import drawer, shown_by
from qemubuild.units import parse_size
from qemubuild.values import NAME, SIZE, Url, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.disk.chain import Chain
    from qemubuild.disk.encryption import Luks
    from qemubuild.disk.info import ImageInfo
    from qemubuild.disk.options import Options
    from qemubuild.display.picture import Picture

_KEY: Final = "key0"  # what commands of qemu-img call the passphrase of the image
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*:")
_MAX_BACKING_NAME: Final = 1023  # bytes; the limit of every format that has backing files


@frozen(init=False, eq=False, repr=False)
class DiskImage(Copying, Changing, Looking, Keeping, Overlays, Locking):
    """A disk of a guest, kept in a file of the host that is there, or is yet to be created.

    >>> DiskImage("mydisk.qcow2", size="50G").create_argv()
    ['qemu-img', 'create', '-f', 'qcow2', 'mydisk.qcow2', '50G']

    Args:
        path: the file; always a local one, whatever characters its name has. Only a ``Url`` is an
            image elsewhere (nbd, https, ssh ...), which is read and copied, and never created.
        size: of the disk that the guest sees: bytes, or text as QEMU reads it (``"50G"``,
            ``"1.5T"``; powers of 1024). An image that has a backing file takes its size from there.
        format: qcow2, raw, vmdk, vdi, vhdx, vpc, qed ...; if it is not given, the suffix of the
            path tells it; where that tells nothing, it is qcow2.
        backing: the image that this one is an overlay of: it holds what is changed, the rest is
            read from there. Text is stored as it is, and QEMU looks it up *from the directory of
            this image*; a ``DiskImage`` is found from here, as always.
        backing_format: the format of ``backing``, needed where neither that image nor its suffix
            tells it.
        options: what an image of this format is created with, by QEMU's names
            (``{"cluster_size": "2M", "preallocation": "metadata"}``), or typed: `Qcow2Options`,
            `RawOptions`, `VmdkOptions` and their like.
        encryption: how the image is encrypted, and with what it is opened: ``Luks(passphrase)``.

    Raises:
        InvalidOption: there can be no such image.
    """

    path: str
    size: int | str | None
    _format: str | None
    backing: str | DiskImage | None
    _backing_format: str | None
    options: tuple[tuple[str, str], ...] = field()
    encryption: Luks | None

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: int | str | None = None,
        format: str | None = None,  # noqa: A002 - QEMU's own word
        backing: str | os.PathLike[str] | DiskImage | None = None,
        backing_format: str | None = None,
        options: Options = (),
        encryption: Luks | None = None,
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
            pairs = read_options(options)
        with _about("size"):
            if size is not None and not isinstance(size, Verbatim):
                SIZE.write(size)
        if isinstance(path, Url):
            _judge_url(path, told=format is not None)
        self.__attrs_init__(path, size, format, backing, backing_format, pairs, encryption)
        self._judge_backing()
        if encryption is not None:
            self._judge_encryption()
        if options:
            with _about("options"):
                judge_options(options, pairs, self.format, backed=backing is not None)
        if self.virtual_size is not None:
            with _about("size"):
                judge_size(self.virtual_size, self.format, dict(pairs))

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
        if isinstance(self.backing, Url):
            return DiskImage(self.backing, format=self._backing_format)
        path = os.path.join(os.path.dirname(self.path), self.backing)
        return DiskImage(path, format=self._backing_format)

    @property
    def _backing_name(self) -> str:
        """The backing image, as this one names it."""
        if not isinstance(self.backing, DiskImage):
            return argument(self.backing or "")
        path = self.backing.path
        if os.path.isabs(path) or isinstance(path, Url):
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
        if isinstance(self.path, Url):
            raise _refused("path", f"{self.path!r} is no local file", "give the path of one")
        if self.size is None and self.backing is None:
            raise _refused(
                "size", "a new image needs one", f"write DiskImage({self.path!r}, size='50G')"
            )
        return self._create_argv(self.path)

    def _create_argv(self, path: str, secret: str = "") -> list[str]:
        argv = ["qemu-img", "create", "-f", self.format]
        pairs = self.options
        if self.encryption:
            from qemubuild.disk.encryption import secret_words  # noqa: PLC0415 - few are

            argv[2:2] = secret_words(_KEY, secret or self.encryption.source)
            pairs = (*self.encryption.creation(self.format, _KEY), *pairs)
        if base := self._base:
            argv += ["-F", base.format, "-b", self._backing_name]
        if pairs:
            argv += ["-o", grammar.render(pairs)]
        argv += [argument(path)]
        return argv if self.size is None else [*argv, str(self.size)]

    def create(self, *, overwrite: bool = False) -> DiskImage:
        """Create the image: whole, or not at all.

        It is made without a name, or where that cannot be (an overlay, some file systems) under a
        hidden one beside its path, which begins with ``.qemubuild-``; it takes its own name when it
        is complete.

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
        from qemubuild.disk.creating import create  # noqa: PLC0415 - who builds does not pay

        size = create(self, overwrite=overwrite)
        return evolve(self, size=size, format=self.format)

    @overload
    def info(self, *, chain: Literal[False] = False) -> ImageInfo: ...

    @overload
    def info(self, *, chain: Literal[True]) -> Chain: ...

    def info(self, *, chain: bool = False) -> ImageInfo | Chain:
        """What the image is, from ``qemu-img info``; also while a running machine holds it.

        It is read in the format that was given, or that its suffix tells; only where there is
        neither does QEMU look at what the file holds. What is encrypted needs no passphrase.

        Args:
            chain: what it stands on, too, down to the last; what is missing is said, and no error.

        Raises:
            ImageError: it cannot be read.
            NotInstalled: there is no qemu-img.
        """
        from qemubuild.disk import chain as chains  # noqa: PLC0415 - who only builds does not pay

        return chains.follow(self) if chain else chains.ask(self)

    def picture(self) -> Picture:
        """A picture of the image, how full it is, and all that it stands on.

        What cannot be read within a second is left out.
        """
        return drawer("chain.draw")(self)  # type: ignore[no-any-return] # it is one

    def _refuse_disguise(self, argv: Sequence[str]) -> None:
        """A file called raw by its suffix alone, and holding another format, is for a person.

        Either it has the wrong suffix (many downloads do), or a guest wrote that there, and reading
        it in that format would give the guest files of the host.
        """
        if self._format or self.format != "raw" or isinstance(self.path, Url):
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

    _repr_mimebundle_ = shown_by("disk.image")

    def __fspath__(self) -> str:
        if isinstance(self.path, Url):
            raise _refused("path", f"{self.path!r} is no local file", "write its path, the Url")
        return self.path

    def __repr__(self) -> str:
        given = {
            "size": self.size,
            "format": self._format,
            "backing": self.backing,
            "backing_format": self._backing_format,
            "options": dict(self.options) or None,
            "encryption": self.encryption,
        }
        words = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        path = f"Url({self.path!r})" if isinstance(self.path, Url) else repr(self.path)
        return f"DiskImage({', '.join([path, *words])})"

    def _identity(self) -> tuple[Any, ...]:
        base = (self.backing, self.backing_format)
        return (self.path, self.format, self.virtual_size, *base, self.options, self.encryption)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DiskImage):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())


def _judge_url(url: Url, *, told: bool) -> None:
    """See that a URL is one, and that its image's format is said."""
    if not _URL.match(url):
        raise _refused("path", f"{url!r} names no protocol", "write Url('nbd://host/name')")
    if not told and (url.startswith("nbd") or format_by_suffix(url) is None):
        raise _refused(
            "format",
            f"nothing says the format of what is at {url!r}",
            "write what it is: format='raw' where a server gives the disk itself, as those of NBD "
            "mostly do",
        )


def _refused(about: str, message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option="DiskImage", field=about)


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Have an error say which argument it is about."""
    try:
        yield
    except InvalidOption as found:
        raise _refused(name, found.message, found.hint) from None

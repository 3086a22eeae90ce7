"""What an image is, and what it stands on: each step asked of ``qemu-img info``.

An overlay says which image it stands on, and in which format that is. Where it does not say the
format, QEMU looks into the file and guesses, and so it is done here, and said.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, overload

from attrs import frozen

from qemubuild.disk.headers import read_header
from qemubuild.disk.info import ImageInfo, read_info, shown
from qemubuild.disk.run import run
from qemubuild.disk.words import argument
from qemubuild.errors import ImageError
from qemubuild.shown import shown_by
from qemubuild.units import format_size
from qemubuild.values import Url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.disk.image import DiskImage

_PROTOCOL: Final = re.compile(r"[^/:]*:")
_MOST: Final = 1000  # as long as no chain is, unless it goes in a circle that has no names


@frozen
class Missing:
    """What an image stands on, where that cannot be read.

    Attributes:
        name: the backing file, as the image names it.
        path: the same as a path from here.
        format: its format, where the image says it.
        reason: why it cannot be read, in words.
    """

    name: str
    path: str
    format: str | None
    reason: str

    def __str__(self) -> str:
        form = self.format or "format not said"
        return f"{shown(self.path)}: {form}, missing: {self.reason}"


@frozen
class Chain(Sequence[ImageInfo]):
    """An image and what it stands on: the top first, the last stands on nothing.

    It is a sequence of `ImageInfo`; ``str()`` draws it.

    Attributes:
        images: those that could be read.
        missing: what the last of them stands on, where that cannot be read.
    """

    images: tuple[ImageInfo, ...]
    missing: Missing | None = None

    _repr_mimebundle_ = shown_by("disk.chained")

    @property
    def complete(self) -> bool:
        """Whether all of it is there, so that a machine can use it."""
        return self.missing is None

    @property
    def actual_size(self) -> int:
        """The bytes that all of it takes on this host, as far as that is known."""
        return sum(image.actual_size or 0 for image in self.images)

    @overload
    def __getitem__(self, place: int) -> ImageInfo: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[ImageInfo, ...]: ...

    def __getitem__(self, place: int | slice) -> ImageInfo | tuple[ImageInfo, ...]:
        return self.images[place]

    def __len__(self) -> int:
        return len(self.images)

    def __str__(self) -> str:
        lines: list[str] = []
        for depth, image in enumerate(self.images):
            probed = depth > 0 and self.images[depth - 1].backing_format is None
            words = [*_described(image), *(["format guessed"] if probed else [])]
            lines.append(_branch(depth) + f"{shown(image.path)}: {', '.join(words)}")
        if self.missing:
            lines.append(_branch(len(self.images)) + str(self.missing))
        if len(self.images) > 1:
            lines.append(f"{format_size(self.actual_size)} on this host in all")
        return "\n".join(lines)


def _branch(depth: int) -> str:
    return "   " * (depth - 1) + "└─ " if depth else ""


def _described(image: ImageInfo) -> Iterator[str]:
    """What a line says of an image: its format, how large and how full it is, what is special."""
    yield image.format
    yield f"{format_size(image.virtual_size)} for the guest"
    if image.actual_size is not None:
        full = f" ({image.actual_size / image.virtual_size:.0%})" if image.virtual_size else ""
        yield f"{format_size(image.actual_size)} on this host{full}"
    if image.encrypted:
        yield "encrypted"
    if image.dirty:
        yield "not closed in an orderly way"
    if image.snapshots:
        count = len(image.snapshots)
        yield f"{count} snapshot{'s' * (count > 1)}"


def ask(image: DiskImage) -> ImageInfo:
    """What ``qemu-img info`` says of one image."""
    image._refuse_disguise(info_argv(image.path, image._known_format))
    return _asked(image.path, image._known_format)


def follow(image: DiskImage) -> Chain:
    """What it says of an image and of all that it stands on."""
    found = [ask(image)]
    seen = {_identity(image.path)}
    while (name := found[-1].backing_file) is not None and len(found) < _MOST:
        last = found[-1]
        name = _exactly(last, name)
        path, form = _below(last, name), last.backing_format
        try:
            if not isinstance(path, Url):
                identity = _identity(path)
                if identity in seen:
                    return _without(found, name, path, "it stands on this image in turn")
                seen.add(identity)
            found.append(_asked(path, form))
        except OSError as error:
            return _without(found, name, path, _in_words(error))
        except ImageError as error:
            return _without(found, name, path, _last_words(error))
    return Chain(tuple(found))


def _exactly(image: ImageInfo, name: str) -> str:
    """The name as the image has it: in qemu-img's JSON U+FFFD stands for what is no UTF-8."""
    if "\ufffd" in name and not isinstance(image.path, Url):
        with suppress(OSError):
            return read_header(image.path, image.format).backing or name
    return name


def _without(found: list[ImageInfo], name: str, path: str, reason: str) -> Chain:
    missing = Missing(name, path, found[-1].backing_format, reason)
    return Chain(tuple(found), missing)


def _in_words(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return error.strerror or "it cannot be read"


def _last_words(error: ImageError) -> str:
    lines = error.stderr.strip().splitlines() or [error.message]
    return lines[-1].removeprefix("qemu-img: ")


def _identity(path: str) -> tuple[int, int] | str:
    """What tells one file from another.

    Raises:
        OSError: there is none.
    """
    if isinstance(path, Url):
        return path
    found = os.stat(path)
    return found.st_dev, found.st_ino


def _below(image: ImageInfo, name: str) -> str:
    """The path from here of what an image stands on, or the ``Url``."""
    if name.startswith("file:"):
        return name.removeprefix("file:")
    if _PROTOCOL.match(name):
        return Url(name)
    if isinstance(image.path, Url):
        return Url(image.backing_path or name)
    return os.path.join(os.path.dirname(image.path), name)


def info_argv(path: str, form: str | None) -> list[str]:
    """``qemu-img info --output=json -U -f qcow2 disk.qcow2``."""
    told = ["-f", form] if form else []
    return ["qemu-img", "info", "--output=json", "-U", *told, argument(path)]


def _asked(path: str, form: str | None) -> ImageInfo:
    return read_info(path, json.loads(run(info_argv(path, form))))

"""Overlays by the hundred over one image: all of them, or none.

A qcow2 overlay that nobody wrote to holds nothing but its geometry and the name of its base: those
of one folder are alike to the last byte. So qemu-img makes the first, and the others are copies of
that; only where they are not alike does it make each, several side by side.
"""

from __future__ import annotations

import errno
import os
from _thread import start_new_thread
from collections import deque
from contextlib import ExitStack, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from attrs import evolve

from qemubuild.disk.creating import judged, make
from qemubuild.disk.progress import Progress
from qemubuild.disk.replace import appear, beside, flush, way_to, why_not, without_name
from qemubuild.errors import ImageError, InvalidOption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qemubuild.disk.image import DiskImage

# What is a property of the file, and not of what is in it; and what takes long to copy.
_OF_THE_FILE: Final = frozenset({"nocow", "extent_size_hint", "preallocation"})


class Hidden(NamedTuple):
    """An image that has not its own name yet.

    Attributes:
        path: the name that leads to it.
        file: its number, where it has no name in any directory: of such nothing is left, even when
            this process is killed.
    """

    path: str
    file: int | None = None

    def write(self) -> BinaryIO:
        """Open it, empty."""
        mode = "xb" if self.file is None else "wb"
        return open(self.path, mode, buffering=0)  # type: ignore[return-value] # it is one

    def appear(self, path: str) -> None:
        """Give it its own name, unless there is such a file."""
        if self.file is None:
            appear(self.path, path)
        else:
            os.link(self.path, path, src_dir_fd=self.file, follow_symlinks=True)


def make_all(
    images: Sequence[DiskImage], tell: Callable[[Progress], object] | None = None
) -> tuple[DiskImage, ...]:
    """Create images side by side: all of them, or none.

    Args:
        images: what to create.
        tell: is told how many percent of them are made.

    Returns:
        The images, each with its format and its size.

    Raises:
        InvalidOption: two have the same path.
        ImageError: one cannot be created, or its name is taken; none of them is left then.
    """
    commands = [judged(image) for image in images]
    _refuse_taken(images, commands)
    with ExitStack() as cleanup:
        hidden = [Hidden(beside(image.path)) for image in images]
        cleanup.callback(_remove, [one.path for one in hidden])
        sizes = _make_hidden(images, commands, hidden, tell, cleanup)
        _appear_together(images, commands, hidden)
    return tuple(
        evolve(image, size=size, format=image.format)
        for image, size in zip(images, sizes, strict=True)
    )


def _refuse_taken(images: Sequence[DiskImage], commands: Sequence[list[str]]) -> None:
    """See that each name is free, and given once."""
    seen: dict[tuple[str, str], str] = {}
    for image, argv in zip(images, commands, strict=True):
        folder, name = os.path.split(image.path)
        place = (os.path.realpath(folder), name)
        if place in seen:
            raise InvalidOption(
                f"{seen[place]!r} and {image.path!r} are one file",
                hint="give each clone a path of its own",
                option="DiskImage",
                field="path",
            )
        seen[place] = image.path
        with suppress(OSError):  # what is made beside it meets the same
            if reason := why_not(image.path, os.lstat(image.path), overwrite=False):
                raise _refused(image, argv, *reason)


def _make_hidden(
    images: Sequence[DiskImage],
    commands: Sequence[list[str]],
    hidden: list[Hidden],
    tell: Callable[[Progress], object] | None,
    cleanup: ExitStack,
) -> list[int | str | None]:
    """Make each under its hidden name; the size of each."""
    first: dict[tuple[str, ...], int] = {}
    for number, image in enumerate(images):
        if _is_copied(image):
            first.setdefault(_pattern(image), number)
    sizes: list[int | str | None] = [image.size for image in images]

    def one(number: int) -> None:
        image, pattern = images[number], first.get(_pattern(images[number]), number)
        try:
            if pattern == number:
                sizes[number] = make(image, hidden[number].path, commands[number])
            else:
                _copy(hidden[pattern].path, hidden[number])
                sizes[number] = sizes[pattern]
            flush(hidden[number].path)
        except OSError as error:
            raise _refused(image, commands[number], *_cannot(error)) from error

    patterns = sorted(first.values())
    rest = sorted({*range(len(images))}.difference(patterns))
    for number in rest[:_NAMELESS]:
        if _is_copied(images[number]):
            hidden[number] = _without_name(hidden[number], cleanup)
    count = 0

    def told() -> None:
        nonlocal count
        count += 1
        if tell:
            tell(Progress(100 * count / len(images)))

    for batch in (patterns, rest):
        _side_by_side(one, batch, told)
    return sizes


def _side_by_side(
    work: Callable[[int], None], numbers: Sequence[int], told: Callable[[], None]
) -> None:
    """Do a work for each number, some of them at the same time; all have ended when this does.

    A Ctrl-C may come at any moment. It can leave locks of ``concurrent.futures`` taken, and whoever
    waits for them waits for ever; what is used here is of one step each.

    Args:
        work: is done for each, in another thread.
        numbers: what for; after an error, no more are begun.
        told: is called in this thread after each.
    """
    waiting = deque(numbers)
    news: SimpleQueue[BaseException | bool] = SimpleQueue()  # False comes last from each thread

    def worker() -> None:
        try:
            while waiting:
                try:
                    number = waiting.popleft()
                except IndexError:
                    break  # another was faster
                work(number)
                news.put(True)
        except BaseException as error:  # noqa: BLE001 - raised below
            waiting.clear()
            news.put(error)
        finally:
            news.put(False)

    running = 0
    try:
        for _ in range(min(_workers(), len(numbers))):
            start_new_thread(worker, ())
            running += 1
        while running:
            one = news.get()
            if isinstance(one, BaseException):
                raise one
            if one:
                told()
            else:
                running -= 1
    finally:
        waiting.clear()
        while running:
            running -= news.get() is False


def _without_name(hidden: Hidden, cleanup: ExitStack) -> Hidden:
    """A file without a name, where the file system can; else the same."""
    file = without_name(os.path.dirname(hidden.path) or ".")
    if file is None:
        return hidden
    cleanup.callback(os.close, file)
    return Hidden(way_to(file), file)


def _workers() -> int:
    """How many are made at the same time: each waits for the disk for some of its time."""
    return 2 * len(os.sched_getaffinity(0))


_NAMELESS: Final = 256
"""How many are without a name: each is an open file, of which a process may have few."""


def _is_copied(image: DiskImage) -> bool:
    """Whether a fresh image is like the next of its kind to the last byte."""
    return (
        image.format == "qcow2"
        and image.encryption is None  # each has a key of its own
        and _OF_THE_FILE.isdisjoint(dict(image.options))
    )


def _pattern(image: DiskImage) -> tuple[str, ...]:
    """What makes two fresh images alike: the command that makes them, but for the name."""
    return tuple(image._create_argv("-"))


def _copy(source: str, target: Hidden) -> None:
    """Copy a file to a new name, with its holes; a file system that can shares what is in it."""
    with open(source, "rb", buffering=0) as old, target.write() as new:
        size, place = os.fstat(old.fileno()).st_size, 0
        while place < size:
            try:
                place = os.lseek(old.fileno(), place, os.SEEK_DATA)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
                break  # a hole up to the end
            end = os.lseek(old.fileno(), place, os.SEEK_HOLE)
            os.lseek(new.fileno(), place, os.SEEK_SET)
            os.lseek(old.fileno(), place, os.SEEK_SET)
            while place < end:
                place += _some(old.fileno(), new.fileno(), end - place)
        os.ftruncate(new.fileno(), size)


def _some(source: int, target: int, count: int) -> int:
    """Copy some bytes from where both files stand; how many they were."""
    try:
        return os.copy_file_range(source, target, count) or _END
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
        return os.sendfile(target, source, None, count) or _END


_END: Final = 1 << 62
"""More than any file has, where one became shorter."""


def _appear_together(
    images: Sequence[DiskImage], commands: Sequence[list[str]], hidden: Sequence[Hidden]
) -> None:
    """Give all their names, which takes microseconds each; or take those back."""
    given: list[str] = []
    try:
        for image, argv, made in zip(images, commands, hidden, strict=True):
            try:
                made.appear(image.path)
            except FileExistsError as error:
                reason = "appeared while the image was being made", "choose another path"
                raise _refused(image, argv, *reason) from error
            except OSError as error:
                raise _refused(image, argv, *_cannot(error)) from error
            given.append(image.path)
    except BaseException:
        _remove(given)
        raise


def _remove(paths: Sequence[str]) -> None:
    for path in paths:
        with suppress(OSError):
            os.unlink(path)


def _cannot(error: OSError) -> tuple[str, str]:
    from qemubuild.disk.run import hint_for  # noqa: PLC0415 - only then

    reason = error.strerror or "no reason is known"
    return f"cannot be made: {reason}", hint_for(reason) or "choose another path"


def _refused(image: DiskImage, argv: Sequence[str], reason: str, hint: str) -> ImageError:
    return ImageError(f"{image.path!r} {reason}", argv=argv, exit_code=None, stderr="", hint=hint)

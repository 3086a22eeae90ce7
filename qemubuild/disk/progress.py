"""How far a long work of ``qemu-img`` is: read from what it says, for a callback or a bar."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

from qemubuild.errors import InvalidOption, NotInstalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Follower: TypeAlias = "bool | Callable[[Progress], object] | None"

# qemu_progress_print (util/qemu-progress.c); a newline comes after the last of them.
_SAID: Final = re.compile(rb" *\(([0-9]+\.[0-9]+)/100%\)\r\n?")


class Progress(float):
    """How far a work is, in percent: a number from 0.0 to 100.0."""

    __slots__ = ()

    @property
    def percent(self) -> float:
        """The same number."""
        return float(self)

    def __str__(self) -> str:
        return f"{float(self):.1f} %"


class Reader:
    """Reads ``qemu-img -p`` piece by piece, and tells a callback."""

    def __init__(self, tell: Callable[[Progress], object]) -> None:
        self._tell = tell
        self._last = Progress(0)
        self._rest = b""

    def __call__(self, chunk: bytes) -> None:
        """Read more; a piece without any news tells the last that is known."""
        text = self._rest + chunk
        end = 0
        for found in _SAID.finditer(text):
            end = found.end()
            self._last = Progress(found[1])
            self._tell(self._last)
        self._rest = text[end:][-_LONGEST:]
        if not end:
            self._tell(self._last)

    def finish(self) -> None:
        """Tell that the work is done, unless that was told."""
        if self._last < 100:
            self._last = Progress(100)
            self._tell(self._last)


_LONGEST: Final = 32  # bytes that one of its messages may have


def without_progress(stdout: bytes) -> bytes:
    """What else qemu-img said there."""
    return _SAID.sub(b"", stdout)


@contextmanager
def followed(progress: Follower, title: str) -> Iterator[Callable[[Progress], object] | None]:
    """What is to be told of a work's progress: the callback as it is given, or a bar's.

    Args:
        progress: a callback, which ends the work by raising; ``True`` for a bar by rich, on stderr
            or in the cell of a notebook; ``None`` or ``False`` for neither.
        title: of the bar.

    Raises:
        NotInstalled: the extra ``progress`` is missing.
        InvalidOption: it can be none of these.
    """
    if progress is None or progress is False:
        yield None
    elif progress is True:
        with _bar(title) as tell:
            yield tell
    elif callable(progress):
        yield progress
    else:
        raise InvalidOption(
            f"{progress!r} cannot be told of progress",
            hint="write a function, which gets numbers from 0.0 to 100.0; or True for a bar",
            field="progress",
        )


@contextmanager
def _bar(title: str) -> Iterator[Callable[[Progress], object]]:
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra
        from rich.markup import escape  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415
    except ImportError:
        raise NotInstalled("rich", hint="run: pip install 'qemubuild[progress]'") from None
    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task(escape(title), total=100)
        yield lambda done: bar.update(task, completed=float(done))

"""A program that is run to its end, and never outlives the Python that waits for it.

It is started by ``posix_spawn``, which costs less than ``subprocess`` does, and nothing to import.
What ties it to this process is its stdin: a pipe that nothing is ever written to. When the other
end is gone, be it by SIGKILL, Linux sends SIGKILL to the program (``O_ASYNC`` of fcntl(2)). Only a
Python killed in the very moment between starting it and saying so leaves it to end by itself. The
parent-death signal would need code to run between fork and exec, and follows one thread.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from itertools import chain, starmap
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BEAT: Final = 0.2
"""Seconds after which who follows a program is called again, though there be nothing new."""

_CHUNK: Final = 1 << 16

bell: ContextVar[int | None] = ContextVar("bell", default=None)
"""A file that, once there is something to read from it, ends what is waited for in this context."""

# Our ends of what ties programs to this process. A fork of it is another process, and lets go.
_ties: set[int] = set()


class CannotStart(Exception):
    """A program that cannot be run; its cause is the OSError that says why."""


class Stopped(Exception):
    """The bell was rung: the program was ended."""


class Ended(NamedTuple):
    """How a program ended, and what it wrote.

    Attributes:
        exit_code: its exit status, negative for a signal.
        stdout: what it wrote there.
        stderr: the same.
    """

    exit_code: int
    stdout: bytes
    stderr: bytes


def run_to_end(
    argv: Sequence[str],
    *,
    follow: Callable[[bytes], object] | None = None,
    inherit: Sequence[int] = (),
) -> Ended:
    """Run a program, with its messages in English, and wait until it has ended.

    Whatever is raised meanwhile (Ctrl-C, or by ``follow``) ends it at once, and goes on when it
    has. A Ctrl-C in the terminal does not reach it by itself: what becomes of it is decided here.

    Args:
        argv: the program, looked up in ``PATH``, and its arguments.
        follow: is called with what it wrote to its stdout, as it comes; and every fifth of a second
            with nothing, so that it can raise.
        inherit: open files that it is to have, too, under the numbers that they have here.

    Raises:
        CannotStart: it cannot be run.
        Stopped: somebody rang the bell.
    """
    opened: list[int] = []
    started: list[int] = []
    try:
        try:
            tie, out, err, held, its_out, its_err = _pipes(opened)
            _ties.add(tie)
            _spawn(argv, (held, its_out, its_err), inherit, started)
        except OSError as error:
            raise CannotStart from error
        _bind(held, started[0])
        _close_last(3, opened)
        stdout, stderr = _read(out, err, follow)
        code = _reap(started.pop())
        if code is None:  # who reaps every child has it: what it said has to tell
            code = 1 if stderr else 0
        return Ended(code, stdout, stderr)
    finally:
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _reap(pid)
        _ties.difference_update(opened)
        _close_last(len(opened), opened)


def _spawn(
    argv: Sequence[str], streams: Sequence[int], inherit: Sequence[int], started: list[int]
) -> None:
    """Start a program, and note its number in the list."""
    actions = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(streams)]
    # A file put in its own place is no longer closed by exec.
    actions += [(os.POSIX_SPAWN_DUP2, number, number) for number in inherit]
    environment = {**os.environb, b"LC_ALL": b"C"}  # so that what it says can be recognised
    spawn = partial(os.posix_spawnp, argv[0], list(argv), file_actions=actions, setpgroup=0)
    # In one step for Python: a Ctrl-C between two would lose the number.
    started.extend(map(spawn, [environment]))


def _pipes(opened: list[int]) -> list[int]:
    """Three pipes, away from the numbers of stdin, stdout and stderr, which may be closed here.

    Our ends come first.
    """
    opened.extend(chain.from_iterable(starmap(os.pipe, [(), (), ()])))  # in one step, too
    for low in [end for end in opened if end <= 2]:
        opened[opened.index(low)] = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3)
        os.close(low)
    held, tie, out, its_out, err, its_err = opened
    opened[:] = tie, out, err, held, its_out, its_err
    return opened[:]


def _close_last(count: int, opened: list[int]) -> None:
    any(map(os.close, map(opened.pop, [-1] * count)))  # in one step, too


def _bind(held: int, pid: int) -> None:
    """Have Linux end a program when the other end of its stdin is gone."""
    with suppress(OSError):  # it may have ended by now
        fcntl.fcntl(held, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(held, fcntl.F_SETOWN, pid)
        flags = fcntl.fcntl(held, fcntl.F_GETFL)
        fcntl.fcntl(held, fcntl.F_SETFL, flags | os.O_ASYNC)


def _read(out: int, err: int, follow: Callable[[bytes], object] | None) -> tuple[bytes, bytes]:
    """What is written to both, until nobody can write there any more."""
    parts: dict[int, list[bytes]] = {out: [], err: []}
    open_ends = {out, err}
    poller = select.poll()
    stop = bell.get()
    for end in open_ends if stop is None else (*open_ends, stop):
        poller.register(end, select.POLLIN)
    while open_ends:
        # Not for ever: a Ctrl-C right before it waits does not wake it.
        ready = poller.poll(BEAT * 1000)
        if not ready and follow:
            follow(b"")
        for end, _ in ready:
            if end == stop:
                raise Stopped
            chunk = os.read(end, _CHUNK)
            if not chunk:
                poller.unregister(end)
                open_ends.discard(end)
            parts[end].append(chunk)
            if follow and end == out and chunk:
                follow(chunk)
    return b"".join(parts[out]), b"".join(parts[err])


def _reap(pid: int) -> int | None:
    """The exit status; ``None`` where somebody else has it."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _let_go() -> None:
    for tie in _ties:
        with suppress(OSError):
            os.close(tie)
    _ties.clear()


os.register_at_fork(after_in_child=_let_go)

"""Starting QEMU, up to the moment when its machine is really up."""

from __future__ import annotations

import errno
import os
import signal
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from qemubuild.errors import InvalidOption, LaunchError, NotInstalled
from qemubuild.mends import how_to_install, mend_for
from qemubuild.process.child import Stranger, spawn
from qemubuild.process.kept import Kept, Visited, keep
from qemubuild.process.monitor import Monitor, NotUp, configuration
from qemubuild.process.names import Place, started

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.process.child import Child

_ENDS = 2.0
"""Seconds for a QEMU that hung up to end by itself, so that its own exit status is seen."""

_KEEPER_STARTS = 30.0
"""Seconds for the keeper to say that it has the guest: on a busy host the first may wait for it."""

_CONSOLE = "qemubuild-console"

_MENDS = {
    errno.EACCES: "see that it is a program, and that this user may run it",
    errno.ENOEXEC: "it is no program for this host",
    errno.E2BIG: "the command line is longer than Linux allows",
    errno.EMFILE: "let this program open more files (`ulimit -n`)",
    errno.ENOSPC: "make room there",
}

_PRINTED_ONLY = "-help, -version and the value 'help' only print something; they start no machine"


class Launched(NamedTuple):
    """A guest that is up.

    Attributes:
        monitor: what the library itself speaks by; none where another Python started the guest.
        control: what its users speak by: a socket, or where to find one.
    """

    child: Child
    kept: Kept | Visited
    argv: tuple[str, ...]
    vnc_address: str | None
    monitor: Monitor | None
    control: socket.socket | str
    place: Place | None


def launch(
    argv: tuple[str, ...],
    name: str | None,
    timeout: float | None,
    *,
    console: bool,
    inherit: Sequence[int] = (),
) -> Launched:
    """Start QEMU and wait until its machine is up; nothing is left of it when that fails."""
    _refuse_unkept(argv, console=console)
    place = None if name is None else Place(name)
    with _complaints_heard(), ExitStack() as opened, ExitStack() as on_failure:
        # QEMU alone has the lock once this is left.
        lock = None if place is None else opened.enter_context(place.claimed())
        kept = keep(None if place is None else place.log, console=console)
        on_failure.callback(kept.close)
        launched = _launch(argv, kept, place, lock, timeout, given=inherit)
        on_failure.pop_all()
        return launched


@contextmanager
def _complaints_heard() -> Iterator[None]:
    """What the host has against one more guest, as an error of a launch."""
    try:
        yield
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename!r}"
        raise LaunchError(
            f"this host has no place for the guest: {error.strerror}{where}",
            argv=(),
            exit_code=None,
            stderr="",
            hint=_MENDS.get(error.errno or 0, ""),
        ) from error


def attach(name: str) -> Launched:
    """Find the guest of that name.

    Raises:
        NotRunning: there is none.
    """
    place = Place(name)
    told = place.found()
    child = Stranger(told["pid"])
    # Only now that a pidfd holds on to the number is it certain whose it is.
    place.found()
    return Launched(
        child,
        Visited(place.log),
        tuple(told["argv"]),
        told["vnc_address"],
        None,
        place.control,
        place,
    )


def _refuse_unkept(argv: tuple[str, ...], *, console: bool) -> None:
    if not argv:
        raise InvalidOption("there is no program to run", hint="give at least QEMU's name")
    if {"-daemonize", "--daemonize"} & set(argv):
        raise InvalidOption(
            "-daemonize hides QEMU from the one who started it: neither its output nor its end"
            " could be seen",
            hint="leave it out and launch with detach=True, which outlives this terminal as well",
            option="-daemonize",
        )
    if console and {"-serial", "--serial"} & set(argv):
        raise InvalidOption(
            "the console is the first serial port, and the machine says itself where that leads",
            hint="leave console=True out, or the machine's serial()",
            option="-serial",
        )


def _launch(
    argv: tuple[str, ...],
    kept: Kept,
    place: Place | None,
    lock: int | None,
    timeout: float | None,
    *,
    given: Sequence[int],
) -> Launched:
    with ExitStack() as opened:
        on_failure = opened.enter_context(ExitStack())
        ours, theirs = socket.socketpair()
        opened.enter_context(theirs)
        monitor = Monitor(ours)
        on_failure.callback(monitor.close)
        control, its_control = socket.socketpair()
        opened.enter_context(its_control)
        on_failure.enter_context(control)
        read_end, write_end = os.pipe()
        opened.callback(os.close, read_end)
        with open(write_end, "wb", buffering=0) as file:
            paths = () if place is None else (place.monitor, place.control)
            file.write(configuration((theirs.fileno(), its_control.fileno()), paths))
        argv = (*argv, "-readconfig", f"/dev/fd/{read_end}")
        inherit = [theirs.fileno(), its_control.fileno(), read_end, *given]
        if kept.port is not None:
            inherit.append(kept.port.fileno())
            argv = (*argv, "-chardev", f"socket,id={_CONSOLE},fd={kept.port.fileno()}")
            argv = (*argv, "-serial", f"chardev:{_CONSOLE}")
        child = _start(argv, kept, inherit=inherit if lock is None else [*inherit, lock])
        theirs.close()
        its_control.close()
        try:
            kept.hand_over(child)
            vnc_address = monitor.first_words(child, timeout)
            if kept.confirm(_KEEPER_STARTS):
                if place is not None:
                    place.tell(
                        pid=child.pid,
                        started=started(child.pid),
                        argv=argv,
                        vnc_address=vnc_address,
                    )
                on_failure.pop_all()
                return Launched(child, kept, argv, vnc_address, monitor, control, place)
            problem = "the process that looks after guests did not start"
        except NotUp:
            problem = _how_it_ended(child.wait(_ENDS))
        except TimeoutError:
            problem = f"QEMU was not up after {timeout:g} seconds, and was killed"
        except BaseException:
            _kill(child)
            raise
    exit_code = child.poll()
    _kill(child)
    said = kept.last_words().decode(errors="replace")
    raise LaunchError(
        problem,
        argv=argv,
        exit_code=exit_code,
        stderr=said,
        # How it ended counts where QEMU said nothing that is known.
        hint=_PRINTED_ONLY if exit_code == 0 else mend_for(f"{problem}\n{said}", argv),
    )


def _start(argv: tuple[str, ...], kept: Kept, inherit: Sequence[int]) -> Child:
    try:
        return spawn(argv, output=kept.output.fileno(), inherit=inherit, cwd=None)
    except FileNotFoundError as error:
        raise NotInstalled(argv[0], hint=how_to_install(argv[0])) from error
    except OSError as error:
        hint = _MENDS.get(error.errno or 0, "")
        problem = f"{argv[0]!r} cannot be run: {error.strerror}"
        raise LaunchError(problem, argv=argv, exit_code=None, stderr="", hint=hint) from error
    except ValueError as error:
        raise InvalidOption(
            f"an argument cannot be given to a program: {error}",
            hint="no argument of a program may hold a NUL character or half a surrogate pair",
        ) from error


def _how_it_ended(status: int | None) -> str:
    if status is None:
        return "QEMU hung up before its machine was up, and was killed"
    if status < 0:
        return f"QEMU was ended by {signal.Signals(-status).name} before its machine was up"
    return f"QEMU ended with status {status} before its machine was up"


def _kill(child: Child) -> None:
    child.send_signal(signal.SIGKILL)
    child.wait()

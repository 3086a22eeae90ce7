"""Starting QEMU, up to the moment when its machine is really up."""

from __future__ import annotations

import errno
import os
import signal
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from qemubuild.errors import InvalidOption, LaunchError, NotInstalled
from qemubuild.mends import how_to_install, mend_for
from qemubuild.process.child import spawn
from qemubuild.process.kept import Kept, keep
from qemubuild.process.monitor import NotUp, configuration, first_words

if TYPE_CHECKING:
    from qemubuild.process.child import Child

_ENDS = 2.0
"""Seconds for a QEMU that hung up to end by itself, so that its own exit status is seen."""

_KEEPER_STARTS = 30.0
"""Seconds for the keeper to say that it has the guest: on a busy host the first may wait for it."""

_PRINTED_ONLY = "-help, -version and the value 'help' only print something; they start no machine"


class Launched(NamedTuple):
    """A guest that is up."""

    child: Child
    kept: Kept
    argv: tuple[str, ...]
    vnc_address: str | None


def launch(argv: tuple[str, ...], timeout: float | None) -> Launched:
    """Start QEMU and wait until its machine is up; nothing is left of it when that fails."""
    _refuse_unkept(argv)
    kept = keep()
    try:
        return _launch(argv, kept, timeout)
    except BaseException:
        kept.close()
        raise


def _refuse_unkept(argv: tuple[str, ...]) -> None:
    if not argv:
        raise InvalidOption("there is no program to run", hint="give at least QEMU's name")
    if {"-daemonize", "--daemonize"} & set(argv):
        raise InvalidOption(
            "-daemonize hides QEMU from the one who started it: neither its output nor its end"
            " could be seen",
            hint="leave it out and launch with detach=True, which outlives this terminal as well",
            option="-daemonize",
        )


def _launch(argv: tuple[str, ...], kept: Kept, timeout: float | None) -> Launched:
    with ExitStack() as opened:
        ours, theirs = socket.socketpair()
        opened.enter_context(ours)
        opened.enter_context(theirs)
        read_end, write_end = os.pipe()
        opened.callback(os.close, read_end)
        with open(write_end, "wb", buffering=0) as file:
            file.write(configuration(theirs.fileno()))
        argv = (*argv, "-readconfig", f"/dev/fd/{read_end}")
        child = _start(argv, kept, inherit=(theirs.fileno(), read_end))
        theirs.close()
        try:
            kept.hand_over(child)
            vnc_address = first_words(ours, child, timeout)
            if kept.confirm(_KEEPER_STARTS):
                return Launched(child, kept, argv, vnc_address)
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
        # How it ended is a message, too: a signal says much.
        hint=_PRINTED_ONLY if exit_code == 0 else mend_for(f"{said}\n{problem}", argv),
    )


def _start(argv: tuple[str, ...], kept: Kept, inherit: tuple[int, ...]) -> Child:
    try:
        return spawn(argv, output=kept.output.fileno(), inherit=inherit, cwd=None)
    except FileNotFoundError as error:
        raise NotInstalled(argv[0], hint=how_to_install(argv[0])) from error
    except OSError as error:
        hint = {
            errno.EACCES: "see that it is a program, and that this user may run it",
            errno.ENOEXEC: "it is no program for this host",
            errno.E2BIG: "the command line is longer than Linux allows",
        }.get(error.errno or 0, "")
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

r"""A machine as a systemd unit, which starts it with the host, and ends it as gently as it can be.

A word of a command is quoted as systemd unquotes it (``man systemd.service``, "Command lines")::

    word    = one or more of [A-Za-z0-9_+=:,./-] | '"' { char } '"'
    char    = "\\" | "\"" | "%%" | "\n" | "\t" | "\xHH" | any other

The colon before the program keeps systemd from looking for variables in what follows; ``%t`` is the
directory for what lives as long as the user's programs, ``%N`` the unit's name.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption

if TYPE_CHECKING:
    from qemubuild.machine import Machine

_UNIT: Final = """\
# ~/.config/systemd/user/{name}.service
#
# Start it, now and after every reboot:
#   systemctl --user daemon-reload
#   systemctl --user enable --now {name}
# Let your services run while you are not logged in:
#   loginctl enable-linger
# Press its power button; see what it said:
#   systemctl --user stop {name}
#   journalctl --user --unit {name}

[Unit]
Description=QEMU guest {name}

[Service]
Type=exec
WorkingDirectory={directory}
RuntimeDirectory=qemu-%N
RuntimeDirectoryMode=0700
ExecStartPre=mkfifo -m 600 {fifo}.in {fifo}.out
ExecStart=:{command}
# Press the power button, and wait until the guest has shut down; one that has not gets SIGTERM.
ExecStop=-timeout {timeout} sh -c {script} sh {fifo}.in $MAINPID
TimeoutStopSec={longest}
Restart=on-failure

[Install]
WantedBy=default.target
"""
_FIFO: Final = "%t/qemu-%N/monitor"
# QEMU's end of the pipe is open for both, so opening it for both waits for nobody.
_SCRIPT: Final = (
    '\'[ -n "$$2" ] && echo system_powerdown 1<>"$$1" && exec tail --pid="$$2" -f /dev/null\''
)
_LONGER: Final = 15
"""Seconds for QEMU to end by SIGTERM, beyond those for the guest."""

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,200}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9_+=:,./-]+")
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\udc80-\udcff]|[\\ ]$")
_UNFIT_PROGRAM: Final = re.compile(r"[\\\"'\x00-\x1f\x7f\udc80-\udcff]")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "%": "%%", "\n": "\\n", "\t": "\\t"}


def to_systemd_unit(machine: Machine, name: str, stop_timeout: int) -> str:
    """Write a unit of the user's own systemd.

    Raises:
        InvalidOption: systemd has no way to write the name, the program's path or the directory.
    """
    if not _NAME.fullmatch(name):
        raise InvalidOption(
            f"a unit cannot be called {name!r}",
            hint="write letters, digits and any of _.:- and begin with a letter or a digit",
        )
    if any(option.flag == "-daemonize" for option in machine.options):
        raise InvalidOption(
            "-daemonize hides QEMU from systemd, which looks after it by itself",
            hint="leave it out",
            option="-daemonize",
        )
    lines = [_program(machine.binary)]
    lines += (" ".join(map(quoted, option.words)) for option in machine.options)
    lines += (
        f"-chardev pipe,id=qemubuild-stop,path={_FIFO}",
        "-mon chardev=qemubuild-stop,mode=readline",
    )
    return _UNIT.format(
        name=name,
        directory=_path(os.getcwd(), _UNFIT),
        command=" \\\n    ".join(lines),
        fifo=_FIFO,
        script=_SCRIPT,
        timeout=stop_timeout,
        longest=stop_timeout + _LONGER,
    )


def quoted(word: str) -> str:
    """A word of a command line, as systemd reads it back."""
    return word if _PLAIN.fullmatch(word) else f'"{"".join(map(_escaped, word))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    # systemd does not even read a line with a byte that is no UTF-8, or with a noncharacter.
    return char if char.isprintable() else "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))


def _program(binary: str) -> str:
    """The program; systemd takes one by its name, or by a whole path."""
    if "/" not in binary:
        return quoted(binary)
    path = os.path.abspath(binary)
    _path(path, _UNFIT_PROGRAM)
    return quoted(path)


def _path(path: str, unfit: re.Pattern[str]) -> str:
    """A path, written where systemd takes no quotes."""
    if found := unfit.search(path):
        raise InvalidOption(
            f"systemd does not take {found[0]!r} in this path: {path!r}",
            hint="use one without quotes, backslashes, line breaks and bytes that are no UTF-8",
        )
    return path.replace("%", "%%")

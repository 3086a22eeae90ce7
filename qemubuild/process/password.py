"""The password of a guest's screen: said to QEMU over its monitor, written nowhere.

A VNC server with ``password=on`` lets nobody in before it has one, so there is no moment in which
the screen is open. In an argument anybody on the host could read it, and a file would stay behind.
"""

from __future__ import annotations

import os
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption, LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.process.monitor import Monitor

_ANSWERS: Final = 5.0
"""Seconds for QEMU to answer."""
_COUNTS: Final = 8


def refuse_unfit(password: str) -> None:
    """See that a password is one that VNC knows.

    Raises:
        InvalidOption: it is empty, or longer than VNC looks at.
    """
    length = len(os.fsencode(password))
    if not 0 < length <= _COUNTS:
        raise InvalidOption(
            f"VNC looks at {_COUNTS} bytes of a password, and this one has {length}",
            hint="give 1 to 8; where that is too little protection, vnc(unix=...) or tls_creds=",
            option="-vnc",
            field="password",
        )


def _servers(argv: tuple[str, ...]) -> Iterator[str]:
    """The ids of VNC servers: those given, and what QEMU calls the others.

    query-vnc-servers would tell; but QEMU 10.0 ends in an abort by that where the screen is a text
    console, as of a machine without a graphics card.
    """
    values = [value for flag, value in pairwise(argv) if flag in {"-vnc", "--vnc"}]
    for value in values:
        yield from re.findall(r",id=([^,]+)", value)
    yield "default"
    yield from (f"vnc{number}" for number in range(2, len(values) + 1))


def set_password(monitor: Monitor | None, password: str, argv: tuple[str, ...]) -> None:
    """Give every VNC server that asks for a password this one.

    Raises:
        LaunchError: QEMU does not take it, or none asks for one.
    """
    given = {"protocol": "vnc", "password": password}
    taken = False
    if monitor is not None:
        for server in _servers(argv):
            # One that asks for none refuses it, and so does one that is not there.
            answer = monitor.ask("set_password", _ANSWERS, display=server, **given)
            taken = taken or answer is not None
    if not taken:
        raise LaunchError(
            "QEMU takes no password for its VNC server",
            argv=argv,
            exit_code=None,
            stderr="",
            hint="write vnc('auto', password=True); no other kind of server has one",
        )

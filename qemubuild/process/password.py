"""The password of a guest's screen: said to QEMU over its monitor, written nowhere.

A VNC server with ``password=on`` lets nobody in before it has one, so there is no moment in which
the screen is open. In an argument anybody on the host could read it, and a file would stay behind.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption, LaunchError

if TYPE_CHECKING:
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


def set_password(monitor: Monitor | None, password: str, argv: tuple[str, ...]) -> None:
    """Give every VNC server that asks for a password this one.

    Raises:
        LaunchError: QEMU does not take it, or none asks for one.
    """
    taken = []
    if monitor is not None:
        for server in monitor.ask("query-vnc-servers", _ANSWERS) or ():
            if "vnc" in (server["auth"], server.get("vencrypt", "")[-3:]):
                given = {"protocol": "vnc", "password": password, "display": server["id"]}
                taken.append(monitor.ask("set_password", _ANSWERS, **given))
    if not taken or None in taken:
        raise LaunchError(
            "QEMU takes no password for its VNC server",
            argv=argv,
            exit_code=None,
            stderr="",
            hint="write vnc('auto', password=True); no other kind of server has one",
        )

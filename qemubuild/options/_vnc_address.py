"""Where a VNC server listens, as QEMU writes it (ui/vnc.c, ``vnc_display_get_address``).

::

    address   = "none" | "unix:" path | host ":" number     the last colon splits
    number    = digits                                      5900 + number is the port; with
                                                            reverse=on it is the port itself
    websocket = "on" | [ host ":" ] port                    "on" is port 5700 + number
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.errors import InvalidOption
from qemubuild.units import OFF, ON
from qemubuild.values import Kind, Verbatim, integer, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_PORT: Final = 5900
FIRST_WEBSOCKET: Final = 5700
MOST_PORT: Final = 65535
MOST_NUMBER: Final = MOST_PORT - FIRST_PORT
_MOST_PATH = 108

EVERYWHERE: Final = frozenset({"", "*", "0", "0.0.0.0", "::"})  # noqa: S104 - judged, not bound
"""The hosts that mean every network interface."""
TCP: Final = re.compile(r"(?P<host>.*):[ \t]*\+?(?P<number>[0-9]{1,20})", re.DOTALL)


class Place(NamedTuple):
    """Where a server is: a socket's path, or a host and a number."""

    host: str
    number: int
    path: str | None = None


def read_place(text: str) -> Place | None:
    """What QEMU understands by an address; ``None`` for no server."""
    if text == "none":
        return None
    if text.startswith("unix:"):
        path = text[len("unix:") :]
        if len(os.fsencode(path)) > _MOST_PATH:
            raise InvalidOption(
                f"a socket's path can have {_MOST_PATH} bytes, and this has "
                f"{len(os.fsencode(path))}",
                hint="put the socket into a directory with a short name, or use a relative path",
            )
        return Place("", 0, path)
    if match := TCP.fullmatch(text):
        host = match["host"]
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        return Place(host, int(match["number"]))
    mend = f"write {int(text)}, or ':{text}'" if text.isdecimal() else "write HOST:NUMBER"
    raise InvalidOption(
        f"{text!r} has no display number", hint=f"{mend}, 'unix:/path/of/a/socket' or 'none'"
    )


def understood(texts: Iterable[str]) -> Iterator[Place]:
    """The servers that these addresses mean."""
    for text in texts:
        try:
            place = read_place(text)
        except InvalidOption:
            continue
        if place:
            yield place


def _write_place(value: object) -> str:
    if value.__class__ is int:
        return ":" + integer(0, MOST_PORT).write(value)
    text = write_text(value)
    read_place(text)
    return text


def _write_websocket(value: object) -> str:
    if value is True:
        return "on"
    if value.__class__ is int:
        return integer(0, MOST_PORT).write(value)
    text = write_text(value)
    if text != "on" and text in ON | OFF:
        raise InvalidOption(
            f"{text!r} is no port", hint="write True, or a port; leave it out for none"
        )
    if text.startswith("unix:") or text.endswith(":"):
        raise InvalidOption(
            f"{text!r} is no TCP address, and websockets have no other", hint="write HOST:PORT"
        )
    return text


def _read_websocket(text: str) -> bool | int | str:
    if text in {"", "on"}:
        return True
    return int(text) if re.fullmatch("[0-9]{1,5}", text) and int(text) <= MOST_PORT else text


PLACE: Final = Kind(_write_place, str)
"""An address; or a number, for that of all interfaces."""
WEBSOCKET: Final = Kind(_write_websocket, _read_websocket)
"""``True``, a port, or an address."""


def spelled(text: str, *, reverse: bool) -> dict[str, Any]:
    """The fields that write an address just so; its text where none do."""
    place = None if isinstance(text, Verbatim) else read_place(text)
    if place is None:
        return {"listen": text}
    host, number, path = place
    if path:
        return {"unix": path}
    if path is None and number <= (MOST_PORT if reverse else MOST_NUMBER):
        if text == f":{number}":
            return {"listen": number}
        if text == (f"[{host}]:{number}" if ":" in host else f"{host}:{number}"):
            return {"listen": number, "host": host}
    return {"listen": text}

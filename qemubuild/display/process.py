"""A guest: what it is doing, where it listens, what it said last, what its screen shows."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shlex
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.claims import Listens
from qemubuild.display import parts, patience
from qemubuild.display.markup import tag
from qemubuild.process.names import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.display.markup import Child, Markup
    from qemubuild.process import Exit, Process
    from qemubuild.process.console import Console

_LINES: Final = 12
"""How many of the last lines are shown."""
# What moves the cursor of a terminal, or colours its text (ECMA-48).
_TERMINAL: Final = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[ -/]+[0-~]|[0-Z\\-~])|\r")


class _Seen(NamedTuple):
    """What a guest's QEMU said of it in time."""

    state: str = ""
    screen: bytes = b""


def page(guest: Process) -> Markup:
    """The whole of it."""
    ended = guest.poll()
    seen = _look(guest) if ended is None else _Seen()
    state = seen.state or "running" if ended is None else f"ended: {ended.why}"
    good = "qb-good" if state == "running" else "qb-warning" if ended is None else "qb-soft"
    known: list[tuple[str, Child]] = [
        ("Up for", _span(_uptime(guest.pid)) if ended is None else None),
        ("VNC", parts.code(guest.vnc_address) if guest.vnc_address and ended is None else None),
        ("Listens on", _listens(guest) if ended is None else None),
        ("Detached", "it outlives this Python" if guest.detached and ended is None else None),
    ]
    return parts.page(
        parts.heading(
            guest.name or os.path.basename(guest.argv[0]),
            tag("span", state, class_=good),
            f"pid {guest.pid}",
        ),
        parts.facts(known),
        _picture(seen.screen) if seen.screen else None,
        *_said(guest),
        parts.fold("What was run", parts.block(shlex.join(guest.argv))),
    )


def console(port: Console) -> Markup:
    """What was written to a serial port last."""
    return parts.page(parts.heading("Console"), _last(port.log) or parts.soft("nothing so far"))


def ending(how: Exit) -> Markup:
    """How a guest ended."""
    return parts.page(parts.heading(f"Exit status {int(how)}", how.why))


def _look(guest: Process) -> _Seen:
    """Ask QEMU, where the extra ``control`` is there."""

    async def ask() -> _Seen:
        status = (await guest.aio.status()).state
        screen = b""
        with contextlib.suppress(Exception):  # it has none
            screen = await guest.aio.screenshot()
        return _Seen(status, screen)

    try:
        from qemubuild.control.loop import submit  # noqa: PLC0415 - only guests that run are asked

        answer = submit(ask())
    except Exception:  # noqa: BLE001 - there is no answer, for whatever reason
        return _Seen()
    try:
        return answer.result(patience.SECONDS)
    except TimeoutError:
        answer.cancel()
        return _Seen("does not answer")
    except Exception:  # noqa: BLE001
        return _Seen()


def _uptime(pid: int) -> float | None:
    """How many seconds a process has run."""
    since = started(pid)
    if since is None:
        return None
    with open("/proc/uptime", encoding="ascii") as file:
        return float(file.read().split()[0]) - since / os.sysconf("SC_CLK_TCK")


def _span(seconds: float | None) -> str:
    """A span of time for a person: its two largest units."""
    if seconds is None:
        return ""
    left = int(seconds)
    words: list[str] = []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        many, left = divmod(left, length)
        if many or (unit == "s" and not words):
            words.append(f"{many} {unit}")
    return " ".join(words[:2])


def _listens(guest: Process) -> Child:
    """The TCP ports of the host that lead into it, or to its QEMU."""
    from qemubuild.machine import Machine  # noqa: PLC0415 - only guests that run have them

    ports = [claim for _, claim in Machine.from_argv(guest.argv).claims(Listens)]
    words = (f"{one.host or '*'}:{one.port or 'any'}" for one in ports)
    return [([", " if place else None], parts.code(word)) for place, word in enumerate(words)]


def _picture(screen: bytes) -> Markup:
    return tag(
        "img",
        src=f"data:image/png;base64,{base64.b64encode(screen).decode()}",
        alt="What the guest's screen shows now",
        class_="qb-screen",
    )


def _said(guest: Process) -> Iterator[Any]:
    kept = guest._kept  # noqa: SLF001 - asking the guest would raise where it has none
    console = patience.within(lambda: kept.console, None)
    for name, text in (("Console", console.log if console else ""), ("QEMU said", guest.log)):
        if (shown := _last(text)) is not None:
            yield tag("p", parts.soft(name))
            yield shown


def _last(text: str) -> Markup | None:
    lines = _TERMINAL.sub("", text).rstrip().splitlines()
    return parts.block("\n".join(lines[-_LINES:])) if lines else None

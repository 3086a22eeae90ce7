"""``-incoming``: where a guest that runs elsewhere, or was saved, comes in from.

QEMU's own text::

    channel = "defer" | "tcp:" [ host ] ":" port { "," key "=" value } | "unix:" path | "fd:" number
            | "exec:" command | "file:" path [ ",offset=" size ]           (8.2)
            | "rdma:" host ":" port | "vsock:" cid ":" port
            | JSON | keyval, as in "main,addr.transport=socket,..."        (10.0)
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Listens, Service
from qemubuild.errors import InvalidOption
from qemubuild.option import Plain, key
from qemubuild.options._versions import newer
from qemubuild.values import Kind, nearest, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_FORMS: Final = ("defer", "tcp:", "unix:", "fd:", "exec:", "file:", "rdma:", "vsock:")
_SHAPES: Final = re.compile(
    r"defer$|tcp:(\[[^\]]*\]|[^:,]*):[^:,]+(,|$)|unix:[\s\S]|(rdma|vsock):.*:.|exec:|file:[\s\S]"
    r"|fd:[^,]"
)
_CHANNEL: Final = re.compile(r"\{|(main|cpr)(,|$)|([\w.-]+=[^,]*,)*(channel-type|addr\.[\w.-]+)=")
_NAMED: Final = re.compile(r"tcp:[^:]*:(?P<name>[0-9]*[^,$:\]0-9][^,$:\]]*)(,|$)")
_TCP: Final = re.compile(
    r"tcp:(?P<host>\[[^\]]*\]|[^:,]*):(?P<port>[0-9]+)(?:,(?:.*,)?to=(?P<to>[0-9]+))?", re.DOTALL
)
_MOST_PATH: Final = 108
_MOST_PORT: Final = 65535


def _write_channel(value: object) -> str:
    text = write_text(value)
    if text.startswith("unix:") and len(os.fsencode(text)) > _MOST_PATH + len("unix:"):
        raise InvalidOption(
            f"a socket's path can have {_MOST_PATH} bytes, and this has more",
            hint="put the socket into a directory with a short name, or use a relative path",
        )
    if _SHAPES.match(text) or _CHANNEL.match(text):
        return text
    raise InvalidOption(
        f"{text!r} is no way for a guest to come in",
        hint=f"{nearest(text, _FORMS)}write 'defer', 'tcp:HOST:PORT', 'unix:PATH' or 'fd:NUMBER'",
    )


_CHANNELS = Kind(_write_channel, _write_channel)


class Incoming(Plain):
    """Wait for a guest that comes from elsewhere (``-incoming``), by migration or from a file.

    Attributes:
        channel: where it comes in: ``"tcp:HOST:PORT"``, ``"unix:PATH"``, ``"fd:NUMBER"``,
            ``"exec:COMMAND"``, ``"file:PATH"`` (QEMU 8.2); ``"defer"`` for where the monitor's
            ``migrate_incoming`` says. Or a migration channel, as JSON or keys (QEMU 10.0).
    """

    flag = "-incoming"
    adds_up = True

    channel: str = key(_CHANNELS)

    def claims(self) -> Iterator[Listens | Service]:
        """State the port, where it is one."""
        if named := _NAMED.match(self.channel):
            yield Service(named["name"])
        elif (found := _TCP.match(self.channel)) and 0 < int(found["port"]) <= _MOST_PORT:
            last = int(found["to"]) if found["to"] else None
            yield Listens(found["host"].strip("[]"), int(found["port"]), last)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the port, and warn of what older versions lack."""
        if _CHANNEL.match(self.channel) and "$" not in self.channel[:1]:
            yield from newer(self, machine, "a migration channel", "10.0", "channel")
        elif self.channel.startswith("file:"):
            yield from newer(self, machine, "file:", "8.2", "channel")
        elif found := _TCP.match(self.channel):
            port, last = int(found["port"]), int(found["to"] or _MOST_PORT)
            if port > _MOST_PORT:
                yield self.warning(
                    "incoming-port-out-of-range",
                    f"ports end at {_MOST_PORT}, and {port} is another one in the end",
                    f"write a port up to {_MOST_PORT}",
                    "channel",
                )
            elif last < port:
                yield self.error(
                    "incoming-range-empty",
                    f"to={last} is less than {port}, with which it begins",
                    f"write to={port} or more",
                    "channel",
                )

    def explain(self) -> str:
        """Say where from."""
        where = "where the monitor is told" if self.channel == "defer" else self.channel
        return (
            f"Waits for a guest to come in from {where}, and goes on with it from where it was; "
            "the rest of the command line has to describe the same machine. Without it the guest "
            "boots."
        )

"""``-chardev``: a named place for characters, which serial ports, monitors and devices refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import (
    CHARDEV,
    OBJECT,
    Connects,
    Defines,
    Listens,
    Opens,
    Refers,
    Service,
    Terminal,
    UnixSocket,
    family_of,
    is_of_another_family,
)
from qemubuild.driven import Driven
from qemubuild.options._character import FAMILY, FAMILY_MEND
from qemubuild.units import ON
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# The backends that one QEMU or another has (qapi/char.json), and what one cannot do without.
_BACKENDS: Final = frozenset(
    "braille con console dbus file hub memory msmouse mux null parallel parport pipe pty "
    "qemu-vdagent ringbuf serial socket spiceport spicevmc stdio testdev tty udp vc "
    "wctablet".split()
)
_NEEDS: Final = {
    **dict.fromkeys(("file", "pipe", "serial", "tty", "parallel", "parport"), "path"),
    **dict.fromkeys(("spicevmc", "spiceport", "dbus"), "name"),
    "udp": "port",
    "mux": "chardev",
    "hub": "chardevs.0",
}
# Backends that stand on others, and the keys that name those.
_JOINS: Final = frozenset({("hub", "chardevs"), ("mux", "chardev")})
# Keys of a socket of which only one can be given.
_EXCLUDING: Final = (
    ("path", "fd"),
    ("path", "host"),
    ("fd", "host"),
    ("reconnect", "reconnect-ms"),
)
# How many a multiplexer serves (chardev/chardev-internal.h, MAX_MUX).
_MOST_MUX: Final = 4
_SERVICE: Final = re.compile(r"(?=.*[^0-9])[^$]+")  # a port by its name
# Ports of the host's own; the second name of each is an older one.
_OF_HOST: Final = frozenset({"serial", "tty", "parallel", "parport"})


class Chardev(Driven, init=False):
    """Name a place for characters (``-chardev``), for what refers to it by its id.

    ``Chardev("socket", id="c0", path="/run/c0", server=True, wait=False)`` and then
    ``Serial(chardev="c0")``, or ``Device("virtconsole", chardev="c0")``.

    Attributes:
        driver: QEMU's backend: ``socket``, ``file``, ``pty``, ``stdio``, ``null``, ``ringbuf`` ...
        properties: QEMU's own names to values; ``id`` is needed.
    """

    flag = "-chardev"
    implied = "backend"
    takes_json = False

    @property
    def _retries(self) -> bool:
        """Whether it goes on trying to connect, so that nobody has to be there yet."""
        return self.get("reconnect") is not None or self.get("reconnect-ms") is not None

    def _is_on(self, name: str) -> bool:
        return self.get(name) in ON

    def _joined(self) -> Iterator[str]:
        """The others that it stands on: a multiplexer on one, and a hub on several."""
        for key in self.properties:
            if (self.driver, key.partition(".")[0]) in _JOINS and (other := self.get(key)):
                yield other

    def claims(self) -> Iterator[Claim]:
        """State the id, and what is opened."""
        if (name := self.get("id")) is not None:
            yield Defines(CHARDEV, name)
        if self.driver == "socket" and (creds := self.get("tls-creds")) is not None:
            yield Refers(OBJECT, creds, "tls-creds-")
        yield from (Refers(CHARDEV, other) for other in self._joined())
        if log := self.get("logfile"):
            yield Opens(log, "log", writes=True, creates=True)
        if self.driver == "stdio":
            yield Terminal()
        elif self.driver == "pipe":
            if path := self.get("path"):
                yield Opens(path, "pipe", writes=True)
        elif self.driver in _OF_HOST:
            if (path := self.get("path")) and "$" not in path:
                yield Opens(path, "device", writes=True)
        elif self.driver == "file":
            if path := self.get("path"):
                yield Opens(path, "log", writes=True, creates=True)
            if path := self.get("input-path"):
                yield Opens(path, "input")
        elif self.driver == "socket" and (path := self.get("path")):
            most = 107 if self.get("abstract") in ON else 108
            yield UnixSocket(path, most, needed=not self._retries)
            if self.get("abstract") not in ON and not self._retries:
                is_server = self._is_on("server")
                yield Opens(path, "socket", writes=True, creates=is_server)
        elif self.driver in ("socket", "udp") and _SERVICE.fullmatch(self.get("port") or ""):
            yield Service(self.get("port") or "")
        elif self.driver == "socket" and self._is_on("server"):
            port, last = self.get("port") or "", self.get("to") or ""
            if port.isdecimal():
                host = family_of(self.get("host") or "", self.get("ipv4"), self.get("ipv6"))
                yield Listens(host, int(port), int(last) if last.isdecimal() else None)
        elif self.driver == "udp":
            host, port = self.get("host") or "", self.get("port") or ""
            if host and "$" not in host and port.isdecimal():
                yield Connects(host, int(port), once=False)
        elif self.driver == "socket" and not self._retries:
            host, port = self.get("host") or "", self.get("port") or ""
            if host and "$" not in host and port.isdecimal():
                yield Connects(host, int(port))

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the backend, the id, who uses it, and who waits for whom."""
        yield from self._backend()
        name = self.get("id")
        if name is None:
            yield self.error(
                "chardev-without-id",
                "nothing can refer to it, and QEMU asks for an id",
                "add id=, such as id='c0'",
                "id",
            )
            return
        users = [
            claim
            for _, claim in machine.claims(Refers)
            if (claim.kind, claim.id) == (CHARDEV, name)
        ]
        if len(users) > (_MOST_MUX if self._is_on("mux") else 1):
            yield self.error(
                "chardev-in-use",
                f"{len(users)} things use {name!r}, and it serves "
                f"{_MOST_MUX if self._is_on('mux') else 'one'}",
                "give each a chardev of its own"
                if self._is_on("mux")
                else "add mux=True, for up to 4, which take turns (Ctrl-a c switches)",
                "id",
            )
        if self.driver == "socket":
            yield from self._socket()
        for other in self._joined():
            names = [one.get("id") for one in machine.find_all(Chardev)]
            if other in names[names.index(name) :]:
                yield self.error(
                    "chardev-later",
                    f"{other!r}, on which it stands, is made after this one",
                    "put that one before this",
                    "driver",
                )

    def _backend(self) -> Iterator[Finding]:
        if self.driver not in _BACKENDS and "$" not in self.driver:
            yield self.error(
                "chardev-backend-unknown",
                f"{self.driver!r} is no place for characters that QEMU has",
                f"{nearest(self.driver, _BACKENDS)}write 'socket', 'file' or 'null'",
                "driver",
            )
        size = self.get("size") or ""
        if self.driver == "ringbuf" and size.isdecimal() and int(size) & (int(size) - 1):
            yield self.error(
                "chardev-ringbuf-size",
                f"size={size} is no power of two",
                f"write size={1 << int(size).bit_length()}",
                "size",
            )
        if need := self._lacks():
            yield self.error(
                "chardev-incomplete",
                f"a {self.driver} needs {need}, and none is given",
                f"add {need}=",
                need,
            )

    def _lacks(self) -> str:
        """What its backend cannot do without, where it is not given."""
        given = self.properties
        if self.driver != "socket":
            need = _NEEDS.get(self.driver, "")
            return "" if self.get(need) else need
        if "path" in given or "fd" in given:
            return ""
        if "host" in given:
            return "" if "port" in given else "port"
        # A server without an address listens on some port that is free.
        return "" if self._is_on("server") else "host" if "port" in given else "path"

    def _socket(self) -> Iterator[Finding]:
        for one, other in _EXCLUDING:
            if one in self.properties and other in self.properties:
                yield self.error(
                    "chardev-keys-conflict",
                    f"{one}= leaves no room for {other}=",
                    f"leave {other}= out, or {one}=",
                    other,
                )
                return
        host = self.get("host") or ""
        if is_of_another_family(host, self.get("ipv4"), self.get("ipv6")):
            yield self.error("socket-address-family", FAMILY.format(host), FAMILY_MEND, "host")
        if not self._is_on("server"):
            if self.get("wait") is not None:
                yield self.error(
                    "chardev-wait-of-client",
                    "wait= is for servers, and this connects to one",
                    "add server=True, or leave wait out",
                    "wait",
                )
        elif self._retries:
            yield self.error(
                "chardev-reconnect-of-server",
                "reconnect= is for clients, and this is a server",
                "leave reconnect out",
                "reconnect",
            )
        elif self.get("wait") in ON | {None}:
            yield self.warning(
                "chardev-waits",
                "QEMU waits for a client here before it starts anything, and so would launch()",
                "add wait=False",
                "wait",
            )

    def explain(self) -> str:
        """Say what it is."""
        return (
            f"Names a place for characters, {self.get('id') or 'without an id'}, of the kind "
            f"{self.driver}. It does nothing until a serial port, a monitor or a device refers "
            "to it."
        )

"""``-vnc``: the guest's screen, keyboard and mouse, served by QEMU itself to VNC clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, Self

import attrs

from qemubuild import grammar
from qemubuild.claims import (
    AUDIODEV,
    DEVICE,
    OBJECT,
    VNC,
    Connects,
    Defines,
    Listens,
    Opens,
    Password,
    Refers,
    Screen,
    Service,
    Shows,
    family_of,
    is_of_another_family,
)
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._vnc_address import (
    EVERYWHERE,
    FIRST_PORT,
    FIRST_WEBSOCKET,
    MOST_NUMBER,
    MOST_PORT,
    PLACE,
    TCP,
    WEBSOCKET,
    Place,
    spelled,
    understood,
)
from qemubuild.values import ID, NAME, NUMBER, SWITCH, TEXT, Verbatim, choice, many

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_PASSWORD = 8
_SERVICE = re.compile(r"(?=.*[^0-9])[^:$]+")  # a port by its name
_LAST_AUTO = 99


class Vnc(Keyed):
    """Show the guest's screen to VNC clients (``-vnc``); the server is QEMU's, not the guest's.

    ``Vnc(0)`` listens on port 5900 of every network interface; ``Vnc(0, host="127.0.0.1")`` on
    this computer alone; ``Vnc("auto", host="127.0.0.1")`` on the first free port of a hundred;
    ``Vnc(unix="/path")`` on a socket that only files' permissions open; ``Vnc("none")`` not at all.
    More than one server may be given.

    Attributes:
        listen: a number N, for port 5900 + N; ``"auto"`` for the first free N of 0 to 99, which
            QEMU finds by itself (``0, to=99``); or QEMU's own text: ``"127.0.0.1:0"``, ``"none"``.
        host: the address to listen on; all interfaces without. With `reverse`, the viewer's.
        unix: the path of a socket, instead of `listen` and `host`; at most 107 bytes.
        also: more addresses of the same server, as QEMU writes them.
        to: the last number to try where port 5900 + N is busy.
        websocket: ``True`` for a second port, 5700 + N, which browsers can talk to; or that
            port, or ``"HOST:PORT"``.
        also_websocket: more of these.
        password: ask for a password, which nobody has until a monitor's ``set_password`` sets it.
        password_secret: the id of an ``-object secret`` that holds the password (8 bytes count).
        share: what a second client does to the first; ``allow-exclusive`` by default.
        display: the id of the graphics device to show; the first without.
        head: which of that device's outputs.
        connections: how many clients at once; 32 by default.
        ipv4: whether to listen by IPv4.
        ipv6: whether to listen by IPv6.
        reverse: connect to a viewer that listens; `listen` is its port then.
        lock_key_sync: keep Caps Lock and its like as the client has them; on by default.
        key_delay_ms: milliseconds between keys sent to the guest; 10 by default.
        sasl: ask for a user by SASL, as set up on the host.
        tls_creds: the id of an ``-object tls-creds-...``, which encrypts.
        tls_authz: the id of an ``-object authz-...`` for clients' certificates.
        sasl_authz: the id of an ``-object authz-...`` for users.
        lossy: allow JPEG, for slow lines.
        non_adaptive: do not find out which parts of the screen change often.
        audiodev: the id of an ``-audiodev`` whose sound clients get.
        power_control: let clients power the guest off and reset it.
        id: a name, for monitors.
    """

    flag = "-vnc"
    implied = "vnc"
    repeats = True

    listen: int | str | None = key(PLACE, name="vnc", default=None)
    host: str | None = attrs.field(default=None, kw_only=True)
    unix: str | os.PathLike[str] | None = attrs.field(default=None, kw_only=True)
    also: tuple[str, ...] = key(many(PLACE), name="vnc", default=(), kw_only=True)
    to: int | None = key(NUMBER, default=None, kw_only=True)
    websocket: bool | int | str | None = key(WEBSOCKET, default=None, kw_only=True)
    also_websocket: tuple[int | str, ...] = key(
        many(WEBSOCKET), name="websocket", default=(), kw_only=True
    )
    password: bool | None = key(SWITCH, default=None, kw_only=True)
    password_secret: str | None = key(ID, default=None, kw_only=True)
    share: Literal["ignore", "allow-exclusive", "force-shared"] | None = key(
        choice("ignore", "allow-exclusive", "force-shared"), default=None, kw_only=True
    )
    display: str | None = key(NAME, default=None, kw_only=True)
    head: int | None = key(NUMBER, default=None, kw_only=True)
    connections: int | None = key(NUMBER, default=None, kw_only=True)
    ipv4: bool | None = key(SWITCH, default=None, kw_only=True)
    ipv6: bool | None = key(SWITCH, default=None, kw_only=True)
    reverse: bool | None = key(SWITCH, default=None, kw_only=True)
    lock_key_sync: bool | None = key(SWITCH, default=None, kw_only=True)
    key_delay_ms: int | None = key(NUMBER, default=None, kw_only=True)
    sasl: bool | None = key(SWITCH, default=None, kw_only=True)
    tls_creds: str | None = key(ID, default=None, kw_only=True)
    tls_authz: str | None = key(ID, default=None, kw_only=True)
    sasl_authz: str | None = key(ID, default=None, kw_only=True)
    lossy: bool | None = key(SWITCH, default=None, kw_only=True)
    non_adaptive: bool | None = key(SWITCH, default=None, kw_only=True)
    audiodev: str | None = key(ID, default=None, kw_only=True)
    power_control: bool | None = key(SWITCH, default=None, kw_only=True)
    id: str | None = key(ID, default=None, kw_only=True)

    # Written as: -vnc :0 / -vnc 127.0.0.1:1,to=9 / -vnc vnc=unix:/run/a=b,password=on

    if TYPE_CHECKING:

        @property
        def _places(self) -> tuple[Place, ...]: ...

    def __attrs_post_init__(self) -> None:
        if self.listen == "auto":
            self.__dict__["listen"] = 0
            self.__dict__["to"] = _LAST_AUTO if self.to is None else self.to
        super().__attrs_post_init__()

    def _pairs(self) -> list[tuple[str, str]]:
        pairs = super()._pairs()
        if self.host is not None or self.unix is not None:
            pairs[: self.listen is not None] = [(self.implied, self._address())]
        elif isinstance(self.listen, int):
            self._check_number()
        if not pairs or pairs[0][0] != self.implied:
            raise self._invalid("listen", InvalidOption("no address is given", hint="write vnc(0)"))
        addresses = (value for name, value in pairs if name == self.implied)
        self.__dict__["_places"] = tuple(understood(addresses))
        return pairs

    def _address(self) -> str:
        """The address that `listen` and `host` make, or `unix`."""
        if self.unix is not None:
            if self.host is not None or self.listen is not None:
                cause = InvalidOption(
                    "a socket has neither a host nor a number",
                    hint="write vnc(unix=...) alone, or vnc(0, host=...)",
                )
                raise self._invalid("unix", cause)
            return self._write("unix", PLACE, f"unix:{self._write('unix', NAME, self.unix)}")
        if not isinstance(self.listen, int):
            cause = InvalidOption(
                "a host needs a display number beside it", hint="write vnc(0, host=...)"
            )
            raise self._invalid("host", cause)
        self._check_number()
        host = self._write("host", TEXT, self.host)
        # Brackets keep the colons of IPv6 apart, and a host called "unix" from being a socket.
        if host == "unix" or (":" in host and not host.startswith("[")):
            host = f"[{host}]"
        return f"{host}:{self.listen}"

    def _check_number(self) -> None:
        most = MOST_PORT if self.reverse else MOST_NUMBER
        if isinstance(self.listen, int) and self.listen > most:
            cause = InvalidOption(
                f"{self.listen} is too much: ports end at {MOST_PORT}",
                hint=f"N is port {FIRST_PORT} + N: write {self.listen - FIRST_PORT} for port "
                f"{self.listen}"
                if self.listen <= MOST_PORT
                else f"write 0 to {most}",
            )
            raise self._invalid("listen", cause)

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read what follows the flag."""
        text = value or ""
        items = grammar.parse(text, implied=cls.implied)
        if not text or not any(item.key == cls.implied for item in items):
            text = f"none,{text}"  # what no address means to QEMU too
        read = super().parse(text)
        fields = dict(read._given())  # noqa: SLF001 - its own
        first, *also = read.also
        fields.update(spelled(first, reverse=read.reverse is True), also=tuple(also))
        if read.also_websocket:
            fields["websocket"], *more = read.also_websocket
            fields["also_websocket"] = tuple(more)
        return cls(**fields)

    def guarded(self) -> Self:
        """The same server, closed to all until a password is set, if it does not ask for one."""
        if self.password or self.password_secret is not None:
            return self
        return type(self)(**{**dict(self._given()), "password": True})

    # What it says of itself

    @property
    def port(self) -> int | None:
        """The TCP port that it listens on, the first that is tried with `to`; else ``None``."""
        places = self._places
        if not places or places[0].path is not None or self.reverse:
            return None
        return FIRST_PORT + places[0].number

    @property
    def address(self) -> str | None:
        """Where a client on this host connects: ``"127.0.0.1:5900"``, or a socket's path."""
        places = self._places
        if not places or self.reverse:
            return None
        host, number, path = places[0]
        if path is not None:
            return path or None
        if host in EVERYWHERE:
            host = "[::1]" if host == "::" else "127.0.0.1"
        elif ":" in host:
            host = f"[{host}]"
        return f"{host}:{FIRST_PORT + number}"

    def claims(self) -> Iterator[Claim]:
        """State the ports, the ids, and that it reads a keyboard layout."""
        yield Screen("vnc")
        if self.id is not None:
            yield Defines(VNC, self.id)
        for kind, name, begins in (
            (OBJECT, self.password_secret, "secret"),
            (OBJECT, self.tls_creds, "tls-creds-"),
            (DEVICE, self.display, ""),
            (AUDIODEV, self.audiodev, ""),
        ):
            if name is not None and name.__class__ is not Verbatim:
                yield Refers(kind, name, begins)
        if self.display is not None:
            yield Shows(self.display, self.head if isinstance(self.head, int) else 0)
        if self.reverse:
            yield from (Connects(host, port) for host, port, path in self._places[:1] if not path)
            return
        for host, number, path in self._places:
            if path:
                yield Opens(path, "socket", writes=True, creates=True)
            elif path is None and number <= MOST_NUMBER:
                last = FIRST_PORT + self.to if isinstance(self.to, int) and self.to else None
                yield Listens(family_of(host, self.ipv4, self.ipv6), FIRST_PORT + number, last)
        yield from self._websockets()
        for one in (self.websocket, *self.also_websocket):
            if isinstance(one, str) and _SERVICE.fullmatch(one):
                yield Service(one)

    def _websockets(self) -> Iterator[Listens]:
        """The ports for browsers; on the server's own interface where none is named."""
        if not self._places:
            return
        host, number, _ = self._places[0]
        host = family_of(host, self.ipv4, self.ipv6)
        for one in (self.websocket, *self.also_websocket):
            if one is True:
                last = FIRST_WEBSOCKET + self.to if isinstance(self.to, int) and self.to else None
                yield Listens(host, FIRST_WEBSOCKET + number, last)
            elif isinstance(one, int):
                yield Listens(host, one)
            elif one and (match := TCP.fullmatch(one)) and int(match["number"]) <= MOST_PORT:
                yield Listens(match["host"] or host, int(match["number"]))

    # Judging

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge who can connect, and what QEMU refuses."""
        yield from self._guards(machine)
        places = self._places
        if places and self.listen in ("", "none"):
            yield self.error(
                "vnc-none-and-more",
                "'none' is no server, and addresses of one follow it",
                "leave 'none' out, or the others",
                "also",
            )
        elif places:
            yield from self._reversed() if self.reverse else self._listening(places)

    def _guards(self, machine: MachineView) -> Iterator[Finding]:
        if self.password_secret is not None:
            if self.password is not None:
                yield self.error(
                    "vnc-password-twice",
                    "password= and password_secret= are two ways to say the same",
                    "leave password= out: the secret asks for a password by itself",
                    "password",
                )
            yield from self._secret(machine)
        elif self.password is True:
            yield self.warning(
                "vnc-password-unset",
                "password=on asks for a password that is not set, so nobody can connect until a "
                "monitor's set_password sets one",
                "give it at once: launch(vnc_password=...); or password_secret='vnc0', and "
                "secret('vnc0', file='/path/of/the/password')",
                "password",
            )
        if self.tls_authz is not None and self.tls_creds is None:
            yield self.error(
                "vnc-tls-authz-without-creds",
                "tls_authz= judges certificates, and without tls_creds= there are none",
                "add tls_creds=, or leave tls_authz out",
                "tls_authz",
            )
        if self.sasl_authz is not None and self.sasl is not True:
            yield self.error(
                "vnc-sasl-authz-without-sasl",
                "sasl_authz= judges users, and without sasl=True there are none",
                "add sasl=True, or leave sasl_authz out",
                "sasl_authz",
            )

    def _secret(self, machine: MachineView) -> Iterator[Finding]:
        for _, secret in machine.claims(Password):
            if secret.id == self.password_secret and len(secret.password) > _PASSWORD:
                yield self.warning(
                    "vnc-password-too-long",
                    "VNC looks at 8 bytes of a password, and this one has more: the rest is no "
                    "protection",
                    "use 8 bytes, and tls_creds= or a unix socket where that is too little",
                    "password_secret",
                )

    def _reversed(self) -> Iterator[Finding]:
        if self.websocket is not None:
            yield self.error(
                "vnc-reverse-websocket",
                "reverse=True connects to a viewer, which is never done by websocket",
                "leave websocket out",
                "websocket",
            )
        elif len(self._places) > 1:
            yield self.error(
                "vnc-reverse-many",
                "reverse=True connects to one viewer, and here are several addresses",
                "write one vnc(..., reverse=True) for each",
                "also",
            )
        elif self._places[0] == Place("", self._places[0].number):
            yield self.error(
                "vnc-reverse-without-host",
                "reverse=True connects to a viewer, and no host is given",
                "add host=, such as host='127.0.0.1'",
                "reverse",
            )

    def _listening(self, places: tuple[Place, ...]) -> Iterator[Finding]:
        for host, number, path in places:
            if path is not None:
                yield from self._socket()
                continue
            if number > MOST_NUMBER:
                yield self.error(
                    "vnc-port-out-of-range",
                    f"number {number} means port {FIRST_PORT + number}, and ports end at 65535",
                    f"write a number from 0 to {MOST_NUMBER}: 5900 is added to it",
                    "listen",
                )
            elif self.listen == number and FIRST_PORT <= number < FIRST_PORT + 100:
                yield self.warning(
                    "vnc-number-is-a-port",
                    f"{number} is added to {FIRST_PORT}: it listens on port {FIRST_PORT + number}",
                    f"write vnc({number - FIRST_PORT}) for port {number}",
                    "listen",
                )
            if isinstance(self.to, int) and self.to and not number <= self.to <= MOST_NUMBER:
                yield self.error(
                    "vnc-range-empty",
                    f"to={self.to} ends outside of {number} to {MOST_NUMBER}, so no port is tried",
                    f"write the last number to try, such as to={min(number + 99, MOST_NUMBER)}",
                    "to",
                )
            yield from self._family(host)
            if host == "none":
                yield self.warning(
                    "vnc-host-none",
                    f"'none:{number}' is a host called 'none', and listens there",
                    "write vnc('none') for no server",
                    "listen",
                )
        if len(places) > 1 and self.websocket is True:
            yield self.error(
                "vnc-websocket-port",
                "websocket=True takes its port from the address, and here are several",
                "write the port, such as websocket=5700",
                "websocket",
            )
        if not (self.password or self.password_secret or self.sasl or self.tls_creds):
            yield from self._open(places)

    def _socket(self) -> Iterator[Finding]:
        if self.to:
            yield self.error(
                "vnc-range-of-socket",
                "a socket has a path, and no range of ports to try",
                "leave to= out",
                "to",
            )

    def _family(self, host: str) -> Iterator[Finding]:
        ipv4, ipv6 = self.ipv4, self.ipv6
        if ipv4 is None and ipv6 is None:
            return
        if ipv4 is False and ipv6 is False:
            yield self.error(
                "vnc-no-address-family",
                "ipv4 and ipv6 are both off, so there is nothing to listen by",
                "leave one of them on",
                "ipv4",
            )
        elif is_of_another_family(host, ipv4, ipv6):
            yield self.error(
                "vnc-address-family",
                f"{host} is no address of the family that is asked for",
                "leave ipv4 and ipv6 out: the address says which it is",
                "ipv4",
            )

    def _open(self, places: tuple[Place, ...]) -> Iterator[Finding]:
        ports = [
            str(FIRST_PORT + number)
            for host, number, path in places
            if path is None and host in EVERYWHERE
        ]
        ports += [str(claim.port) for claim in self._websockets() if claim.host in EVERYWHERE]
        if ports:
            yield self.warning(
                "vnc-open-to-all",
                f"anyone who reaches this host sees the screen and types, on port "
                f"{' and '.join(ports)}: it listens on every interface, with no password",
                "add host='127.0.0.1' and come through an SSH tunnel, or use unix=, or set "
                "password_secret=",
                "host",
            )

    def explain(self) -> str:
        """Say where the screen is seen, and by whom."""
        places = self._places
        if not places:
            return "Starts no VNC server, and opens no window either."
        if self.reverse:
            return (
                f"Connects to the VNC viewer that listens at {places[0].host}, port "
                f"{places[0].number}, and shows it the guest's screen. Without it QEMU opens a "
                "window, if it can."
            )
        if places[0].path is not None:
            where = f"the socket {places[0].path}, which only this host's users can reach"
        else:
            where = f"port {self.port} (5900 + {places[0].number})"
            if self.to:
                where += f", or the next free one up to {FIRST_PORT + int(self.to)},"
            named = places[0].host in EVERYWHERE
            where += " of every network interface" if named else f" of {places[0].host}"
        guard = (
            " It asks for a password, of which 8 bytes count."
            if self.password or self.password_secret
            else ""
        )
        return (
            f"Shows the guest's screen, from the first message of its firmware on, to VNC clients "
            f"at {where}; the server is QEMU's own, so the guest needs none.{guard} Without it "
            "QEMU opens a window, or serves VNC to this host alone where it has no windows."
        )

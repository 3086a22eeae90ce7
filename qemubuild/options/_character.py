"""Where characters go to and come from, as -serial, -monitor and their like are told it.

An older dialect than ``-chardev`` (chardev/char.c, ``qemu_chr_parse_compat``)::

    place  = [ "mon:" ] ( word | file | socket ) | "chardev:" id
    word   = "null" | "stdio" | "pty" | "vc" [ ":" size ] | "msmouse" | ... | "/dev/" name
    file   = ( "file:" | "pipe:" ) path              the path as it stands, whatever it has
    socket = "unix:" path { "," key "=" value }      QemuOpts: a comma in the path is doubled, and
                                                     one with "=" in it is written "path=..."
           | ( "tcp:" | "telnet:" ... ) [ host ] ":" port { "," key "=" value }
           | "udp:" [ host ] ":" port [ "@" [ host ] ":" port ]
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import attrs

from qemubuild import grammar
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
    family_of,
    is_of_another_family,
)
from qemubuild.driven import Driven
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.units import ON
from qemubuild.values import (
    ID,
    NAME,
    SWITCH,
    TEXT,
    Kind,
    Verbatim,
    integer,
    nearest,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

UNSHARED_BY_QMP: Final = frozenset(
    {"null", "vc", "msmouse", "wctablet", "braille", "testdev", "ringbuf", "memory"}
)
"""Places, in QEMU's own words, on which its machine protocol cannot be shared: none is a file."""

_PLACES: Final = ("word", "file", "pipe", "unix", "port", "chardev")
# What QEMU reads after a socket's address, beside the keys that have a field.
_MORE_KEYS: Final = frozenset(
    "abstract delay fd host ipv4 ipv6 logappend logfile mux nodelay path reconnect reconnect-ms "
    "signal tight tls-authz tn3270".split()
)
_EVERYWHERE: Final = frozenset({"", "0", "0.0.0.0", "::"})  # noqa: S104 - judged, not bound

FAMILY: Final = "{} is no address of the family that is asked for"
FAMILY_MEND: Final = "leave ipv4 and ipv6 out: the address says which it is"
_WORDS: Final = {
    "stdio": "QEMU's own terminal",
    "null": "nowhere: what is written is lost",
    "pty": "a new pseudo-terminal, whose name QEMU prints",
    "vc": "a text page of QEMU's window",
    "msmouse": "a serial mouse of Microsoft's kind",
    "wctablet": "a serial tablet of Wacom's",
    "braille": "a braille display",
    "testdev": "a device that tests tell to end QEMU",
    "con:": "QEMU's console, on Windows",
}
_SHAPES: Final = re.compile(
    r"vc(?!:)|vc:[0-9]{1,7}C?x[0-9]|/dev/|COM|unix:|chardev:[A-Za-z]|(file|pipe):[\s\S]"
    r"|(tcp|telnet|websocket|tn3270|udp):[^:]{0,64}:[^,]"
)
_SOCKET: Final = re.compile(
    r"(?P<protocol>tcp|telnet|websocket):(?P<host>[^:]{0,64}):(?P<port>[0-9]{1,5})"
    r"(?:,(?P<keys>.*))?",
    re.DOTALL,
)
_NAMED_PORT: Final = re.compile(
    r"(mon:)?(tcp|telnet|websocket|tn3270|udp):[^:]*:(?P<name>[0-9]*[^,@$:\]0-9][^,@$:\]]*)(,|@|$)"
)
_MOST_PATH: Final = 108
_PORT: Final = integer(0, 65535)


def _write_word(value: object) -> str:
    text = write_text(value)
    plain = text.removeprefix("mon:")
    if plain.startswith("unix:"):
        for item in grammar.parse(plain.removeprefix("unix:"), implied="path")[:1]:
            _check_length(item.value)
    if plain in _WORDS or _SHAPES.match(plain):
        return text
    if re.match(r"(tcp|telnet|websocket|tn3270|udp):", plain):
        mend = "write HOST:PORT after it, or :PORT for every interface"
    else:
        mend = (
            f"{nearest(plain, _WORDS)}write 'stdio', 'null', 'pty' or 'vc', or give file=, unix= "
            "or port="
        )
    raise InvalidOption(f"{text!r} is no place that QEMU knows", hint=mend)


def _write_path(value: object) -> str:
    text = NAME.write(value)
    _check_length(text)
    return text


def _check_length(text: str) -> None:
    if len(os.fsencode(text)) > _MOST_PATH:
        raise InvalidOption(
            f"a socket's path can have {_MOST_PATH} bytes, and this has {len(os.fsencode(text))}",
            hint="put the socket into a directory with a short name, or use a relative path",
        )


def shared_backend(machine: MachineView, name: str | None) -> Driven | None:
    """The -chardev of that id, where it serves others, too."""
    if name is None:
        return None
    for option in machine.find_all(Driven):
        if option.flag == "-chardev" and option.get("id") == name and option.get("mux") in ON:
            return option
    return None


class Character(Keyed):
    """Something that talks in characters, and where it does; see `Serial` for the fields."""

    # Written as: -serial mon:stdio / -serial file:/a,b / -serial unix:/s,server=on,wait=off
    # -serial tcp:127.0.0.1:4444,server=on / -serial tcp::4444,host=::1 / -serial chardev:c0

    word: str | None = key(Kind(_write_word, str), default=None)
    file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    pipe: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    unix: str | os.PathLike[str] | None = key(Kind(_write_path, str), default=None, kw_only=True)
    port: int | None = key(_PORT, default=None, kw_only=True)
    host: str | None = key(TEXT, default=None, kw_only=True)
    chardev: str | None = key(ID, default=None, kw_only=True)
    monitor: bool = attrs.field(default=False, kw_only=True)
    server: bool | None = key(SWITCH, default=None, kw_only=True)
    wait: bool | None = key(SWITCH, default=None, kw_only=True)
    to: int | None = key(_PORT, default=None, kw_only=True)
    telnet: bool | None = key(SWITCH, default=None, kw_only=True)
    websocket: bool | None = key(SWITCH, default=None, kw_only=True)
    tls_creds: str | None = key(ID, default=None, kw_only=True)

    none: ClassVar[bool] = True
    """Whether ``none`` is a word too: there is no such thing then."""
    serves: ClassVar[bool] = False
    """Whether QEMU makes every TCP socket a server that does not wait."""
    named: ClassVar[str] = ""
    """The kind of ids that it takes one of, that of the backend which it names."""
    power: ClassVar[str] = ""
    """What whoever can connect is able to do."""

    def render(self) -> str:
        """Write the place."""
        if self.none and self.word == "none":
            return "none"
        pairs = self._pairs()
        places = [pair for pair in pairs if pair[0] in _PLACES]
        if len(places) != 1:
            cause = InvalidOption(
                f"one place is needed, and here are {len(places)}",
                hint=f"give one of {', '.join(_PLACES)}",
            )
            raise self._invalid(places[-1][0] if places else "word", cause)
        place, value = places[0]
        keys = [pair for pair in pairs if pair[0] not in _PLACES]
        if self.monitor and place == "chardev":
            cause = InvalidOption(
                "a -chardev is shared by its own mux=", hint="leave monitor out, and add mux=True"
            )
            raise self._invalid("monitor", cause)
        if keys and place not in {"unix", "port"}:
            cause = InvalidOption("only sockets have keys", hint="give them to unix= or port=")
            raise self._invalid(keys[0][0], cause)
        return ("mon:" if self.monitor else "") + self._spell(place, value, keys)

    def _spell(self, place: str, value: str, keys: list[tuple[str, str]]) -> str:
        if place == "word":
            return value
        if place == "unix":
            return f"unix:{grammar.render([('path', value), *keys], implied='path')}"
        if place == "port":
            # Only a plain host can stand before the port; another is given by its key.
            if keys and keys[0][0] == "host" and not re.search("[:,]|.{65}", keys[0][1]):
                value = f"{keys.pop(0)[1]}:{value}"
            else:
                value = f":{value}"
            return ",".join([f"tcp:{value}", *([grammar.render(keys)] if keys else [])])
        return f"{place}:{value}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read what follows the flag; what has no field stays in QEMU's own words."""
        text = value or ""
        try:
            if fields := cls._fields_of(text.removeprefix("mon:")):
                return cls(**fields, monitor=text.startswith("mon:"))
            return cls(text)
        except InvalidOption:
            return cls(Verbatim(text))

    @classmethod
    def _fields_of(cls, text: str) -> dict[str, Any] | None:
        place, _, rest = text.partition(":")
        if place in {"file", "pipe", "chardev"}:
            return {place: rest}
        if place == "unix":
            items = grammar.parse(rest, implied="path")
            if items and items[0].key == "path" and items[0].value:
                return {"unix": items[0].value, **cls._read_keys(items[1:])}
            return None
        if match := _SOCKET.fullmatch(text):
            fields = cls._read_keys(grammar.parse(match["keys"] or ""))
            if match["host"]:
                fields.setdefault("host", match["host"])
            if place != "tcp":
                fields[place] = True
            return {"port": int(match["port"]), **fields}
        return None

    @classmethod
    def _read_keys(cls, items: list[grammar.Item]) -> dict[str, Any]:
        fields: dict[str, Any] = {"extra": {}}
        by_name = {known.name: known for known in cls._keys.values()}
        for name, value, _ in items:
            if name in {"path", "port"}:
                raise InvalidOption(f"{name} is given twice")
            if name in by_name and name not in _PLACES:
                known = by_name[name]
                fields[known.field] = known.kind.read(value)
            else:
                fields["extra"][name] = value
        return fields

    def knows(self, name: str) -> bool:
        """Whether QEMU reads the key of a socket."""
        return name in _MORE_KEYS

    # What it says of itself

    @property
    def _meant(self) -> Character:
        """The same by its fields, where it is given in QEMU's own words."""
        word = self.word
        if word is None or isinstance(word, Verbatim) or ":" not in word:
            return self
        return type(self).parse(word)

    def claims(self) -> Iterator[Claim]:
        """State what it opens, listens on and refers to."""
        meant = self._meant
        if meant.word is not None:
            if meant.word in {"stdio", "mon:stdio"}:
                yield Terminal()
            elif meant.word.startswith(("/dev/", "COM")):
                yield Opens(meant.word, "device", writes=True)
            elif match := _NAMED_PORT.match(meant.word):
                yield Service(match["name"])
        elif meant.file is not None and not isinstance(meant.file, Verbatim):
            yield Opens(os.fspath(meant.file), "log", writes=True, creates=True)
        elif meant.chardev is not None and not isinstance(meant.chardev, Verbatim):
            yield Refers(CHARDEV, meant.chardev)
            if self.named:
                yield Defines(self.named, meant.chardev)
        elif meant.pipe is not None and not isinstance(meant.pipe, Verbatim):
            yield Opens(os.fspath(meant.pipe), "pipe", writes=True)
        elif meant.unix is not None and not isinstance(meant.unix, Verbatim):
            if "abstract" not in meant.extra and not _retries(meant):
                yield Opens(os.fspath(meant.unix), "socket", writes=True, creates=_is_server(meant))
        elif isinstance(meant.port, int) and _is_server(meant):
            last = meant.to if isinstance(meant.to, int) else None
            host = family_of(meant.host or "", meant.extra.get("ipv4"), meant.extra.get("ipv6"))
            yield Listens(host, meant.port, last)
        elif isinstance(meant.port, int) and meant.host and not _retries(meant):
            yield Connects(meant.host, meant.port)
        if meant.tls_creds is not None and not isinstance(meant.tls_creds, Verbatim):
            yield Refers(OBJECT, meant.tls_creds, "tls-creds-")

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge sockets: who waits for whom, and who can connect."""
        meant = self._meant
        if meant.unix is None and meant.port is None:
            return
        yield from self._roles(meant)
        if meant is not self and self.word and _has_bare_word(self.word):
            yield self.hint(
                "socket-bare-word",
                "a bare 'server' or 'nowait' is deprecated since QEMU 6.0",
                "write server=on and wait=off",
                "word",
            )
        if not _is_server(meant) or meant.port is None:
            return
        if isinstance(meant.to, int) and meant.to < meant.port:
            yield self.error(
                "socket-range-empty",
                f"to={meant.to} ends before port {meant.port}, so no port is tried",
                f"write the last port to try, such as to={min(meant.port + 99, 65535)}",
                "to",
            )
        if (meant.host or "") in _EVERYWHERE and not meant.tls_creds:
            yield self.warning(
                "socket-open-to-all",
                f"port {meant.port} listens on every interface: whoever reaches this host "
                f"{self.power}",
                "add host='127.0.0.1', or use unix=",
                "host",
            )

    def _roles(self, meant: Character) -> Iterator[Finding]:
        host = meant.host or ""
        if is_of_another_family(host, meant.extra.get("ipv4"), meant.extra.get("ipv6")):
            yield self.error("socket-address-family", FAMILY.format(host), FAMILY_MEND, "host")
        if not _is_server(meant):
            if meant.port is not None and not meant.host and not _retries(meant):
                yield self.error(
                    "socket-client-without-host",
                    f"it connects to port {meant.port}, and no host is given",
                    "add host='127.0.0.1', or server=True to listen there",
                    "host",
                )
            if meant.wait is not None:
                yield self.error(
                    "socket-wait-of-client",
                    "wait= is for servers, and this connects to one",
                    "add server=True, or leave wait out",
                    "wait",
                )
            if meant.websocket is True:
                yield self.error(
                    "socket-websocket-client",
                    "QEMU can serve websockets, and not connect to them",
                    "add server=True, or leave websocket out",
                    "websocket",
                )
            return
        if _retries(meant):
            yield self.error(
                "socket-reconnect-of-server",
                "reconnect= is for clients, and this is a server",
                "leave reconnect out",
                "extra",
            )
        if meant.wait is not False and not self.serves:
            yield self.warning(
                "socket-waits",
                "QEMU waits for a client here before it starts anything, and so would launch()",
                "add wait=False",
                "wait",
            )

    def _where(self) -> str:
        """Where it goes, in plain words."""
        meant = self._meant
        if meant.word is not None:
            word = meant.word.removeprefix("mon:")
            text = _WORDS.get(word, word)
        elif meant.file is not None:
            text = f"the file {os.fspath(meant.file)}, emptied first"
        elif meant.pipe is not None:
            text = f"the pipe {os.fspath(meant.pipe)}"
        elif meant.chardev is not None:
            text = f"the -chardev {meant.chardev}"
        else:
            text = _in_words(meant)
        if meant.monitor or (meant.word or "").startswith("mon:"):
            text += ", shared with QEMU's monitor (Ctrl-a c switches)"
        return text


def _is_server(option: Character) -> bool:
    return option.server is True or (option.serves and option.port is not None)


def _retries(option: Character) -> bool:
    """Whether it goes on trying to connect, so that nobody has to be there yet."""
    return not option.extra.keys().isdisjoint(("reconnect", "reconnect-ms"))


def _in_words(socket: Character) -> str:
    if socket.unix is not None:
        where = f"the socket {os.fspath(socket.unix)}"
    else:
        where = f"port {socket.port} of {socket.host or 'every network interface'}"
    return f"whoever connects to {where}" if _is_server(socket) else where


def _has_bare_word(text: str) -> bool:
    return any(item.bare for item in grammar.parse(text.partition(",")[2]))

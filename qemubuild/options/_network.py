"""What ``-netdev``, ``-nic`` and ``-net`` have in common: the host's end of a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from qemubuild.claims import CHARDEV, NETDEV, OBJECT, Connects, Listens, Refers
from qemubuild.driven import Driven
from qemubuild.options._versions import changed
from qemubuild.targets import board_of
from qemubuild.units import OFF, ON
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# The kinds that one QEMU or another has (qapi/net.json), and what one cannot do without.
_KINDS: Final = frozenset(
    "user tap l2tpv3 socket stream dgram vde bridge hubport netmap vhost-user vhost-vdpa "
    "vmnet-host vmnet-shared vmnet-bridged af-xdp passt".split()
)
_NEEDS: Final = {
    "hubport": "hubid",
    "l2tpv3": "src",
    "vhost-user": "chardev",
    "netmap": "ifname",
    "af-xdp": "ifname",
}
_KEYVAL: Final = frozenset({"dgram", "stream"})
# Those whose keys exclude each other.
_WITH_WAYS: Final = frozenset({"dgram", "socket", "stream", "tap", "vhost-vdpa"})
_REFERENCES: Final = (
    ("chardev", CHARDEV, "socket"),
    ("netdev", NETDEV, ""),
    ("tls-creds", OBJECT, "tls-creds-"),
)
_OF_IPV6: Final = ("ipv6-net", "ipv6-prefix", "ipv6-host", "ipv6-dns")
OF_ADDRESSES: Final = (
    "net", "host", "dns", "dhcpstart", "guestfwd", "ipv4", "ipv6", *_OF_IPV6, "ipv6-prefixlen",
    "hostname", "domainname",
)  # fmt: skip
"""What is said of the addresses and names of a network of the kind ``user``."""
# [tcp|udp]:[host address]:host port-[guest address]:guest port (net/slirp.c)
_FORWARD: Final = re.compile(
    r"(?P<protocol>tcp|udp|):(?P<host>[^:]*):(?P<port>[^-]*)-(?P<guest>[^:]*):(?P<to>.*)", re.DOTALL
)
# A number as C's strtol() reads it, and an address as inet_aton() does.
_NUMBER: Final = re.compile(r"\s*\+?(0[xX](?P<hex>[0-9a-fA-F]+)|0(?P<octal>[0-7]*)|[1-9][0-9]*)")
_ADDRESS: Final = re.compile(r"((^|(?<!^)\.)(0[xX][0-9a-fA-F]+|[0-9]+)){1,4}|")
_PCI_CARDS: Final = frozenset(
    "e1000 e1000e rtl8139 virtio virtio-net-pci pcnet ne2k_pci vmxnet3 i82551 i82559er".split()
)
_MOST_PORT: Final = 65535
# Six bytes as C's strtol() reads them, or one number for the last three (net/net.c).
_MAC: Final = re.compile(r"(?P<first>[0-9a-fA-F]*)([:-][0-9a-fA-F]*){5}")
_MOST_END: Final = 0xFFFFFF


class Network(Driven, init=False):
    """A network of one of QEMU's kinds."""

    implied = "type"
    lists = frozenset({"dnssearch", "guestfwd", "hostfwd"})
    besides: ClassVar[frozenset[str]] = frozenset()
    """Words that this option takes where others take a kind of network."""

    @property
    def _forwards(self) -> list[str]:
        """The ports of the host that lead to the guest, as QEMU writes them."""
        return self._texts("hostfwd")

    def _texts(self, name: str) -> list[str]:
        """What is given of a key that may stand more than once."""
        given = self.properties.get(name) if self.driver == "user" else None
        every = given if isinstance(given, tuple | list) else (given,)
        # In JSON, each is a mapping with its text.
        texts = [one.get("str") if isinstance(one, Mapping) else one for one in every]
        return [text for text in texts if isinstance(text, str)]

    def _listens(self) -> Iterator[Listens]:
        """The TCP ports of the host."""
        for text in self._forwards:
            match = _read_forward(text)
            if match and match["protocol"] != "udp":
                # QEMU's own network knows IPv4 alone here.
                yield Listens(match["host"] or "0.0.0.0", _read_port(match["port"]))  # noqa: S104 - judged

    def _peers(self) -> Iterator[Listens | Connects]:
        """Where a network over sockets listens, and whom it knows."""
        if self.driver != "socket":
            return
        for way in ("listen", "connect", "udp"):
            host, colon, port = (self.get(way) or "").rpartition(":")
            number = _read_port(port)
            if not colon or "$" in host or not 0 < number <= _MOST_PORT:
                continue
            if way == "listen":
                yield Listens(host or "0.0.0.0", number)  # noqa: S104 - judged
            elif host:
                yield Connects(host, number, once=False)

    def _references(self) -> Iterator[Refers | Listens | Connects]:
        """The ids that it refers to, and the hosts."""
        yield from self._peers()
        for text in self._texts("guestfwd"):
            _, _, target = text.partition("-")
            if target.startswith("chardev:"):
                yield Refers(CHARDEV, target.removeprefix("chardev:"))
        for key, kind, begins in _REFERENCES:
            if name := self.get(key):
                is_any = key == "chardev" and self.driver != "vhost-user"
                yield Refers(kind, name, "" if is_any else begins)

    def _is_without_ipv6(self) -> bool:
        """Whether IPv6 is off by what is said, and addresses of it are given (net/slirp.c)."""
        on, off = self.get("ipv4") in ON, self.get("ipv6") in OFF
        alone = on and self.get("ipv6") is None
        return (off or alone) and any(self.get(name) for name in _OF_IPV6)

    def _is_without_ipv4(self) -> bool:
        """Whether IPv4 is off, and yet something is said of it (net/slirp.c)."""
        off = self.get("ipv4") in OFF or (self.get("ipv4") is None and self.get("ipv6") in ON)
        return off and not self.properties.keys().isdisjoint(("net", "host", "dns"))

    def _judge_card(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the model of the card, where the network brings one."""
        board = board_of(machine)
        if (
            self.driver != "none"
            and self.get("model") in _PCI_CARDS
            and board
            and board.name == "isapc"
        ):
            # Newer ones only warn that the card is nowhere.
            finding = changed(self, machine, refused_by=(7, 2), taken_by=(10, 0)) or self.warning
            yield finding(
                "network-card-without-bus",
                f"the machine type isapc has no PCI bus for {self.get('model')}",
                "write model='ne2k_isa'",
                "model",
            )

    def _judge_mac(self, name: str) -> Iterator[Finding]:
        """Judge the address of the card, where the network brings one."""
        text = self.get(name)
        if text is None or "$" in text or 0 <= _read_port(text) <= _MOST_END:
            return
        match = _MAC.fullmatch(text)
        if match is None or int(match["first"] or "0", 16) & 1:
            yield self.error(
                "network-card-address",
                f"{name}={text!r} is no address of a card"
                + (": the first byte of one is even" if match else ", which has six bytes"),
                "write it as '52:54:00:12:34:56'",
                name,
            )

    def _judge_kind(self) -> Iterator[Finding]:
        """Judge the kind, what it needs, and the ports that lead to the guest."""
        known = _KINDS | self.besides
        if self.driver not in known and "$" not in self.driver:
            yield self.error(
                "network-kind-unknown",
                f"{self.driver!r} is no kind of network that QEMU has",
                f"{nearest(self.driver, known)}write 'user' for a network that needs no rights",
                "driver",
            )
        if self.driver == "user" and self._is_without_ipv4():
            yield self.error(
                "network-without-ipv4",
                "ipv6=True alone leaves IPv4 out, which net, host and dns are about",
                "add ipv4=True",
                "ipv6",
            )
        elif self.driver == "user" and self._is_without_ipv6():
            yield self.error(
                "network-without-ipv6",
                "there is no IPv6, which the other keys that begin with ipv6- are about",
                "add ipv6=True, or leave those out",
                "ipv6",
            )
        elif self.driver == "user" and not self.properties.keys().isdisjoint(OF_ADDRESSES):
            from qemubuild.options import _user_network  # noqa: PLC0415 - few say these

            yield from _user_network.findings(self)
        elif self.driver in _WITH_WAYS:
            from qemubuild.options import _network_keys  # noqa: PLC0415 - likewise

            yield from _network_keys.findings(self)
        need = _NEEDS.get(self.driver)
        if need and need not in self.properties:
            yield self.error(
                "network-incomplete",
                f"a network of the kind {self.driver} needs {need}",
                f"add {need}=",
                need,
            )
        for text in self._forwards:
            if text.startswith("unix:") or "$" in text:
                continue  # a socket's path, which newer versions take
            if _read_forward(text) is None:
                yield self.error(
                    "network-forward-malformed",
                    f"hostfwd={text!r} does not say which port leads to which",
                    "write 'tcp:127.0.0.1:2222-:22' for the host's port 2222 and the guest's 22",
                    "hostfwd",
                )


def is_keyval(text: str) -> bool:
    """Whether QEMU reads a network by the schema, and not as QemuOpts (net/net.c)."""
    return text.startswith("{") or text.partition(",")[0].removeprefix("type=") in _KEYVAL


def _read_forward(text: str) -> re.Match[str] | None:
    """A rule as QEMU reads it, or ``None`` where it reads none."""
    match = _FORWARD.fullmatch(text)
    if (
        match is None
        or not 0 <= _read_port(match["port"]) <= _MOST_PORT
        or not 1 <= _read_port(match["to"]) <= _MOST_PORT
        or not all(map(_is_address, match.group("host", "guest")))
    ):
        return None
    return match


def _read_port(text: str) -> int:
    """A port, or -1; an empty one is 0, which stands for any that is free."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return -1 if text else 0
    if match["hex"]:
        return int(match["hex"], 16)
    return int(match["octal"] or "0", 8) if match["octal"] is not None else int(text)


def _is_address(text: str) -> bool:
    """Whether it is an address of IPv4; ``127.1`` and one number alone are some, too."""
    if not _ADDRESS.fullmatch(text):
        return False
    parts = [_read_port(part) for part in text.split(".")]
    last = 256 ** (5 - len(parts))  # the last part stands for all that are left
    return all(0 <= part < 256 for part in parts[:-1]) and 0 <= parts[-1] < last

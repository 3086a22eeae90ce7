"""QEMU's own small network: which addresses it can have (net/slirp.c)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.options._network import OF_ADDRESSES
from qemubuild.units import OFF, ON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.driven import Driven
    from qemubuild.findings import Finding

_ALL: Final = 0xFFFFFFFF
_NET: Final = 0x0A000200  # 10.0.2.0
# Where the host, the first guest and the name server are in any network, as far as it has room.
_HOST, _GUEST, _DNS = 0x0202, 0x020F, 0x0203
_NUMBER: Final = re.compile(r"0[xX](?P<hex>[0-9a-fA-F]+)|0(?P<octal>[0-7]*)|[1-9][0-9]*")
# Networks without a mask have one by their addresses: of these bits, with this value, this mask.
_CLASSES: Final = (
    (0x80000000, 0, 0xFF000000),
    (0xFFF00000, 0xAC100000, 0xFFF00000),
    (0xC0000000, 0x80000000, 0xFFFF0000),
    (0xFFFF0000, 0xC0A80000, 0xFFFF0000),
    (0xFFFF0000, 0xC6120000, 0xFFFE0000),
    (0xE0000000, 0xE0000000, 0xFFFFFFF0),
    (0, 0, 0xFFFFFF00),
)
_SHORTEST, _LONGEST, _USUAL_IPV6, _LONGEST_IPV6, _LONGEST_NAME = 4, 32, 64, 126, 255
_FORWARD: Final = re.compile(
    r"(?:tcp)?:(?P<server>[^:]*):(?P<port>[0-9]+)-(?P<target>.+)", re.DOTALL
)


class _Wrong(Exception):
    """What is wrong with which key, and what to write instead."""


class _Network(NamedTuple):
    net: int
    mask: int

    def __contains__(self, address: object) -> bool:
        return isinstance(address, int) and address & self.mask == self.net


def findings(network: Driven) -> Iterator[Finding]:
    """Judge the addresses and names of a network of the kind ``user``."""
    try:
        _judge(network)
    except _Wrong as wrong:
        field, message, mend = wrong.args
        yield network.error("network-address", message, mend, field)


def _judge(network: Driven) -> None:
    texts = {name: network.get(name) or "" for name in OF_ADDRESSES}
    if any("$" in text for text in texts.values()):
        return
    if texts["ipv4"] in OFF and texts["ipv6"] in OFF:
        raise _Wrong("ipv4", "ipv4 and ipv6 are both off", "leave one of them on")
    for name in ("hostname", "domainname"):
        if len(texts[name].encode(errors="surrogateescape")) > _LONGEST_NAME:
            raise _Wrong(
                name,
                f"{name} has more than {_LONGEST_NAME} bytes, the most that DHCP can tell",
                "write a shorter one",
            )
    if network.get("domainname") == "":
        raise _Wrong("domainname", "domainname is empty", "write a domain, or leave it out")
    _addresses(network, texts)  # QEMU looks at them without IPv4, too
    if any(name.startswith("ipv6-") for name in network.properties):
        _addresses_of_ipv6(network, texts)


def _addresses(network: Driven, texts: dict[str, str]) -> None:
    own = _network(texts["net"])
    room = ~own.mask & _ALL
    host = _address("host", texts["host"], own.net | (_HOST & room))
    dns = _address("dns", texts["dns"], own.net | (_DNS & room))
    guest = _address("dhcpstart", texts["dhcpstart"], own.net | (_GUEST & room))
    outside = [name for name, it in (("host", host), ("dhcpstart", guest)) if it not in own]
    if network.get("restrict") in ON and dns not in own:
        outside.append("dns")
    if outside:
        name = outside[0]
        raise _Wrong(
            name,
            f"{name}={texts[name]} is not in the network {_shown(own.net)}/{_bits(own.mask)}",
            f"write an address of that network, or another net={_shown(host & 0xFFFFFF00)}/24",
        )
    if dns == host:
        raise _Wrong("dns", "the host and the name server have one address", "write another dns=")
    if guest in (host, dns):
        raise _Wrong(
            "dhcpstart",
            "the first guest's address is the host's, or the name server's",
            "write another dhcpstart=",
        )
    _forwards(network, own, (host, dns))


def _addresses_of_ipv6(network: Driven, texts: dict[str, str]) -> None:
    whole = network.get("ipv6-net")
    name = "ipv6-prefix" if whole is None else "ipv6-net"
    prefix, _, bits = (network.get(name) or "").partition("/")
    length = texts["ipv6-prefixlen"] or bits
    if length.isdecimal() and int(length) > _LONGEST_IPV6:
        raise _Wrong(
            "ipv6-net",
            f"a prefix of IPv6 has up to {_LONGEST_IPV6} bits here, and not {length}",
            "write a shorter one, such as 'fec0::/64'",
        )
    net = _address_of_ipv6(name, "fec0::" if network.get(name) is None else prefix)
    room = 128 - (int(length) if length.isdecimal() and int(length) else _USUAL_IPV6)
    inside = ["ipv6-host"] + (["ipv6-dns"] if network.get("restrict") in ON else [])
    for name in ("ipv6-host", "ipv6-dns"):
        if not texts[name]:
            continue
        address = _address_of_ipv6(name, texts[name])
        if name in inside and address >> room != net >> room:
            raise _Wrong(
                name,
                f"{name}={texts[name]} is not in the network of this prefix",
                "write an address of that network, or another ipv6-net",
            )


def _address_of_ipv6(name: str, text: str) -> int:
    import socket  # noqa: PLC0415 - few say anything of IPv6

    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
    except (OSError, ValueError):
        raise _Wrong(
            name, f"{name}={text!r} is no address of IPv6", "write one as 'fec0::2'"
        ) from None


def _forwards(network: Driven, own: _Network, taken: tuple[int, ...]) -> None:
    given = network.properties.get("guestfwd", ())
    for text in given if isinstance(given, list | tuple) else (given,):
        if not isinstance(text, str):
            continue  # JSON's way, which is a mapping
        match = _FORWARD.fullmatch(text)
        server = _read(match["server"]) if match else None
        if match is None or server is None:
            raise _Wrong(
                "guestfwd",
                f"guestfwd={text!r} does not say which address leads where",
                "write 'tcp:10.0.2.100:80-cmd:program', or a chardev after the '-'",
            )
        if server not in own or server in taken:
            raise _Wrong(
                "guestfwd",
                f"guestfwd={text!r} is about an address that is not free in this network",
                f"write one of {_shown(own.net)}/{_bits(own.mask)}",
            )


def _network(text: str) -> _Network:
    if not text:
        return _Network(_NET, 0xFFFFFF00)
    address, given, mask = text.partition("/")
    net = _read(address)
    if net is None:
        raise _Wrong("net", f"net={text!r} is no network", "write it as '10.0.9.0/24'")
    if not given:
        bits = next(by for some, value, by in _CLASSES if net & some == value)
    elif mask.isdecimal():
        if not _SHORTEST <= int(mask) <= _LONGEST:
            raise _Wrong(
                "net",
                f"the mask of a network has {_SHORTEST} to {_LONGEST} bits, and not {mask}",
                f"write it as '{address}/24'",
            )
        bits = _ALL << (_LONGEST - int(mask)) & _ALL
    else:
        read = _read(mask)
        if read is None:
            raise _Wrong("net", f"{mask!r} is no mask", f"write it as '{address}/24'")
        bits = read
    return _Network(net & bits, bits)


def _address(name: str, text: str, default: int) -> int:
    address = _read(text) if text else default
    if address is None:
        raise _Wrong(name, f"{name}={text!r} is no address of IPv4", "write one as '10.0.2.9'")
    return address


def _read(text: str) -> int | None:
    """An address as inet_aton() reads it: ``127.1`` and one number alone are some, too."""
    parts = [_NUMBER.fullmatch(part) for part in text.split(".")]
    numbers = [_value(part) for part in parts if part]
    if len(numbers) < len(parts) or len(numbers) > 4:
        return None
    *leading, last = numbers
    if any(number > 255 for number in leading) or last >= 256 ** (5 - len(numbers)):
        return None
    return sum(number << (24 - 8 * place) for place, number in enumerate(leading)) + last


def _value(match: re.Match[str]) -> int:
    if match["hex"]:
        return int(match["hex"], 16)
    return int(match[0]) if match["octal"] is None else int(match["octal"] or "0", 8)


def _shown(address: int) -> str:
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _bits(mask: int) -> int:
    return mask.bit_count()

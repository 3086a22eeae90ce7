"""Keys of networks that exclude each other, or that one way to reach a network asks for.

As QEMU makes them: net/tap.c, net/socket.c, net/stream.c, net/dgram.c, net/vhost-vdpa.c.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.options._network import Network

# Of these, exactly one.
_WAYS: Final = {
    "socket": ("listen", "connect", "mcast", "udp", "fd"),
    "vhost-vdpa": ("vhostdev", "vhostfd"),
}
_OF_TAP: Final = ("ifname", "script", "downscript", "vnet_hdr", "queues")
_EXCLUDED_BY: Final = {
    "fd": (*_OF_TAP, "helper", "fds", "vhostfds"),
    "fds": (*_OF_TAP, "helper", "vhostfd"),
    "helper": (*_OF_TAP, "vhostfds"),
}
# A host, which may be none, and a port as C's strtol() reads it.
_ADDRESS: Final = re.compile(r"[^:]*:\s*[+-]?(0[xX][0-9a-fA-F]+|[0-9]+)", re.DOTALL)
_IPV4: Final = re.compile(r"[0-9]+(\.[0-9]+){3}:")
_ALONE: Final = re.compile(r"[0-9]+(\.[0-9]+){0,3}|\$.*")
_MULTICAST: Final = re.compile(r"2(2[4-9]|3[0-9])\.")


def findings(network: Network) -> Iterator[Finding]:
    """Judge the keys of a network."""
    if network.driver in _WAYS:
        yield from _ways(network)
    if judge := _JUDGES.get(network.driver):
        yield from judge(network)


def _ways(network: Network) -> Iterator[Finding]:
    ways = _WAYS[network.driver]
    given = [way for way in ways if way in network.properties]
    if not given:
        yield network.error(
            "network-incomplete",
            f"a network of the kind {network.driver} needs {' or '.join(ways)}",
            f"add {ways[0]}=",
            ways[0],
        )
    elif len(given) > 1:
        yield _conflict(network, given[1], given[0])


def _socket(network: Network) -> Iterator[Finding]:
    local = "localaddr" in network.properties
    if "udp" in network.properties and not local:
        yield network.error(
            "network-incomplete",
            "udp= is where packets go, and localaddr= where they come from is not given",
            "add localaddr='127.0.0.1:1234'",
            "localaddr",
        )
    for way in ("listen", "connect", "fd"):
        if local and way in network.properties:
            yield _conflict(network, "localaddr", way)
    of_udp = ("localaddr",) if "udp" in network.properties else ()
    for way in ("listen", "connect", "mcast", "udp", *of_udp):
        address = network.get(way)
        if address is not None and "$" not in address and not _ADDRESS.fullmatch(address):
            yield network.error(
                "network-incomplete",
                f"{way}={address!r} has no host and port",
                "write it as '127.0.0.1:1234'",
                way,
            )
    local_end = network.get("localaddr") or ""
    if "mcast" in network.properties and local_end and not _ALONE.fullmatch(local_end):
        yield network.error(
            "network-incomplete",
            f"localaddr={local_end!r} is no address of IPv4, which it is alone with mcast=",
            "write it as '127.0.0.1'",
            "localaddr",
        )
    group = network.get("mcast") or ""
    if _IPV4.match(group) and not _MULTICAST.match(group):
        yield network.error(
            "network-no-group",
            f"mcast={group!r} is no address of a multicast group",
            "write it as '230.0.0.1:1234'",
            "mcast",
        )


def _tap(network: Network) -> Iterator[Finding]:
    for key, others in _EXCLUDED_BY.items():
        for other in others if key in network.properties else ():
            if other in network.properties:
                yield _conflict(network, other, key)
                return
    if "vhostfds" in network.properties and "fds" not in network.properties:
        yield network.error(
            "network-incomplete", "vhostfds= goes with fds=, which is not given", "add fds=", "fds"
        )
    if network.get("queues") == "0":
        yield network.error(
            "network-without-queues",
            "a network with no queues carries nothing, and QEMU ends over it",
            "write queues=1 or more, or leave it out",
            "queues",
        )


def _stream(network: Network) -> Iterator[Finding]:
    given = [key for key in ("reconnect", "reconnect-ms") if key in network.properties]
    if given and network.get("server") in ON:
        yield _conflict(network, given[0], "server")
    elif len(given) > 1:
        yield _conflict(network, *given)


def _dgram(network: Network) -> Iterator[Finding]:
    local, remote = _part(network, "local"), _part(network, "remote")
    kind = local.get("type")
    if not local:
        if not (remote.get("type") == "inet" and _MULTICAST.match(str(remote.get("host")))):
            yield network.error(
                "network-incomplete",
                "a network of the kind dgram needs local=, unless remote= is a multicast group",
                "add local.type=, and where packets come from",
                "local",
            )
    elif kind in ("inet", "unix") and not remote:
        yield network.error(
            "network-incomplete",
            f"a network of the kind dgram that is {kind} needs remote=",
            "add remote.type=, and where packets go",
            "remote",
        )
    elif remote and (kind == "fd" or kind != remote.get("type")):
        yield _conflict(network, "remote.type", "local.type")


def _part(network: Network, name: str) -> Mapping[str, Any]:
    """A structure, by its dotted keys or as it is."""
    whole = network.properties.get(name)
    if isinstance(whole, Mapping):
        return whole
    begin = f"{name}."
    given = network.properties.items()
    return {key.removeprefix(begin): value for key, value in given if key.startswith(begin)}


def _conflict(network: Network, key: str, other: str) -> Finding:
    return network.error(
        "network-keys-conflict",
        f"{other}= leaves no room for {key}=",
        f"leave {key}= out, or {other}=",
        key,
    )


_JUDGES: Final[Mapping[str, Callable[[Network], Iterator[Finding]]]] = {
    "dgram": _dgram,
    "socket": _socket,
    "stream": _stream,
    "tap": _tap,
}

"""What ``-netdev``, ``-nic`` and ``-net`` have in common: the host's end of a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from qemubuild.claims import Listens
from qemubuild.driven import Driven
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding

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
# [tcp|udp]:[host address]:host port-[guest address]:guest port (net/slirp.c)
_FORWARD: Final = re.compile(
    r"(?P<protocol>tcp|udp|):(?P<host>[0-9.]*):(?P<port>[0-9]{1,5})-[0-9.]*:(?P<guest>[0-9]{1,5})"
)
_MOST_PORT: Final = 65535


class Network(Driven, init=False):
    """A network of one of QEMU's kinds."""

    implied = "type"
    lists = frozenset({"dnssearch", "guestfwd", "hostfwd"})
    besides: ClassVar[frozenset[str]] = frozenset()
    """Words that this option takes where others take a kind of network."""

    @property
    def _forwards(self) -> Iterable[str]:
        """The ports of the host that lead to the guest, as QEMU writes them."""
        given = self.properties.get("hostfwd") if self.driver == "user" else None
        every = (given,) if isinstance(given, str) else given
        if not isinstance(every, tuple | list):
            return ()
        return [one for one in every if isinstance(one, str)]

    def _listens(self) -> Iterator[Listens]:
        """The TCP ports of the host."""
        for text in self._forwards:
            match = _FORWARD.fullmatch(text)
            if match and match["protocol"] != "udp" and int(match["port"]) <= _MOST_PORT:
                # QEMU's own network knows IPv4 alone here.
                yield Listens(match["host"] or "0.0.0.0", int(match["port"]))  # noqa: S104 - judged

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
            match = _FORWARD.fullmatch(text)
            if not match or not _is_port(match["port"], 0) or not _is_port(match["guest"], 1):
                yield self.error(
                    "network-forward-malformed",
                    f"hostfwd={text!r} does not say which port leads to which",
                    "write 'tcp:127.0.0.1:2222-:22' for the host's port 2222 and the guest's 22",
                    "hostfwd",
                )


def _is_port(text: str, least: int) -> bool:
    return least <= int(text) <= _MOST_PORT

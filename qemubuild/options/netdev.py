"""``-netdev``: the host's end of a network, which a network card of the guest refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from qemubuild.claims import CHARDEV, NETDEV, Defines, Folder, Opens, Refers, UnixSocket
from qemubuild.driven import Driven
from qemubuild.options._network import Network, is_keyval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Netdev(Network, init=False):
    """Make the host's end of a network (``-netdev``); ``Device(..., netdev=id)`` is the guest's.

    ``Netdev("user", id="n0", hostfwd=("tcp::2222-:22", "tcp::8080-:80"))``.

    Attributes:
        driver: QEMU's kind: ``user``, ``tap``, ``bridge``, ``socket``, ``stream`` ...
        properties: QEMU's own names to values; ``id`` is needed. Those that may stand more than
            once take a tuple.
    """

    flag = "-netdev"

    def claims(self) -> Iterator[Claim]:
        """State the id, those it refers to, and the ports that lead to the guest."""
        yield from self._listens()
        yield from self._opens()
        if (name := self.get("id")) is not None:
            yield Defines(NETDEV, name)
        yield from self._references()

    def _opens(self) -> Iterator[Claim]:
        """The sockets and folders, for the kinds that have them."""
        if self.driver == "dgram":
            for end in ("local", "remote"):
                if (path := self._path(end)) is not None:
                    yield UnixSocket(path, most=107)
                    if end == "local":
                        yield Opens(path, "socket", writes=True, creates=True)
        elif self.driver == "stream" and (path := self._path("addr")) is not None:
            # It is opened while the guest is being made, and nobody waits for that.
            yield UnixSocket(path, needed=False)
        elif self.driver == "vhost-vdpa" and (path := self.get("vhostdev")) and "$" not in path:
            yield Opens(path, "vDPA device", writes=True)
        elif self.driver == "user" and (path := self.get("tftp")) and "$" not in path:
            yield Folder(path, "folder for TFTP", needed=False)

    def _path(self, address: str) -> str | None:
        """The path of a socket's address, which is a structure in JSON."""
        given = self.properties.get(address)
        path = given.get("path") if isinstance(given, Mapping) else self.get(f"{address}.path")
        return path if isinstance(path, str) and "$" not in path else None

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the id, who uses it, and what is known of its kind."""
        yield from self._judge_kind()
        name = self.get("id")
        if name is None:
            if "$" in self.driver:
                return  # a variable, which may hold the id as well
            yield self.error(
                "netdev-without-id",
                "nothing can refer to it, and QEMU asks for an id",
                "add id=, such as id='n0'",
                "id",
            )
            return
        yield from self._joined(machine)
        yield from self._shared(machine)
        users = sum((claim.kind, claim.id) == (NETDEV, name) for _, claim in machine.claims(Refers))
        users += self.get("netdev") is not None  # which is joined to it, as a card would be
        if users > 1:
            yield self.error(
                "netdev-in-use",
                f"{users} cards or networks use {name!r}, and it serves one",
                "give each a netdev of its own",
                "id",
            )
        elif not users:
            yield self.warning(
                "netdev-unused",
                f"no network card uses {name!r}, so the guest is not on this network",
                f"add device('virtio-net-pci', netdev={name!r})",
                "id",
            )

    def _shared(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the socket over which another program is handed the guest's memory."""
        if self.driver != "vhost-user":
            return
        name = self.get("chardev")
        for one, claim in machine.claims(Defines):
            if claim != (CHARDEV, name) or not isinstance(one, Driven) or one.driver != "socket":
                continue
            if one.properties.keys().isdisjoint(("fd", "path")):
                yield self.error(
                    "netdev-socket-without-path",
                    f"{name!r} is a socket of TCP, and memory is handed over "
                    "through one with a path alone",
                    "write path= at the chardev, in place of host and port",
                    "chardev",
                )

    def _joined(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the network that a hub's port is joined to: QEMU makes one after the other."""
        other = self.get("netdev")
        # Those that it reads by the schema come first.
        made = sorted(machine.find_all(Netdev), key=lambda one: not is_keyval(one.words[1]))
        names = [one.get("id") for one in made]
        if other in names and names.index(other) >= names.index(self.get("id")):
            yield self.error(
                "netdev-later",
                f"the network {other!r} is made after this one",
                "put that one before this",
                "netdev",
            )

    def explain(self) -> str:
        """Say what it is."""
        return (
            f"Makes the host's end of a network, {self.get('id') or 'without an id'}, of the kind "
            f"{self.driver}; a network card of the guest has to refer to it. Without any, the "
            "guest has one card and QEMU's own small network behind it."
        )

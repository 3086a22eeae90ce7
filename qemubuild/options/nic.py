"""``-nic``: a network card and the host's end of its network, in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import NETDEV, Defines, Refers
from qemubuild.options._network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Nic(Network, init=False):
    """Give the guest a network card and its network (``-nic``); ``Nic("none")`` for no network.

    ``Nic("user", model="virtio-net-pci", hostfwd=("tcp::2222-:22",))``.

    Attributes:
        driver: QEMU's kind of network: ``user``, ``tap``, ``bridge``, ``socket``, ``none`` ...
        properties: QEMU's own names to values; ``model`` is the card, ``mac`` its address. Those
            that may stand more than once take a tuple.
    """

    flag = "-nic"
    takes_json = False
    default = "user"
    besides = frozenset({"none"})

    def claims(self) -> Iterator[Claim]:
        """State the id, which is one of a network too, and the ports that lead to the guest."""
        yield from self._listens()
        yield from self._references()
        if (name := self.get("id")) is not None:
            yield Defines(NETDEV, name)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge who else uses its network, and what is known of its kind."""
        yield from self._judge_kind()
        yield from self._judge_card(machine)
        if self.driver != "none":
            yield from self._judge_mac("mac")
        if self.driver == "hubport" and self.get("netdev") is not None:
            yield self.error(
                "nic-network-in-use",
                "the port of the hub is that of the netdev, and no card can be at it",
                "leave netdev out, or write netdev('hubport', ...) instead of this",
                "netdev",
            )
        name = self.get("id")
        if name is not None and any(
            (claim.kind, claim.id) == (NETDEV, name) for _, claim in machine.claims(Refers)
        ):
            yield self.error(
                "nic-network-in-use",
                f"another network card uses {name!r}, which has its own already",
                f"write netdev({self.driver!r}, id={name!r}) instead of this",
                "id",
            )

    def explain(self) -> str:
        """Say what it gives."""
        if self.driver == "none":
            return "Gives the guest no network. Without it there is a card, and QEMU's own network."
        return (
            f"Gives the guest a network card, {self.get('model') or 'of the usual model'}, on a "
            f"network of the kind {self.driver}. Without any, the guest has one card and QEMU's "
            "own small network behind it."
        )

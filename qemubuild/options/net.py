"""``-net``: the oldest way to a network, where cards and networks meet at one hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.options._network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Net(Network, init=False):
    """Add a card or a network to QEMU's hub (``-net``); `Nic` says both at once, and is faster.

    Attributes:
        driver: ``nic`` for a card, ``none``, or QEMU's kind of network: ``user``, ``tap`` ...
        properties: QEMU's own names to values. Those that may stand more than once take a tuple.
    """

    flag = "-net"
    takes_json = False
    besides = frozenset({"none", "nic"})

    def claims(self) -> Iterator[Claim]:
        """State the network that a card is on, and the ports that lead to the guest."""
        yield from self._listens()
        yield from self._references()

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what is known of its kind."""
        yield from self._judge_kind()
        yield from self._judge_card(machine)
        if self.driver == "nic":
            yield from self._judge_mac("macaddr")

    def explain(self) -> str:
        """Say what it adds."""
        if self.driver == "none":
            return "Gives the guest no network. Without it there is a card, and QEMU's own network."
        what = "a network card" if self.driver == "nic" else f"a network of the kind {self.driver}"
        return f"Adds {what} to the hub at which all of -net meets."

"""``-vga``: the graphics card that the guest sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Self

from qemubuild.errors import InvalidOption
from qemubuild.option import Option, key
from qemubuild.values import Verbatim, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_CARDS: Final = {
    "std": "a standard VGA card with VESA's extensions, which every system has a driver for",
    "cirrus": "a Cirrus card of the 1990s, for systems as old",
    "vmware": "VMware's card, for guests with its driver",
    "qxl": "the card that SPICE accelerates",
    "xenfb": "Xen's framebuffer",
    "tcx": "Sun's TCX framebuffer",
    "cg3": "Sun's CG3 framebuffer",
    "virtio": "a virtio card, for guests with its driver",
    "none": "no graphics card at all",
}
_CARD: Final = choice(*_CARDS)
_RETRACE: Final = choice("dumb", "precise")
# Only QEMU's SPARC programs have them.
_SUN: Final = frozenset({"tcx", "cg3"})


class Vga(Option):
    """Choose the guest's graphics card (``-vga``); each machine type has one without.

    Attributes:
        card: ``std`` for every system, ``virtio`` or ``qxl`` for guests with a driver of theirs,
            ``none`` for no card.
        retrace: how exactly the moment is told in which a screen is redrawn.
    """

    flag = "-vga"

    card: Literal["std", "cirrus", "vmware", "qxl", "xenfb", "tcx", "cg3", "virtio", "none"] = key(
        _CARD
    )
    retrace: Literal["dumb", "precise"] | None = key(_RETRACE, default=None, kw_only=True)

    # Written as: -vga std,retrace=precise

    def render(self) -> str:
        """Write the card."""
        card = self._write("card", _CARD, self.card)
        if self.retrace is None:
            return card
        return f"{card},retrace={self._write('retrace', _RETRACE, self.retrace)}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the card."""
        card, given, retrace = (value or "").partition(",retrace=")
        try:
            return cls(_CARD.read(card), retrace=_RETRACE.read(retrace) if given else None)
        except InvalidOption:
            fields: dict[str, Any] = {"card": Verbatim(value or "")}
            return cls(**fields)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the architecture can have it."""
        if self.card in _SUN and machine.arch and not machine.arch.startswith("sparc"):
            yield self.error(
                "vga-of-sparc",
                f"{self.card} is Sun's, and qemu-system-{machine.arch} has no such card",
                "write vga('std')",
                "card",
            )

    def explain(self) -> str:
        """Say which card it is."""
        return (
            f"Gives the guest {_CARDS.get(self.card, self.card)}. Without it the machine type "
            "chooses: a standard VGA card on PCs."
        )

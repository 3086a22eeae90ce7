"""``-mon``: a monitor of QEMU's own on a ``-chardev``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.claims import CHARDEV, Defines, Refers
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._character import UNSHARED_BY_QMP, shared_backend
from qemubuild.values import ID, SWITCH, Verbatim, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Mon(Keyed):
    """Offer a monitor on a character backend (``-mon``).

    Attributes:
        chardev: the id of the ``-chardev`` that it talks through.
        mode: ``"readline"`` for a person, which is the default; ``"control"`` for programs (QMP).
        pretty: whether QMP's JSON is laid out for a person; off by default.
        id: what QEMU calls it.
    """

    flag = "-mon"
    implied = "chardev"
    repeats = True

    chardev: str = key(ID)
    mode: Literal["readline", "control"] | None = key(
        choice("readline", "control"), default=None, kw_only=True
    )
    pretty: bool | None = key(SWITCH, default=None, kw_only=True)
    id: str | None = key(ID, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the character backend, and the id."""
        if self.id is not None and self.id.__class__ is not Verbatim:
            yield Defines("mon", self.id)
        if self.chardev.__class__ is not Verbatim:
            yield Refers(CHARDEV, self.chardev)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what goes with QMP alone, or not with it."""
        shared = shared_backend(machine, self.chardev) if self.mode == "control" else None
        if shared and shared.driver in UNSHARED_BY_QMP:
            yield self.error(
                "qmp-shared",
                f"on {shared.driver!r} QEMU's machine protocol cannot be shared: QEMU aborts",
                "leave mux= out",
                "chardev",
            )
        if self.pretty and self.mode != "control":
            yield self.error(
                "mon-pretty-readline",
                "pretty= lays out JSON, and this monitor speaks none",
                "add mode='control', or leave pretty out",
                "pretty",
            )

    def explain(self) -> str:
        """Say who talks to QEMU there."""
        who = "programs, in JSON (QMP)," if self.mode == "control" else "a person"
        return (
            f"Lets {who} command QEMU through the -chardev {self.chardev}. Without it the monitor "
            "is a text page of QEMU's window."
        )

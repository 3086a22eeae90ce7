"""``-monitor``, ``-qmp``, ``-qmp-pretty``: where QEMU itself takes commands while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.options._character import UNSHARED_BY_QMP, Character, shared_backend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Monitor(Character):
    """Offer QEMU's monitor, for a person to type commands into (``-monitor``).

    Attributes:
        word: QEMU's own text: ``"stdio"``, ``"vc"``, ``"none"`` ...; see `Serial` for this and
            every other place.
    """

    flag = "-monitor"
    repeats = True
    named = "mon"
    power = "can control QEMU, and read and write this host's files through it"

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings, but for what follows ``none``: QEMU looks at no more (system/vl.c)."""
        return () if (self.word or "").startswith("none") else super().judge(machine)

    def explain(self) -> str:
        """Say where commands come from."""
        if self.word is not None and self.word.startswith("none"):
            return "Offers no monitor. Without it there is one on a text page of QEMU's window."
        return (
            f"Takes commands for QEMU itself (info, stop, cont, quit ...) from {self._where()}. "
            "Without it the monitor is a text page of QEMU's window."
        )


class Qmp(Character):
    """Offer QEMU's monitor for programs: JSON in, JSON out (``-qmp``).

    Attributes:
        word: QEMU's own text; see `Serial` for this and every other place.
    """

    flag = "-qmp"
    repeats = True
    none = False
    named = "mon"
    power = "can control QEMU, and read and write this host's files through it"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the place, and whether it can be shared there."""
        yield from super().findings(machine)
        word = (self._meant.word or "").removeprefix("mon:")
        if self._meant.monitor or (self.word or "").startswith("mon:"):
            kind = "vc" if word.startswith("vc") else word
        elif shared := shared_backend(machine, self._meant.chardev):
            kind = shared.driver
        else:
            kind = ""
        if kind in UNSHARED_BY_QMP:
            yield self.error(
                "qmp-shared",
                f"on {kind!r} QEMU's machine protocol cannot be shared: QEMU aborts",
                "leave 'mon:', or mux=, out",
                "word",
            )

    def explain(self) -> str:
        """Say where commands come from."""
        return (
            f"Takes commands in JSON, QEMU's machine protocol, from {self._where()}. Without it "
            "no program can control the guest while it runs."
        )


class QmpPretty(Qmp):
    """Offer what ``-qmp`` does, with JSON that is laid out for a person (``-qmp-pretty``).

    Attributes:
        word: QEMU's own text; see `Serial` for this and every other place.
    """

    flag = "-qmp-pretty"

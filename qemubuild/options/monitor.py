"""``-monitor``, ``-qmp``, ``-qmp-pretty``: where QEMU itself takes commands while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.options._character import Character

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# Places that are no file of the host's, in QEMU's own words.
_BARE: Final = frozenset({"null", "msmouse", "wctablet", "braille", "testdev"})


class Monitor(Character):
    """Offer QEMU's monitor, for a person to type commands into (``-monitor``).

    Attributes:
        word: QEMU's own text: ``"stdio"``, ``"vc"``, ``"none"`` ...; see `Serial` for this and
            every other place.
    """

    flag = "-monitor"
    repeats = True
    power = "can control QEMU, and read and write this host's files through it"

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
    power = "can control QEMU, and read and write this host's files through it"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the place, and whether it can be shared there."""
        yield from super().findings(machine)
        word = (self._meant.word or "").removeprefix("mon:")
        shared = self._meant.monitor or (self.word or "").startswith("mon:")
        if shared and (word in _BARE or word.startswith("vc")):
            yield self.error(
                "qmp-shared",
                f"on {word!r} QEMU's machine protocol cannot be shared: QEMU aborts",
                "leave 'mon:' out",
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

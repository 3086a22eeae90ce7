"""``-audiodev``: where the guest's sound goes on the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import AUDIODEV, Defines
from qemubuild.driven import Driven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Audiodev(Driven, init=False):
    """Name a place for sound (``-audiodev``), for sound cards and `Vnc` that refer to its id.

    Attributes:
        driver: QEMU's backend: ``pipewire``, ``pa``, ``alsa``, ``sdl``, ``wav``, ``none`` ...
        properties: QEMU's own names to values; ``id`` is needed.
    """

    flag = "-audiodev"
    dotted = True

    def claims(self) -> Iterator[Defines]:
        """State the id."""
        if (name := self.get("id")) is not None:
            yield Defines(AUDIODEV, name)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge the id."""
        if self.get("id") is None:
            yield self.error(
                "audiodev-without-id",
                "nothing can refer to it, and QEMU asks for an id",
                "add id=, such as id='a0'",
                "id",
            )

    def explain(self) -> str:
        """Say what it is."""
        return (
            f"Names a place for sound, {self.get('id') or 'without an id'}, of the kind "
            f"{self.driver}. It does nothing until a sound card or a VNC server refers to it."
        )

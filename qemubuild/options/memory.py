"""``-m``: how much memory the guest has, and how much it may be given later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Ram
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.units import MIB, format_size, parse_size
from qemubuild.values import MIB_SIZE, SIZE, Verbatim, integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_DEFAULT = 128 * MIB
# What QEMU rounds every size of memory up to (hw/core/machine.c).
_GRAIN = 8192


class Memory(Keyed):
    """Give the guest memory (``-m``); 128 MiB without.

    Attributes:
        size: how much it starts with: ``"8G"``, ``"512M"``, or a whole number of MiB.
        slots: how many modules may be plugged in while it runs; needs `maxmem`.
        maxmem: how much it may grow to; bytes where no suffix is given, unlike `size`.
    """

    flag = "-m"
    implied = "size"
    merges = True

    size: str | int | None = key(MIB_SIZE, default=None)
    slots: int | None = key(integer(0, 256), default=None, kw_only=True)
    maxmem: str | int | None = key(SIZE, default=None, kw_only=True)

    @property
    def bytes(self) -> int:
        """How many bytes the guest starts with."""
        # MiB are meant only where the last character is a digit: 0x1F is 31 bytes (system/vl.c).
        unit = "M" if str(self.size)[-1:].isdigit() else "B"
        return -(-_bytes(self.size, unit) // _GRAIN) * _GRAIN or _DEFAULT

    def claims(self) -> Iterator[Ram]:
        """State the memory."""
        yield Ram(self.bytes)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge slots and maxmem by the size."""
        if self.maxmem is None:
            if self.slots is not None:
                yield self.error(
                    "memory-slots-without-maxmem",
                    f"slots={self.slots} leaves open how much memory may be plugged in",
                    "add maxmem=, such as maxmem='16G'",
                    "slots",
                )
            return
        most = _bytes(self.maxmem, "B")
        if most < self.bytes:
            yield self.error(
                "memory-maxmem-below-size",
                f"maxmem={self.maxmem} is {format_size(most)}, less than the "
                f"{format_size(self.bytes)} the guest starts with",
                "write maxmem with a suffix, as '16G': a bare number is bytes",
                "maxmem",
            )
        elif most == self.bytes and self.slots:
            yield self.error(
                "memory-slots-without-room",
                f"slots={self.slots}, but maxmem is no more than the size",
                "raise maxmem, or leave slots out",
                "slots",
            )
        elif most > self.bytes and not self.slots:
            yield self.hint(
                "memory-maxmem-without-slots",
                f"maxmem={self.maxmem} leaves room, but there is no slot to plug memory into",
                "add slots=, such as slots=2",
                "maxmem",
            )

    def explain(self) -> str:
        """Say how much memory there is."""
        text = f"Gives the guest {format_size(self.bytes)} of memory"
        if self.maxmem is not None:
            text += (
                f", and room to plug in more while it runs, up to "
                f"{format_size(_bytes(self.maxmem, 'B'))} in {self.slots or 0} modules"
            )
        return f"{text}. Without it QEMU gives 128 MiB, too little for most systems."


def _bytes(size: str | int | None, unit: str) -> int:
    if size is None or size.__class__ is Verbatim:
        return 0
    return parse_size(str(size), unit=unit)

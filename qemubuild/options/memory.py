"""``-m``: how much memory the guest has, and how much it may be given later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild import targets
from qemubuild.board_words import is_off, said
from qemubuild.claims import Ram
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import changed
from qemubuild.units import GIB, MIB, format_size, parse_size
from qemubuild.values import MIB_SIZE, NUMBER, SIZE, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_DEFAULT = 128 * MIB
# What QEMU rounds every size of memory up to (hw/core/machine.c).
_GRAIN = 8192
# How many modules a board has places for (ACPI_MAX_RAM_SLOTS).
_SLOTS = 256
# Where the addresses of an emulated PC end, and where its devices may come to be beyond that.
_BEYOND = 1 << 40
# With how much memory some of it comes to be above 4 GiB, for what else is below.
_ABOVE_4G = {"isapc": 3584 * MIB + 1, "pc": 3584 * MIB, "q35": 2816 * MIB}
# Whose addresses end there, unless they are given one of the features.
_32_BITS = frozenset({"486", "base", "pentium"})
_MORE_BITS = ("pae", "pse36")
_CLOSE = 900 << 30


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
    slots: int | None = key(NUMBER, default=None, kw_only=True)
    maxmem: str | int | None = key(SIZE, default=None, kw_only=True)

    @property
    def bytes(self) -> int:
        """How many bytes the guest starts with."""
        # MiB are meant only where the last character is a digit: 0x1F is 31 bytes (system/vl.c).
        unit = "M" if str(self.size)[-1:].isdigit() else "B"
        return -(-_bytes(self.size, unit) // _GRAIN) * _GRAIN or _DEFAULT

    @property
    def most(self) -> int:
        """How many bytes it can have once more is plugged in; 0 where that is not said."""
        return _bytes(self.maxmem, "B")

    def claims(self) -> Iterator[Ram]:
        """State the memory."""
        yield Ram(None if "size" in self._unread else self.bytes)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge slots and maxmem by the size, and by the machine type."""
        if str(self.size).startswith(("0x", "0X")):
            yield from self._hexadecimal(machine)
        yield from self._above_4g(machine)
        yield from self._above_32_bits(machine)
        if "maxmem" in self._unread or "slots" in self._unread:
            return
        if self.maxmem is None:
            if self.slots is not None:
                yield self.error(
                    "memory-slots-without-maxmem",
                    f"slots={self.slots} leaves open how much memory may be plugged in",
                    "add maxmem=, such as maxmem='16G'",
                    "slots",
                )
            return
        most = self.most
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
        elif most > self.bytes:
            yield from self._growing(machine, most)

    def _hexadecimal(self, machine: MachineView) -> Iterator[Finding]:
        # QEMU puts an M where the last character is a digit, and no longer reads that.
        if not self._unread and str(self.size)[-1].isdigit():
            finding = changed(self, machine, refused_by=(10, 0), taken_by=(7, 2))
            if finding is not None:
                yield finding(
                    "memory-hexadecimal",
                    f"QEMU takes {self.size} for MiB, which newer ones do not read in hexadecimal",
                    f"write {self.bytes // MIB}",
                    "size",
                )

    def _above_4g(self, machine: MachineView) -> Iterator[Finding]:
        board = targets.board_of(machine)
        least = _ABOVE_4G.get(board.name) if board else None
        if board is None or least is None or board.until(8, 1) or machine.arch not in targets.X86:
            return
        # What is plugged in later always comes to be there.
        grows = board.name != "isapc" and self.most > self.bytes
        if self.bytes < least and not grows:
            return
        told = {one.flag: one.words[-1] for one in machine.options}
        model = told.get("-cpu", "486" if board.name == "isapc" else "")
        if model.partition(",")[0] not in _32_BITS or any(one in model for one in _MORE_BITS):
            return
        if said(machine, "max-ram-below-4g") is not None:
            return
        finding = changed(self, machine, refused_by=(10, 0), taken_by=(7, 2))
        if finding is not None:
            yield finding(
                "memory-above-4g",
                f"the addresses of a {model.partition(',')[0]} end at 4 GiB, and some of this "
                "memory is above: newer QEMUs refuse that",
                f"write memory('{(least - 1) // MIB // 256 * 256}M') or less, or cpu('qemu64')",
                "size",
            )

    def _above_32_bits(self, machine: MachineView) -> Iterator[Finding]:
        """Judge memory where Arm's board is told to have none above 4 GiB (hw/arm/virt.c)."""
        if machine.arch not in targets.ARM or self._unread:
            return
        board = targets.board_of(machine)
        if not (board and board.name == "virt" and is_off(machine, "highmem")):
            return
        end = GIB + self.bytes
        if self.most > self.bytes:  # room for what is plugged in begins at a whole GiB
            end = -(-end // GIB) * GIB + self.most - self.bytes + GIB * (self.slots or 0)
        if end > 4 * GIB:
            yield self.error(
                "memory-above-4g",
                "with highmem=off the addresses end at 4 GiB, memory begins at 1, and so much "
                "does not fit",
                "write less, or leave highmem out",
                "size",
            )

    def _growing(self, machine: MachineView, most: int) -> Iterator[Finding]:
        takes_modules = targets.is_arms_virt(machine) or targets.grows(machine)
        if (self.slots or 0) > _SLOTS and takes_modules:
            yield self.error(
                "memory-slots-too-many",
                f"slots={self.slots}, and a board has {_SLOTS} at the most",
                f"write slots={_SLOTS} or less",
                "slots",
            )
        if targets.grows(machine) is False:
            yield self.error(
                "memory-cannot-grow",
                "memory cannot be plugged into this machine type",
                "leave maxmem and slots out, or choose another, such as machine_type('q35')",
                "maxmem",
            )
        elif not self.slots:
            yield self.hint(
                "memory-maxmem-without-slots",
                f"maxmem={self.maxmem} leaves room, but there is no slot to plug memory into",
                "add slots=, such as slots=2",
                "maxmem",
            )
        if most > _CLOSE and targets.grows(machine) and _is_40_bits(machine):
            finding = self.error if most >= _BEYOND else self.warning
            yield finding(
                "memory-beyond-addresses",
                f"maxmem={self.maxmem} is more than QEMU's models of processors can address: "
                f"they have 40 bits, for {format_size(_BEYOND)} with all that is beside the memory",
                "write less, or give the processor more, as in cpu('max', phys_bits=46)",
                "maxmem",
            )

    def explain(self) -> str:
        """Say how much memory there is."""
        size = self.size if self.size.__class__ is Verbatim else format_size(self.bytes)
        text = f"Gives the guest {size} of memory"
        if self.maxmem is not None and self.maxmem.__class__ is not Verbatim:
            text += (
                f", and room to plug in more while it runs, up to "
                f"{format_size(self.most)} in {self.slots or 0} modules"
            )
        return f"{text}. Without it QEMU gives 128 MiB, too little for most systems."


def _bytes(size: str | int | None, unit: str) -> int:
    if size is None or size.__class__ is Verbatim:
        return 0
    return parse_size(str(size), unit=unit)


def _is_40_bits(machine: MachineView) -> bool:
    """Whether the processor has the 40 address bits of QEMU's models, as nothing says otherwise."""
    model = next((one.words[-1] for one in machine.options if one.flag == "-cpu"), "")
    if "phys-bits" in model or {*targets.accelerators(machine)} - {"tcg", "kvm"}:
        return False
    has_hosts = model.partition(",")[0] in ("host", "max")
    return not (has_hosts and targets.accelerators(machine)[0] == "kvm")

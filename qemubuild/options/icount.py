"""``-icount`` and ``-seed``: a guest whose time and chance are the same each time it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Literal

from qemubuild.claims import Accelerator, Opens, Vcpus
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import Plain, key
from qemubuild.values import NAME, SWITCH, TEXT, Kind, Verbatim, choice, integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_SHIFT: Final = integer(0, 10)
_HARDWARE: Final = frozenset({"kvm", "hvf", "whpx", "nvmm", "mshv", "hax"})


def _write_shift(value: object) -> str:
    if value == "auto":
        return "auto"
    try:
        return _SHIFT.write(value)
    except InvalidOption as cause:
        raise InvalidOption(cause.message, hint="write 0 to 10, or 'auto'") from None


def _read_shift(text: str) -> Any:
    return text if text == "auto" else _SHIFT.read(text)


class Icount(Keyed):
    """Have the guest's clock count its instructions (``-icount``), not the host's time.

    Attributes:
        shift: each instruction takes 2 to the power of this in nanoseconds, 0 to 10; ``"auto"``
            changes it so that the guest keeps the host's time.
        align: whether a guest that is ahead of the host's time waits for it.
        sleep: whether the guest's clock keeps to the host's while its processors are idle; on by
            default. Off, time leaps to the next event.
        rr: ``"record"`` all that is not determined, or ``"replay"`` what was recorded.
        rrfile: the file of the record.
        rrsnapshot: the snapshot of the machine to begin with.
    """

    flag = "-icount"
    implied = "shift"
    merges = True

    shift: int | Literal["auto"] | None = key(Kind(_write_shift, _read_shift), default=None)
    align: bool | None = key(SWITCH, default=None, kw_only=True)
    sleep: bool | None = key(SWITCH, default=None, kw_only=True)
    rr: Literal["record", "replay"] | None = key(
        choice("record", "replay"), default=None, kw_only=True
    )
    rrfile: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    rrsnapshot: str | None = key(TEXT, default=None, kw_only=True)

    def claims(self) -> Iterator[Opens]:
        """State the record."""
        if self.rrfile is None or isinstance(self.rrfile, Verbatim):
            return
        if self.rr == "record":
            yield Opens(os.fsdecode(self.rrfile), "record", writes=True, creates=True)
        elif self.rr == "replay":
            yield Opens(os.fsdecode(self.rrfile), "record")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what needs what (system/icount.c, replay/replay.c)."""
        named = [claim.name for _, claim in machine.claims(Accelerator)]
        if self.shift is not None and named and named[0] in _HARDWARE:
            finding = self.warning if len(named) > 1 else self.error
            yield finding(
                "icount-on-hardware",
                f"only an emulated processor's instructions can be counted, and {named[0]} runs "
                "them on the host's own",
                "write accel('tcg') alone, or leave icount out",
            )
        if self.shift is None:
            yield from self._without_shift()
        if self.align is True and self.sleep is False:
            yield self.error(
                "icount-align-without-sleep",
                "align=on has the guest wait for the host, and sleep=off has it never wait",
                "leave one of them out",
                "align",
            )
        if self.rr is not None and self.rrfile is None:
            yield self.error(
                "icount-record-unnamed",
                f"rr={self.rr} needs a file for the record",
                "add rrfile='guest.rec'",
                "rrfile",
            )
        if self.rr is not None and "-snapshot" in machine.flags:
            yield self.error(
                "icount-record-of-snapshot",
                "what is recorded with -snapshot could not be replayed, and QEMU refuses it",
                "leave snapshot() out, and give the guest overlays of its images",
                "rr",
            )
        if self.rr is not None and any(vcpus.count > 1 for _, vcpus in machine.claims(Vcpus)):
            yield self.error(
                "icount-record-of-many",
                "what several vCPUs do cannot be recorded or replayed",
                "write smp(1)",
                "rr",
            )
        if self.rr is None and self.rrfile is not None:
            yield self.warning(
                "icount-record-unused",
                "rrfile names a record, and nothing says whether to make or to follow it",
                "add rr='record' or rr='replay'",
                "rrfile",
            )

    def _without_shift(self) -> Iterator[Finding]:
        for field in ("align", "rr"):
            if getattr(self, field) is not None:
                yield self.error(
                    "icount-shift-missing",
                    f"{field}= needs the instructions to be counted, and shift= is missing",
                    "add shift=, such as shift='auto'",
                    "shift",
                )
                return
        yield self.warning(
            "icount-without-effect",
            "without shift= no instruction is counted, and the option does nothing",
            "add shift=, such as shift='auto'",
            "shift",
        )

    def explain(self) -> str:
        """Say what time is."""
        if self.shift == "auto":
            text = "Counts the guest's time by its instructions, at a rate that keeps up with"
            text += " the host's clock."
        elif isinstance(self.shift, int):
            text = "Counts the guest's time by its instructions, each of which takes "
            text += f"{1 << self.shift} ns."
        else:
            text = "Says how the guest's time is counted by its instructions."
        if self.rr == "record":
            text += " All that could differ another time is recorded."
        elif self.rr == "replay":
            text += " What was recorded happens again, instruction by instruction."
        return f"{text} Without it the guest's time is the host's, and no two runs are the same."


class Seed(Plain):
    """Begin the random numbers that QEMU gives the guest here (``-seed``).

    Attributes:
        number: any from 0 to 18446744073709551615 (64 bits).
    """

    flag = "-seed"

    number: int = key(integer(0, (1 << 64) - 1))

    def explain(self) -> str:
        """Say what is the same each time."""
        return (
            f"Begins the random numbers that QEMU makes at {self.words[1]}, so that they are the "
            "same each time. Without it they differ."
        )

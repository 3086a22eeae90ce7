"""``-overcommit``: what of the host's memory and processors QEMU keeps for the guest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import newer
from qemubuild.values import SWITCH, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_LOCK = Kind(
    lambda value: "on-fault" if value == "on-fault" else SWITCH.write(value),
    lambda text: text if text == "on-fault" else SWITCH.read(text),
)


class Overcommit(Keyed):
    """Keep the host's memory or processors for the guest alone (``-overcommit``).

    Attributes:
        mem_lock: lock the guest's memory, so that the host never swaps it; needs the right to
            (``ulimit -l``). ``"on-fault"`` (QEMU 10.0) locks what has been used. Off by default.
        cpu_pm: let the guest put the host's processors to sleep, which then run nothing else;
            quicker to wake, and only for vCPUs with processors of their own. Off by default.
    """

    flag = "-overcommit"
    merges = True

    mem_lock: bool | Literal["on-fault"] | None = key(_LOCK, default=None, kw_only=True)
    cpu_pm: bool | None = key(SWITCH, default=None, kw_only=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of what older versions lack."""
        if self.mem_lock == "on-fault":
            yield from newer(self, machine, "mem_lock='on-fault'", "10.0", "mem_lock")

    def explain(self) -> str:
        """Say what is kept."""
        kept = []
        if self.mem_lock == "on-fault":
            kept.append("locks the guest's memory as it is used, so that the host never swaps it")
        elif self.mem_lock is True:
            kept.append("locks all of the guest's memory, so that the host never swaps it")
        if self.cpu_pm is True:
            kept.append("lets the guest put the host's processors to sleep, which then do no more")
        if not kept:
            return "Shares memory and processors with the host, as it is without this option."
        return f"QEMU {', and '.join(kept)}. Without it they are shared with the host's programs."

"""How a guest ends: asked, told, made to; and what is known of it afterwards."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Final, Self

from qemubuild.process.child import UNKNOWN
from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from qemubuild.process.child import Child
    from qemubuild.process.monitor import Monitor

_OBEYS: Final = 5.0
"""Seconds for QEMU to do as it is told, which takes it a few thousandths."""
_ANSWERS: Final = 1.0
"""Seconds for QEMU to answer; one that does not is stopped, or hangs."""

_WHY: Final = {
    "guest-shutdown": "the guest shut itself down",
    "guest-reset": "the guest restarted, and -no-reboot made that an end",
    "guest-panic": "the guest's system crashed",
    "host-qmp-quit": "QEMU was told to quit",
    "host-signal": "a signal asked QEMU to end",
    "host-ui": "somebody closed the guest's window",
    "host-error": "an error of the host ended it",
    "subsystem-reset": "a device restarted the guest, and -no-reboot made that an end",
}


class Exit(int):
    """QEMU's exit status, negative for a signal, and what is known of how it came to it.

    Attributes:
        reason: QEMU's own word for it (``ShutdownCause`` of QAPI): ``guest-shutdown``,
            ``guest-panic``, ``host-qmp-quit``, ``host-signal`` ...; ``""`` where it said none, as
            when it was killed.
        rung: which step of ``stop()`` ended it: ``powerdown``, ``quit``, ``terminate`` or ``kill``;
            ``""`` when none did.
    """

    reason: str
    rung: str

    def __new__(cls, status: int, *, reason: str = "", rung: str = "") -> Self:
        """Make one of a status."""
        self = super().__new__(cls, status)
        self.reason = reason
        self.rung = rung
        return self

    @property
    def why(self) -> str:
        """How it ended, in words."""
        if self < 0:
            return f"{signal.Signals(-self).name} ended QEMU"
        if self == UNKNOWN and not self.reason:
            return "QEMU ended, and its status is not known here"
        return _WHY.get(self.reason, f"QEMU ended with status {int(self)}")

    _repr_mimebundle_ = shown_by("process.ending", text=repr)

    def __repr__(self) -> str:
        return f"<Exit {int(self)}: {self.why}>"

    def __str__(self) -> str:
        return str(int(self))


def stop(guest: Child, monitor: Monitor | None, timeout: float) -> str:
    """End a guest, by the gentlest means that works; which that was."""
    if guest.poll() is not None:
        return ""
    running = monitor.is_running(_ANSWERS) if monitor is not None else None
    if monitor is not None and running is not None:
        if timeout > 0 and running and _listens(monitor):
            monitor.ask("system_powerdown", _ANSWERS)
            if guest.wait(timeout) is not None:
                return "powerdown"
        monitor.tell("quit")  # its end is the answer
        if guest.wait(_OBEYS) is not None:
            return "quit"
    guest.send_signal(signal.SIGTERM)
    if guest.wait(_OBEYS if monitor is None else _ANSWERS) is not None:
        return "terminate"
    guest.send_signal(signal.SIGKILL)
    guest.wait()
    return "kill"


def _listens(monitor: Monitor) -> bool:
    """Whether there may be a system in the guest that hears its power button.

    Firmware, a boot loader and a halted system do not: on a PC, ACPI is switched on by the system
    (SCI_EN, bit 0 of PM1_CNT, which QEMU has at port 0x604).
    """
    if (monitor.ask("query-target", _ANSWERS) or {}).get("arch") not in {"x86_64", "i386"}:
        return True
    if monitor.ask("qom-get", _ANSWERS, path="/machine", property="type") == "microvm-machine":
        return True  # which has its power button elsewhere
    said = str(monitor.ask("human-monitor-command", _ANSWERS, **{"command-line": "i /h 0x604"}))
    control = said.partition("= 0x")[2].strip()
    return control != "ffff" and bool(int(control or "1", 16) & 1)

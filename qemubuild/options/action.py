"""``-action``: what QEMU does when the guest reboots, powers off, panics or hangs."""

from __future__ import annotations

from typing import Literal

from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import choice

_REBOOT = ("reset", "shutdown")
_SHUTDOWN = ("poweroff", "pause")
_PANIC = ("pause", "shutdown", "exit-failure", "none")
_WATCHDOG = ("reset", "shutdown", "poweroff", "inject-nmi", "pause", "debug", "none")

_WORDS = {
    "reset": "it starts again",
    "shutdown": "it is powered off",
    "poweroff": "QEMU ends",
    "pause": "it is stopped, and can be looked at",
    "exit-failure": "QEMU ends and reports a failure",
    "inject-nmi": "it gets a non-maskable interrupt",
    "debug": "QEMU prints a message",
    "none": "nothing is done",
}


class Action(Keyed):
    """Say what happens when the guest reboots, powers off, panics or hangs (``-action``).

    Attributes:
        reboot: when it reboots: ``"reset"``, the default, starts it again; ``"shutdown"`` ends
            QEMU, as ``no_reboot()`` does.
        shutdown: when it powers off: ``"poweroff"``, the default, ends QEMU; ``"pause"`` keeps it,
            as ``no_shutdown()`` does.
        panic: when it reports a panic: ``"shutdown"`` by default; ``"pause"``,
            ``"exit-failure"`` to end QEMU with an exit status that says so, or ``"none"``.
        watchdog: when a watchdog device fires: ``"reset"`` by default.
    """

    flag = "-action"
    merges = True

    reboot: Literal["reset", "shutdown"] | None = key(choice(*_REBOOT), default=None, kw_only=True)
    shutdown: Literal["poweroff", "pause"] | None = key(
        choice(*_SHUTDOWN), default=None, kw_only=True
    )
    panic: Literal["pause", "shutdown", "exit-failure", "none"] | None = key(
        choice(*_PANIC), default=None, kw_only=True
    )
    watchdog: (
        Literal["reset", "shutdown", "poweroff", "inject-nmi", "pause", "debug", "none"] | None
    ) = key(choice(*_WATCHDOG), default=None, kw_only=True)

    def explain(self) -> str:
        """Say what happens when."""
        events = {
            "reboots": self.reboot,
            "powers off": self.shutdown,
            "panics": self.panic,
            "hangs and its watchdog fires": self.watchdog,
        }
        said = [
            f"When the guest {event}, {_WORDS.get(action, action)}."
            for event, action in events.items()
            if action is not None
        ]
        said.append(
            "Without it a reboot starts the guest again, and a power-off or panic ends QEMU."
        )
        return " ".join(said)

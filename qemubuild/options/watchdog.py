"""``-watchdog-action``: what happens when a guest no longer answers its watchdog."""

from __future__ import annotations

from typing import Final, Literal

from qemubuild.option import Plain, key
from qemubuild.values import choice

_DOES: Final = {
    "reset": "resets the guest",
    "shutdown": "asks the guest to shut down",
    "poweroff": "ends the guest at once",
    "inject-nmi": "interrupts the guest, which then may write down what it was doing",
    "pause": "pauses the guest",
    "debug": "says so, and lets the guest go on",
    "none": "does nothing",
}


class WatchdogAction(Plain):
    """Say what happens when the guest's watchdog runs out (``-watchdog-action``).

    The watchdog itself is a device, such as ``device("i6300esb")``.

    Attributes:
        action: ``"reset"``, which is the default; ``"shutdown"``, ``"poweroff"``,
            ``"inject-nmi"``, ``"pause"``, ``"debug"`` or ``"none"``.
    """

    flag = "-watchdog-action"

    action: Literal["reset", "shutdown", "poweroff", "inject-nmi", "pause", "debug", "none"] = key(
        choice(*_DOES)
    )

    def explain(self) -> str:
        """Say what QEMU does."""
        does = _DOES.get(self.action, f"does {self.action}")
        return f"When the guest's watchdog runs out, QEMU {does}. Without it QEMU resets the guest."

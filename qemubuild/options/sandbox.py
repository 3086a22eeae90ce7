"""``-sandbox``: which system calls QEMU itself may still make (seccomp, on Linux)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import SWITCH, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_RULE = choice("allow", "deny")
_REFUSES = {
    "obsolete": "obsolete calls",
    "elevateprivileges": "gaining rights",
    "spawn": "starting programs",
    "resourcecontrol": "changing its own priority and CPUs",
}


class Sandbox(Keyed):
    """Take system calls from QEMU that it never needs (``-sandbox``; Linux), should it be broken.

    ``Sandbox(True, spawn="deny", elevateprivileges="deny", resourcecontrol="deny")`` takes the
    most. Without the option QEMU may make any.

    Attributes:
        enable: whether the sandbox is on; it is off without.
        obsolete: whether obsolete calls may be made; ``"deny"`` by default.
        elevateprivileges: whether rights can be gained (set-uid and its like); ``"children"`` for
            programs that QEMU starts alone; ``"allow"`` by default.
        spawn: whether programs can be started, such as network helpers; ``"allow"`` by default.
        resourcecontrol: whether priority and CPU affinity can be changed; ``"allow"`` by default.
    """

    flag = "-sandbox"
    implied = "enable"
    adds_up = True

    enable: bool | None = key(SWITCH, default=None)
    obsolete: Literal["allow", "deny"] | None = key(_RULE, default=None, kw_only=True)
    elevateprivileges: Literal["allow", "deny", "children"] | None = key(
        choice("allow", "deny", "children"), default=None, kw_only=True
    )
    spawn: Literal["allow", "deny"] | None = key(_RULE, default=None, kw_only=True)
    resourcecontrol: Literal["allow", "deny"] | None = key(_RULE, default=None, kw_only=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Warn of rules for a sandbox that is off."""
        ruled = [name for name in _REFUSES if getattr(self, name) is not None]
        if self.enable in {None, False} and ruled:
            yield self.warning(
                "sandbox-off",
                f"{ruled[0]} says what the sandbox refuses, and the sandbox is off",
                "write sandbox(True, ...)",
                "enable",
            )

    def explain(self) -> str:
        """Say what is taken from QEMU."""
        if self.enable is not True:
            return "Leaves QEMU free to make any system call, as it is without this option."
        refused = [
            text
            for name, text in _REFUSES.items()
            if getattr(self, name) == "deny" or (name == "obsolete" and self.obsolete is None)
        ]
        text = "Takes system calls from QEMU that it does not need, so that a guest that breaks "
        text += "into it can do less"
        if refused:
            text += f"; refused are {', '.join(refused)}"
        return f"{text}. Without it QEMU may make any."

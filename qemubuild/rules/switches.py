"""VDE: the virtual Ethernet switch of the host that a network plugs into has to be running."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

# Where libvdeplug looks for the switch of a network that names none.
_DEFAULTS: Final = (
    "~/.vdeplug/default",
    "~/.vde2/default.switch",
    "/var/run/vde.ctl",
    "/tmp/vde.ctl",  # noqa: S108 - looked for, not made
)


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:  # noqa: ARG001 - one shape
    """Judge whether each has a switch."""
    for option in machine.options:
        if option.flag in {"-net", "-netdev", "-nic"} and option.words[1].startswith("vde"):
            yield from _judged(option)


def _judged(option: Option) -> Iterator[Finding]:
    keys = {item.key: item.value for item in grammar.parse(option.words[1], implied="type")}
    named = keys.get("sock")
    places = [named] if named else map(os.path.expanduser, _DEFAULTS)
    if keys.get("type") == "vde" and not any(map(os.path.exists, places)):
        yield option.error(
            "vde-switch-missing",
            f"no VDE switch is at {named!r}" if named else "no VDE switch is running",
            "start one (`vde_switch -d -s /tmp/web.ctl`) and name it: sock='/tmp/web.ctl'",
            "sock",
        )

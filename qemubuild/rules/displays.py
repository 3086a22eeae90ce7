"""Displays: what of the host they are shown on."""

from __future__ import annotations

from glob import glob
from typing import TYPE_CHECKING

from qemubuild.claims import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

_RENDERERS = "/dev/dri/renderD*"


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the displays that need more than a window."""
    for option, screen in machine.claims(Screen):
        if is_undone(option, machine):
            continue
        if screen.kind == "curses" and not host.has_terminal:
            yield option.error(
                "display-without-terminal",
                "curses draws the guest's text on QEMU's own terminal, and there is none here",
                "run the command in a terminal, or write serial('mon:stdio') and nographic()",
                "type",
            )
        elif screen.kind == "dbus" and not _is_private(option) and not host.has_session_bus:
            yield option.error(
                "display-without-bus",
                "the display is offered on the session's D-Bus, and there is none here",
                "run it with `dbus-run-session`, or write display('dbus', p2p=True)",
                "type",
            )
        elif screen.kind == "egl-headless" and not any(map(host.can_open, glob(_RENDERERS))):
            yield option.error(
                "display-without-renderer",
                f"egl-headless draws with a graphics card of this host, and there is no "
                f"{_RENDERERS} that this user may use",
                "add this user to the group render, or write display('none')",
                "type",
            )


def is_undone(option: Option, machine: MachineView) -> bool:
    """Whether a -nographic takes a window back that is asked for before it."""
    if option.flag != "-display" or "gl=" in option.words[-1] or option not in machine.options:
        return False
    later = machine.options[machine.options.index(option) :]
    return any(one.flag == "-nographic" for one in later)


def _is_private(option: Option) -> bool:
    """Whether a display on D-Bus is on another than the session's."""
    words = ("addr=", "p2p=on", "p2p=y", "p2p=true")
    return any(item.startswith(words) for item in option.words[-1].split(","))

"""Displays: what of the host they are shown on."""

from __future__ import annotations

import os
import sys
from glob import glob
from typing import TYPE_CHECKING

from qemubuild.claims import Screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView

_RENDERERS = "/dev/dri/renderD*"


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the displays that need more than a window."""
    for option, screen in machine.claims(Screen):
        if screen.kind == "curses" and not _has_terminal():
            yield option.error(
                "display-without-terminal",
                "curses draws the guest's text on QEMU's own terminal, and there is none here",
                "run the command in a terminal, or write serial('mon:stdio') and nographic()",
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


def _has_terminal() -> bool:
    """Whether standard output, which a QEMU started from here shares, is a terminal."""
    try:
        return os.isatty(sys.__stdout__.fileno() if sys.__stdout__ else 1)
    except (OSError, ValueError):
        return False

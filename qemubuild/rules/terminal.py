"""The terminal: QEMU's standard input and output, which one thing can use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qemubuild.claims import Terminal
from qemubuild.targets import board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# The devices that stand for the serial port (system/vl.c, ``default_list``).
_PORT = re.compile(r"\b(isa-serial|xen-console)\b")
_MONITORS = frozenset({"-monitor", "-qmp", "-qmp-pretty", "-mon"})


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge who uses the terminal; -nographic does by itself, for what is not said otherwise."""
    users = [option for option, _ in machine.claims(Terminal)]
    for option in users[1:]:
        yield option.error(
            "terminal-shared",
            f"{' '.join(users[0].words)} uses QEMU's own input and output already",
            "write serial('mon:stdio') to have a serial port and the monitor in one terminal, or "
            "send one of them elsewhere",
        )
    if users and (implied := _implied(machine)):
        yield users[0].error(
            "terminal-of-nographic",
            f"-nographic puts {implied} there, beside this",
            "write serial('mon:stdio') for both, or monitor('none') or serial('none') for one",
        )


def _implied(machine: MachineView) -> str:
    """What -nographic puts on the terminal (system/vl.c, ``qemu_create_default_devices``)."""
    flags = machine.flags
    if "-nographic" not in flags or "-nodefaults" in flags:
        return ""
    board = board_of(machine)
    # These have no serial port by themselves (``no_serial``, hw/core/null-machine.c).
    has_none = board is not None and board.name in ("none", "s390-ccw-virtio")
    serial = (
        has_none
        or "-serial" in flags
        or any(
            option.flag in ("-device", "-global") and _PORT.search(option.words[-1])
            for option in machine.options
        )
    )
    monitor = bool(_MONITORS & flags) or any(
        option.flag in ("-serial", "-parallel") and option.words[-1].startswith("mon:")
        for option in machine.options
    )
    return " and ".join(
        name for name, given in (("a serial port", serial), ("the monitor", monitor)) if not given
    )

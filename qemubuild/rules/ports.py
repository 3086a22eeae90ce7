"""Ports: no two things of one machine listen on the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qemubuild.claims import Listens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# When QEMU comes to options that listen (system/vl.c).
_TURNS = {
    "-chardev": 1,
    **dict.fromkeys(("-netdev", "-nic", "-net"), 2),
    **dict.fromkeys(("-monitor", "-qmp", "-qmp-pretty"), 3),
    "-serial": 4,
    "-parallel": 5,
    "-debugcon": 6,
    "-gdb": 7,
    "-vnc": 8,
}
_IPV4 = re.compile(r"[0-9]+(\.[0-9]+){3}")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every port; one that is the first of a range is taken for that one."""
    claims = machine.claims(Listens)
    if len(claims) < 2:
        return
    # In QEMU's order, where that is known.
    claims = sorted(claims, key=lambda claim: _TURNS.get(claim[0].flag, 0))
    for index, (option, later) in enumerate(claims):
        if later.last is not None or not later.port:
            continue
        for earlier_option, earlier in claims[:index]:
            flags = (earlier_option.flag, option.flag)
            in_order = flags[0] == flags[1] or all(flag in _TURNS for flag in flags)
            if earlier.port == later.port and _overlap(earlier.host, later.host, in_order):
                yield option.error(
                    "port-doubled",
                    f"port {later.port} is taken: {' '.join(earlier_option.words)} listens on it",
                    "give each a port of its own",
                )
                break


def _overlap(earlier: str, later: str, in_order: bool) -> bool:
    """Whether the second cannot listen: QEMU gives up where no address of a host is free.

    A host that means several addresses listens on those that are free, so the order matters; and
    QEMU's is that of the command line only for options of one kind.
    """
    if earlier in {"", "*"}:
        return in_order or later in {"", "*"}
    if earlier in {"0", "0.0.0.0"}:  # noqa: S104 - judged, not bound
        return later in {"0", "0.0.0.0"} or (  # noqa: S104
            in_order and _IPV4.fullmatch(later) is not None
        )
    return earlier == later

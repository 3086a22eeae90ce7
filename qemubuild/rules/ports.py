"""Ports: no two things of one machine listen on the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qemubuild.claims import Listens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_IPV4 = re.compile(r"[0-9]+(\.[0-9]+){3}")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every port; one that is the first of a range is taken for that one."""
    claims = machine.claims(Listens)
    for index, (option, later) in enumerate(claims):
        if later.last is not None or not later.port:
            continue
        for earlier_option, earlier in claims[:index]:
            in_order = earlier_option.flag == option.flag
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

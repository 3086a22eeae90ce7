"""The directories of the host that QEMU opens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.claims import FSDEV, Defines, Folder, Refers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge whether each is there, is one, and can be looked into."""
    for option, folder in machine.claims(Folder):
        finding = option.error if folder.needed and _is_used(option, machine) else option.warning
        if not os.path.isdir(folder.path):
            found = "is no directory" if os.path.exists(folder.path) else "is not there"
            yield finding(
                "folder-missing",
                f"the {folder.kind} {folder.path!r} {found}",
                f"make it first (`mkdir`), or correct the path; it counts from {os.getcwd()!r}"
                if not os.path.isabs(folder.path)
                else "make it first (`mkdir`), or correct the path",
            )
        elif not host.can_open(folder.path):
            yield finding(
                "folder-not-permitted",
                f"the {folder.kind} {folder.path!r} cannot be read by this user",
                "change the directory's permissions, or run as a user that has them",
            )


def _is_used(option: Option, machine: MachineView) -> bool:
    """Whether QEMU opens it at once: a -fsdev's waits for the device."""
    if option.flag != "-fsdev":
        return True
    own = {claim.id for one, claim in machine.claims(Defines) if one is option}
    return any(claim.kind == FSDEV and claim.id in own for _, claim in machine.claims(Refers))

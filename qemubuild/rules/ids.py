"""Ids: each defined once in its name space, and each one that is referred to defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Defines, Refers
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every id that options define or refer to."""
    seen: set[Defines] = set()
    for option, claim in machine.claims(Defines):
        if claim in seen:
            yield option.error(
                "id-doubled",
                f"the id {claim.id!r} names two things of the kind {claim.kind}",
                "give each an id of its own",
            )
        seen.add(claim)
    for option, wanted in machine.claims(Refers):
        if Defines(wanted.kind, wanted.id) not in seen:
            names = [claim.id for claim in seen if claim.kind == wanted.kind]
            yield option.error(
                "id-undefined",
                f"it refers to the {wanted.kind} {wanted.id!r}, which nothing defines",
                f"{nearest(wanted.id, names)}add the option that defines it",
            )

"""Ids: each defined once in its name space, and each one that is referred to defined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import AUDIODEV, DRIVE, Defines, Refers
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# What QEMU calls a -drive with the interface "none" that has no id.
_AUTOMATIC: Final = re.compile(r"none[0-9]+")
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every id that options define or refer to."""
    seen: set[Defines] = set()
    for option, claim in machine.claims(Defines):
        if claim.kind == AUDIODEV:
            seen.add(claim)  # of those, QEMU takes any text, and the same one again
            continue
        if not _ID.fullmatch(claim.id) and "$" not in claim.id:
            yield option.error(
                "id-malformed",
                f"{claim.id!r} is no id that QEMU takes",
                "begin with a letter; go on with letters, digits, '-', '.' and '_'",
                "id",
            )
        if claim in seen:
            yield option.error(
                "id-doubled",
                f"the id {claim.id!r} names two things of the kind {claim.kind}",
                "give each an id of its own",
            )
        seen.add(claim)
    for option, wanted in machine.claims(Refers):
        if Defines(wanted.kind, wanted.id) in seen or _is_automatic(wanted):
            continue
        if not _may_be_raw(wanted, machine):
            names = [claim.id for claim in seen if claim.kind == wanted.kind]
            yield option.error(
                "id-undefined",
                f"it refers to the {wanted.kind} {wanted.id!r}, which nothing defines",
                f"{nearest(wanted.id, names)}add the option that defines it",
            )


def _may_be_raw(wanted: Refers, machine: MachineView) -> bool:
    """Whether an option that nothing is known of has the id in its text, or is to be a variable."""
    if "$" in wanted.id:
        return True
    name = re.compile(rf"(?<![\w.-]){re.escape(wanted.id)}(?![\w.-])")
    return any(
        not option.flag and any(map(name.search, option.words[1:])) for option in machine.options
    )


def _is_automatic(wanted: Refers) -> bool:
    return wanted.kind == DRIVE and _AUTOMATIC.fullmatch(wanted.id) is not None

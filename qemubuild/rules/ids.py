"""Ids: each defined once in its name space, and each one that is referred to defined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import AUDIODEV, CHARDEV, DRIVE, Defines, Refers, Slot
from qemubuild.driven import Driven
from qemubuild.options._network import is_keyval
from qemubuild.units import ON
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# What it calls the places of -serial, -monitor and their like.
_AUTOMATIC_CHARDEV: Final = re.compile(r"(serial|parallel|compat_monitor)[0-9]+|gdb|debugcon")
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every id that options define or refer to, but those of drives."""
    yield from _ids(machine, drives=False)


def findings_with_drives(machine: MachineView) -> Iterator[Finding]:
    """Judge the ids of drives, and those that drives refer to."""
    named = [option for option, _ in machine.claims(Defines) if option.is_drive]
    used = [one for option, one in machine.claims(Refers) if _concerns_drives(option, one)]
    if named or used:
        yield from _ids(machine, drives=True)
    # Where no id is told, those that drives of a second bus have by themselves may meet.
    if named or used or [slot for _, slot in machine.claims(Slot) if slot.bus]:
        from qemubuild.rules import drive_ids  # noqa: PLC0415 - many machines have no such ids

        yield from drive_ids.findings(machine)


def _concerns_drives(option: Option, wanted: Refers) -> bool:
    return wanted.kind == DRIVE or option.is_drive


def _ids(machine: MachineView, *, drives: bool) -> Iterator[Finding]:
    seen: dict[Defines, Option] = {}
    for option, claim in machine.claims(Defines):
        # Of those of sounds, QEMU takes any text, and the same one again.
        if option.is_drive is drives and claim.kind != AUDIODEV:
            yield from _defined(option, claim, seen, machine)
        seen[claim] = option
    for option, wanted in machine.claims(Refers):
        if _concerns_drives(option, wanted) is drives:
            yield from _wanted(option, wanted, seen, machine)


def _defined(
    option: Option, claim: Defines, seen: Mapping[Defines, Option], machine: MachineView
) -> Iterator[Finding]:
    if not _ID.fullmatch(claim.id) and "$" not in claim.id and not _takes_any(option):
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
    elif _is_reserved(claim, machine):
        yield option.error(
            "id-reserved",
            f"QEMU itself has a {claim.kind} of the id {claim.id!r} in this machine",
            "choose another id",
            "id",
        )


def _wanted(
    option: Option, wanted: Refers, seen: Mapping[Defines, Option], machine: MachineView
) -> Iterator[Finding]:
    found = seen.get(Defines(wanted.kind, wanted.id))
    if found is not None:
        yield from _of_another_type(option, wanted, found)
    elif _is_automatic(wanted, machine) or _may_be_raw(wanted, machine):
        return
    elif wanted.kind == CHARDEV and _is_reserved(wanted, machine):
        yield option.error(
            "chardev-in-use",
            f"{wanted.id!r} is what QEMU calls the place of a port of the board's, or of a "
            "monitor, and it serves one",
            "write chardev(), and its id here; or a place for several: serial('mon:stdio')",
        )
    else:
        names = [claim.id for claim in seen if claim.kind == wanted.kind]
        yield option.error(
            "id-undefined",
            f"it refers to the {wanted.kind} {wanted.id!r}, which nothing defines",
            f"{nearest(wanted.id, names)}add the option that defines it",
        )


def _takes_any(option: Option) -> bool:
    """Whether QEMU looks at no id: of networks that it reads by the schema (net/net.c)."""
    return option.flag == "-netdev" and is_keyval(option.words[1])


def _of_another_type(option: Option, wanted: Refers, found: Option) -> Iterator[Finding]:
    kind = getattr(found, "variant", "") or getattr(found, "driver", "")
    if wanted.kind == CHARDEV and isinstance(found, Driven) and found.get("mux") in ON:
        kind = "mux"  # which stands before the place, and is all that others see
    if wanted.type and kind and not kind.startswith(wanted.type):
        yield option.error(
            "id-of-another-type",
            f"{wanted.id!r} is of the type {kind}, and not {wanted.type.removesuffix('-')}",
            f"name an object of a type that begins with {wanted.type!r}"
            if wanted.type.endswith("-")
            else f"name an object of the type {wanted.type!r}",
        )


def _is_reserved(claim: Defines | Refers, machine: MachineView) -> bool:
    """Whether QEMU calls something of its own so."""
    if not (_AUTOMATIC_CHARDEV.fullmatch(claim.id) or claim.id.endswith(".ram")):
        return False
    from qemubuild.rules import automatic  # noqa: PLC0415 - such ids are rare

    return claim.id in automatic.ids(machine, claim.kind)


def _may_be_raw(wanted: Refers, machine: MachineView) -> bool:
    """Whether an option that nothing is known of has the id in its text, or is to be a variable."""
    if "$" in wanted.id:
        return True
    name = re.compile(rf"(?<![\w.-]){re.escape(wanted.id)}(?![\w.-])")
    return any(
        not option.flag and any(map(name.search, option.words[1:])) for option in machine.options
    )


def _is_automatic(wanted: Refers, machine: MachineView) -> bool:
    if wanted.kind == CHARDEV and _AUTOMATIC_CHARDEV.fullmatch(wanted.id):
        from qemubuild.rules import automatic  # noqa: PLC0415 - such ids are rare

        return automatic.is_shared(machine, wanted.id)
    if wanted.kind == DRIVE:
        from qemubuild.rules import drive_ids  # noqa: PLC0415 - such ids are rare

        return drive_ids.is_automatic(wanted.id, machine)
    return False

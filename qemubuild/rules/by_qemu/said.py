"""Leaving out what an option has found by itself, which needs no QEMU to be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


def unsaid(option: Option, machine: MachineView, found: Iterable[Finding]) -> Iterator[Finding]:
    """Those findings that the option has none of its own for, of the same place."""
    said: set[str] | None = None
    for finding in found:
        if said is None:  # it is judged again only where something is wrong
            own = (one for one in option.judge(machine) if one.severity is Severity.ERROR)
            said = {name for one in own for name in _names(option, one.field)}
        path = finding.field.split(".")
        if said.isdisjoint((finding.field, path[0], path[-1])):
            yield finding


def _names(option: Option, field: str) -> tuple[str, ...]:
    """What QEMU and the class call a field."""
    key = option._keys.get(field)  # noqa: SLF001 - the name on the command line
    if field == "driver":
        return ("driver", getattr(option, "implied", "driver"))
    return (field, key.name) if key else (field,)

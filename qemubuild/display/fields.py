"""What is a name with values, and nothing more: a table of them; and errors."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qemubuild.display import parts
from qemubuild.display.findings import table as findings_table
from qemubuild.display.markup import tag

if TYPE_CHECKING:
    from qemubuild.display.markup import Child, Markup
    from qemubuild.errors import QemuBuildError


def table(thing: Any) -> Markup:
    """The fields of a tuple with names, or of a class that attrs made."""
    given = thing._asdict() if hasattr(thing, "_asdict") else _attributes(thing)
    return parts.page(
        parts.heading(type(thing).__name__),
        parts.facts((name, _value(value)) for name, value in given.items()),
    )


def error(problem: QemuBuildError) -> Markup:
    """An error: what was wrong, what to do, and what QEMU said."""
    if (found := getattr(problem, "findings", None)) is not None:
        return findings_table(found)
    about = " ".join(filter(None, (getattr(problem, "option", ""), getattr(problem, "field", ""))))
    argv, said = getattr(problem, "argv", ()), getattr(problem, "stderr", "")
    return parts.page(
        parts.heading(type(problem).__name__, about),
        tag("p", problem.message),
        tag("p", problem.hint, class_="qb-more") if problem.hint else None,
        parts.block(said.rstrip()) if said else None,
        parts.fold("What was run", parts.block(shlex.join(argv))) if argv else None,
    )


def _attributes(thing: Any) -> dict[str, Any]:
    names = [field.name for field in attrs.fields(type(thing))]
    return {name: getattr(thing, name) for name in names if not name.startswith("_")}


def _value(value: Any) -> Child:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return parts.facts((str(name), _value(one)) for name, one in value.items())
    if isinstance(value, (tuple, list, set, frozenset)):
        many = sorted(map(str, value)) if isinstance(value, (set, frozenset)) else map(str, value)
        return ", ".join(many)
    return "" if value is None else str(value)

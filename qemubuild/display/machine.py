"""A machine: its options, what each does, what is found in it, and the command it is."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qemubuild import targets
from qemubuild.claims import Ram, Vcpus
from qemubuild.display import parts, patience
from qemubuild.display.findings import note, verdict
from qemubuild.findings import Findings
from qemubuild.units import format_size
from qemubuild.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.display.markup import Child, Markup
    from qemubuild.explanation import Explanation
    from qemubuild.findings import Finding
    from qemubuild.machine import Machine
    from qemubuild.option import Option

_HEAD = ("Argument", "What it does")
_MANY = 100
"""How many options are shown at once; the rest is folded away."""


def table(machine: Machine) -> Markup:
    """The whole of it."""
    findings = patience.within(machine.check, Findings())
    left = list(findings)
    rows = [_row(option, _take(option, left)) for option in machine.options]
    return parts.page(
        parts.heading(machine.arch or machine.binary, *summary(machine), verdict(findings)),
        map(note, left),
        _options(rows[:_MANY]) if rows else None,
        parts.fold(f"{len(rows) - _MANY} more", _options(rows[_MANY:])) if rows[_MANY:] else None,
        parts.fold("As a shell command", parts.block(str(machine))),
    )


def option(one: Option) -> Markup:
    """An option by itself."""
    return parts.page(_options([_row(one)], ()))


def explanation(said: Explanation) -> Markup:
    """What each argument does, and no more."""
    rows = [(parts.code(words), parts.prose(does)) for words, does in said.parts]
    return parts.page(_options(rows))


def summary(machine: Machine) -> Iterator[Child]:
    """What a person would ask first: the board, how many vCPUs, how much memory, what runs it."""
    view = View.of(machine)
    board = targets.board_of(view)
    yield board and board.name
    vcpus = machine.claims(Vcpus)
    yield parts.count(vcpus[-1][1].count if vcpus else 1, "vCPU")
    ram = machine.claims(Ram)
    yield format_size(ram[-1][1].size) if ram and ram[-1][1].size else None
    yield " or ".join(targets.accelerators(view))


def _options(rows: Sequence[Sequence[Child]], head: Sequence[str] = _HEAD) -> Markup:
    return parts.table(head, rows, "qb-options qb-stack")


def _row(option: Option, notes: Sequence[Markup] = ()) -> tuple[Child, Child]:
    return parts.code(shlex.join(option.words)), (parts.prose(option.explain()), notes)


def _take(option: Option, left: list[Finding]) -> list[Markup]:
    """What is found of an option; each finding is shown once, at the first that is like it."""
    own = [found for found in left if found.option == option]
    left[:] = [found for found in left if found.option != option]
    return [note(found) for found in own]

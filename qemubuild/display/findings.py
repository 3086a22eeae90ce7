"""What a check found: beside the options that it is about, and by itself."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from qemubuild.display import parts
from qemubuild.display.markup import Markup, tag

if TYPE_CHECKING:
    from qemubuild.findings import Finding, Findings


def table(findings: Findings) -> Markup:
    """All findings, errors first."""
    rows = (
        (
            tag("span", str(found.severity), class_=f"qb-{found.severity}"),
            parts.code(shlex.join(found.option.words)) if found.option else parts.soft("missing"),
            (tag("p", found.message), tag("p", found.hint, class_="qb-more")),
            tag("span", found.code, class_="qb-code"),
        )
        for found in findings
    )
    head = ("", "Where", "What, and what to do", "Code")
    return parts.page(
        parts.heading(verdict(findings)),
        parts.table(head, rows, "qb-found qb-stack") if findings else None,
    )


def one(finding: Finding) -> Markup:
    """A finding by itself."""
    where = parts.code(shlex.join(finding.option.words)) if finding.option else None
    return parts.page(tag("p", where) if where else None, note(finding))


def note(finding: Finding) -> Markup:
    """A finding, in the place of what it is about."""
    return tag(
        "div",
        tag("b", str(finding.severity)),
        tag("span", f": {finding.message}. "),
        tag("span", f"Mend: {finding.hint}. ", class_="qb-more"),
        tag("span", finding.code, class_="qb-code"),
        class_=f"qb-note qb-{finding.severity}",
    )


def verdict(findings: Findings) -> Markup:
    """How it stands, in a few words."""
    found = (
        ("error", findings.errors),
        ("warning", findings.warnings),
        ("hint", findings.hints),
    )
    said = [
        tag("span", parts.count(len(some), kind), class_=f"qb-{kind}")
        for kind, some in found
        if some
    ]
    if not said:
        return tag("span", str(findings), class_="qb-good")
    return tag("span", [(", " if place else "", word) for place, word in enumerate(said)])

"""What a check found: each finding says what is wrong or unwise, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, overload

from attrs import frozen

from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from qemubuild.option import Option


class Severity(IntEnum):
    """How much a finding matters; a greater one matters more."""

    HINT = 1
    """It works; there is something better."""
    WARNING = 2
    """It starts, and may well not be what was meant."""
    ERROR = 3
    """QEMU refuses it, or it cannot do what it says."""

    def __str__(self) -> str:
        return self.name.lower()


@frozen
class Finding:
    """One thing that is wrong or unwise.

    Attributes:
        code: a readable slug, stable across versions, such as ``smp-topology-mismatch``.
        severity: error, warning or hint.
        option: the option it is about, or ``None`` when it is about what is missing.
        field: the field of that option, or ``""`` when it is the option as a whole.
        message: what was given and why that is wrong or unwise.
        hint: what to write instead.
    """

    code: str
    severity: Severity
    option: Option | None
    field: str
    message: str
    hint: str

    _repr_mimebundle_ = shown_by("findings.one")

    def __str__(self) -> str:
        about = f"{self.option.words[0]}: " if self.option else ""
        return f"{self.severity}[{self.code}] {about}{self.message}\n  hint: {self.hint}"


def error(
    code: str, message: str, hint: str, option: Option | None = None, field: str = ""
) -> Finding:
    """A finding for what QEMU refuses."""
    return Finding(code, Severity.ERROR, option, field, message, hint)


def warning(
    code: str, message: str, hint: str, option: Option | None = None, field: str = ""
) -> Finding:
    """A finding for what starts and may well not be what was meant."""
    return Finding(code, Severity.WARNING, option, field, message, hint)


def hint(
    code: str, message: str, hint: str, option: Option | None = None, field: str = ""
) -> Finding:
    """A finding for what works and could be better."""
    return Finding(code, Severity.HINT, option, field, message, hint)


class Findings(Sequence[Finding]):
    """All findings of a check, errors first; empty, and so false, when there is nothing to say."""

    __slots__ = ("_all",)

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._all = tuple(sorted(findings, key=lambda found: -found.severity))

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __eq__(self, other: object) -> bool:
        return self._all == other._all if isinstance(other, Findings) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return f"Findings({list(self._all)!r})"

    _repr_mimebundle_ = shown_by("findings.table")

    def __str__(self) -> str:
        return "\n".join(map(str, self._all)) or "nothing to find fault with"

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(found for found in self._all if found.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What QEMU refuses."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What starts and may well not be what was meant."""
        return self._of(Severity.WARNING)

    @property
    def hints(self) -> tuple[Finding, ...]:
        """What works and could be better."""
        return self._of(Severity.HINT)

    @property
    def ok(self) -> bool:
        """Whether QEMU is expected to start: there is no error; warnings and hints may be there."""
        return not self.errors

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes alone, in the same order."""
        return tuple(found.code for found in self._all)

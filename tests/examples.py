"""One example of each finding: a machine that has it, and that machine mended.

They stand in the test modules of the options and rules that find them, each in a table ``EXAMPLES``
from codes to ``(failing, mended)``, or ``(failing, mended, judge)`` where a host or a QEMU decides.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qemubuild.capabilities import Qemu

if TYPE_CHECKING:
    from qemubuild import Host, Machine
    from qemubuild.findings import Finding, Findings

HERE = Path(__file__).parent


class Example(NamedTuple):
    """What shows one finding."""

    failing: Machine
    mended: Machine
    judge: Host | Qemu | None = None

    def finding(self, code: str) -> Finding:
        """The finding itself."""
        for found in self.before():
            if found.code == code:
                return found
        raise LookupError(f"the example of {code} does not have it: {self.before()}")

    def before(self) -> Findings:
        """What is found in the failing machine."""
        return self._check(self.failing)

    def after(self) -> Findings:
        """What is found in the mended machine."""
        return self._check(self.mended)

    def _check(self, machine: Machine) -> Findings:
        if isinstance(self.judge, Qemu):
            return machine.check(qemu=self.judge)
        return machine.check(host=self.judge)


def examples() -> dict[str, Example]:
    """Every example of every table, by its code."""
    found: dict[str, Example] = {}
    for path in sorted(HERE.rglob("test_*.py")):
        if "\nEXAMPLES" in path.read_text("utf-8"):
            name = ".".join(path.relative_to(HERE.parent).with_suffix("").parts)
            table = importlib.import_module(name).EXAMPLES
            found.update((code, Example(*example)) for code, example in table.items())
    return found

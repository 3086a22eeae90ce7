"""``-help`` and ``-version``: QEMU prints, and exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from qemubuild.option import Flag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class _Prints(Flag):
    what: ClassVar[str]

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge that no guest starts."""
        yield self.error(
            "help-asked", f"QEMU prints {self.what}, and exits", "leave it out to run a guest"
        )

    def explain(self) -> str:
        """Say what is printed."""
        return f"QEMU prints {self.what}, and exits: no guest runs."


class Help(_Prints):
    """Print every option (``-help``)."""

    flag = "-help"
    aliases = ("-h",)
    what = "what options it has"


class Version(_Prints):
    """Print QEMU's version (``-version``)."""

    flag = "-version"
    what = "its version"

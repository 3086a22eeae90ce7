"""``-daemonize`` and ``-pidfile``: QEMU in the background, and how to find it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Opens, Terminal
from qemubuild.option import Flag, Plain, key
from qemubuild.values import NAME

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class Daemonize(Flag):
    """Go to the background once the machine is up (``-daemonize``)."""

    flag = "-daemonize"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge who needs the terminal that is left behind."""
        yield self.hint(
            "daemonize-hides",
            "launch() refuses it: it would see neither what QEMU says nor how it ends",
            "leave it out, and write launch(detach=True), which outlives the terminal, too",
        )
        for option, _ in machine.claims(Terminal):
            yield self.error(
                "daemonize-on-terminal",
                f"{' '.join(option.words)} needs the terminal, which a QEMU in the background "
                "does not have",
                "leave daemonize out, or send that to a socket or a file",
            )
        flags = machine.flags
        # What -nographic puts on the terminal by itself is all there, or some of it is.
        if "-nographic" in flags and flags.isdisjoint({"-nodefaults", "-readconfig", "-serial"}):
            yield self.error(
                "daemonize-nographic",
                "-nographic puts a serial port and the monitor on the terminal, which a QEMU in "
                "the background does not have",
                "write display('none') in place of nographic()",
            )

    def explain(self) -> str:
        """Say what becomes of the process."""
        return (
            "Lets QEMU go on in the background once the machine is up, without a terminal. "
            "Without it QEMU stays in the shell that started it, and ends with its terminal."
        )


class Pidfile(Plain):
    """Write the number of QEMU's process to a file (``-pidfile``), and lock it.

    Attributes:
        path: the file; QEMU removes it when it ends.
    """

    flag = "-pidfile"

    path: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        if not self._unread:
            yield Opens(self.words[1], "process number", writes=True, creates=True)

    def explain(self) -> str:
        """Say what is written."""
        return (
            f"Writes the number of QEMU's process to {self.words[1]}, and refuses to start while "
            "another QEMU holds that file. Without it only whoever started QEMU knows its number."
        )

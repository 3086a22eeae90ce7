"""``-qtest`` and ``-qtest-log``: let a test drive the devices, with no guest running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.option import Plain, key
from qemubuild.options._character import Character
from qemubuild.values import NAME

if TYPE_CHECKING:
    import os


class Qtest(Character):
    """Let a test drive the machine's devices (``-qtest``), as QEMU's own tests do.

    Attributes:
        word: QEMU's own text; see `Serial` for every other place.
    """

    flag = "-qtest"
    none = False
    power = "can drive every device"

    def explain(self) -> str:
        """Say where the test is."""
        return f"Lets a test drive the machine's devices, from {self._where()}."


class QtestLog(Plain):
    """Write what a test says and is told to a file (``-qtest-log``).

    Attributes:
        path: the file; ``"none"`` for none.
    """

    flag = "-qtest-log"

    path: str | os.PathLike[str] = key(NAME)

    def explain(self) -> str:
        """Say what is written."""
        return (
            f"Writes what passes between QEMU and the test of -qtest to {self.words[1]}. Without "
            "it that goes to standard error."
        )

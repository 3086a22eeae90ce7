"""``-echr``: the key that leads to QEMU's own commands in a shared terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.errors import InvalidOption
from qemubuild.option import Plain, key
from qemubuild.values import Kind, integer, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_CODE: Final = integer(0, 255)
_DIGIT: Final = re.compile(r"\s*[+-]?[0-9]")


def _write(value: object) -> str:
    return _CODE.write(value) if isinstance(value, int) else write_text(value)


def _read(text: str) -> int | str:
    try:
        return int(_CODE.read(text))
    except InvalidOption:
        return text  # QEMU takes it, and uses what it can


class Echr(Plain):
    """Choose the key that leads to QEMU's own commands (``-echr``), in place of Ctrl-a.

    It matters in a terminal that the guest and QEMU's monitor share.

    Attributes:
        code: the character's code; a control key's is its letter's place in the alphabet, so
            that 20 is Ctrl-t.
    """

    flag = "-echr"

    code: int | str = key(Kind(_write, _read))

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Warn of text, which QEMU does not read."""
        if isinstance(self.code, str) and not _DIGIT.match(self.code) and "$" not in self.code:
            yield self.warning(
                "echr-unread",
                f"{self.code!r} is no number, and QEMU keeps to Ctrl-a",
                "write the character's code, such as 20 for Ctrl-t",
                "code",
            )

    def explain(self) -> str:
        """Say which key."""
        code = self.code
        name = f"Ctrl-{chr(code + 96)}" if isinstance(code, int) and 1 <= code <= 26 else f"{code}"
        return (
            f"Makes {name} the key that leads to QEMU's own commands in a terminal shared with the "
            "guest. Without it that is Ctrl-a."
        )

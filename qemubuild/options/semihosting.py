"""``-semihosting`` and ``-semihosting-config``: let the guest use the host's files and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from qemubuild.claims import CHARDEV, Refers
from qemubuild.keyed import Keyed
from qemubuild.option import Flag, key
from qemubuild.targets import ARM
from qemubuild.values import ID, SWITCH, TEXT, Verbatim, choice, many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ARCHS: Final = ARM | {
    "m68k", "mips", "mips64", "mips64el", "mipsel", "nios2", "riscv32", "riscv64", "xtensa",
    "xtensaeb",
}  # fmt: skip


class Semihosting(Flag):
    """Let the guest ask the host for files, text and the end (``-semihosting``)."""

    flag = "-semihosting"
    archs = _ARCHS

    def explain(self) -> str:
        """Say what the guest can do."""
        return (
            "Lets the guest open the host's files, print, and end QEMU, as programs for small "
            "boards do. It is not for guests that nobody trusts. Without it they are on their own."
        )


class SemihostingConfig(Keyed):
    """Let the guest ask the host for files, text and the end, in detail (``-semihosting-config``).

    Attributes:
        enable: whether it may; it may by default.
        target: who answers: ``"native"``, which is QEMU; ``"gdb"``, the debugger; ``"auto"``, the
            debugger where one is connected.
        chardev: the id of a ``-chardev`` to print to; standard error without.
        userspace: whether the guest's unprivileged programs may, too (QEMU 7.2).
        arg: what the guest is told as its command line, word by word.
    """

    flag = "-semihosting-config"
    archs = _ARCHS
    adds_up = True

    enable: bool | None = key(SWITCH, default=None)
    target: Literal["native", "gdb", "auto"] | None = key(
        choice("native", "gdb", "auto"), default=None, kw_only=True
    )
    chardev: str | None = key(ID, default=None, kw_only=True)
    userspace: bool | None = key(SWITCH, default=None, kw_only=True)
    arg: Sequence[str] | None = key(many(TEXT), default=None, kw_only=True)

    def claims(self) -> Iterator[Refers]:
        """State the character backend."""
        if self.chardev is not None and not isinstance(self.chardev, Verbatim):
            yield Refers(CHARDEV, self.chardev)

    def explain(self) -> str:
        """Say what the guest can do."""
        if self.enable is False:
            return "Leaves the guest no way to ask the host for anything, as without this option."
        who = {"native": "QEMU", "gdb": "the debugger"}.get(
            str(self.target), "the debugger where one is connected, and otherwise QEMU,"
        )
        return (
            f"Lets the guest open the host's files, print, and end QEMU; {who} answers. It is not "
            "for guests that nobody trusts. Without it they are on their own."
        )

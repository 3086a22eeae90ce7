"""What can go wrong, and what each error carries.

QemuBuildError
├── InvalidOption (ValueError)        one value that can never be right
├── InvalidMachine (ValueError)       options that cannot work together: ``.findings``
├── CommandSyntaxError (ValueError)   a command line that cannot be read: ``.where``
├── LaunchError                       QEMU did not start, or did not do as asked
├── ImageError                        qemu-img did not do as asked
├── NotInstalled                      a program is missing: ``.program``
├── NotRunning (LookupError)          no guest of that name runs: ``.name``
└── ControlError                      a running guest cannot be talked to: ``.exit``
    └── CommandError                  QEMU refused a command: ``.command``, ``.error_class``

Every error says what was given, why it cannot be, and (``hint``) what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.findings import Findings
    from qemubuild.process import Exit


_WIDEST = 160
"""How much of a long line is drawn."""


class QemuBuildError(Exception):
    """The base of every error that this library raises on purpose."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    _repr_mimebundle_ = shown_by("fields.error")

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class InvalidOption(QemuBuildError, ValueError):
    """A value that can never be right, wherever it is used.

    Attributes:
        option: the flag, such as ``-smp``.
        field: the field of the option's class, or ``""`` when it is the option as a whole.
    """

    def __init__(self, message: str, *, hint: str = "", option: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.option = option
        self.field = field

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.option, self.field)))
        text = super().__str__()
        return f"{where}: {text}" if where else text


class InvalidMachine(QemuBuildError, ValueError):
    """Options that QEMU would refuse together.

    Attributes:
        findings: everything found, errors first; all of it, not only the first.
    """

    def __init__(self, findings: Findings) -> None:
        count = len(findings.errors)
        super().__init__(
            f"this machine cannot work, for {count} reason{'s' if count > 1 else ''}:\n{findings}"
        )
        self.findings = findings


class CommandSyntaxError(QemuBuildError, ValueError):
    """A command line that cannot be read.

    Attributes:
        source: the text that was read.
        where: the half-open span of the offending part in ``source``.
    """

    def __init__(
        self, message: str, source: str, where: tuple[int, int], *, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.where = where

    def __str__(self) -> str:
        start, end = self.where
        begin = self.source.rfind("\n", 0, start) + 1
        line = self.source[begin:].split("\n", 1)[0].rstrip("\r")
        first = start - begin
        last = max(first + 1, min(end - begin, len(line)))
        if len(line) > _WIDEST:
            cut = max(0, min(first - _WIDEST // 4, len(line) - _WIDEST))
            after = "..." if cut + _WIDEST < len(line) else ""
            line = f"{'...' if cut else ''}{line[cut : cut + _WIDEST]}{after}"
            shift = (3 if cut else 0) - cut
            first, last = first + shift, min(last + shift, len(line))
        # A tab before it is as wide in the marker as it is in the line.
        blank = "".join("\t" if char == "\t" else " " for char in line[:first].ljust(first))
        marker = f"{blank}{'~' * (last - first - 1)}^"
        return f"{super().__str__()}\n    {line}\n    {marker}"


class _ProgramError(QemuBuildError):
    """A program that was run and failed.

    Attributes:
        argv: what was run.
        exit_code: its exit status, negative for a signal, ``None`` when it never ended by itself.
        stderr: what it said.
    """

    def __init__(
        self,
        message: str,
        *,
        argv: Sequence[str],
        exit_code: int | None,
        stderr: str,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.argv = tuple(argv)
        self.exit_code = exit_code
        self.stderr = stderr

    def __str__(self) -> str:
        said = self.stderr.strip()
        parts = [self.message]
        if said:
            parts += [f"  {line}" for line in said.splitlines()]
        if self.hint:
            parts.append(f"  hint: {self.hint}")
        return "\n".join(parts)


class LaunchError(_ProgramError):
    """QEMU did not start, or ended when it should not have."""


class ImageError(_ProgramError):
    """qemu-img did not do as asked; what was there before is still there."""


class NotInstalled(QemuBuildError):
    """A program that is needed cannot be found.

    Attributes:
        program: its name.
    """

    def __init__(self, program: str, *, hint: str = "") -> None:
        super().__init__(f"{program!r} is not installed, or is not in PATH", hint=hint)
        self.program = program


class NotRunning(QemuBuildError, LookupError):
    """No guest of that name runs.

    Attributes:
        name: the name that was looked for.
    """

    def __init__(self, name: str, running: Sequence[str]) -> None:
        hint = f"those of yours that run: {', '.join(running)}" if running else "none of yours runs"
        super().__init__(f"no guest called {name!r} is running", hint=hint)
        self.name = name


class ControlError(QemuBuildError):
    """A guest cannot be talked to, or not about that.

    Attributes:
        exit: how its QEMU ended, where that is the reason.
    """

    def __init__(self, message: str, *, hint: str = "", exit: Exit | None = None) -> None:  # noqa: A002
        super().__init__(message, hint=hint)
        self.exit = exit


class CommandError(ControlError):
    """QEMU, or the guest's agent, refused a command.

    Attributes:
        command: the command, such as ``blockdev-add``.
        error_class: QMP's class of the error: nearly always ``GenericError``.
        desc: what QEMU said.
    """

    def __init__(self, command: str, error_class: str, desc: str, *, hint: str = "") -> None:
        super().__init__(f"{command}: {desc}", hint=hint)
        self.command = command
        self.error_class = error_class
        self.desc = desc

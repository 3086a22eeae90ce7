"""``-d``, ``-D``, ``-dfilter``, ``-trace``, ``-msg``: what QEMU writes about its own work."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, Literal

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import Plain, key
from qemubuild.values import NAME, SWITCH, TEXT, Kind, Verbatim, nearest, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

LogItem = Literal[
    "all", "out_asm", "in_asm", "op", "op_opt", "op_ind", "op_plugin", "int", "exec", "cpu", "fpu",
    "vpu", "mmu", "pcall", "cpu_reset", "unimp", "guest_errors", "page", "nochain", "plugin",
    "strace", "tid", "invalid_mem",
]  # fmt: skip
"""What QEMU can log, from 7.2 to 10.2; ``trace:PATTERN`` beside."""
_ITEMS: Final[tuple[str, ...]] = LogItem.__args__  # type: ignore[attr-defined] # of every Literal
_NEWER: Final = frozenset({"op_plugin", "vpu", "invalid_mem"})
_HELP: Final = ("help", "?")  # a list may be looked for in it


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [*write_text(value).split(",")]


def _write_items(value: object) -> str:
    if value in _HELP:  # judged as a finding, like every option's
        return str(value)
    return ",".join(map(_item, _list(value)))


def _item(value: object) -> str:
    text = write_text(value)
    if text in _ITEMS or (text.startswith("trace:") and text != "trace:" and "," not in text):
        return text
    raise InvalidOption(
        f"QEMU logs nothing called {text!r}",
        hint=f"{nearest(text, _ITEMS)}QEMU has {', '.join(_ITEMS)}, and trace:PATTERN",
    )


class LogItems(Plain):
    """Log what QEMU does (``-d``), to its standard error, or to the file of ``log_file``.

    Attributes:
        items: what to log: ``"guest_errors,unimp"``, or a list of such words; ``"trace:usb_*"``
            for trace events.
    """

    flag = "-d"

    items: LogItem | Sequence[LogItem] | str | Sequence[str] = key(Kind(_write_items, str))

    @property
    def _names(self) -> list[str]:
        return self.words[1].split(",")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what needs a file, and what only newer versions have."""
        names = self._names
        if "trace:help" in names:
            yield self.error(
                "help-asked",
                "QEMU prints what there is to trace, and exits",
                "leave it out, or write one of what it prints",
                "items",
            )
        if ("tid" in names or "all" in names) and not _has_template(machine):
            yield self.error(
                "log-thread-without-file",
                "a log file for each thread (tid, which is among all) needs a name with %d in it",
                "add log_file('qemu-%d.log')",
                "items",
            )
        for name in sorted(_NEWER.intersection(names)):
            yield self.warning(
                "log-item-newer",
                f"{name!r} is no log item of QEMU 7.2, which refuses it",
                "run it with a newer QEMU, or leave the item out",
                "items",
            )

    def explain(self) -> str:
        """Say what is logged."""
        return (
            f"Logs {', '.join(self._names)}: to standard error, or to the file that -D names. "
            "Without it QEMU logs nothing."
        )


def _has_template(machine: MachineView) -> bool:
    return any(
        "%d" in option.words[-1] or "$" in option.words[-1]
        for option in machine.options
        if option.words[0] == "-D"
    )


def _write_log_path(value: object) -> str:
    text = NAME.write(value)
    if text.count("%") > 1 or "%" in text.replace("%d", "", 1):
        raise InvalidOption(
            f"QEMU reads '%' in {text!r} as the place of a number",
            hint="leave '%' out, or write '%d' once for the number of QEMU's process",
        )
    return text


class LogFile(Plain):
    """Write QEMU's log to a file (``-D``), not to its standard error.

    Attributes:
        path: the file; ``%d`` in it becomes the number of QEMU's process, and no other ``%`` can
            be written.
    """

    flag = "-D"

    path: str | os.PathLike[str] = key(Kind(_write_log_path, str))

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        if not self._unread:
            yield Opens(self.words[1], "log", writes=True, creates=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Say when there is nothing to log."""
        if not any(
            option.words[0] in {"-d", "-trace", "-readconfig"} for option in machine.options
        ):
            yield self.hint(
                "log-file-unused",
                "nothing says what to log, so that the file stays empty",
                "add log_items('guest_errors'), or leave log_file out",
                "path",
            )

    def explain(self) -> str:
        """Say where the log goes."""
        return f"Writes QEMU's log to {self.words[1]}. Without it the log goes to standard error."


_NUMBER: Final = r"\s*\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)"
_RANGE: Final = re.compile(rf"{_NUMBER}(\.\.|\+|-){_NUMBER}")


def _write_ranges(value: object) -> str:
    ranges = _list(value)
    if ranges == [""]:
        return ""  # QEMU takes it for none
    return ",".join(map(_range, ranges))


def _range(value: object) -> str:
    text = write_text(value)
    match = _RANGE.fullmatch(text)
    if match is None:
        raise InvalidOption(
            f"{text!r} is no range of addresses",
            hint="write FIRST..LAST, FIRST+SIZE or LAST-SIZE, as in '0x8000..0x8fff'",
        )
    first, sign, second = match[1], match[2], match[3]
    one, other = _number(first), _number(second)
    low, high = {
        "..": (one, other),
        "+": (one, one + other - 1),
        "-": (one - other + 1, one),
    }[sign]
    if not 0 <= low <= high < 1 << 64:
        raise InvalidOption(
            f"{text!r} has no addresses in it, or such as are beyond 64 bits",
            hint="write the lower address first, and a size above 0",
        )
    return text


def _number(digits: str) -> int:
    if digits[:2] in {"0x", "0X"}:
        return int(digits, 16)
    return int(digits, 8 if digits[0] == "0" else 10)


class Dfilter(Plain):
    """Log only what concerns these addresses (``-dfilter``), of what ``-d`` logs of code.

    Attributes:
        ranges: ``"0x8000..0x8fff"``, ``"0xffffffc000080000+0x200"`` (a start and a size),
            ``"0x8fff-0x1000"`` (an end and a size); several with commas, or in a list.
    """

    flag = "-dfilter"

    ranges: str | Sequence[str] = key(Kind(_write_ranges, str))

    def explain(self) -> str:
        """Say which addresses."""
        return (
            f"Logs of the guest's code only what is at the addresses {self.words[1]}. Without it "
            "all that -d asks for is logged."
        )


class Trace(Keyed):
    """Report QEMU's trace events (``-trace``); each use of it adds some.

    Attributes:
        enable: a name or pattern, such as ``"usb_*"``; a ``-`` before it switches events off.
        events: a file with one name or pattern on each line.
        file: where to write them; to QEMU's log without.
    """

    flag = "-trace"
    implied = "enable"
    repeats = True

    enable: str | None = key(TEXT, default=None)
    events: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)

    def claims(self) -> Iterable[Opens]:
        """State the files."""
        if self.events is not None and not isinstance(self.events, Verbatim):
            yield Opens(os.fsdecode(self.events), "list of trace events")
        if self.file is not None and not isinstance(self.file, Verbatim):
            yield Opens(os.fsdecode(self.file), "trace", writes=True, creates=True)

    def explain(self) -> str:
        """Say what is reported."""
        which = [] if self.enable is None else [str(self.enable)]
        if self.events is not None:
            which.append(f"those listed in {os.fsdecode(self.events)}")
        text = f"Reports the trace events {' and '.join(which)}" if which else "Reports events"
        if self.file is not None:
            text += f" in {os.fsdecode(self.file)}"
        return f"{text}. Without it QEMU reports none."


class Msg(Keyed):
    """Say what stands before QEMU's messages (``-msg``); nothing more than its name without.

    Attributes:
        timestamp: whether the time does.
        guest_name: whether the guest's name does, which ``-name`` gives.
    """

    flag = "-msg"

    timestamp: bool | None = key(SWITCH, default=None)
    guest_name: bool | None = key(SWITCH, default=None, kw_only=True)

    def explain(self) -> str:
        """Say what stands there."""
        given = [
            what
            for what, on in (("the time", self.timestamp), ("the guest's name", self.guest_name))
            if on is True
        ]
        return (
            f"Puts {' and '.join(given) or 'nothing more'} before QEMU's messages. Without it "
            "they begin with the program's name."
        )

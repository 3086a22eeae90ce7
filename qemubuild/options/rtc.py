"""``-rtc``: the guest's clock: what it shows at the start, and what drives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import Kind, Verbatim, choice, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# QEMU reads with sscanf, and so no further than it must (system/rtc.c).
_BEGINS_WITH_DATE = re.compile(r"(\s*[+-]?\d+-){2}\s*[+-]?\d+")
_DATE = re.compile(r"\d+-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(T\d\d?:[0-5]?\d:[0-5]?\d)?")
# The second before 1970 is -1, which QEMU takes for its own failure.
_UNREADABLE = "1969-12-31T23:59:59"


def _write_base(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)  # of a date or datetime
    text = str(isoformat())[:19] if isoformat and not _has_zone(value) else write_text(value)
    if text in {"utc", "localtime"} or (_BEGINS_WITH_DATE.match(text) and text != _UNREADABLE):
        return text
    raise InvalidOption(
        f"{text!r} is no time that QEMU reads",
        hint="write 'utc', 'localtime', '2026-06-17' or '2026-06-17T16:01:21'",
    )


def _has_zone(value: object) -> bool:
    if getattr(value, "tzinfo", None) is None:
        return False
    raise InvalidOption(
        f"{value!r} has a time zone, and the guest's clock has none",
        hint="convert it to the time the clock is to show, then .replace(tzinfo=None)",
    )


class Rtc(Keyed):
    """Set the guest's clock (``-rtc``); it shows UTC without, and keeps the host's time.

    Attributes:
        base: what it shows when the guest starts: ``"utc"`` or ``"localtime"`` of the host, or a
            date or datetime (text such as ``"2026-06-17T16:01:21"``; midnight without a time).
        clock: what drives it: ``"host"``, the host's clock with all its corrections; ``"rt"``,
            which only ever counts on; ``"vm"``, which stands still while the guest is stopped.
        driftfix: what becomes of ticks that the guest missed: ``"none"`` drops them, ``"slew"``
            delivers them later, which Windows guests need to keep time (x86).
    """

    flag = "-rtc"
    merges = True

    base: str | date | None = key(Kind(_write_base, _write_base), default=None)
    clock: Literal["host", "rt", "vm"] | None = key(
        choice("host", "rt", "vm"), default=None, kw_only=True
    )
    driftfix: Literal["none", "slew"] | None = key(
        choice("none", "slew"), default=None, kw_only=True
    )

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Warn of a time that QEMU reads in part, or counts on from."""
        base = self.base
        if base in {None, "utc", "localtime"} or not isinstance(base, str):
            return
        if base.__class__ is not Verbatim and not _DATE.fullmatch(base):
            yield self.warning(
                "rtc-base-misread",
                f"base={base!r} is not wholly a date and time: QEMU leaves out what it cannot "
                "read, the time of day too, or counts on from there",
                "write it as '2026-06-17T16:01:21', or '2026-06-17' for midnight",
                "base",
            )

    def explain(self) -> str:
        """Say what the clock shows, and what drives it."""
        shows = {
            "utc": "UTC, as most systems expect",
            "localtime": "the host's local time, as Windows expects",
        }.get(str(self.base or "utc"), str(self.base))
        drives = {
            "rt": "It counts on whatever is done to the host's clock.",
            "vm": "It stands still while the guest is stopped.",
        }.get(str(self.clock), "It follows the host's clock.")
        text = f"Lets the guest's clock show {shows} when it starts. {drives}"
        if self.driftfix == "slew":
            text += " Ticks that the guest missed are delivered later, so that it keeps time."
        return f"{text} Without it the clock shows UTC and follows the host's."

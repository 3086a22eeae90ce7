"""Words that make QEMU print a list and exit, where a machine was to start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import Option

# Flags with "help" for a value, and those that take it as any of their words (run on 7.2, 10.0).
_ALONE: Final = frozenset(
    {"-accel", "-audiodev", "-cpu", "-d", "-display", "-global", "-netdev", "-trace", "-vga"}
)
_ANYWHERE: Final = frozenset(
    {"-boot", "-chardev", "-device", "-machine", "-object", "-rtc", "-smp", "-vnc"}
)


_MAY_ASK: Final = re.compile(r"help|\?|dumpdtb=")
_DUMPS: Final = re.compile(r"(^|,)dumpdtb=[^,]")
_FLAGS: Final = _ALONE | _ANYWHERE
# A bare word that was read is written with "=on".
_WORDS: Final = frozenset({"help", "?", "help=on", "?=on"})


def findings(option: Option) -> Iterable[Finding]:
    """Judge an option that only prints."""
    return _asks(option) if _MAY_ASK.search(option.words[-1]) else ()


def _asks(option: Option) -> Iterator[Finding]:
    value = option.words[-1]
    if option.flag == "-machine" and _DUMPS.search(value):
        yield option.error(
            "help-asked",
            "QEMU writes down the hardware as a device tree, and exits",
            "leave dumpdtb out",
        )
    words = value.replace(",,", " ").split(",") if option.flag in _ANYWHERE else [value]
    if option.flag in _FLAGS and not _WORDS.isdisjoint(words):
        yield option.error(
            "help-asked",
            "QEMU prints what there is to choose from, and exits",
            "leave it out, or write one of what it prints",
        )

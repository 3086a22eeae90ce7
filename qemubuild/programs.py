"""QEMU's programs, by the names that distributions and people give them."""

from __future__ import annotations

import re
from typing import Final

_SYSTEM: Final = re.compile(r"qemu-system-([a-z0-9_]+?)w?(?:-[\w.+-]+)?(?:\.exe)?")
# Programs for the architecture of whatever host they are on.
_NAMELESS: Final = re.compile(r"(?:qemu|kvm|qemu-kvm)(?:-\d[\w.]*|-spice)?(?:\.exe)?")


def name_of(program: str) -> str:
    """The name of a program without its path, be it one of Windows."""
    return program[max(program.rfind("/"), program.rfind("\\")) + 1 :]


def arch_of(program: str) -> str | None:
    """The architecture that a program emulates; ``""`` where its name says none.

    ``None`` where it is no QEMU at all, as far as its name says.
    """
    name = name_of(program)
    if match := _SYSTEM.fullmatch(name):
        return match[1]
    return "" if _NAMELESS.fullmatch(name) else None

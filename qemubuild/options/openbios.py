"""``-g`` and ``-prom-env``: what Open Firmware shows, and what it has stored (PowerPC, SPARC)."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, Self

from qemubuild.errors import InvalidOption
from qemubuild.option import Option, key
from qemubuild.values import TEXT, Kind, Verbatim, integer, write_text

_PPC_SPARC: Final = frozenset({"ppc", "ppc64", "sparc", "sparc64"})
_SIZE: Final = integer(1, (1 << 31) - 1)
_DEPTHS: Final = (1, 2, 4, 8, 15, 16, 24, 32)
_RESOLUTION: Final = re.compile(r"(\d+)x(\d+)(?:x(\d+))?", re.ASCII)


def _write_depth(value: object) -> str:
    if value.__class__ is int and value in _DEPTHS:
        return str(value)
    raise InvalidOption(
        f"{value!r} is no depth that QEMU knows",
        hint=f"write one of {', '.join(map(str, _DEPTHS))}",
    )


_DEPTH: Final = Kind(_write_depth, int)


class Resolution(Option):
    """Choose the screen's size at the start (``-g``; PowerPC, SPARC, m68k).

    Attributes:
        width: pixels from left to right.
        height: pixels from top to bottom.
        depth: bits of each.
    """

    flag = "-g"
    archs = _PPC_SPARC | {"m68k"}

    width: int = key(_SIZE)
    height: int = key(_SIZE)
    depth: Literal[1, 2, 4, 8, 15, 16, 24, 32] | None = key(_DEPTH, default=None)

    # Written as: -g 1024x768x32

    def render(self) -> str:
        """Write the size."""
        width = self._write("width", _SIZE, self.width)
        if self._unread:
            return width
        text = f"{width}x{self._write('height', _SIZE, self.height)}"
        if self.depth is None:
            return text
        return f"{text}x{self._write('depth', _DEPTH, self.depth)}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the size; what is none stays as it stands, and is found."""
        fields: dict[str, Any] = {"width": Verbatim(value or ""), "height": 1}
        if match := _RESOLUTION.fullmatch(value or ""):
            depth = int(match[3]) if match[3] else None
            try:
                return cls(int(match[1]), int(match[2]), depth)  # type: ignore[arg-type] # judged
            except InvalidOption:
                return cls(**fields)
        return cls(**fields)

    def explain(self) -> str:
        """Say how large the screen is."""
        return f"Starts the guest with a screen of {self.words[1]}. Without it the board chooses."


def _write_name(value: object) -> str:
    text = write_text(value)
    if "=" in text:
        raise InvalidOption(
            f"{text!r} has '=' in it, which ends a name", hint="write the name without '='"
        )
    return text


_NAME: Final = Kind(_write_name, str)


class PromEnv(Option):
    """Set a variable in Open Firmware's memory (``-prom-env``; PowerPC, SPARC).

    Attributes:
        name: the variable's name, such as ``"auto-boot?"``.
        value: its value.
    """

    flag = "-prom-env"
    repeats = True
    archs = _PPC_SPARC

    name: str = key(_NAME)
    value: str = key(TEXT, default="")

    # Written as: -prom-env auto-boot?=false

    def render(self) -> str:
        """Write the variable; nothing of it is escaped."""
        return f"{self._write('name', _NAME, self.name)}={self._write('value', TEXT, self.value)}"

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the variable."""
        name, _, rest = (value or "").partition("=")
        return cls(name, rest)

    def explain(self) -> str:
        """Say what is set."""
        return (
            f"Sets Open Firmware's variable {self.name} to {self.value}. Without it the variable "
            "has the firmware's default."
        )

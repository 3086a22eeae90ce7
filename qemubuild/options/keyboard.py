"""``-k``: the keyboard layout that is on the desk of whoever types into the guest's screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

from qemubuild.claims import Opens, Screen
from qemubuild.option import Plain, key
from qemubuild.values import Kind, Verbatim, nearest, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

Layout = Literal[
    "ar", "bepo", "cz", "da", "de", "de-ch", "en-gb", "en-us", "es", "et", "fi", "fo", "fr",
    "fr-be", "fr-ca", "fr-ch", "hr", "hu", "is", "it", "ja", "lt", "lv", "mk", "nl", "no", "pl",
    "pt", "pt-br", "ru", "sl", "sv", "th", "tr",
]  # fmt: skip
"""The layouts that QEMU brings along."""
LAYOUTS: Final = frozenset(Layout.__args__)  # type: ignore[attr-defined] # of every Literal
# What looks layouts up: windows and D-Bus are given keys, not characters.
_READERS: Final = frozenset({"vnc", "curses"})


def _write_layout(value: object) -> str:
    text = write_text(value)
    # QEMU tries the name as a path first, and then in its own folder of layouts.
    is_bare_path = isinstance(value, os.PathLike) and "/" not in text
    return f"./{text}" if is_bare_path else text


class Keyboard(Plain):
    """Say which keyboard layout clients have (``-k``); ``en-us`` without.

    It matters where characters arrive, not keys: clients of VNC that cannot send a key's place
    (macOS's own among them), and a text terminal. Windows and newer clients need none.

    Attributes:
        layout: one of QEMU's, such as ``"de"``; or the path of a layout of your own, as a
            `pathlib.Path` or with a slash in it.
    """

    flag = "-k"

    layout: Layout | str | os.PathLike[str] = key(Kind(_write_layout, str))

    def __attrs_post_init__(self) -> None:
        if isinstance(self.layout, os.PathLike):
            # As it is written, so that it stays a path in whatever keeps text alone.
            self.__dict__["layout"] = _write_layout(self.layout)
        super().__attrs_post_init__()

    @property
    def _own(self) -> str | None:
        """The path of a layout that QEMU does not bring along."""
        text = self.words[1]
        return text if "/" in text and not isinstance(self.layout, Verbatim) else None

    def claims(self) -> Iterator[Opens]:
        """State the file of one's own."""
        if (path := self._own) is not None:
            yield Opens(path, "keyboard layout")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the name, which QEMU looks up only where a screen needs it."""
        layout = self.words[1]
        if layout in LAYOUTS or "/" in layout or "$" in layout or not layout:
            return
        message = f"QEMU has no keyboard layout {layout!r}"
        mend = (
            f"{nearest(layout.lower().replace('_', '-'), LAYOUTS)}QEMU has "
            f"{', '.join(sorted(LAYOUTS))}; write a file of your own as './{layout}'"
        )
        reads = any(screen.kind in _READERS for _, screen in machine.claims(Screen))
        # With -L, QEMU's own files may be others than those known here.
        if reads and not any(option.words[0] == "-L" for option in machine.options):
            yield self.error("keyboard-layout-unknown", message, mend, "layout")
        else:
            yield self.warning("keyboard-layout-unread", message, mend, "layout")

    def explain(self) -> str:
        """Say what it changes."""
        return (
            f"Takes what a VNC client types as typed on the keyboard layout {self.words[1]}, for "
            "clients that send characters and not keys. Without it QEMU takes it for en-us; a "
            "guest has a layout of its own to set beside."
        )

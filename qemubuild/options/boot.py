"""``-boot``: what the guest's firmware boots from, and how it goes about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild import grammar, targets
from qemubuild.claims import Boots, Claim, Opens
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import NAME, SWITCH, Kind, Verbatim, integer, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

LETTERS: Final = {
    "a": "the first floppy",
    "b": "the second floppy",
    "c": "the first hard disk",
    "d": "the first CD-ROM",
    "n": "the network",
}
"""What a PC boots from, by QEMU's letters."""
MOST_LETTERS: Final = 3
"""How many of them a PC takes."""
_WITHOUT_ONCE = ("microvm", "none", "x-remote")


def _write_letters(value: object) -> str:
    text = write_text(value)
    for place, letter in enumerate(text):
        if not "a" <= letter <= "p":
            word = letter.lower()
            raise InvalidOption(
                f"{letter!r} is no boot device",
                hint=f"write {word!r}"
                if word in LETTERS
                else "write letters such as 'd' (CD-ROM), 'c' (hard disk), 'n' (network)",
            )
        if letter in text[:place]:
            raise InvalidOption(f"{letter!r} is given twice", hint="write each letter once")
    return text


_LETTERS = Kind(_write_letters, str)


class Boot(Keyed):
    """Choose what the guest boots from (``-boot``); the first hard disk comes first without.

    Letters: ``a`` and ``b`` floppies, ``c`` hard disk, ``d`` CD-ROM, ``n`` network; other machine
    types than PCs may know more, up to ``p``.

    Attributes:
        order: letters of what is tried, in turn; a PC takes up to three.
        once: letters for the first start alone; `order` holds after a reboot.
        menu: whether the firmware offers a menu.
        splash: a picture (BMP or JPEG) that the firmware shows with its menu.
        splash_time: how long, in milliseconds, at most 65535.
        reboot_timeout: milliseconds after which a guest with nothing to boot tries again, at most
            65535; -1 for never, which is the default.
        strict: whether only what has a place in the order may be booted.
    """

    flag = "-boot"
    implied = "order"
    syntax = grammar.parse_keyval
    merges = True

    order: str | None = key(_LETTERS, default=None)
    once: str | None = key(_LETTERS, default=None, kw_only=True)
    menu: bool | None = key(SWITCH, default=None, kw_only=True)
    splash: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    splash_time: int | None = key(integer(0, 65535, "milliseconds"), default=None, kw_only=True)
    reboot_timeout: int | None = key(integer(-1, 65535, "milliseconds"), default=None, kw_only=True)
    strict: bool | None = key(SWITCH, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State what is booted, and the picture that is opened."""
        for field in ("order", "once"):
            if letters := self._letters(field):
                yield Boots(letters, field)
        if self.splash is not None:
            yield Opens(os.fsdecode(self.splash), "boot splash")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the letters by the machine type."""
        board = targets.board_of(machine)
        lacks = board and (board.name in _WITHOUT_ONCE or machine.arch in targets.ARM)
        if self.once is not None and board and lacks:
            yield self.error(
                "boot-once-unsupported",
                f"the machine type {board.name} has one boot order, and none for the first time",
                "write order= in place of once=",
                "once",
            )
        if not targets.is_pc(machine):
            return
        for field in ("order", "once"):
            if letters := self._letters(field):
                yield from self._judge_letters(field, letters)
        if (self.splash is not None or self.splash_time is not None) and not self.menu:
            yield self.hint(
                "boot-splash-unseen",
                "the splash is shown with the firmware's menu, and there is none",
                "add menu=True",
                "splash",
            )

    def _letters(self, field: str) -> str | None:
        """The letters of a field, as far as they can be read."""
        letters: str | None = self.__dict__[field]
        return None if letters.__class__ is Verbatim else letters

    def _judge_letters(self, field: str, letters: str) -> Iterator[Finding]:
        strange = [letter for letter in letters if letter not in LETTERS]
        if strange:
            yield self.error(
                "boot-letter-unknown",
                f"a PC does not boot from {strange[0]!r}",
                "write a or b (floppy), c (hard disk), d (CD-ROM) or n (network)",
                field,
            )
        elif len(letters) > MOST_LETTERS:
            yield self.error(
                "boot-letters-too-many",
                f"{letters!r} has {len(letters)} letters, and a PC takes three",
                f"write {letters[:3]!r}",
                field,
            )

    def explain(self) -> str:
        """Say what is booted."""
        parts = []
        if self.order:
            parts.append(f"Boots from {_in_words(self.order)}")
        if self.once:
            first = "Boots" if not parts else "the first time"
            parts.append(f"{first} from {_in_words(self.once)}, and after a reboot as usual")
        if self.menu:
            parts.append("Offers the firmware's menu" if not parts else "offers a menu")
        text = "; ".join(parts) or "Changes how the guest's firmware boots"
        return (
            f"{text}. Without it the firmware tries the first hard disk, then floppy, CD-ROM and "
            "network; a disk with nothing on it is passed over."
        )


def _in_words(letters: str) -> str:
    return ", then ".join(LETTERS.get(letter, f"device {letter!r}") for letter in letters)

"""One entry of the catalogue: the words of a message, what they mean, and what to do."""

from __future__ import annotations

import re
from typing import NamedTuple


class Mend(NamedTuple):
    """What to do about one kind of refusal.

    Attributes:
        code: its name.
        because: why QEMU refuses; ``{name}`` is what stands there in the message.
        mend: what to do about it, with such names as well.
        says: the words by which it is known, all of QEMU's ways to put it: part of a line, with
            ``{name}`` for what differs, the same names in each.
    """

    code: str
    because: str
    mend: str
    says: tuple[str, ...]

    @property
    def hint(self) -> str:
        """Both, as an error shows it."""
        return f"{self.because}: {self.mend}"

    def names_in(self, line: str) -> dict[str, str] | None:
        """What stands for each name in one line of QEMU's; ``None`` when it says another thing.

        Example:
            ``Bus '{bus}' not found`` finds ``{"bus": "x"}`` in
            ``qemu-system-x86_64: -device e1000,bus=x: Bus 'x' not found``.
        """
        for words in self.says:
            if found := re.match(_pattern(words), line):
                return found.groupdict()
        return None

    def about(self, names: dict[str, str]) -> Mend:
        """The same with the names filled in."""
        return self._replace(
            because=self.because.format_map(names), mend=self.mend.format_map(names)
        )


def _pattern(words: str) -> str:
    """A regular expression for a line with the words.

    What QEMU says comes last in it, after the option that it is about: so as far right as it fits.
    A name ends where the words go on, or with the line.
    """
    pieces = re.split(r"\{(\w+)\}", words)
    pieces[0::2] = map(re.escape, pieces[0::2])
    pieces[1::2] = [f"(?P<{name}>.*?)" for name in pieces[1::2]]
    return ".*" + "".join(pieces) + ("$" if words.endswith("}") else "")

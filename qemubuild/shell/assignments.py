"""What the variables of a script hold, as far as reading it can tell.

``MEM=1G`` is taken where it is certain to be done: in no ``if``, no loop, and not after ``&&``.
What is assigned under a condition anywhere before stays unknown, and so does what holds a
substitution with blanks in it. Of an array to which something may be added, what is certain is
taken, and ``${ARGS[@]:3}`` stands for the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)(\+?)=([\s\S]*)")
DECLARES: Final = {"export", "local", "readonly", "declare", "typeset"}
_OPENS: Final = {"if", "for", "while", "until", "case", "select"}
_CLOSES: Final = {"fi", "done", "esac"}
_PREFIXES: Final = {"then", "else", "do", "{", "!", "time"}

_MOST: Final = 1 << 20
"""How many characters the variables of one text may stand for, all in all."""


class Assignments:
    """The variables of a script, while it is read from its beginning to its end."""

    def __init__(self, env: Mapping[str, str] | None) -> None:
        self._env = env
        self._texts: dict[str, str] = {}
        self._arrays: dict[str, list[str]] = {}
        self._grow: set[str] = set()
        self._depth = 0
        self._perhaps = False
        self._left = _MOST

    def value(self, name: str, default: str | None) -> str | None:
        """What a variable holds; ``None`` where that is not known.

        Args:
            name: its name.
            default: what ``${name:-default}`` has in place of nothing. It counts where the
                environment is known.
        """
        if name in self._texts:
            return self._texts[name] if self._affords(len(self._texts[name])) else None
        if self._env is None:
            return None
        return self._env.get(name, default)

    def elements(self, name: str) -> list[str] | None:
        """The elements of an array, or ``None`` where they are not known."""
        found = self._arrays.get(name)
        if found is not None and not self._affords(sum(map(len, found), len(found))):
            return None
        if found is not None and name in self._grow:
            return [*found, f"${{{name}[@]:{len(found)}}}" if found else f"${{{name}[@]}}"]
        return found

    def command(self, words: Sequence[str], end: str) -> None:
        """Take one command, and what parts it from the next."""
        certain = not self._depth and not self._perhaps
        self._perhaps = end in ("&&", "||") or (self._perhaps and end == "|")
        position = 0
        while position < len(words) and words[position] in _PREFIXES:
            position += 1
        words = words[position:]
        if not words:
            return
        first = words[0]
        if first in _OPENS:
            self._depth += 1
            if first in ("for", "select") and len(words) > 1:
                self._forget(words[1])
        elif first in _CLOSES:
            self._depth = max(0, self._depth - 1)
        elif first == "read":
            for name in words[1:]:
                self._forget(name)
        else:
            self._assign([word for word in words if word not in DECLARES], certain=certain)

    def fill(self, name: str, elements: list[str]) -> None:
        """Take ``name=(elements)``, or ``name+=(elements)``."""
        name, adds = name[:-1].removesuffix("+"), name.endswith("+=")
        certain = not self._depth and not self._perhaps
        if adds and name in self._arrays:
            if certain and name not in self._grow:
                self._arrays[name].extend(elements)
            else:
                self._grow.add(name)
        elif adds or not certain:
            self._forget(name)
        else:
            self._arrays[name] = elements
            self._grow.discard(name)

    def _affords(self, length: int) -> bool:
        """Whether so many characters may be put in yet: each may hold others, again and again."""
        if length > self._left:
            return False
        self._left -= length
        return True

    def _assign(self, words: Sequence[str], *, certain: bool) -> None:
        found = [_ASSIGNMENT.fullmatch(word) for word in words if not word.startswith("-")]
        for match in found:
            if match is None:
                return  # for one command alone, or none at all
        for match in found:
            assert match is not None  # noqa: S101 - seen above
            name, adds, text = match.groups()
            text = self._texts.get(name, f"${name}") + text if adds else text
            if not certain or (len(text.split()) > 1 and ("$" in text or "`" in text)):
                self._forget(name)
            else:
                self._texts[name] = text

    def _forget(self, name: str) -> None:
        self._texts.pop(name, None)
        self._arrays.pop(name, None)

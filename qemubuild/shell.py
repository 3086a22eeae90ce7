r"""The words of a shell command as people keep it in scripts, wikis and terminals.

A command is read as POSIX sh splits it, with what people add: ``\\`` before trailing blanks or a
comment still continues the line, and a leading ``$ `` prompt is no word. Nothing is run: variables
and substitutions stay as they stand, unless an environment says what a variable holds.

One regular expression finds the pieces, so that reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.errors import CommandSyntaxError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Word(NamedTuple):
    """One word, and where it stands.

    Attributes:
        text: what the program is given.
        start: its first character in the source.
        end: the one after its last.
    """

    text: str
    start: int
    end: int


_PIECE: Final = re.compile(
    r"""
      (?P<blank>  (?: [ \t\r] | \\[ \t]*\r?\n | \\[ \t]+\#[^\n]*(?:\n|$) )+ )
    | (?P<plain>  [^\s\\'"$`\#;&|<>()]+ )
    | '(?P<single> [^']* )'
    | "(?P<double> (?: [^"\\] | \\[\s\S] )* )"
    | (?P<variable> \$(?: \w+ | [@*\#?!$-] | \{[^}]*\} ) )
    | (?P<run>    \$\((?: [^()] | \([^()]*\) )*\) | `[^`]*` )
    | \\(?P<escaped> . )
    | (?P<redirect> (?:<<<|<<-?|>>|>&|<&|&>>|&>|<>|>\||<|>) )
    | (?P<end>    \n | ;;?|&&?|\|\|?|\(|\) )
    | (?P<odd>    [\#$\\'"`] )
    """,
    re.VERBOSE,
)
_ESCAPED_IN_DOUBLE: Final = re.compile(r"\\([$`\"\\]|\r?\n)")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_BLANKS: Final = re.compile(r"[ \t\n]+")
_PROMPT: Final = re.compile(r"\s*\$ ")


def commands(text: str, env: Mapping[str, str] | None = None) -> list[list[Word]]:
    """The words of each command in a text, in order; redirections are left out.

    Args:
        text: what a shell would be given.
        env: what variables hold; one that is not in it stays as it stands.

    Raises:
        CommandSyntaxError: a quote that never ends.
    """
    return _Reader(text, env or {}).read()


class _Reader:
    def __init__(self, text: str, env: Mapping[str, str]) -> None:
        self._text = text
        self._env = env
        self._commands: list[list[Word]] = [[]]
        self._word: list[str] | None = None
        self._start = 0
        self._skip_next = False

    def read(self) -> list[list[Word]]:
        prompt = _PROMPT.match(self._text)
        position = prompt.end() if prompt else 0
        while position < len(self._text):
            match = _PIECE.match(self._text, position)
            assert match is not None  # noqa: S101 - every character is some piece
            position = self._take(match.lastgroup or "", match)
        self._finish(position)
        return [words for words in self._commands if words]

    def _take(self, kind: str, match: re.Match[str]) -> int:
        """Take one piece, and say where the next one begins."""
        start, end = match.span()
        if kind == "blank":
            self._finish(start)
        elif kind == "end":
            self._finish(start)
            self._commands.append([])
        elif kind == "redirect":
            self._redirect(start)
        elif kind == "odd":
            return self._odd(match[kind], start)
        else:
            self._extend(kind, match[kind], start)
        return end

    def _extend(self, kind: str, piece: str, start: int) -> None:
        if kind == "double":
            piece = _VARIABLE.sub(self._value, piece) if self._env else piece
            piece = _ESCAPED_IN_DOUBLE.sub(lambda m: m[1] if m[1][-1] != "\n" else "", piece)
        elif kind == "variable" and (value := _VARIABLE.sub(self._value, piece)) != piece:
            self._split(value, start)
            return
        self._append(piece, start)

    def _split(self, value: str, start: int) -> None:
        """Take what an unquoted variable holds: its blanks part words."""
        for index, part in enumerate(_BLANKS.split(value)):
            if index:
                self._finish(start)
            if part:
                self._append(part, start)

    def _append(self, piece: str, start: int) -> None:
        if self._word is None:
            self._word, self._start = [], start
        self._word.append(piece)

    def _value(self, match: re.Match[str]) -> str:
        return self._env.get(match[1] or match[2], match[0])

    def _redirect(self, start: int) -> None:
        # `2>` is a redirection of descriptor 2, not a word.
        if self._word is not None and "".join(self._word).isdigit():
            self._word = None
        self._finish(start)
        self._skip_next = True

    def _odd(self, piece: str, start: int) -> int:
        if piece == "#" and self._word is None:
            end = self._text.find("\n", start)
            return len(self._text) if end < 0 else end
        if piece in "#$":
            self._extend("plain", piece, start)
            return start + 1
        if piece == "\\":
            return start + 1
        raise CommandSyntaxError(
            f"this {piece} is never closed",
            self._text,
            (start, start + 1),
            hint=f"add the second {piece}, or write \\{piece} for the character itself",
        )

    def _finish(self, end: int) -> None:
        if self._word is None:
            return
        if self._skip_next:
            self._skip_next = False
        else:
            self._commands[-1].append(Word("".join(self._word), self._start, end))
        self._word = None

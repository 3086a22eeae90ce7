r"""The words of a shell command as people keep it in scripts, wikis and terminals.

A command is read as POSIX sh and bash split it, with what people add: ``\\`` before trailing blanks
or a comment still continues the line, and a leading ``$ `` prompt is no word. A text that is
written for Windows' shells is read by their rules (see `qemubuild.shell.windows`). Nothing is run:
substitutions stay as they stand, and so do variables, unless the text itself or an environment
says what they hold.

``<path>`` is what readers are to fill in, as manuals have it, and stays as it stands, too.

One regular expression finds the pieces, so that reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.errors import CommandSyntaxError
from qemubuild.shell.assignments import DECLARES, Assignments
from qemubuild.shell.windows import PIECE as _WINDOWS_PIECE
from qemubuild.shell.windows import for_windows

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


class Script(NamedTuple):
    """A text that was read.

    Attributes:
        commands: the words of each command, in order.
        documents: the span of each here-document.
        broken: why reading ended before the text did.
        unfinished: the words of the command in which it ended.
    """

    commands: list[list[Word]]
    documents: list[tuple[int, int]]
    broken: CommandSyntaxError | None
    unfinished: list[Word]


_PIECE: Final = re.compile(
    r"""
      (?P<blank>  (?: [ \t\r]++
                    | \\[ \t]*\r?\n
                      (?: >[ \t]+(?=-) | (?:[ \t]*(?:\#[^\n]*)?\r?\n)+(?=[ \t]*-) )?
                    | \\[ \t]+\#[^\n]*(?:\n|$) | \\[ \t]*$(?!\n) )+ )
    | (?P<plain>  [^ \t\r\n\\'"$`\#;&|<>()]+ )
    | (?P<blanked> <[A-Za-z/.~_] [^<>\n|&;$"'`\\]* (?<![ \t]) > (?=[ \t\r\n,:/.)"'`\\] | $) )
    | '(?P<single> [^']* )'
    | "(?P<double> (?: [^"\\$`] | \\[\s\S] | \$(?![({]) )* )"
    | (?P<variable> \$(?: \w+ | [@*\#?!$-] | \{\w+\} | \{\w+\[[@*]\]\} ) )
    | \$'(?P<ansi> (?: [^'\\] | \\[\s\S] )* )'
    | \\(?P<escaped> [\s\S] )
    | (?P<nested> \$\( | \$\{ | ` | \$?" | [<>]\( )
    | (?P<redirect> (?:<<<|<<-?|>>|>&|<&|&>>|&>|<>|>\||<|>) )
    | (?P<end>    \n | ;;?&? | &&? | \|[|&]? | \( | \) )
    | (?P<odd>    [\#$\\'] )
    """,
    re.VERBOSE,
)
# What matters inside of something that can hold other things: its end, or one more beginning.
_INSIDE: Final = {
    '"': re.compile(r'\\[\s\S]|\$\(|\$\{|[`"]'),
    "`": re.compile(r"\\[\s\S]|`"),
    ")": re.compile(r"\\[\s\S]|'[^']*'|\$\{|[`\"()]"),
    "}": re.compile(r"\\[\s\S]|\$\(|\$\{|[`\"}]"),
}
_CLOSES: Final = {
    **dict.fromkeys(("$(", "(", "<(", ">("), ")"),
    "${": "}",
    '"': '"',
    '$"': '"',
    "`": "`",
}
_ESCAPED_IN_DOUBLE: Final = re.compile(r"\\([$`\"\\]|\r?\n)")
_ANSI: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|([\s\S]))")
_ANSI_LETTERS: Final = {**dict(zip("abefnrtv", "\a\b\x1b\f\n\r\t\v", strict=True)), "E": "\x1b"}
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?[-=]([^{}$`\"'\\]*))?\})")
_ARRAY: Final = re.compile(r"\$\{(\w+)\[[@*]\]\}")
_ASSIGNS: Final = re.compile(r"\w+\+?=")
_BLANKS: Final = re.compile(r"[ \t\n]+")
# What may stand before a command: a prompt, the fence around code, a comment of cmd.exe.
_BEFORE: Final = re.compile(
    r"""
      [$%][ \t]+
    | (?:PS[ ])?[A-Za-z]:\\[^>\n"]*>[ \t]*
    | >[ \t]+(?=sudo[ ]|\S*(?:qemu|kvm))
    | (?:```|~~~)[^`\n]*(?=\n|$)
    | (?:@?(?:rem|REM)\b|::)[^\n]*(?=\n|$)
    """,
    re.VERBOSE,
)
_DELIMITER: Final = re.compile(r"[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([^\s;&|<>()'\"\\]+))")


def read(text: str, env: Mapping[str, str] | None = None) -> Script:
    """The commands of a text as far as they can be read; redirections are left out.

    Args:
        text: what a shell would be given.
        env: what variables hold; one that is not in it stays as it stands.
    """
    return _Reader(text, env).read()


def commands(text: str, env: Mapping[str, str] | None = None) -> list[list[Word]]:
    """The words of each command in a text, in order.

    Raises:
        CommandSyntaxError: a quote that never ends.
    """
    script = read(text, env)
    if script.broken is not None:
        raise script.broken
    return script.commands


class _Reader:
    def __init__(self, text: str, env: Mapping[str, str] | None) -> None:
        self._text = text
        self._piece = _WINDOWS_PIECE if for_windows(text) else _PIECE
        self._known = Assignments(env)
        self._commands: list[list[Word]] = [[]]
        self._word: list[str] | None = None
        self._start = 0
        self._skip_next = False
        self._array: str | None = None
        self._pending: list[tuple[str, bool]] = []
        self._documents: list[tuple[int, int]] = []
        self._absent: set[tuple[str, bool]] = set()

    def read(self) -> Script:
        position = 1 if self._text.startswith("\ufeff") else 0
        broken = None
        try:
            while position < len(self._text):
                if (
                    self._word is None
                    and not self._commands[-1]
                    and (before := _BEFORE.match(self._text, position))
                ):
                    position = before.end()
                    continue
                match = self._piece.match(self._text, position)
                assert match is not None, position  # noqa: S101 - every character is some piece
                position = self._take(match.lastgroup or "", match)
            self._finish(position)
        except CommandSyntaxError as error:
            broken = error
        unfinished = self._commands.pop() if broken is not None else []
        found = [words for words in self._commands if words]
        return Script(found, self._documents, broken, unfinished)

    def _take(self, kind: str, match: re.Match[str]) -> int:
        """Take one piece, and say where the next one begins."""
        start, end = match.span()
        if kind == "plain":
            self._append(match[kind], start)
        elif kind == "blank":
            self._finish(start)
        elif kind == "end":
            return self._end(match[kind], start, end)
        elif kind == "redirect":
            return self._redirect(match[kind], start, end)
        elif kind == "nested":
            return self._nested(match[kind], start, end)
        elif kind == "odd":
            return self._odd(match[kind], start)
        else:
            self._extend(kind, match[kind], start)
        return end

    def _extend(self, kind: str, piece: str, start: int) -> None:
        if (
            kind in ("double", "variable")
            and (array := _ARRAY.fullmatch(piece))
            and self._elements(array[1], start)
        ):
            return
        if kind == "double":
            piece = _VARIABLE.sub(self._value, piece) if "$" in piece else piece
            if "\\" in piece:
                piece = _ESCAPED_IN_DOUBLE.sub(lambda m: m[1] if m[1][-1] != "\n" else "", piece)
        elif kind == "ansi":
            piece = _ANSI.sub(_ansi, piece)
        elif kind == "variable" and (value := _VARIABLE.sub(self._value, piece)) != piece:
            if not self._assigns():
                self._split(value, start)
                return
            piece = value
        self._append(piece, start)

    def _nested(self, opener: str, start: int, end: int) -> int:
        """Take what can hold quotes and substitutions of its own."""
        stop = self._closing(opener, start, end)
        if self._text.startswith("`#", start):
            return stop  # how people comment a line that goes on: it stands for nothing
        if opener in ('"', '$"'):
            self._extend("double", self._text[end : stop - 1], start)
        else:
            self._extend("variable", self._text[start:stop], start)
        return stop

    def _closing(self, opener: str, start: int, position: int) -> int:
        """Where what begins here ends, whatever it holds; without recursion, however deep."""
        expected = [_CLOSES[opener]]
        while expected:
            match = _INSIDE[expected[-1]].search(self._text, position)
            if match is None:
                raise self._never_closed(opener, start)
            position = match.end()
            if match[0] == expected[-1]:
                expected.pop()
            elif match[0] in _CLOSES:
                expected.append(_CLOSES[match[0]])
        return position

    def _split(self, value: str, start: int) -> None:
        """Take what an unquoted variable holds: its blanks part words."""
        for index, part in enumerate(_BLANKS.split(value)):
            if index:
                self._finish(start)
            if part:
                self._append(part, start)

    def _assigns(self) -> bool:
        """Whether the word at hand assigns: a shell does not part those."""
        before = self._commands[-1]
        return (
            self._word is not None
            and (not before or before[0].text in DECLARES)
            and _ASSIGNS.match(self._word[0]) is not None
        )

    def _elements(self, name: str, start: int) -> bool:
        """Take the elements of an array that the text has filled, each a word."""
        elements = self._known.elements(name)
        if elements is None:
            return False
        for index, element in enumerate(elements):
            if index:
                self._finish(start)
            self._append(element, start)
        return True

    def _append(self, piece: str, start: int) -> None:
        if self._word is None:
            self._word, self._start = [], start
        self._word.append(piece)

    def _value(self, match: re.Match[str]) -> str:
        value = self._known.value(match[1] or match[2], match[3])
        return match[0] if value is None else value

    def _redirect(self, piece: str, start: int, end: int) -> int:
        # `2>` and `{fd}>` are redirections of a descriptor, not words.
        if self._word is not None:
            before = "".join(self._word)
            if before.isdigit() or re.fullmatch(r"\{\w+\}", before):
                self._word = None
        self._finish(start)
        self._skip_next = True
        if piece in ("<<", "<<-") and (match := _DELIMITER.match(self._text, end)):
            self._pending.append((match[1] or match[2] or match[3], piece == "<<-"))
        return end

    def _end(self, piece: str, start: int, end: int) -> int:
        if piece == "(" and self._word is not None and self._array is None:
            name = "".join(self._word)
            if re.fullmatch(r"\w+\+?=", name):
                self._array, self._word = name, None
                self._commands.append([])
                return end
        self._finish(start)
        if self._array is not None:
            if piece == ")":
                elements = [word.text for word in self._commands.pop()]
                self._known.fill(self._array, elements)
                self._array = None
            return end
        self._skip_next = False
        self._known.command([word.text for word in self._commands[-1]], piece)
        self._commands.append([])
        return self._after_documents(end) if piece == "\n" and self._pending else end

    def _after_documents(self, position: int) -> int:
        """Where the here-documents end that begin here; one without its end is none."""
        for waiting in self._pending:
            delimiter, indented = waiting
            if waiting in self._absent:
                continue
            tabs = r"\t*" if indented else ""
            last = re.compile(rf"(?m)^{tabs}{re.escape(delimiter)}[ \t]*\r?$")
            if match := last.search(self._text, position):
                self._documents.append((position, match.start()))
                position = min(match.end() + 1, len(self._text))
            else:
                self._absent.add(waiting)
        self._pending.clear()
        return position

    def _odd(self, piece: str, start: int) -> int:
        if piece == "#" and self._word is None:
            end = self._text.find("\n", start)
            return len(self._text) if end < 0 else end
        if piece in "#$" or (self._piece is _WINDOWS_PIECE and piece != '"'):
            self._extend("plain", piece, start)
            return start + 1
        if piece == "\\":
            return start + 1
        raise self._never_closed(piece, start)

    def _never_closed(self, piece: str, start: int) -> CommandSyntaxError:
        closing = _CLOSES.get(piece, piece)
        second = "second " if closing == piece else ""
        return CommandSyntaxError(
            f"this {piece} is never closed",
            self._text,
            (start, start + len(piece)),
            hint=f"add the {second}{closing}, or write \\{piece} for the character itself",
        )

    def _finish(self, end: int) -> None:
        if self._word is None:
            return
        if self._skip_next:
            self._skip_next = False
        else:
            self._commands[-1].append(Word("".join(self._word), self._start, end))
        self._word = None


def _ansi(match: re.Match[str]) -> str:
    """What an escape in ``$'...'`` stands for."""
    if digits := match[1] or match[2]:
        return chr(int(digits, 16))
    if match[3]:
        return chr(int(match[3], 8) & 0xFF)
    known = _ANSI_LETTERS.get(match[4])
    if known is None:
        return match[4] if match[4] in "\\'\"?" else f"\\{match[4]}"
    return known

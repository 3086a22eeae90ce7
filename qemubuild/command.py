"""A whole command line, read into the options of a machine; errors point at the word."""

from __future__ import annotations

import os
import re
import shlex
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import qemubuild.more
import qemubuild.options.help
import qemubuild.options.removed  # noqa: F401 - options that are only ever read
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import REGISTRY, Flag, Option
from qemubuild.options.media import Hda
from qemubuild.options.raw import Raw
from qemubuild.programs import arch_of
from qemubuild.shell import typeset
from qemubuild.shell.launchers import refuse_images, run_in, run_of_qemu
from qemubuild.shell.words import Word
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    _Place = Callable[[], tuple[str, Sequence[Word]]]
    """Where the words of a command stand: its text, and each word in it."""

# A word that may hold any number of options, or none.
_VARIABLE: Final = re.compile(r"\$(?:\w+|[@*]|\{[^}]*\}|\(.*\))|`.*`", re.DOTALL)


class Command(NamedTuple):
    """A command line that was read.

    Attributes:
        program: QEMU's program, as it was named.
        options: its options, in order.
    """

    program: str
    options: tuple[Option, ...]


def read_argv(argv: Sequence[str], *, strict: bool = False) -> Command:
    """Read an argument vector, as `subprocess` or ``/proc/PID/cmdline`` has it.

    Args:
        argv: QEMU's program and its arguments; what is wrapped around it, such as ``sudo``, is
            left out.
        strict: refuse options that the library does not know, instead of keeping them as `Raw`.

    Raises:
        CommandSyntaxError: QEMU could not read it; ``where`` is the span in the shell's spelling.
    """
    if not argv:
        raise CommandSyntaxError(
            "there is no command", "", (0, 0), hint="begin with QEMU's program, as argv does"
        )
    if arch_of(argv[0]) is None:
        source, words = _placed(argv)
        refuse_images(source, words)
        if found := run_in(words, _is_option):
            argv = [word.text for word in found]
            return _read(argv, partial(_standing, source, found), strict=strict)
    return _read(argv, partial(_placed, argv), strict=strict)


def read_command(
    text: str, *, env: Mapping[str, str] | None = None, strict: bool = False
) -> Command:
    """Read a shell command; the first one in the text that runs QEMU.

    Args:
        text: the command as people have it, with continuations, comments, ``sudo`` and so on.
        env: what variables hold; one that is not in it stays as it stands.
        strict: as in `read_argv`.

    Raises:
        CommandSyntaxError: it has no QEMU command, or one that QEMU could not read.
    """
    source, words = run_of_qemu(text, env, _is_option)
    typeset.refuse(source, words)
    return _read([word.text for word in words], partial(_standing, source, words), strict=strict)


def read_pid(pid: int) -> Command:
    """Read the command line of a running process.

    Raises:
        OSError: there is no such process.
        CommandSyntaxError: it is no QEMU.
    """
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        argv = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    if not argv or arch_of(argv[0]) is None:
        text = shlex.join(argv)
        raise CommandSyntaxError(
            f"process {pid} is no QEMU", text, (0, len(text)), hint="look for it with `pgrep qemu`"
        )
    return read_argv(argv)


def _read(argv: Sequence[str], place: _Place, *, strict: bool) -> Command:
    for number, word in enumerate(argv):
        if "\0" in word:
            message = "no program can be given a word with \\0 in it"
            hint = "part the words there: from_argv(text.split('\\0'))"
        elif not word.isascii() and not _can_be_given(word):
            message = "no program can be given half of a character"
            hint = "decode bytes with os.fsdecode()"
        else:
            continue
        source, words = place()
        raise CommandSyntaxError(message, source, words[number][1:], hint=hint)
    return _Reader(argv, place, strict=strict).read()


def _can_be_given(word: str) -> bool:
    try:
        os.fsencode(word)
    except UnicodeEncodeError:
        return False
    return True


def _is_option(word: str) -> bool:
    return (word[1:] if word.startswith("--") else word) in REGISTRY


class _Reader:
    """Reads the words of one command."""

    def __init__(self, words: Sequence[str], place: _Place, *, strict: bool) -> None:
        self._words = words
        self._place = place
        self._strict = strict
        self._options: list[Option] = []
        self._places: dict[type[Option], int] = {}
        self._next = 1

    def read(self) -> Command:
        words = self._words
        while self._next < len(words):
            word = words[self._next]
            self._next += 1
            if word.startswith("-"):
                self._option(word)
            elif _VARIABLE.fullmatch(word):
                self._add(Raw(word))
            else:
                self._add(Hda.parse(word))
        return Command(words[0], tuple(self._options))

    def _option(self, word: str) -> None:
        kind = REGISTRY.get(word[1:] if word.startswith("--") else word)
        if kind is None:
            self._unknown(word)
        elif issubclass(kind, Flag):
            self._add(kind())
        elif self._next == len(self._words):
            raise self._error(f"{word} needs a value", "add it after the flag")
        else:
            self._next += 1
            self._add(self._parse(kind, self._words[self._next - 1]))

    def _parse(self, kind: type[Option], value: str) -> Option:
        try:
            return kind.parse(value)
        except CommandSyntaxError as cause:
            raise self._error(f"{kind.flag}: {cause.message}", cause.hint, cause.where) from None
        except InvalidOption as cause:
            raise self._error(f"{kind.flag}: {cause.message}", cause.hint) from None

    def _unknown(self, word: str) -> None:
        if self._strict:
            raise self._error(
                f"QEMU has no option {word}",
                f"{nearest(word, REGISTRY)}raw() passes what the library does not know",
            )
        following = self._words[self._next : self._next + 1]
        if following and not following[0].startswith("-"):
            self._next += 1
            self._add(Raw(word, following[0]))
        else:
            self._add(Raw(word))

    def _add(self, option: Option) -> None:
        kind = type(option)
        place = self._places.get(kind)
        if kind.repeats or kind.adds_up or place is None:
            self._places[kind] = len(self._options)
            self._options.append(option)
        else:
            self._options[place] = self._options[place].merged(option)

    def _error(
        self, message: str, hint: str, within: tuple[int, int] | None = None
    ) -> CommandSyntaxError:
        """An error about the last word that was taken, or about a part of it."""
        source, words = self._place()
        text, start, end = words[self._next - 1]
        # A part can be pointed at where the source has the word as it stands, not quoted.
        if within is not None and (place := source.find(text, start, end)) >= 0:
            start, end = place + within[0], place + within[1]
        return CommandSyntaxError(message, source, (start, end), hint=hint)


def _standing(text: str, words: Sequence[Word]) -> tuple[str, Sequence[Word]]:
    return text, words


def _placed(argv: Sequence[str]) -> tuple[str, list[Word]]:
    """The shell command of an argument vector, and where each word stands in it."""
    words = []
    position = 0
    for text in argv:
        end = position + len(shlex.quote(text))
        words.append(Word(text, position, end))
        position = end + 1
    return shlex.join(argv), words

"""A whole command line, read into the options of a machine; errors point at the word."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import REGISTRY, Flag, Option
from qemubuild.options.media import Hda
from qemubuild.options.raw import Raw
from qemubuild.shell import Word, commands
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Words before a program that leave its arguments alone, and what of them takes a value.
_WRAPPERS: Final = {
    "sudo": {"-u", "-g", "-C", "-D", "-h", "-p", "-U"},
    "doas": {"-u", "-C"},
    "exec": {"-a"},
    "env": {"-u", "-C"},
    "nice": {"-n"},
    "ionice": {"-c", "-n"},
    "taskset": {"-c"},
    "numactl": set(),
    "setsid": set(),
    "nohup": set(),
    "time": set(),
    "command": set(),
}
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
# A word that may hold any number of options, or none.
_VARIABLE: Final = re.compile(r"\$(?:\w+|[@*]|\{[^}]*\}|\(.*\))|`.*`", re.DOTALL)
_QEMU: Final = re.compile(r"(?:.*/)?(?:qemu-system-\w+|qemu-kvm|kvm|qemu)(?:\.exe)?")


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
        argv: QEMU's program and its arguments.
        strict: refuse options that the library does not know, instead of keeping them as `Raw`.

    Raises:
        CommandSyntaxError: QEMU could not read it; ``where`` is the span in the shell's spelling.
    """
    if not argv:
        raise CommandSyntaxError(
            "there is no command", "", (0, 0), hint="begin with QEMU's program, as argv does"
        )
    words = []
    position = 0
    for text in argv:
        end = position + len(shlex.quote(text))
        words.append(Word(text, position, end))
        position = end + 1
    return _Reader(words, shlex.join(argv), strict=strict).read()


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
    found = commands(text, env)
    for words in found:
        words = _without_wrappers(words)  # noqa: PLW2901 - the same words, fewer
        if words and _QEMU.fullmatch(words[0].text):
            return _Reader(words, text, strict=strict).read()
    start, end = (found[0][0].start, found[0][0].end) if found else (0, 0)
    raise CommandSyntaxError(
        "no command here runs QEMU", text, (start, end), hint="begin with qemu-system-<arch>"
    )


def read_pid(pid: int) -> Command:
    """Read the command line of a running process.

    Raises:
        OSError: there is no such process.
        CommandSyntaxError: it is no QEMU.
    """
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        argv = [os.fsdecode(word) for word in file.read().split(b"\0")[:-1]]
    if not argv or not _QEMU.fullmatch(argv[0]):
        text = shlex.join(argv)
        raise CommandSyntaxError(
            f"process {pid} is no QEMU", text, (0, len(text)), hint="look for it with `pgrep qemu`"
        )
    return read_argv(argv)


def _without_wrappers(words: list[Word]) -> list[Word]:
    position = 0
    while position < len(words) - 1:
        text = words[position].text
        if _ASSIGNMENT.match(text):
            position += 1
        elif (name := text.rpartition("/")[2]) in _WRAPPERS:
            position += 1
            while position < len(words) - 1 and words[position].text.startswith("-"):
                position += 2 if words[position].text in _WRAPPERS[name] else 1
        elif not _QEMU.fullmatch(text) and _QEMU.fullmatch(words[position + 1].text):
            position += 1  # the CPU list of taskset, the priority of nice
        else:
            break
    return words[position:]


class _Reader:
    """Reads the words of one command."""

    def __init__(self, words: Sequence[Word], source: str, *, strict: bool) -> None:
        self._words = words
        self._source = source
        self._strict = strict
        self._options: list[Option] = []
        self._places: dict[type[Option], int] = {}
        self._next = 1

    def read(self) -> Command:
        words = self._words
        while self._next < len(words):
            word = words[self._next]
            self._next += 1
            if word.text.startswith("-"):
                self._option(word)
            elif _VARIABLE.fullmatch(word.text):
                self._add(Raw(word.text))
            else:
                self._add(Hda.parse(word.text))
        return Command(words[0].text, tuple(self._options))

    def _option(self, word: Word) -> None:
        flag = word.text[1:] if word.text.startswith("--") else word.text
        kind = REGISTRY.get(flag)
        if kind is None:
            self._unknown(word)
        elif issubclass(kind, Flag):
            self._add(kind())
        else:
            if self._next == len(self._words):
                raise self._error(f"{word.text} needs a value", word, hint="add it after the flag")
            value = self._words[self._next]
            self._next += 1
            self._add(self._parse(kind, value))

    def _parse(self, kind: type[Option], value: Word) -> Option:
        try:
            return kind.parse(value.text)
        except CommandSyntaxError as cause:
            raise self._error(
                f"{kind.flag}: {cause.message}", self._within(value, cause), hint=cause.hint
            ) from None
        except InvalidOption as cause:
            raise self._error(f"{kind.flag}: {cause.message}", value, hint=cause.hint) from None

    def _within(self, value: Word, cause: CommandSyntaxError) -> Word:
        """The offending part of a value, where the source has the value as it stands."""
        place = self._source.find(value.text, value.start, value.end)
        if place < 0:
            return value
        start, end = cause.where
        return Word(value.text, place + start, place + end)

    def _unknown(self, word: Word) -> None:
        if self._strict:
            raise self._error(
                f"QEMU has no option {word.text}",
                word,
                hint=f"{nearest(word.text, REGISTRY)}raw() passes what the library does not know",
            )
        following = self._words[self._next : self._next + 1]
        if following and not following[0].text.startswith("-"):
            self._next += 1
            self._add(Raw(word.text, following[0].text))
        else:
            self._add(Raw(word.text))

    def _add(self, option: Option) -> None:
        kind = type(option)
        place = self._places.get(kind)
        if kind.repeats or kind.adds_up or place is None:
            self._places[kind] = len(self._options)
            self._options.append(option)
        else:
            self._options[place] = self._options[place].merged(option)

    def _error(self, message: str, word: Word, *, hint: str) -> CommandSyntaxError:
        return CommandSyntaxError(message, self._source, (word.start, word.end), hint=hint)

"""Which command of a text runs QEMU, and what others are wrapped around it.

A command is looked at in three ways: QEMU's own name at its beginning, after keywords,
assignments and programs that run another (``sudo``, ``timeout`` ...); a program of QEMU's anywhere
in it that is followed by one of its options (``docker run image qemu-system-x86_64 -m 1G``, a
prompt, a line of ``ps``); and a text in one of its words that is a command by itself
(``ssh host '...'``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.errors import CommandSyntaxError
from qemubuild.programs import arch_of, name_of
from qemubuild.shell.typeset import odd_blank
from qemubuild.shell.words import Word, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Programs that run another one: which of their options take a value, and how many words
# stand before the program.
_WRAPPERS: Final[dict[str, tuple[frozenset[str], int]]] = {
    name: (frozenset(options.split()), before)
    for name, options, before in (
        ("sudo", "-u -g -C -D -h -p -U -R -T --user --group --host --chdir --prompt", 0),
        ("doas", "-u -C", 0),
        ("pkexec", "-u --user", 0),
        ("su-exec", "", 1),
        ("gosu", "", 1),
        ("runuser", "-u -g -G", 0),
        ("exec", "-a", 0),
        ("env", "-u -C --unset --chdir", 0),
        ("nice", "-n --adjustment", 0),
        ("ionice", "-c -n --class --classdata", 0),
        ("taskset", "", 1),
        ("chrt", "-T -P -D", 1),
        ("numactl", "-i -p -P -m -N -C -l -L -f -o -O -w", 0),
        ("timeout", "-k -s --kill-after --signal", 1),
        ("stdbuf", "-i -o -e", 0),
        ("setsid", "", 0),
        ("nohup", "", 0),
        ("time", "-o -f --output --format", 0),
        ("gdb", "-ex -iex -x -ix -d -cd --command --eval-command", 0),
        ("lldb", "-o -s", 0),
        ("strace", "-e -o -s -a -b -E -P -S -u -p -fe -ff", 0),
        ("ltrace", "-e -o -s -n -x -u", 0),
        ("valgrind", "", 0),
        ("unshare", "-S -G -R -w", 0),
        ("firejail", "", 0),
        ("cgexec", "-g", 0),
        ("chroot", "", 1),
        ("fakeroot", "-s -i -l", 0),
        ("dbus-run-session", "", 0),
        ("xvfb-run", "-e -f -n -p -s -w", 0),
        ("caffeinate", "-t -w", 0),
        ("watch", "-n", 0),
        ("setpriv", "", 0),
        ("prlimit", "-p -o", 0),
        ("tini", "-p", 0),
        ("proxychains4", "-f", 0),
        *((name, "", 0) for name in ("command", "builtin", "coproc", "catchsegv", "gamemoderun")),
        *((name, "", 0) for name in ("mangohud", "optirun", "primusrun", "unbuffer", "rlwrap")),
        *((name, "", 0) for name in ("busybox", "eval", "wsl", "spawn", "xargs", "parallel")),
    )
}
_KEYWORDS: Final = frozenset(
    "if then elif else while until do ! { function coproc time eval && & RUN CMD".split()
)
# Programs that are told of QEMU and do not run it.
_NAME_IT: Final = frozenset(
    "which whereis type hash file ls stat ldd man info echo printf cat cd cp mv ln rm chmod chown "
    "mkdir touch test [ [[ apt apt-get aptitude dnf yum zypper pacman apk brew emerge port choco "
    "winget scoop snap dpkg rpm modprobe insmod lsmod rmmod grep egrep awk sed find locate pgrep "
    "pkill killall kill pidof usermod adduser gpasswd groupadd setcap getcap make ninja git".split()
)
_ASKS: Final = frozenset({"-version", "--version", "-h", "-help", "--help"})
_LOOKS_UP: Final = ("-v", "-V")
_INSTALL: Final = frozenset("apt apt-get dnf yum zypper pacman apk brew install which".split())
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*\+?=")
_LOOKED_UP: Final = re.compile(
    r"(?:\$\(|`)\s*(?:which|command -v|type -p)\s+([^\s`)]+)\s*(?:\)|`)"
    r"|\$\{\w+:?[-=]\"?([^}\"]*)\"?\}(.*)"
)
_SUBSTITUTION: Final = re.compile(r"(?:\w+=)?(?:\$\((?!\()([\s\S]*)\)|`([\s\S]*)`)")
_ROOT: Final = re.compile(r"\s*#[ \t]+(?=[^\n]*(?:qemu|kvm))")
_QEMU_IN: Final = re.compile(r"qemu|kvm")
_DEPTH: Final = 6


class Run(NamedTuple):
    """A command that runs QEMU.

    Attributes:
        source: the text in which it stands.
        words: the words of it, from QEMU's program on.
    """

    source: str
    words: list[Word]


def run_of_qemu(text: str, env: Mapping[str, str] | None, is_option: Callable[[str], bool]) -> Run:
    """The first command in a text that runs QEMU; before all one that starts a guest.

    Args:
        text: what a shell would be given.
        env: what variables hold.
        is_option: whether a word is one of QEMU's options.

    Raises:
        CommandSyntaxError: there is none, or it is cut short by a quote that never ends.
    """
    waiting = [(text, 0, True)]
    bare: Run | None = None
    while waiting:
        source, depth, follows = waiting.pop()
        script = read(source, env)
        inner: list[tuple[str, bool]] = []
        for words in script.commands:
            if found := run_in(words, is_option):
                if _starts_a_guest(found):
                    return Run(source, found)
                bare = bare or Run(source, found)
            inner += [(one, False) for one in _texts_in(words)]
        inner += [(source[start:end], False) for start, end in script.documents]
        if script.broken is not None:
            if follows and run_in(script.unfinished, is_option):
                raise script.broken
            inner += [(one, follows) for one in _after(source, script.broken.where[0])]
        if depth < _DEPTH:
            waiting += [(one, depth + 1, it) for one, it in reversed(inner) if one != source]
    if bare is not None:
        return bare
    if (prompt := _ROOT.match(text)) is not None:
        # A comment it may be, but one that was asked about: the prompt of root.
        return run_of_qemu(" " * prompt.end() + text[prompt.end() :], env, is_option)
    raise _no_run(text, env)


def refuse_images(source: str, words: list[Word]) -> None:
    """Refuse a command of `qemu-img`, which makes images and runs no guest.

    Raises:
        CommandSyntaxError: it is one.
    """
    if words and name_of(words[0].text).removesuffix(".exe") == "qemu-img":
        raise CommandSyntaxError(
            "qemu-img runs no guest",
            source,
            words[0][1:],
            hint="DiskImage.from_argv() reads its create",
        )


def run_in(words: list[Word], is_option: Callable[[str], bool]) -> list[Word] | None:
    """The words of one command from QEMU's program on, or ``None`` where it runs none."""
    return _at_the_beginning(words) or _further_on(words, is_option)


def _starts_a_guest(words: list[Word]) -> bool:
    """Whether what follows QEMU's name are its arguments, not its version or more of a sentence."""
    if len(words) == 1:
        return False
    after = words[1].text
    return after not in _ASKS and (after[:1] in ("-", "$") or "." in after or "/" in after)


def _at_the_beginning(words: list[Word]) -> list[Word] | None:
    position = 0
    while position < len(words):
        text = words[position].text.lstrip("@")
        if _ASSIGNMENT.match(text) or text in _KEYWORDS:
            position += 1
        elif program := _program(text):
            return [words[position]._replace(text=program), *words[position + 1 :]]
        elif text == "command" and words[position + 1 :] and words[position + 1].text in _LOOKS_UP:
            break
        elif (known := _WRAPPERS.get(name_of(text))) is not None:
            position = _past_wrapper(words, position + 1, *known)
        else:
            break
    return None


def _past_wrapper(words: list[Word], position: int, valued: frozenset[str], before: int) -> int:
    """Where the program begins that is run by another, after its options."""
    while position < len(words) and words[position].text.startswith("-"):
        text = words[position].text
        position += 2 if text in valued else 1
        if text in ("--", "--args"):
            break
    if before and position < len(words) and not arch_of(words[position].text):
        position += before
    return position


def _program(text: str) -> str | None:
    """QEMU's program that a word names, be it by a substitution."""
    if arch_of(text) is not None:
        return text
    if "qemu" in text and (match := _LOOKED_UP.fullmatch(text)):
        program = match[1] or match[2] + match[3]
        return program if arch_of(program) is not None else None
    return None


def _further_on(words: list[Word], is_option: Callable[[str], bool]) -> list[Word] | None:
    if words and name_of(words[0].text) in _NAME_IT:
        return None
    for position, word in enumerate(words[:-1]):
        text = word.text.removeprefix("ExecStart=")
        if text in _INSTALL:
            return None
        if (arch := arch_of(text)) is not None:
            after = words[position + 1]
            if after.text == "--" and arch:
                return [word._replace(text=text), *words[position + 2 :]]
            if is_option(after.text):
                return [word._replace(text=text), *words[position + 1 :]]
    return None


def _texts_in(words: list[Word]) -> list[str]:
    """What of a command may be a command by itself."""
    if not words or name_of(words[0].text) in _NAME_IT:
        words = [word for word in words if _SUBSTITUTION.fullmatch(word.text)]
    found = []
    for word in words:
        if _QEMU_IN.search(word.text) and (" " in word.text or "\t" in word.text):
            match = _SUBSTITUTION.fullmatch(word.text)
            text = match[1] or match[2] or "" if match else word.text
            found.append(text)
            if match is None and (assigned := _ASSIGNMENT.match(text)):
                found.append(text[assigned.end() :])
    return found


def _after(source: str, position: int) -> list[str]:
    """What follows the line that cannot be read: prose, most likely, with a command after it."""
    match = re.compile(r"\n(?=[^\n]*(?:qemu|kvm))").search(source, position)
    return [source[match.end() :]] if match else []


def _no_run(text: str, env: Mapping[str, str] | None) -> CommandSyntaxError:
    script = read(text, env)
    if script.broken is not None:
        return script.broken
    if not text.isascii() and (error := odd_blank(text)) is not None:
        return error
    found = script.commands
    for words in found:
        refuse_images(text, words)
    start, end = (found[0][0].start, found[0][0].end) if found else (0, 0)
    hint = "begin with qemu-system-<arch>"
    first = found[0][0].text if found else ""
    if (match := re.search(r"\$\{?([A-Za-z_]\w*)", first)) and not _ASSIGNMENT.match(first):
        hint = f"say what it holds: env={{{match[1]!r}: ...}}"
    return CommandSyntaxError("no command here runs QEMU", text, (start, end), hint=hint)

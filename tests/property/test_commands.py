"""Whatever text is read as a command is read or refused, and what was read is read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import qemubuild.command  # noqa: F401 - with it all options are known
from qemubuild import CommandSyntaxError, InvalidOption, Machine
from qemubuild.option import REGISTRY

PIECES = st.sampled_from(
    [
        *("qemu-system-x86_64", "kvm", "qemu.exe", "sudo", "sh -c", "timeout 1", "if", "fi", "do"),
        *("-m", "-smp", "-device", "-drive", "-machine", "--nographic", "-append", "-blockdev"),
        *("1G", "4,cores=", "file=a,,b,if=", "{'a':", '{"driver":"null-co"}', "e1000,id=", "A=("),
        *("'", '"', "\\", "`", "$(", "${", "$A", "${A[@]}", "$'", ")", "}", "#", "$ ", "> ", "^\n"),
        *(
            "<<E",
            "\nE\n",
            "<(",
            "2>&1",
            ">log",
            "&&",
            "|",
            ";",
            "&quot;",
            "\\\n",
            "\r\n",
            " ",
            "\t",
        ),
        *("\0", "\ud800", "\u2013", "\u201c", "\u00a0", "\ufeff", "\u1234", "C:\\"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5)).map(" ".join) | st.lists(PIECES).map("".join)
FLAGS = st.sampled_from(sorted(REGISTRY))
VALUES = st.text() | st.lists(PIECES).map("".join) | st.from_regex(r"[a-z.]+=[a-z0-9,=]*")


def stable(machine):
    argv = machine.argv(check=False)
    assert Machine.from_argv(argv).argv(check=False) == argv
    assert Machine.from_command(machine.command(check=False)).argv(check=False) == argv
    assert machine.check() is not None


def tried(read, given):
    """The machine, or nothing where it is refused as it should be."""
    try:
        return read(given)
    except (CommandSyntaxError, InvalidOption) as error:
        str(error)  # which draws where it is
        return None


@given(TEXTS)
def test_any_text(text):
    tried(Machine.from_command, text)


@given(TEXTS)
def test_any_text_after_qemus_name(text):
    if machine := tried(Machine.from_command, f"qemu-system-x86_64 -m 1G {text}"):
        stable(machine)


@given(st.lists(st.tuples(FLAGS, VALUES), max_size=4))
def test_any_arguments(given):
    words = [word for one in given for word in one]
    if machine := tried(Machine.from_argv, ["qemu-system-x86_64", *words]):
        stable(machine)

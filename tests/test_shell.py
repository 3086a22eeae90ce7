"""Reading a shell's words: against the shell itself, and what people write beside it."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild.errors import CommandSyntaxError
from qemubuild.shell import commands


def words(text, env=None):
    (found,) = commands(text, env)
    return [word.text for word in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", ["a", "b"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a b\\ c", ["a", "b c"]),
        ("a \\\n  b", ["a", "b"]),
        ("a \\\r\n  b", ["a", "b"]),
        ("a \\  \n b", ["a", "b"]),
        ("a \\ # why a\n  b", ["a", "b"]),
        ("a # the rest\n", ["a"]),
        ("a b#c", ["a", "b#c"]),
        ("$ a b", ["a", "b"]),
        ("a &", ["a"]),
        ("a > log 2>&1 < /dev/null b", ["a", "b"]),
        ("a ''", ["a", ""]),
        ('a "x \\" \\$y \\n"', ["a", 'x " $y \\n']),
        ("a file=x,if=y'z w'", ["a", "file=x,if=yz w"]),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a $B", ["a", "$B"]),
        ("a ${B}c", ["a", "${B}c"]),
        ('a "x $B"', ["a", "x $B"]),
        ("a $(nproc --all)", ["a", "$(nproc --all)"]),
        ("a `nproc`", ["a", "`nproc`"]),
        ('a "$@" ${c[@]}', ["a", "$@", "${c[@]}"]),
    ],
)
def test_what_only_a_shell_knows_stays_as_it_stands(text, expected):
    assert words(text) == expected


def test_an_environment_says_what_variables_hold():
    env = {"B": "1 2", "E": "", "S": " 3 "}
    assert words("a $B x${B}y \"$B\" '$B' $C", env) == [
        "a", "1", "2", "x1", "2y", "1 2", "$B", "$C",
    ]  # fmt: skip
    assert words('a $E b$E "$E" c$S"d"', env) == ["a", "b", "", "c", "3", "d"]


def test_each_command_by_itself():
    found = commands("a b; c && d | e\nf")
    assert [[word.text for word in one] for one in found] == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
        ["f"],
    ]


def test_where_each_word_stands():
    text = "a  'b c' d"
    assert [text[word.start : word.end] for word in commands(text)[0]] == ["a", "'b c'", "d"]


@pytest.mark.parametrize("text", ["a 'b", 'a "b', "a `b"])
def test_an_open_quote_is_pointed_at(text):
    with pytest.raises(CommandSyntaxError, match="never closed") as caught:
        commands(text)
    assert str(caught.value).splitlines()[-1].endswith("  ^")


ANY_WORD = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))


@given(st.lists(ANY_WORD, min_size=1))
def test_what_shlex_quotes_comes_back(expected):
    assert words("x " + shlex.join(expected)) == ["x", *expected]


@given(st.lists(st.text("ab'\"\\ \n#$`", max_size=8), min_size=1, max_size=4))
def test_quoted_text_is_split_as_the_shell_does(pieces):
    text = "x " + " ".join(
        '"' + piece.replace("\\", "").replace('"', "").replace("$", "").replace("`", "") + '"'
        for piece in pieces
    )
    shell = subprocess.run(["sh", "-c", f"printf '%s\\0' {text}"], capture_output=True, check=True)
    assert words(text) == shell.stdout.decode().split("\0")[:-1]

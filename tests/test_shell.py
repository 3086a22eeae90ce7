"""Reading a shell's words: against the shell itself, and what people write beside it."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild.errors import CommandSyntaxError
from qemubuild.shell.words import commands


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
        ("a $'it\\'s\\n\\x41\\101\\q' $\"b\"", ["a", "it's\nAA\\q", "b"]),
        ("a \\\n  # why b\n  -b", ["a", "-b"]),
        ("a \\\n#  -c \\\n\n  -b", ["a", "-b"]),
        ("a `# why b` \\\n -b", ["a", "-b"]),
        ("$ a \\\n> -b", ["a", "-b"]),
        ("\ufeffa b", ["a", "b"]),
        ("a b \\", ["a", "b"]),
        ("a {fd}>log 3<>x b |& c".partition("|")[0], ["a", "b"]),
        ("a\x0bb", ["a\x0bb"]),
        ("```sh\na b\n```", ["a", "b"]),
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
        ('a "$(b "c d")" e', ["a", '$(b "c d")', "e"]),
        ('a "${b:-"c d"}"', ["a", '${b:-"c d"}']),
        ("a $(( $(b) / $(c $(d)) )) <(e f)", ["a", "$(( $(b) / $(c $(d)) ))", "<(e f)"]),
        ("B=$(b c); a $B", ["a", "$B"]),
        ("if x; then B=1; fi; a $B", ["a", "$B"]),
        ("[ x ] && B=1; a $B", ["a", "$B"]),
        ("for B in 1 2; do x; done; a $B", ["a", "$B"]),
        ("B=1; read B; a $B", ["a", "$B"]),
        ("B=1 x; a $B", ["a", "$B"]),
        ("B=(1); if x; then B+=(2); fi; B+=(3); a ${B[@]}", ["a", "1", "${B[@]:1}"]),
        ("B=(); x && B+=(2); a ${B[@]}", ["a", "${B[@]}"]),
        ("if x; then B=(1); fi; a ${B[@]}", ["a", "${B[@]}"]),
        ("B=$HOME/${C:-d}; a $B", ["a", "$HOME/${C:-d}"]),
        ("a ${B:-1}", ["a", "${B:-1}"]),
        ("a <b c> file=<d>,e \\\n <f", ["a", "<b c>", "file=<d>,e"]),
        ("a <b>c d", ["a", "d"]),
    ],
)
def test_what_only_a_shell_knows_stays_as_it_stands(text, expected):
    assert [word.text for word in commands(text)[-1]] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B=1; a $B", ["a", "1"]),
        ("export B='1 2'; C=${B}3\na $B \"$C\"", ["a", "1", "2", "1 23"]),
        ("B=1; B+=2; a $B", ["a", "12"]),
        ("f() {\n local B=1\n a $B", ["a", "1"]),
        ("B=(1 '2 3' # why\n 4)\nB+=(5)\na \"${B[@]}\" ${B[*]}".replace(" ${B[*]}", ""),
         ["a", "1", "2 3", "4", "5"]),
        ("B=(); a ${B[@]} c", ["a", "c"]),
    ],
)  # fmt: skip
def test_what_the_text_itself_says_of_its_variables_is_taken(text, expected):
    assert [word.text for word in commands(text)[-1]] == expected


def test_a_default_counts_where_the_environment_is_known():
    assert words("a ${B:-1} ${C-2}", {"C": "3"}) == ["a", "1", "3"]


@pytest.mark.parametrize(
    "text",
    ["a <<EOF b\nit's\nEOF\nc", "a <<-'E F' b\n\tit's\n\tE F\nc", 'a << "EOF" b\n\'\nEOF\r\nc'],
)
def test_a_here_document_is_no_command(text):
    assert [[word.text for word in one] for one in commands(text)] == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"C:\\My Files\\qemu.exe" -m 1G', ["C:\\My Files\\qemu.exe", "-m", "1G"]),
        ("qemu ^\r\n -m 1G", ["qemu", "-m", "1G"]),
        ("@REM don't\n:: it's\nqemu ^\n -m 1G", ["qemu", "-m", "1G"]),
        ("qemu `\r\n -hda C:\\a\\b", ["qemu", "-hda", "C:\\a\\b"]),
        ("C:\\me> qemu-system-arm.exe 'a b' c^&d", ["qemu-system-arm.exe", "a b", "c&d"]),
        ("PS C:\\Users\\me> .\\qemu.exe -m 1G", [".\\qemu.exe", "-m", "1G"]),
    ],
)  # fmt: skip
def test_windows_shells(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    "one",
    [
        "$(",
        "${",
        "`",
        '"',
        "'",
        "(",
        "$((",
        '"$(',
        "\\",
        "<<E ",
        "A=(",
        "{ ",
        "A=$A$A;",
        "A=(1 $A ${A[@]});",
    ],
)
def test_depth_and_length_cost_no_more_than_the_text(one):
    text = "a " + one * 50_000
    before = time.process_time()
    with contextlib.suppress(CommandSyntaxError):
        commands(text)
    assert time.process_time() - before < 3


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

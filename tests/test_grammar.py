"""QEMU's ``key=value,key=value``, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError
from qemubuild.grammar import Item


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ([], ""),
        ([("v", "x")], "x"),
        ([("v", "x"), ("b", "y")], "x,b=y"),
        ([("b", "y"), ("v", "x")], "b=y,v=x"),
        ([("v", "a=b")], "v=a=b"),
        ([("v", "a,b")], "v=a,,b"),
        ([("v", "")], "v="),
        ([("v", "x"), ("b", "a,,b=c")], "x,b=a,,,,b=c"),
    ],
)
def test_written(pairs, text):
    assert grammar.render(pairs, implied="v") == text


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        (",b=y", [Item("v", ""), Item("b", "y")]),
        ("x", [Item("v", "x")]),
        ("x,", [Item("v", "x")]),
        ("x,b=y", [Item("v", "x"), Item("b", "y")]),
        ("b=y", [Item("b", "y")]),
        ("a,,b,c=d", [Item("v", "a,b"), Item("c", "d")]),
        ("b=,,,c=d", [Item("b", ","), Item("c", "d")]),
        ("b=x=y", [Item("b", "x=y")]),
        ("x,share", [Item("v", "x"), Item("share", "on", bare=True)]),
        ("x,nowait", [Item("v", "x"), Item("wait", "off", bare=True)]),
        ("x,node", [Item("v", "x"), Item("de", "off", bare=True)]),
        ("b=1,b=2", [Item("b", "1"), Item("b", "2")]),
    ],
)
def test_qemu_opts_read(text, items):
    assert grammar.parse(text, implied="v") == items


def test_without_an_implied_key_a_first_word_is_bare():
    assert grammar.parse("x,b=y") == [Item("x", "on", bare=True), Item("b", "y")]
    assert grammar.parse("") == []


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("pc", [Item("v", "pc")]),
        ("pc,a.b=c", [Item("v", "pc"), Item("a.b", "c")]),
        ("a=x,,y", [Item("a", "x,y")]),
    ],
)
def test_keyval_read(text, items):
    assert grammar.parse_keyval(text, implied="v") == items


@pytest.mark.parametrize(("text", "pointed"), [("pc,usb", "usb"), ("a=b,c,d=e", "c"), ("=x", "=")])
def test_keyval_has_no_bare_words(text, pointed):
    with pytest.raises(CommandSyntaxError, match="expected key=value") as caught:
        grammar.parse_keyval(text, implied="v")
    assert text[slice(*caught.value.where)] == pointed
    assert "~" * (len(pointed) - 1) + "^" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "written"),
    [("a", "a"), ("a:b", "./a:b"), ("/a:b", "/a:b"), ("a/b:c", "a/b:c"), (":", "./:")],
)
def test_a_colon_makes_no_protocol(path, written):
    assert grammar.local_path(path) == written


KEYS = st.text("abc.-_0", min_size=1).filter(lambda key: not key.startswith("no"))
VALUES = st.text("ab,=: \\'\"\n", max_size=8)
PAIRS = st.lists(st.tuples(KEYS, VALUES), min_size=1)


@given(PAIRS)
def test_what_is_written_is_read_back(pairs):
    text = grammar.render(pairs)
    assert [item[:2] for item in grammar.parse(text)] == pairs
    assert [item[:2] for item in grammar.parse_keyval(text)] == pairs


@given(VALUES, PAIRS)
def test_an_implied_value_is_read_back_too(value, pairs):
    pairs = [("v", value), *pairs]
    text = grammar.render(pairs, implied="v")
    assert [item[:2] for item in grammar.parse(text, implied="v")] == pairs


@given(st.text("ab=,no", max_size=12))
def test_any_text_is_read_without_an_end(text):
    items = grammar.parse(text, implied="v")
    assert sum(len(item.value) for item in items) <= 3 * len(text)

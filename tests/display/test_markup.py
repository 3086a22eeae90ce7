"""Markup: elements, and text that stays text."""

from __future__ import annotations

import pytest

from qemubuild.display.markup import Markup, escape, tag, visible


def test_an_element_with_children_and_attributes():
    made = tag("p", "a", [tag("b", 1), None, ("c", "d")], class_="x", aria_label="y", hidden=False)
    assert made == '<p class="x" aria-label="y">a<b>1</b>cd</p>'


def test_only_what_html_leaves_open_closes_itself():
    assert tag("img", src="x") == '<img src="x" />'
    assert tag("td") == "<td></td>"
    assert tag("details", open=True) == '<details open=""></details>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ("a & b", "a &amp; b"),
        ('"', "&quot;"),
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202eabc", r"\u202eabc"),
        ("\udcff", r"\udcff"),
        ("\uffff", r"\uffff"),
        ("\U000e0001", r"\U000e0001"),
        ("日本 é 😀", "日本 é 😀"),
    ],
)
def test_text_is_escaped(text, shown):
    assert escape(text) == shown
    assert tag("p", text) == f"<p>{shown}</p>"
    assert tag("p", title=text) == f'<p title="{shown}"></p>'


def test_lines_are_kept_where_they_are_asked_for():
    assert escape("a\n\tb\r", lines=True) == "a\n\tb\\r"
    assert visible("a\nb", lines=True) == "a\nb"


def test_markup_is_not_escaped_again():
    assert tag("p", Markup("<b></b>")) == "<p><b></b></p>"

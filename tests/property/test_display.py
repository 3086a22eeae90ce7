"""Whatever text there is, what is shown is well-formed, visible and writable as JSON."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from qemubuild import Machine
from qemubuild.display.canvas import Canvas
from qemubuild.display.markup import escape, tag, visible
from qemubuild.display.picture import Picture
from qemubuild.findings import Finding, Severity

ANY = st.text(st.characters(codec=None), max_size=40)


@given(ANY)
def test_text_comes_back_as_it_is_seen(text):
    element = ET.fromstring(tag("p", text, title=text))
    assert element.text == (visible(text) or None)
    assert element.get("title") == visible(text)
    assert visible(text).isprintable()
    escape(text, lines=True).encode()


@given(ANY, ANY)
def test_findings_hold_any_text(message, hint):
    found = Finding("x", Severity.ERROR, None, "", message, hint)
    bundle = found._repr_mimebundle_()
    json.dumps(bundle, ensure_ascii=False).encode()
    text = "".join(ET.fromstring(bundle["text/html"]).itertext())
    assert visible(message) in text
    assert visible(hint) in text


@given(ANY, st.floats(0, 300))
def test_pictures_hold_any_text(text, room):
    canvas = Canvas()
    canvas.text(0, 0, text, "mono", room)
    canvas.words(0, 0, room, (text, ""), (text, "small"))
    canvas.box((0, 0), (1, 1), title=text)
    picture = Picture(text, canvas.svg(text), text)
    for kind, made in picture._repr_mimebundle_().items():
        made.encode()
        if kind != "text/plain":
            ET.fromstring(made)


WORDS = "-smp -numa -device -drive -m x 4 a=b,c=d node,cpus=0-3 cpus=2,threads=0 if=ide,index=99"


@given(st.lists(st.sampled_from(WORDS.split())))
def test_any_command_line_is_drawn(words):
    try:
        machine = Machine.from_argv(["qemu-system-x86_64", *words])
    except ValueError:
        return
    assert str(machine.topology())
    assert str(machine.wiring())
    assert "text/html" in machine._repr_mimebundle_()

"""``-audiodev``: what is written, and its id."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.options.audiodev import Audiodev

BASE = Machine("x86_64").memory("1G")

EXAMPLES = {
    "audiodev-without-id": (BASE.audiodev("none"), BASE.audiodev("none", id="a0")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Audiodev("wav", id="a", path="x,y.wav"), "wav,id=a,path=x,,y.wav"),
        (Audiodev("none", {"out": {"frequency": 44100}}, id="a"), "none,out.frequency=44100,id=a"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-audiodev", value)
    assert Audiodev.parse(value) == option


def test_vnc_finds_it():
    seen = BASE.vnc(0, host="127.0.0.1", audiodev="a0")
    assert seen.check().codes == ("id-undefined",)
    assert seen.audiodev("none", id="a0").check().codes == ()


def test_explain():
    assert "a0, of the kind wav" in Audiodev("wav", id="a0").explain()

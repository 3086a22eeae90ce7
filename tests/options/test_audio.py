"""``-audio``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.options.audio import Audio

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "audio-without-bus": (
        PC.machine_type("isapc").audio("none", model="hda"),
        PC.machine_type("isapc").audio("none", model="sb16"),
    ),
    "audio-model-unknown": (PC.audio("none", model="ac79"), PC.audio("none", model="ac97")),
    "audio-doubled": (
        Machine("x86_64", [Audio("none", model="hda"), Audio("none", model="ac97")]).memory("1G"),
        PC.audio("none", model="hda"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Audio("none", model="hda"), "none,model=hda"),
        (Audio("wav", model="ac97", id="a", path="x,y"), "wav,model=ac97,id=a,path=x,,y"),
        (Audio("none", {"out": {"frequency": 44100}}, model="hda"), None),
    ],
)
def test_argv(option, value):
    assert option.words == ("-audio", value or "none,out.frequency=44100,model=hda")
    assert Audio.parse(option.words[1]) == option


@pytest.mark.parametrize(
    "option", [Audio("none"), Audio("none", model="virtio")], ids=["no model", "virtio"]
)
def test_newer_ways_are_found(option):
    (found,) = PC.add(option).check()
    assert found.code == "key-newer"
    assert "8.2" in found.message


def test_others_find_its_place_for_sound():
    machine = PC.audio("none", model="hda").device("hda-duplex", audiodev="audiodev0")
    assert machine.check().codes == ()
    assert "id-undefined" in PC.device("hda-duplex", audiodev="audiodev0").check().codes


def test_a_machine_has_one():
    assert PC.audio("none", model="hda").audio("none", model="ac97") == PC.audio(
        "none", model="ac97"
    )


def test_explain():
    assert "a sound card, hda, whose sound goes to pa" in Audio("pa", model="hda").explain()
    assert "name no place for it to pa" in Audio("pa").explain()

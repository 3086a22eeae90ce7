"""What a field can hold, and what is refused when it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qemubuild import Name, Vnc
from qemubuild.errors import InvalidOption
from qemubuild.values import (
    COUNT,
    ID,
    IMAGE,
    MIB_SIZE,
    NAME,
    NUMBER,
    SWITCH,
    TEXT,
    Url,
    choice,
    integer,
)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (TEXT, "", ""),
        (TEXT, Path("a/b"), "a/b"),
        (TEXT, "a\udcff", "a\udcff"),
        (NAME, "-x", "-x"),
        (IMAGE, "nbd:x", "./nbd:x"),
        (IMAGE, Path("nbd:x"), "./nbd:x"),
        (IMAGE, Url("nbd:x"), "nbd:x"),
        (ID, "a.b-c_0", "a.b-c_0"),
        (SWITCH, False, "off"),
        (NUMBER, 0, "0"),
        (COUNT, 1, "1"),
        (MIB_SIZE, 512, "512"),
        (MIB_SIZE, "1.5G", "1.5G"),
        (choice("a", "b"), "b", "b"),
        (integer(-1, 5), -1, "-1"),
    ],
)
def test_written(kind, value, text):
    assert kind.write(value) == text


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TEXT, "a\0b"),
        (TEXT, "a\ud800"),
        (TEXT, 5),
        (TEXT, b"bytes"),
        (NAME, ""),
        (IMAGE, ""),
        (ID, "0a"),
        (ID, "a/b"),
        (ID, ""),
        (SWITCH, "on"),
        (SWITCH, 1),
        (NUMBER, -1),
        (NUMBER, True),
        (NUMBER, 1.0),
        (COUNT, 0),
        (MIB_SIZE, "8GB"),
        (MIB_SIZE, True),
        (choice("a", "b"), "A"),
        (choice("a", "b"), ["a"]),
    ],
)
def test_refused_with_a_hint(kind, value):
    with pytest.raises(InvalidOption) as caught:
        kind.write(value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), ("0x10", 16), ("010", 8), (" +4", 4), ("-010", -8), ("0", 0)]
)
def test_a_number_is_read_as_qemu_does(text, number):
    assert integer(-100, 100).read(text) == number


@pytest.mark.parametrize("text", ["", "1_000", "4 ", "0b1", "0o7", "09", "1.0", "٣"])
def test_what_qemu_reads_no_number_in_is_none(text):
    with pytest.raises(InvalidOption):
        NUMBER.read(text)


def test_the_nearest_word_is_offered():
    with pytest.raises(InvalidOption, match="did you mean 'tablet'"):
        choice("mouse", "tablet").write("tabelt")


def test_an_image_with_a_protocol_is_read_as_a_url():
    assert isinstance(IMAGE.read("nbd://host/x"), Url)
    assert not isinstance(IMAGE.read("./nbd:x"), Url)


def test_every_name_of_a_file_can_be_written():
    for byte in range(1, 256):
        name = os.fsdecode(bytes([byte]))
        assert TEXT.write(name) == name


@pytest.mark.parametrize("extra", [None, "a=b", 5, ["a"]])
def test_keys_beside_the_fields_are_a_mapping(extra):
    with pytest.raises(InvalidOption, match="no mapping"):
        Name("web", extra=extra)


@pytest.mark.parametrize("also", ["127.0.0.1:1", 5])
def test_what_can_be_several_is_a_tuple(also):
    with pytest.raises(InvalidOption, match="no tuple"):
        Vnc(0, also=also)

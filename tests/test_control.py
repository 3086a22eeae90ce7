"""Live control, as far as it needs no QEMU: keys, pictures, signatures, and what it costs."""

from __future__ import annotations

import inspect
import struct
import subprocess
import sys
import zlib

import pytest

from qemubuild import Process
from qemubuild.control import Agent, BlockingAgent, Control
from qemubuild.control.keys import keys_of_chord, keys_of_text
from qemubuild.control.picture import png
from qemubuild.errors import InvalidOption


@pytest.mark.parametrize(
    ("chord", "keys"),
    [
        ("a", ("a",)),
        ("A", ("a",)),
        ("ctrl-C", ("ctrl", "c")),
        ("ctrl-alt-delete", ("ctrl", "alt", "delete")),
        ("Ctrl-Alt-Del", ("ctrl", "alt", "delete")),
        ("-", ("minus",)),
        ("ctrl--", ("ctrl", "minus")),
        ("!", ("shift", "1")),
        ("\n", ("ret",)),
        ("enter", ("ret",)),
        ("super-space", ("meta_l", "spc")),
        ("alt-f2", ("alt", "f2")),
        ("kp_0", ("kp_0",)),
    ],
)
def test_chords(chord, keys):
    assert keys_of_chord(chord) == keys


def test_nothing_is_no_chord():
    with pytest.raises(InvalidOption, match="no key to press"):
        keys_of_chord("")


def test_text_of_a_us_keyboard():
    assert keys_of_text("aA1! \n") == [
        *(("a",), ("shift", "a"), ("1",), ("shift", "1")),
        *(("spc",), ("ret",)),
    ]
    everything = "".join(map(chr, range(32, 127)))
    assert len(set(keys_of_text(everything))) == 95


@pytest.mark.parametrize("odd", ["\xe9", "\u20ac", "\x00", "\x7f", "\U0001f600"])
def test_what_it_has_no_key_for(odd):
    with pytest.raises(InvalidOption, match="no key for"):
        keys_of_text(f"a{odd}")


def test_a_ppm_becomes_a_png():
    pixels = bytes(range(18))
    picture = png(b"P6\n3 2\n255\n" + pixels)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBBBBB", picture[16:29]) == (3, 2, 8, 2, 0, 0, 0)
    length = struct.unpack(">I", picture[33:37])[0]
    assert picture[37:41] == b"IDAT"
    rows = zlib.decompress(picture[41 : 41 + length])
    assert rows == b"\0" + pixels[:9] + b"\0" + pixels[9:]
    assert png(picture) == picture


# The two faces


def coroutines(face: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(face, inspect.iscoroutinefunction)}


@pytest.mark.parametrize(("core", "face"), [(Control, Process), (Agent, BlockingAgent)])
def test_every_method_has_its_blocking_twin(core, face):
    methods = {name for name in coroutines(core) if not name.startswith("_")}
    assert methods
    for name in methods:
        ours, its = getattr(face, name), getattr(core, name)
        assert inspect.signature(ours) == inspect.signature(its)
        assert ours.__doc__ == its.__doc__
        assert not inspect.iscoroutinefunction(ours)
    assert coroutines(face) == set()


def test_launching_loads_nothing_that_only_a_talk_needs():
    code = "import sys, qemubuild; qemubuild.Process; print(*{'asyncio', 'qemu'} & {*sys.modules})"
    said = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == []

"""Text in pictures: shortened to the room that it has."""

from __future__ import annotations

import pytest

from qemubuild.display.canvas import extent, fitted


@pytest.mark.parametrize("room", [0, 1, 9, 10, 50, 1000])
@pytest.mark.parametrize("text", ["", "a", "abc", "\n" * 9, "日本語" * 9, "W" * 300])
def test_text_is_shortened_to_its_room(text, room):
    shown = fitted(text, room, "mono")
    assert extent(shown, "mono") <= max(room, extent("…", "mono"))
    assert len(fitted("W" * 300, room)) <= 300


def test_what_fits_is_whole():
    assert fitted("disk.qcow2", 100, "mono") == "disk.qcow2"
    assert fitted("disk.qcow2", 40, "mono") == "disk…"

"""How far a work is: what qemu-img says of it, and who is told."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild.disk.progress import Progress, Reader, followed, without_progress
from qemubuild.errors import InvalidOption, NotInstalled

SAID = b"    (0.00/100%)\r    (33.40/100%)\r    (100.00/100%)\r\n"


def test_a_number_with_percent():
    done = Progress("12.5")
    assert done == done.percent == 12.5
    assert str(done) == "12.5 %"


@given(st.lists(st.integers(0, len(SAID)), max_size=6).map(sorted))
def test_pieces_of_any_size(cuts: list[int]):
    told: list[float] = []
    reader = Reader(told.append)
    for start, end in zip([0, *cuts], [*cuts, len(SAID)], strict=True):
        reader(SAID[start:end])
    reader.finish()
    assert told == sorted(told)
    assert set(told) <= {0, 33.4, 100}
    assert told[-1] == 100


def test_the_end_is_always_told():
    told: list[float] = []
    reader = Reader(told.append)
    reader(b"    (0.00/100%)\r")
    reader.finish()
    reader.finish()
    assert told == [0, 100]


def test_what_else_was_said():
    assert without_progress(b"    (0.00/100%)\rContent mismatch!\n\n") == b"Content mismatch!\n\n"
    assert without_progress(SAID) == b""


def test_nobody_is_told():
    for progress in (None, False):
        with followed(progress, "work") as tell:
            assert tell is None


def test_a_callback_is_given_as_it_is():
    told: list[float] = []
    with followed(told.append, "work") as tell:
        assert tell == told.append


@pytest.mark.parametrize("progress", [1, "yes", []])
def test_what_cannot_be_told(progress: object):
    with pytest.raises(InvalidOption, match="cannot be told") as caught, followed(progress, ""):  # type: ignore[arg-type]
        pass
    assert "True for a bar" in caught.value.hint


def test_a_bar(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with followed(True, "convert '[bold]a'") as tell:
        assert tell
        tell(Progress(100))
    assert "convert '[bold]a'" in sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "100%" in sys.stderr.getvalue()  # type: ignore[attr-defined]


def test_no_bar_without_the_extra(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with pytest.raises(NotInstalled) as caught, followed(True, "work"):
        pass
    assert "qemubuild[progress]" in caught.value.hint

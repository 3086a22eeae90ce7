"""``-k``: the layouts, files of one's own, and who reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.claims import Opens
from qemubuild.machine import Machine
from qemubuild.options.keyboard import LAYOUTS, Keyboard

BASE = Machine("x86_64").memory("1G")
SEEN = BASE.vnc(0, host="127.0.0.1")

EXAMPLES = {
    "keyboard-layout-unknown": (SEEN.keyboard("en_US"), SEEN.keyboard("en-us")),
    "keyboard-layout-unread": (BASE.keyboard("deutsch"), BASE.keyboard("de")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Keyboard("en-us"), "en-us"),
        (Keyboard("/my/layout"), "/my/layout"),
        (Keyboard(Path("/my/layout")), "/my/layout"),
        (Keyboard(Path("de")), "./de"),
        (Keyboard(Path("-x,y=z")), "./-x,y=z"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-k", value)
    assert Keyboard.parse(value) == option


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_each_of_qemus_is_right(layout):
    assert SEEN.keyboard(layout).check().codes == ()


def test_the_nearest_layout_is_named():
    (found,) = SEEN.keyboard("en_US").check().errors
    assert "did you mean 'en-us'?" in found.hint


@pytest.mark.parametrize("layout", ["./mine", Path("mine"), "$LAYOUT"])
def test_a_file_of_ones_own_is_not_judged_by_its_name(layout):
    assert SEEN.keyboard(layout).check().codes == ()


def test_with_other_data_files_a_name_may_be_right():
    assert SEEN.raw("-L", "/share").keyboard("mine").check().ok


def test_a_path_stays_one_in_plain_data():
    machine = BASE.keyboard(Path("de"))
    assert Machine.from_dict(machine.to_dict()) == machine


def test_a_file_is_one_that_qemu_opens():
    machine = BASE.keyboard(Path("mine"))
    assert [claim for _, claim in machine.claims(Opens)] == [Opens("./mine", "keyboard layout")]
    assert not BASE.keyboard("de").claims(Opens)


def test_explain():
    assert "layout de" in Keyboard("de").explain()

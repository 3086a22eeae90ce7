"""``-mon``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild import InvalidOption, Machine, Mon

PC = Machine().memory("64M").chardev("null", id="c0")

EXAMPLES = {
    "qmp-shared": (PC.qmp("mon:null"), PC.qmp("null")),
    "mon-pretty-readline": (PC.mon("c0", pretty=True), PC.mon("c0", pretty=True, mode="control")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Mon("c0"), "c0"),
        (Mon("c0", mode="control"), "c0,mode=control"),
        (Mon("c0", mode="control", pretty=False, id="m"), "c0,mode=control,pretty=off,id=m"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-mon", value)
    assert Mon.parse(value) == option
    assert Mon.parse(f"chardev={value}") == option


@pytest.mark.parametrize("mode", ["Control", "qmp", ""])
def test_a_mode_that_qemu_does_not_know_is_refused(mode):
    with pytest.raises(InvalidOption, match="control"):
        Mon("c0", mode=mode)


def test_a_backend_that_is_not_there_is_found():
    assert "id-undefined" in PC.mon("c1").check().codes
    assert PC.mon("c0").check().ok


def test_machine_protocol_is_shared_only_where_the_place_is_a_file():
    assert PC.qmp("mon:stdio").check().ok
    shared = PC.chardev("ringbuf", id="c1", mux=True).qmp(chardev="c1")
    assert [found.code for found in shared.check().errors] == ["qmp-shared"]
    assert PC.chardev("pty", id="c1", mux=True).qmp(chardev="c1").check().ok
    assert PC.chardev("ringbuf", id="c1").qmp(chardev="c1").check().ok

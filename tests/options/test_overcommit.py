"""``-overcommit``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.overcommit import Overcommit


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Overcommit(mem_lock=True), "mem-lock=on"),
        (Overcommit(mem_lock="on-fault", cpu_pm=False), "mem-lock=on-fault,cpu-pm=off"),
        (Overcommit(cpu_pm=True), "cpu-pm=on"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-overcommit", value)
    assert Overcommit.parse(value) == option


def test_a_word_that_is_none_of_qemus_is_refused():
    with pytest.raises(InvalidOption, match="-overcommit mem_lock"):
        Overcommit(mem_lock="on-demand")


def test_a_second_one_on_a_command_line_adds_its_keys():
    both = Overcommit(mem_lock=True).merged(Overcommit(cpu_pm=True))
    assert both == Overcommit(mem_lock=True, cpu_pm=True)


def test_on_fault_is_newer_than_some_qemu():
    machine = Machine("x86_64").memory("1G")
    assert machine.overcommit(mem_lock="on-fault").check().codes == ("key-newer",)
    assert machine.overcommit(mem_lock=True).check().codes == ()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Overcommit(mem_lock=True), "locks all of the guest's memory"),
        (Overcommit(mem_lock="on-fault"), "as it is used"),
        (Overcommit(cpu_pm=True), "to sleep"),
        (Overcommit(mem_lock=False), "Shares memory"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

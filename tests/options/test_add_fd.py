"""``-add-fd``: what is written and refused."""

from __future__ import annotations

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.options.add_fd import AddFd


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (AddFd(fd=3, set=0), "fd=3,set=0"),
        (AddFd(fd=9, set=2, opaque="rw:a,b"), "fd=9,set=2,opaque=rw:a,,b"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-add-fd", value)
    assert AddFd.parse(value) == option


@pytest.mark.parametrize("fd", [-1, 0, 2])
def test_standard_streams_cannot_be_handed_over(fd):
    with pytest.raises(InvalidOption, match="-add-fd fd"):
        AddFd(fd=fd, set=1)


@pytest.mark.parametrize("text", ["fd=3", "set=1", ""])
def test_both_numbers_are_needed(text):
    with pytest.raises(CommandSyntaxError, match="which it needs"):
        AddFd.parse(text)


def test_explain():
    assert "/dev/fdset/2" in AddFd(fd=9, set=2).explain()

"""``-qtest`` and ``-qtest-log``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.options.qtest import Qtest, QtestLog


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Qtest("stdio"), ("-qtest", "stdio")),
        (Qtest(unix="/q", server=True, wait=False), ("-qtest", "unix:/q,server=on,wait=off")),
        (QtestLog("/a,b"), ("-qtest-log", "/a,b")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option
    assert option.explain()


def test_there_is_no_test_nowhere():
    with pytest.raises(InvalidOption, match="no place"):
        Qtest("none")

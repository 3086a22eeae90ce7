"""``-readconfig`` and ``-no-user-config``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.readconfig import NoUserConfig, Readconfig

PC = Machine("x86_64").memory("1G")


def test_argv():
    assert Readconfig("/a,b.cfg").words == ("-readconfig", "/a,b.cfg")
    assert Readconfig.parse("/a,b.cfg") == Readconfig("/a,b.cfg")
    assert NoUserConfig().words == ("-no-user-config",)


def test_a_file_is_needed():
    with pytest.raises(InvalidOption, match="empty"):
        Readconfig("")


def test_files_repeat_and_are_stated():
    machine = PC.readconfig("a.cfg").readconfig("b.cfg")
    assert [claim for _, claim in machine.claims(Opens)] == [
        Opens("a.cfg", "configuration"),
        Opens("b.cfg", "configuration"),
    ]


def test_explain():
    assert "a.cfg" in Readconfig("a.cfg").explain()
    assert "Leaves out" in NoUserConfig().explain()

"""``-sandbox``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.sandbox import Sandbox

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"sandbox-off": (PC.sandbox(spawn="deny"), PC.sandbox(True, spawn="deny"))}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Sandbox(True), "on"),
        (Sandbox(False), "off"),
        (
            Sandbox(True, obsolete="allow", elevateprivileges="children", spawn="deny"),
            "on,obsolete=allow,elevateprivileges=children,spawn=deny",
        ),
        (Sandbox(True, resourcecontrol="deny"), "on,resourcecontrol=deny"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-sandbox", value)
    assert Sandbox.parse(value) == option


def test_programs_alone_can_be_kept_from_gaining_rights_not_from_being_started():
    with pytest.raises(InvalidOption, match="-sandbox spawn"):
        Sandbox(True, spawn="children")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Sandbox(True, spawn="deny"), "refused are obsolete calls, starting programs."),
        (Sandbox(True, obsolete="allow"), "that a guest that breaks into it can do less. "),
        (Sandbox(False, spawn="deny"), "Leaves QEMU free"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

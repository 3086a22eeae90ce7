"""Words that make QEMU print and exit."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.option import REGISTRY

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"help-asked": (PC.cpu("help"), PC.cpu("max"))}


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("-cpu", "?"),
        ("-machine", "help"),
        ("-object", "memory-backend-ram,help"),
        ("-device", "e1000,?"),
        ("-device", "help"),
    ],
)
def test_help_is_asked_for(flag, value):
    machine = PC.add(REGISTRY[flag].parse(value))
    assert "help-asked" in machine.check().codes


@pytest.mark.parametrize(
    "machine",
    [
        PC.cpu("max,help"),
        PC.name("help"),
        PC.object("secret", id="help", file="help,,x"),
        PC.cdrom("help"),
    ],
)
def test_the_word_is_something_else(machine):
    assert "help-asked" not in machine.check().codes

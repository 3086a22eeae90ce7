"""``-help`` and ``-version``."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"help-asked": (PC.cpu("help"), PC.cpu("max"))}


@pytest.mark.parametrize("flag", ["-help", "-h", "--help", "-version"])
def test_they_start_nothing(flag):
    machine = Machine.from_argv(["qemu-system-x86_64", "-m", "1G", flag])
    (found,) = machine.check().errors
    assert found.code == "help-asked"
    assert "exits" in machine.explain()

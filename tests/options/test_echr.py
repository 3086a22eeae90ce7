"""``-echr``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.echr import Echr

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"echr-unread": (PC.echr("t"), PC.echr(20))}


@pytest.mark.parametrize(("value", "code"), [("20", 20), ("0x14", 20), ("1000", "1000"), ("", "")])
def test_reading(value, code):
    assert Echr.parse(value).code == code


def test_argv():
    assert Echr(20).words == ("-echr", "20")
    assert "Ctrl-t" in Echr(20).explain()


@pytest.mark.parametrize("code", [-1, 256, True])
def test_what_is_no_character_is_refused(code):
    with pytest.raises(InvalidOption, match="code"):
        Echr(code)


@pytest.mark.parametrize("code", [20, "0x14", "3x", "$KEY"])
def test_what_qemu_reads_is_well(code):
    assert PC.echr(code).check().codes == ()

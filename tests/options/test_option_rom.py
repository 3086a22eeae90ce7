"""``-option-rom``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.option_rom import OptionRom

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "option-rom-missing": (PC.option_rom(bootindex=1), PC.option_rom("pxe.rom", bootindex=1)),
    "option-rom-doubled": (
        PC.option_rom("pxe.rom").option_rom("/srv/pxe.rom"),
        PC.option_rom("pxe.rom").option_rom("/srv/ipxe.rom"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (OptionRom("pxe.rom"), "pxe.rom"),
        (OptionRom("a=b,c.rom", bootindex=-1), "romfile=a=b,,c.rom,bootindex=-1"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-option-rom", value)
    assert OptionRom.parse(value) == option


def test_an_empty_name_is_refused():
    with pytest.raises(InvalidOption, match="-option-rom romfile"):
        OptionRom("")


def test_explain():
    assert "option ROM pxe.rom" in OptionRom("pxe.rom").explain()

"""Turns to boot: each its own."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
CARD = PC.device("e1000", bootindex=1)

EXAMPLES = {
    "bootindex-taken": (
        CARD.device("rtl8139", bootindex=1),
        CARD.device("rtl8139", bootindex=2),
    ),
}


@pytest.mark.parametrize(
    "machine",
    [
        CARD.device("e1000", bootindex=1),
        CARD.device("rtl8139", bootindex="0x1"),
        CARD.option_rom("card.rom", bootindex=1),
        PC.option_rom("a.rom", bootindex=2).option_rom("b.rom", bootindex=2),
        PC.device("isa-fdc", bootindexA=4, bootindexB=4),
        PC.kernel("vmlinuz").option_rom("card.rom", bootindex=0),
        PC.machine_type("microvm").kernel("vmlinuz").option_rom("card.rom", bootindex=0),
    ],
)
def test_two_of_one_turn(machine):
    assert [found.code for found in machine.check().errors] == ["bootindex-taken"]


@pytest.mark.parametrize(
    "machine",
    [
        PC.device("e1000", bootindex=-1).device("rtl8139", bootindex=-1),
        CARD.device("rtl8139", bootindex="$TURN"),
        CARD.kernel("vmlinuz"),
        PC.option_rom("card.rom", bootindex=0),
        PC.machine_type("none").option_rom("a.rom", bootindex=2).option_rom("b.rom", bootindex=2),
    ],
)
def test_what_is_in_nobodys_way(machine):
    assert machine.check().ok

"""Graphics cards beside each other."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
OLD = PC.machine_type("pc-q35-2.12")
NEW = Qemu.snapshot("10.0")

EXAMPLES = {
    "card-beside-another": (OLD.vga("std").device("VGA"), OLD.vga("std").device("bochs-display")),
    "card-not-first": (PC.vga("std").device("qxl-vga"), PC.vga("std").device("qxl")),
}


@pytest.mark.parametrize(
    "machine",
    [
        OLD.device("VGA").device("cirrus-vga"),
        OLD.device("isa-vga").device("VGA"),
        PC.device("isa-vga").device("isa-cirrus-vga"),
        PC.machine_type("isapc").vga("std").device("isa-cirrus-vga"),
        PC.device("VGA", {"global-vmstate": True}).device("isa-vga"),
    ],
)
def test_what_shares_a_name(machine):
    assert "card-beside-another" in machine.check().codes


@pytest.mark.parametrize(
    "machine",
    [
        PC.vga("std").device("VGA"),
        PC.device("isa-vga").device("VGA"),
        OLD.vga("none").device("VGA"),
        OLD.vga("std").device("VGA", {"global-vmstate": False}),
        OLD.vga("virtio").device("VGA"),
        PC.device("qxl-vga").device("qxl"),
    ],
)
def test_what_does_not(machine):
    assert machine.check().ok


def test_newer_ones_mind_what_keeps_its_state_by_the_same_name():
    machine = PC.device("VGA").device("isa-vga")
    assert machine.check().ok
    assert machine.check(qemu=NEW).errors[0].code == "card-beside-another"

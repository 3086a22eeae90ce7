"""``-vga``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.vga import Vga


def vm(card, arch="x86_64"):
    return Machine(arch).memory("1G").vga(card)


EXAMPLES = {"vga-of-sparc": (vm("tcx"), vm("std"))}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Vga("std"), "std"),
        (Vga("virtio"), "virtio"),
        (Vga("std", retrace="precise"), "std,retrace=precise"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-vga", value)
    assert Vga.parse(value) == option


@pytest.mark.parametrize("args", [("standard",), ("",), ("STD",)])
def test_an_unknown_card_is_refused(args):
    with pytest.raises(InvalidOption, match="QEMU has std"):
        Vga(*args)


@pytest.mark.parametrize("value", ["$CARD", "std,retrace=$R", "std,retrace=", "std,x", ""])
def test_what_is_read_can_always_be_judged_and_explained(value):
    option = Vga.parse(value)
    assert option.explain()
    assert option.words == ("-vga", value)
    assert Machine("x86_64").add(option).check().codes != ()


def test_sparc_has_its_cards():
    assert "vga-of-sparc" not in vm("tcx", "sparc").check().codes


def test_explain():
    assert "virtio card" in Vga("virtio").explain()

"""Every property that a QEMU says a device has, with values right and wrong: a sample of them."""

from __future__ import annotations

from random import Random

import pytest

from qemubuild import Machine, Qemu
from tests.oracle.properties import sample
from tests.oracle.verdict import refusal
from tests.qemus import X86_64

PROGRAMS = [one.parameter() for one in X86_64]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("seed", ["first", "second"])
def test_what_is_clean_starts_and_nothing_else(program, seed):
    qemu = Qemu(program)
    for text in sample(qemu, Random(seed), 30):
        machine = Machine.from_command(f"{program} -machine q35 {text}")
        errors = machine.check(qemu=qemu).errors
        said = refusal(machine.argv(check=False))
        assert (said is None) == (not errors), (text, said or errors)


@pytest.mark.parametrize("program", PROGRAMS)
def test_names_that_are_no_device(program):
    qemu = Qemu(program)
    names = ["nonsense", "pci-device", "E1000", "i440FX", "igb", "ufs", "sga", "virtio-blk-ccw"]
    for name in names:
        machine = Machine(program).device(name)
        errors = machine.check(qemu=qemu).errors
        assert (refusal(machine.argv(check=False)) is None) == (not errors), (name, errors)

"""What ``check(qemu=..., host=Host())`` finds clean the real QEMU starts, and nothing else."""

from __future__ import annotations

import os
from contextlib import chdir

import pytest

from qemubuild import Host, Machine, Qemu
from tests.oracle.generate import Maker
from tests.oracle.run import Task, begin, judged
from tests.oracle.table import MACHINES
from tests.oracle.verdict import Kind, refusal
from tests.oracle.world import World
from tests.real.judge import needs

HOST = Host()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world that no other test, in this process or beside it, shares a port with."""
    number = 50 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    world = World(needs("qemu-system-x86_64"), tmp_path_factory.mktemp("world"), number)
    with world.busy:
        yield world


@pytest.mark.parametrize("text", MACHINES)
def test_a_clean_machine_starts_and_no_other(text, world):
    machine = Machine.from_command(f"{world.qemu} {text}")
    with chdir(world.folder):
        errors = machine.check(qemu=Qemu(world.qemu), host=HOST).errors
        said = refusal(machine.argv(check=False))
    assert (said is None) == (not errors), said or errors


def test_a_hundred_random_machines(world):
    found = []
    with chdir(world.folder):
        begin(world)
        for number in range(100):
            found += judged(Task(number, "suite"))
    assert [one for one in found if one.kind is not Kind.STRICT] == []


def test_the_same_seed_makes_the_same_machine(world):
    from random import Random

    one, same, other = (Maker(Random(seed), world, 0.2).machine() for seed in (1, 1, 2))
    assert one == same
    assert one != other

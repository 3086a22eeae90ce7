"""Boards, processors, accelerators and memory as each QEMU has them: a sample, right and wrong."""

from __future__ import annotations

from random import Random

import pytest

from qemubuild import Machine, Qemu
from tests.oracle.boards import sample
from tests.oracle.verdict import Waits, refusal
from tests.qemus import QEMUS


def disagreement(program: str, qemu: Qemu, text: str) -> str | None:
    """Why only one of QEMU and a check refuses a machine, if so."""
    machine = Machine.from_command(f"{program} {text}")
    errors = machine.check(qemu=qemu).errors
    try:
        said = refusal(machine.argv(check=False))
    except Waits:
        return None  # too busy to tell
    if (said is None) == (not errors):
        return None
    return f"{text}: {said or [error.code for error in errors]}"


@pytest.mark.parametrize("program", QEMUS)
@pytest.mark.parametrize("seed", ["first", "second"])
def test_what_is_clean_starts_and_nothing_else(program, seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    qemu = Qemu(program)
    texts = sample(qemu, Random(f"{seed} {program.rpartition('/')[2]}"), 25)
    assert not [found for text in texts if (found := disagreement(program, qemu, text))]


@pytest.mark.parametrize("program", QEMUS)
def test_every_machine_type_and_no_other(program):
    qemu = Qemu(program)
    random = Random("types")
    names = random.sample(sorted(qemu.machine_types), 20)
    names += ["nonsense", "Q35", "pc-q35-1.0", "pc-q35-99.0", "virt-99.0", "isapc", "malta"]
    texts = [f"-machine {name}" for name in names]
    assert not [found for text in texts if (found := disagreement(program, qemu, text))]

"""``-icount`` and ``-seed``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.icount import Icount, Seed

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "icount-record-of-snapshot": (
        PC.icount("auto", rr="record", rrfile="guest.rec").snapshot(),
        PC.icount("auto", rr="record", rrfile="guest.rec"),
    ),
    "icount-on-hardware": (
        PC.accel("kvm").icount("auto"),
        PC.accel("tcg").icount("auto"),
    ),
    "icount-align-without-sleep": (
        PC.icount(5, align=True, sleep=False),
        PC.icount(5, align=True),
    ),
    "icount-record-unnamed": (
        PC.icount(5, rr="record"),
        PC.icount(5, rr="record", rrfile="guest.rec"),
    ),
    "icount-record-unused": (
        PC.icount(5, rrfile="guest.rec"),
        PC.icount(5, rr="replay", rrfile="guest.rec"),
    ),
    "icount-record-of-many": (
        PC.smp(2).icount(5, rr="record", rrfile="guest.rec"),
        PC.smp(1).icount(5, rr="record", rrfile="guest.rec"),
    ),
    "icount-shift-missing": (PC.icount(align=True), PC.icount(5, align=True)),
    "icount-without-effect": (PC.icount(sleep=False), PC.icount("auto", sleep=False)),
}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Icount(0), ("-icount", "0")),
        (Icount("auto"), ("-icount", "auto")),
        (Icount(7, align=True, sleep=False), ("-icount", "7,align=on,sleep=off")),
        (
            Icount(7, rr="record", rrfile="a,b", rrsnapshot="init"),
            ("-icount", "7,rr=record,rrfile=a,,b,rrsnapshot=init"),
        ),
        (Seed(0), ("-seed", "0")),
        (Seed(18446744073709551615), ("-seed", "18446744073709551615")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


@pytest.mark.parametrize("shift", [11, -1, "x", "", True, 1.5])
def test_a_shift_that_qemu_does_not_read_is_refused(shift):
    with pytest.raises(InvalidOption, match="shift"):
        Icount(shift)


@pytest.mark.parametrize("number", [-1, 1 << 64, "1", True])
def test_a_seed_that_qemu_does_not_read_is_refused(number):
    with pytest.raises(InvalidOption, match="number"):
        Seed(number)


def test_a_fallback_to_emulation_may_save_it():
    found = PC.accel("kvm").accel("tcg").icount(3).check()
    assert found.ok
    assert "icount-on-hardware" in found.codes


def test_one_after_the_other_adds_keys():
    machine = Machine.from_argv(["qemu-system-x86_64", "-icount", "5", "-icount", "align=on"])
    assert machine.find_all(Icount) == (Icount(5, align=True),)


def test_the_record_is_stated():
    record = PC.icount(5, rr="record", rrfile="r")
    replay = PC.icount(5, rr="replay", rrfile="r")
    assert [c for _, c in record.claims(Opens)] == [Opens("r", "record", writes=True, creates=True)]
    assert [c for _, c in replay.claims(Opens)] == [Opens("r", "record")]
    assert not PC.icount(5, rrfile="r").claims(Opens)


def test_explain():
    assert "each of which takes 128 ns" in Icount(7).explain()
    assert "keeps up with the host's clock" in Icount("auto").explain()
    assert "at 7" in Seed(7).explain()

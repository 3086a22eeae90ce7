"""``-smp``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.smp import Smp

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")
S390 = Machine("s390x").memory("1G")

EXAMPLES = {
    "smp-zero": (PC.smp(4, cores=0), PC.smp(4)),
    "smp-topology-mismatch": (PC.smp(4, sockets=3), PC.smp(6, sockets=3)),
    "smp-maxcpus-below-cpus": (PC.smp(4, maxcpus=2), PC.smp(4, maxcpus=8)),
    "smp-level-unsupported": (PC.smp(4, clusters=2), PC.smp(4, dies=2)),
    "smp-level-recent": (Q35.smp(4, modules=2), Q35.smp(4, dies=2)),
    "smp-too-many": (PC.smp(256), PC.smp(255)),
    "smp-too-many-for-older": (Q35.smp(300).enable_kvm(), Q35.smp(288).enable_kvm()),
    "smp-ids-too-wide": (Q35.smp(288), Q35.smp(288).enable_kvm()),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Smp(4), "4"),
        (Smp(2, maxcpus=4), "2,maxcpus=4"),
        (Smp(sockets=1, cores=2, threads=2), "sockets=1,cores=2,threads=2"),
        (Smp(8, dies=2, modules=1), "8,dies=2,modules=1"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-smp", value)
    assert Smp.parse(value) == option


@pytest.mark.parametrize("count", [-1, True, 1.5, "4"])
def test_what_is_no_count_is_refused(count):
    with pytest.raises(InvalidOption, match=r"-smp cpus: .* not a whole number"):
        Smp(count)


@pytest.mark.parametrize(
    ("option", "count", "most"),
    [
        (Smp(4), 4, 4),
        (Smp(), 1, 1),
        (Smp(2, maxcpus=8), 2, 8),
        (Smp(maxcpus=8), 8, 8),
        (Smp(sockets=2, cores=3), 6, 6),
        (Smp.parse("$CPUS"), 1, 1),
    ],
)
def test_count(option, count, most):
    assert (option.count, option.most) == (count, most)


@pytest.mark.parametrize(
    ("option", "prefer_sockets", "levels"),
    [
        (Smp(4), False, (1, 4, 1)),
        (Smp(4), True, (4, 1, 1)),
        (Smp(8, sockets=2), False, (2, 4, 1)),
        (Smp(8, cores=2), False, (4, 2, 1)),
        (Smp(8, sockets=2, cores=2), False, (2, 2, 2)),
        (Smp(8, threads=2), True, (4, 1, 2)),
        (Smp(cores=2, threads=2), True, (1, 2, 2)),
    ],
)
def test_what_is_left_out_is_worked_out(option, prefer_sockets, levels):
    found = option.topology(prefer_sockets=prefer_sockets)
    assert (found["sockets"], found["cores"], found["threads"]) == levels


@pytest.mark.parametrize(
    ("option", "mend"),
    [
        (Smp(4, sockets=3), "write cpus=6, or add maxcpus=6,"),
        (Smp(1, threads=2), "write cpus=2, or add maxcpus=2,"),
        (Smp(8, sockets=1, cores=2, threads=2), "write cpus=4,"),
        (Smp(2, maxcpus=4, sockets=3), "write maxcpus=6,"),
    ],
)
def test_the_mend_of_a_mismatch_fits(option, mend):
    (found,) = PC.add(option).check().errors
    assert found.hint.startswith(mend)


def test_books_are_for_s390x():
    assert S390.smp(4, books=2).check().codes == ("smp-level-recent",)
    assert PC.smp(4, books=2).check().codes == ("smp-level-unsupported",)


@pytest.mark.parametrize(
    ("board", "most"),
    [
        ("pc-q35-2.7", 255),
        ("pc-q35-8.0", 288),
        ("pc-q35-8.2", 1024),
        ("pc-q35-9.0", 4096),
        ("isapc", 1),
        ("microvm", 288),
        ("none", 1),
    ],
)
def test_each_machine_type_holds_its_own_number(board, most):
    machine = PC.machine_type(board).enable_kvm()
    assert machine.smp(most).check().ok
    assert machine.smp(most + 1).check().codes == ("smp-too-many",)


def test_a_topology_with_odd_numbers_widens_ids():
    assert "smp-ids-too-wide" in Q35.smp(sockets=81, cores=3).check().codes
    assert "smp-ids-too-wide" not in Q35.smp(243).check().codes


def test_explain():
    assert Smp(4).explain().startswith("Gives the guest 4 virtual CPUs.")
    text = Smp(2, maxcpus=8, sockets=2, cores=4).explain()
    assert "up to 8" in text
    assert "2 sockets of 4 cores each" in text

"""``-machine``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.machine_type import MachineType

PC = Machine("x86_64")
ARM = Machine("aarch64").memory("1G")
BACKED = PC.machine_type("q35", memory_backend="ram0")

EXAMPLES = {
    "machine-type-missing": (Machine("aarch64").memory("1G"), ARM.machine_type("virt")),
    "machine-type-foreign": (ARM.machine_type("q35"), ARM.machine_type("virt")),
    "machine-type-case": (
        PC.memory("1G").machine_type("Q35"),
        PC.memory("1G").machine_type("q35"),
    ),
    "machine-type-key-foreign": (
        PC.memory("1G").machine_type("microvm", hpet=False),
        PC.memory("1G").machine_type("microvm"),
    ),
    "machine-type-memory-twice": (
        BACKED.memory("1G")
        .memory_backend_ram("ram0", size="1G")
        .memory_backend_ram("ram1", size="1G")
        .numa_node(memdev="ram1"),
        PC.memory("1G").memory_backend_ram("ram1", size="1G").numa_node(memdev="ram1"),
    ),
    "machine-type-memory-size": (
        BACKED.memory("2G").memory_backend_ram("ram0", size="1G"),
        BACKED.memory("1G").memory_backend_ram("ram0", size="1G"),
    ),
    "machine-type-gic-small": (
        ARM.machine_type("virt").smp(9),
        ARM.machine_type("virt", gic_version="max").smp(9),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (MachineType("q35"), "q35"),
        (MachineType("q35", accel="kvm:tcg"), "q35,accel=kvm:tcg"),
        (MachineType("q35", accel=["kvm", "tcg"]), "q35,accel=kvm:tcg"),
        (MachineType(usb=True), "usb=on"),
        (MachineType("pc", smm="auto", vmport=False), "pc,smm=auto,vmport=off"),
        (
            MachineType("virt", gic_version="3", extra={"secure": "on"}),
            "virt,gic-version=3,secure=on",
        ),
        (MachineType("pc", memory_backend="ram0", hmat=True), "pc,hmat=on,memory-backend=ram0"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-machine", value)
    assert MachineType.parse(value) == option


@pytest.mark.parametrize(
    "keys",
    [
        {"accel": "kmv"},
        {"accel": ["kvm", "tgc"]},
        {"accel": []},
        {"smm": "yes"},
        {"usb": 1},
        {"memory_backend": "0ram"},
        {"kernel_irqchip": True},
    ],
)
def test_what_can_never_be_right_is_refused(keys):
    with pytest.raises(InvalidOption, match=f"-machine {next(iter(keys))}"):
        MachineType("pc", **keys)


def test_a_key_of_the_boards_own_is_no_finding_and_a_misspelled_one_is():
    machine = PC.memory("1G")
    assert not machine.machine_type("q35", extra={"sata": "off"}).check()
    found = machine.machine_type("q35", extra={"mem-marge": "off"}).check()
    assert found.codes == ("unknown-key",)
    assert "mem-merge" in found[0].hint


def test_a_backend_of_another_size_than_the_usual_memory_is_a_warning():
    machine = BACKED.memory_backend_ram("ram0", size="1G")
    assert not machine.check()
    found = machine.memory(slots=2, maxmem="4G").check()
    assert found.ok
    assert found.codes == ("machine-type-memory-size",)


def test_gic_version_2_never_serves_more_than_8():
    assert not ARM.machine_type("virt", gic_version="2").smp(9).check().ok


@pytest.mark.parametrize(
    ("arch", "suggested"),
    [("aarch64", "virt"), ("s390x", "s390-ccw-virtio"), ("avr", "uno")],
)
def test_a_foreign_board_is_answered_with_one_that_fits(arch, suggested):
    (found,) = Machine(arch).memory("1G").machine_type("pc").check().errors
    assert repr(suggested) in found.hint


def test_variables_of_a_shell_are_not_judged():
    assert MachineType.parse("$TYPE,accel=$ACCEL").words == ("-machine", "$TYPE,accel=$ACCEL")
    found = PC.memory("1G").add(MachineType.parse("$TYPE,accel=$ACCEL")).check()
    assert found.codes == ("value-unresolved",)


def test_a_second_one_adds_keys():
    merged = MachineType("q35", usb=True).merged(MachineType(accel="kvm"))
    assert merged == MachineType("q35", usb=True, accel="kvm")


def test_explain():
    assert "q35" in MachineType("q35").explain()
    assert MachineType(usb=True).explain().startswith("Changes")

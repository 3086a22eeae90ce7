"""``-accel`` and ``-enable-kvm``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.accel import Accel, EnableKvm
from qemubuild.targets import accelerators
from qemubuild.view import View

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "accel-mixed": (PC.enable_kvm().accel("tcg"), PC.accel("kvm").accel("tcg")),
    "accel-named-twice": (PC.enable_kvm().machine_type("pc", accel="tcg"), PC.enable_kvm()),
    "accel-foreign-key": (
        PC.accel("tcg", kernel_irqchip="split"),
        PC.accel("kvm", kernel_irqchip="split"),
    ),
    "accel-thread-icount": (PC.accel("tcg", thread="multi").icount(3), PC.accel("tcg").icount(3)),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Accel("kvm"), "kvm"),
        (Accel("tcg", thread="multi", tb_size=256), "tcg,thread=multi,tb-size=256"),
        (
            Accel("kvm", kernel_irqchip="split", dirty_ring_size=4096),
            "kvm,kernel-irqchip=split,dirty-ring-size=4096",
        ),
        (Accel("kvm", device="/dev/a,b"), "kvm,device=/dev/a,,b"),
        (Accel("tcg", split_wx=True, one_insn_per_tb=False), "tcg,split-wx=on,one-insn-per-tb=off"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-accel", value)
    assert Accel.parse(value) == option


def test_fallback():
    argv = PC.accel("kvm").accel("tcg").argv()
    assert argv[3:] == ["-accel", "kvm", "-accel", "tcg"]


def test_enable_kvm():
    assert EnableKvm().words == ("-enable-kvm",)


@pytest.mark.parametrize("name", ["kvm:tcg", "KVM", "", "kmv"])
def test_an_accelerator_that_qemu_does_not_have_is_refused(name):
    with pytest.raises(InvalidOption, match="accel"):
        Accel(name)


def test_a_misspelled_accelerator_is_recognized():
    with pytest.raises(InvalidOption, match="did you mean 'kvm'"):
        Accel("kmv")


@pytest.mark.parametrize("size", [1000, -1, "4096"])
def test_a_ring_that_is_no_power_of_two_is_refused(size):
    with pytest.raises(InvalidOption, match="dirty_ring_size"):
        Accel("kvm", dirty_ring_size=size)


def test_no_accelerator():
    with pytest.raises(CommandSyntaxError, match="no accel="):
        Accel.parse("thread=multi")


def test_what_cannot_be_read_is_kept():
    option = Accel.parse("$ACCEL,thread=many")
    assert option.words == ("-accel", "$ACCEL,thread=many")
    assert PC.add(option).check().codes[0] == "value-not-read"


@pytest.mark.parametrize(
    ("machine", "names"),
    [
        (PC, ("tcg",)),
        (PC.enable_kvm(), ("kvm",)),
        (PC.accel("kvm").accel("tcg"), ("kvm", "tcg")),
        (PC.machine_type("pc", accel="kvm:tcg"), ("kvm", "tcg")),
        (PC.enable_kvm().machine_type("pc", accel="tcg"), ("tcg",)),
        (PC.machine_type("pc", accel="tcg").enable_kvm(), ("kvm",)),
    ],
)
def test_the_order_in_which_qemu_tries_them(machine, names):
    assert accelerators(View.of(machine)) == names


def test_one_that_a_qemu_was_not_built_with_is_passed_over():
    machine = PC.accel("hvf").accel("tcg")
    assert accelerators(View.of(machine)) == ("hvf", "tcg")
    assert accelerators(View.of(machine, Qemu.snapshot("7.2"))) == ("tcg",)


def test_a_name_that_no_qemu_knows_is_passed_over_where_another_follows():
    def codes(text):
        found = Machine.from_command(f"qemu-system-x86_64 -m 1G {text}").check()
        return [str(one.severity) for one in found if one.code == "value-not-read"]

    assert codes("-accel foo") == ["error"]
    assert codes("-accel foo -accel tcg") == ["warning"]
    assert codes("-machine accel=foo") == ["error"]
    assert codes("-machine accel=foo:tcg") == ["warning"]


def test_a_foreign_key_of_one_that_qemu_may_not_get_to_is_a_warning():
    found = PC.accel("tcg").accel("kvm", thread="multi").check()
    assert found.ok
    assert found.codes == ("accel-foreign-key",)


def test_qemu_always_gets_to_the_first():
    assert not PC.accel("kvm", thread="multi").accel("tcg").check().ok


def test_explain():
    assert "emulates a processor in software" in EnableKvm().explain()
    assert "emulate" in Accel("tcg").explain()
    assert "kvm" in Accel("kvm").explain()

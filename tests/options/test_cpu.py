"""``-cpu``: what is written, what is refused, what is found."""

from __future__ import annotations

import pickle

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.cpu import Cpu

PC = Machine("x86_64").memory("1G")
ARM = Machine("aarch64").memory("1G").machine_type("virt")

EXAMPLES = {
    "cpu-without-board": (
        Machine("x86_64").memory("1G").machine_type("none").cpu("max"),
        Machine("x86_64").memory("1G").machine_type("q35").cpu("max"),
    ),
    "cpu-host-emulated": (PC.cpu("host"), PC.cpu("host").enable_kvm()),
    "cpu-host-fallback": (
        PC.cpu("host").accel("kvm").accel("tcg"),
        PC.cpu("max").accel("kvm").accel("tcg"),
    ),
    "cpu-model-case": (PC.cpu("HOST").enable_kvm(), PC.cpu("host").enable_kvm()),
    "cpu-feature-sign": (ARM.cpu("max,+sve"), ARM.cpu("max,sve=on")),
    "cpu-feature-twice": (PC.cpu("Nehalem,+avx,avx=off"), PC.cpu("Nehalem,+avx")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Cpu("host"), "host"),
        (Cpu("Nehalem,+avx,-x2apic"), "Nehalem,+avx,-x2apic"),
        (Cpu("max", avx2=False, topoext=True), "max,avx2=off,topoext=on"),
        (
            Cpu("max", {"sse4.1": True, "vendor": "GenuineIntel"}),
            "max,sse4.1=on,vendor=GenuineIntel",
        ),
        (
            Cpu("max", model_id="A CPU of my own", phys_bits=40),
            "max,model-id=A CPU of my own,phys-bits=40",
        ),
        (Cpu("max,+avx", {"a_b": True}, a_b=False), "max,+avx,a_b=on,a-b=off"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-cpu", value)
    assert Cpu.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("model", "features"),
    [
        ("", {}),
        (None, {}),
        ("max\0", {}),
        ("max", {"model-id": "a,b"}),
        ("max", {"a=b": True}),
        ("max", {"": True}),
    ],
)
def test_what_can_never_be_written_is_refused(model, features):
    with pytest.raises(InvalidOption):
        Cpu(model, features)


def test_the_error_names_the_feature():
    with pytest.raises(InvalidOption, match=r"-cpu model-id: .*a,b"):
        Cpu("max", model_id="a,b")


@pytest.mark.parametrize(
    "machine",
    [
        PC.cpu("host").machine_type("pc", accel="kvm"),
        PC.cpu("host").accel("hvf"),
        PC.cpu("max"),
        PC.cpu("$CPU"),
        PC.cpu("Nehalem,+avx,-x2apic"),
        Machine("s390x").memory("1G").cpu("host").enable_kvm(),
        Machine("sparc").memory("64M").cpu("TI MicroSparc II,+float"),
    ],
)
def test_what_is_right_is_no_finding(machine):
    assert not machine.check()


@pytest.mark.parametrize("name", ["whpx", "xen", "nvmm"])
def test_host_with_an_accelerator_that_may_have_it_is_a_warning(name):
    assert PC.cpu("host").accel(name).check().codes == ("cpu-host-emulated",)
    assert PC.cpu("host").accel(name).check().ok


def test_emulation_always_works_so_that_nothing_after_it_is_tried():
    machine = PC.cpu("host")
    for order in (machine.accel("tcg").accel("kvm"), machine.machine_type("pc", accel="tcg:kvm")):
        assert [found.code for found in order.check().errors] == ["cpu-host-emulated"]


def test_explain():
    assert "host's own processor" in Cpu("host").explain()
    assert "with the features" in Cpu("max", avx=True).explain()
    assert "Nehalem" in Cpu("Nehalem,+avx").explain()

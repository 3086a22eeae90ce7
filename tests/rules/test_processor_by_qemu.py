"""What a QEMU that was asked says of processors and their features."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
ARM = Qemu.snapshot("7.2", "aarch64")
PC = Machine("x86_64").memory("1G")
VIRT = Machine("aarch64").memory("1G").machine_type("virt")

EXAMPLES = {
    "cpu-model-unknown": (PC.cpu("SierraForest"), PC.cpu("Snowridge"), OLD),
    "cpu-model-not-of-board": (VIRT.cpu("cortex-m3"), VIRT.cpu("cortex-a57"), ARM),
    "cpu-model-deprecated": (
        Machine("aarch64").machine_type("integratorcp").memory("256M").cpu("pxa255"),
        Machine("aarch64").machine_type("integratorcp").memory("256M").cpu("arm926"),
        Qemu.snapshot("10.0", "aarch64"),
    ),
    "cpu-ignored": (
        Machine("aarch64").machine_type("raspi3b").memory("1G").cpu("cortex-a57"),
        Machine("aarch64").machine_type("raspi3b").memory("1G"),
        ARM,
    ),
    "cpu-feature-unknown": (PC.cpu("max,+avx3"), PC.cpu("max,+avx2"), OLD),
    "cpu-feature-value": (PC.cpu("max", stepping=16), PC.cpu("max", stepping=15), OLD),
    "cpu-feature-not-emulated": (
        PC.cpu("Nehalem,+vmx"),
        PC.cpu("Nehalem,+vmx").enable_kvm(),
        OLD,
    ),
    "cpu-enforce-unmet": (
        PC.cpu("Nehalem,+vmx,enforce"),
        PC.cpu("Nehalem,enforce"),
        OLD,
    ),
}


def test_a_model_that_is_not_there():
    def hint(name, qemu=OLD):
        (found,) = PC.cpu(name).check(qemu=qemu)
        return found.hint

    assert "write 'Nehalem'" in hint("nehalem")
    assert "write 'max'" in hint("max-x86_64-cpu")
    assert "did you mean 'Skylake-Server" in hint("Skylake-Servr")
    assert PC.cpu("SierraForest").check(qemu=NEW).ok
    assert PC.cpu("HOST").check(qemu=OLD).codes == ("cpu-model-unknown",)


@pytest.mark.parametrize(
    ("words", "is_ok"),
    [
        ("avx2", True),
        ("+avx2,-aes", True),
        ("avx2=maybe", False),
        ("avx3=on", False),
        ("sse4_1=on", True),
        ("+sse4.1", True),
        ("+avx2=on", False),
        ("", True),
        ("tsc-freq=1G", True),
        ("tsc-freq=fast", False),
        ("tsc_frequency=1000000", True),
        ("vendor=GenuineIntel", True),
        ("vendor=Intel", False),
        ("model-id=My processor", True),
        ("family=270", True),
        ("family=271", False),
        ("phys-bits=52", True),
        ("phys-bits=31", False),
        ("phys-bits=0", True),
        ("hv-spinlocks=0x1fff", True),
        ("hv-spinlocks=many", False),
        ("feature-words=1", False),
        ("+phys-bits", False),
        ("+hv-no-nonarch-coresharing", False),
        ("hv-no-nonarch-coresharing=auto", True),
        ("thread-id=1", False),
        ("migratable=off", True),
        ("legacy-cache=on", True),
        ("legacy-cache=off", False),
    ],
)
def test_features_of_x86(words, is_ok):
    for qemu in (OLD, NEW):
        assert PC.cpu(f"max,{words}").check(qemu=qemu).ok is is_ok


def test_what_only_some_models_have():
    assert not PC.cpu("Nehalem,migratable=off").check(qemu=OLD).ok
    assert not PC.cpu("qemu32,phys-bits=36").check(qemu=OLD).ok
    assert PC.cpu("qemu64,phys-bits=36").check(qemu=OLD).ok
    assert PC.cpu("max,avx10-version=1").check(qemu=NEW).ok
    assert not PC.cpu("max,avx10-version=1").check(qemu=OLD).ok


def test_what_emulation_lacks_is_left_out_or_refused():
    warned = PC.cpu("Nehalem,+vmx").check(qemu=OLD)
    assert warned.codes == ("cpu-feature-not-emulated",)
    assert warned.ok
    assert not PC.cpu("Nehalem,+vmx,check=off").check(qemu=OLD)
    assert not PC.cpu("Nehalem,+aes,enforce").check(qemu=OLD)
    assert PC.cpu("Haswell").check(qemu=OLD).ok
    assert not PC.cpu("Haswell,enforce").check(qemu=OLD).ok
    assert not PC.cpu("486,+avx512f,enforce").check(qemu=OLD).ok
    assert PC.cpu("486,+sse4_1,+sse3,+xd,enforce").check(qemu=OLD).ok
    assert PC.cpu("Haswell,enforce").accel("kvm").accel("tcg").check(qemu=OLD).ok
    # The board microvm means the newest version of a model, others the first.
    assert PC.cpu("Nehalem,enforce").check(qemu=OLD).ok
    assert not PC.machine_type("microvm").cpu("Nehalem,enforce").check(qemu=OLD).ok


@pytest.mark.parametrize(
    ("cpu", "is_ok"),
    [
        ("cortex-a57,pmu=off", True),
        ("cortex-a57,sve=on", False),
        ("max,sve=off", True),
        ("max,sve=off,sve128=on", False),
        ("max,sve-max-vq=4,sve512=on", True),
        ("max,sve-max-vq=4,sve1024=on", False),
        ("max,sve-max-vq=17", False),
        ("max,sve512=on,sve256=off", False),
        ("max,sve128=off", False),
        ("a64fx,sve512=on", True),
        ("a64fx,sve1024=on", False),
        ("max,pauth=off", True),
        ("max,pauth=off,pauth-impdef=on", False),
        ("cortex-a57,vfp=off,neon=off", True),
        ("cortex-a57,vfp=off", False),
        ("cortex-a15,neon=off", True),
        ("cortex-a57,aarch64=off", False),
        ("cortex-a57,cntfrq=0", False),
    ],
)
def test_features_of_arm(cpu, is_ok):
    assert VIRT.cpu(cpu).check(qemu=ARM).ok is is_ok


@pytest.mark.parametrize(
    ("board", "cpu", "is_ok"),
    [
        ("sbsa-ref", "cortex-a72", True),
        ("sbsa-ref", "cortex-a15", False),
        ("orangepi-pc", "cortex-a15", False),
        ("lm3s811evb", "cortex-m4", True),
        ("mps2-an385", "cortex-m4", False),
        ("spitz", "pxa270-b0", True),
        ("spitz", "cortex-a15", False),
        ("vexpress-a15", "arm926", True),
        ("vexpress-a15", "cortex-m3", False),
        ("raspi3b", "cortex-a15", True),
    ],
)
def test_arms_boards_are_made_for_some_processors(board, cpu, is_ok):
    machine = Machine("aarch64").machine_type(board).cpu(cpu)
    assert machine.check(qemu=ARM).ok is is_ok

"""Who has the interrupt controllers."""

from __future__ import annotations

import pytest

from qemubuild import Qemu
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
OFF = PC.machine_type("pc", accel="kvm", kernel_irqchip="off")
Q35 = PC.machine_type("q35").accel("kvm")
NEWER = Qemu.snapshot("10.0")

EXAMPLES = {
    "irqchip-off-with-kvm": (OFF, PC.machine_type("pc", accel="kvm", kernel_irqchip="split")),
    "irqchip-of-kvm-alone": (
        Q35.device("intel-iommu", intremap=True),
        Q35.machine_type("q35", kernel_irqchip="split").device("intel-iommu", intremap=True),
    ),
}


def test_newer_qemus_refuse_it():
    assert OFF.check().ok
    assert "irqchip-off-with-kvm" not in OFF.check(qemu=Qemu.snapshot("7.2")).codes
    assert [found.code for found in OFF.check(qemu=NEWER).errors] == ["irqchip-off-with-kvm"]
    assert not PC.accel("kvm", kernel_irqchip="off").check(qemu=NEWER).ok


@pytest.mark.parametrize(
    "machine",
    [
        PC.machine_type("pc", kernel_irqchip="off"),
        PC.machine_type("none", accel="kvm", kernel_irqchip="off"),
        PC.machine_type("isapc", accel="kvm", kernel_irqchip="off"),
        PC.machine_type("pc", accel="kvm:tcg", kernel_irqchip="off"),
        Machine("aarch64").machine_type("virt", accel="kvm", kernel_irqchip="off"),
    ],
)
def test_where_there_are_none_or_kvm_may_not_run_it(machine):
    assert "irqchip-off-with-kvm" not in [found.code for found in machine.check().errors]


def test_the_accelerator_has_the_last_word():
    board = PC.machine_type("q35", kernel_irqchip="off")
    assert board.accel("kvm", kernel_irqchip="split").check(qemu=NEWER).ok
    assert not board.accel("kvm").check(qemu=NEWER).ok
    board = PC.machine_type("q35", kernel_irqchip="split")
    assert not board.accel("kvm", kernel_irqchip="off").check(qemu=NEWER).ok

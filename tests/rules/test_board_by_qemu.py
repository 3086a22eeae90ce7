"""What a QEMU that was asked says of machine types, their properties, and accelerators."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
ARM = Qemu.snapshot("7.2", "aarch64")
PC = Machine("x86_64").memory("1G")
VIRT = Machine("aarch64").memory("1G")

EXAMPLES = {
    "machine-type-unknown": (PC.machine_type("pc-q35-8.0"), PC.machine_type("pc-q35-7.2"), OLD),
    "machine-type-deprecated": (
        PC.machine_type("pc-q35-6.0"),
        PC.machine_type("pc-q35-10.0"),
        NEW,
    ),
    "machine-property-value": (
        PC.machine_type("pc", extra={"max-fw-size": "32M"}),
        PC.machine_type("pc", extra={"max-fw-size": "16M"}),
        OLD,
    ),
    "machine-property-alone": (
        VIRT.machine_type("virt", gic_version="4"),
        VIRT.machine_type("virt", gic_version="4", virtualization=True),
        ARM,
    ),
    "accel-not-built": (PC.accel("hvf"), PC.accel("kvm"), OLD),
    "accel-key-value": (PC.accel("tcg", tb_size=1 << 32), PC.accel("tcg", tb_size=1024), OLD),
}


def hint(machine: Machine, qemu: Qemu) -> str:
    """The one mend that is offered."""
    (found,) = machine.check(qemu=qemu)
    return found.hint


def test_the_mend_of_a_machine_type():
    assert "newest of them is pc-q35-7.2" in hint(PC.machine_type("pc-q35-8.0"), OLD)
    assert "oldest of them is pc-q35-2.4" in hint(PC.machine_type("pc-q35-2.0"), NEW)
    assert "write 'q35'" in hint(PC.machine_type("Q35"), OLD)
    assert "another architecture" in hint(PC.machine_type("virt"), OLD)
    assert "did you mean 'microvm'" in hint(PC.machine_type("microwm"), OLD)
    assert "write 'pc-q35-10.0'" in hint(PC.machine_type("pc-q35-6.0"), NEW)
    assert "write 'pc-i440fx-7.2'" in hint(PC.machine_type("pc-i440fx-1.4"), OLD)


def test_properties_are_those_of_the_very_board():
    assert PC.machine_type("isapc", extra={"cxl": "on"}).check(qemu=OLD).ok
    assert PC.machine_type("isapc", extra={"cxl": "on"}).check(qemu=NEW).codes == (
        "machine-type-key-foreign",
    )
    assert not PC.machine_type("microvm", hpet=False).check(qemu=OLD).ok
    assert PC.machine_type("microvm", extra={"pcie": "on"}).check(qemu=OLD).ok


def test_one_fault_is_found_once():
    machine = PC.machine_type("pc", extra={"kernel-irqchp": "on"})
    assert machine.check().codes == ("unknown-key",)
    assert machine.check(qemu=OLD).codes == ("machine-type-key-foreign",)
    assert PC.machine_type("Q35").check(qemu=OLD).codes == ("machine-type-unknown",)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("cxl", "yes", "maybe"),
        ("pic", "auto", "yes"),
        ("phandle-start", "-1", "1.5"),
        ("bus-lock-ratelimit", "0x10", "8k"),
        ("max-ram-below-4g", "2G", "5G"),
        ("x-oem-id", "ABCDEF", "ABCDEFG"),
        ("nvdimm-persistence", "cpu", "disk"),
        ("smp.cpus", "2", "two"),
        ("boot.menu", "on", "maybe"),
        ("dt-compatible", "anything", None),
        ("smp", None, "2"),
        ("sgx-epc", None, "on"),
        ("peripheral", None, "x"),
        ("smp.threads_", None, "1"),
        ("append", None, "quiet"),
        ("pflash0", None, "nothing"),
    ],
)
def test_values_are_of_the_type_of_their_property(key, good, bad):
    for value, is_ok in ((good, True), (bad, False)):
        if value is not None:
            machine = PC.machine_type("pc", extra={key: value})
            assert machine.check(qemu=OLD).ok is is_ok, value


def test_what_a_version_takes():
    auto = PC.machine_type("pc", extra={"smbios-entry-point-type": "auto"})
    assert auto.check(qemu=NEW).ok
    assert not auto.check(qemu=OLD).ok
    mouse = PC.machine_type("pc", vmport=True, extra={"i8042": "off"})
    assert mouse.check(qemu=OLD).ok
    assert not mouse.check(qemu=NEW).ok


def test_arms_board():
    assert not VIRT.machine_type("virt", smm=True).check(qemu=ARM).ok
    assert not VIRT.machine_type("virt", gic_version="host").check(qemu=ARM).ok
    assert not VIRT.machine_type("virt", extra={"iommu": "intel"}).check(qemu=ARM).ok
    low = VIRT.machine_type("virt", extra={"highmem": "off"})
    assert low.check(qemu=ARM).ok
    assert not low.memory("4G").check(qemu=ARM).ok


def test_what_the_accelerator_is_not_is_judged_where_qemu_gets_to_it():
    new = {"one_insn_per_tb": True}
    assert not PC.accel("tcg", **new).check(qemu=OLD).ok
    assert PC.accel("tcg", **new).check(qemu=NEW).ok
    assert PC.accel("kvm").accel("tcg", **new).check(qemu=OLD).codes == ("accel-foreign-key",)
    assert PC.accel("hvf").accel("tcg").check(qemu=OLD).codes == ("accel-not-built",)
    assert PC.accel("hvf").accel("tcg").check(qemu=OLD).ok
    assert not PC.accel("hvf").accel("tcg", **new).check(qemu=OLD).ok
    assert not VIRT.machine_type("virt").enable_kvm().check(qemu=ARM).ok

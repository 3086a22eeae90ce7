"""What a QEMU that was asked says of machine types, their properties, and accelerators."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine
from qemubuild.options.removed import NoHpet

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
ARM = Qemu.snapshot("7.2", "aarch64")
PC = Machine("x86_64").memory("1G")
VIRT = Machine("aarch64").memory("1G")
RECONNECTS = PC.serial("chardev:c0")

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
    "smp-too-few": (
        VIRT.machine_type("raspi3b").smp(2),
        VIRT.machine_type("raspi3b").smp(4),
        ARM,
    ),
    "smp-beyond-smbios": (
        PC.machine_type("pc-q35-8.0").smp(1, maxcpus=255),
        PC.machine_type("pc-q35-8.0").smp(1, maxcpus=255, sockets=255),
        NEW,
    ),
    "memory-not-of-board": (
        Machine("aarch64").machine_type("raspi3b").memory("2G"),
        Machine("aarch64").machine_type("raspi3b").memory("1G"),
        ARM,
    ),
    "machine-type-without-image": (
        Machine("aarch64").machine_type("connex"),
        Machine("aarch64").machine_type("connex").pflash("flash.img"),
        ARM,
    ),
    "vga-absent": (
        VIRT.machine_type("virt").vga("virtio"),
        VIRT.machine_type("virt").device("virtio-gpu-pci"),
        ARM,
    ),
    "option-unknown-to-qemu": (
        PC.add(NoHpet()),
        PC.machine_type("pc", hpet=False),
        NEW,
    ),
    "option-deprecated": (
        RECONNECTS.chardev("socket", id="c0", path="/tmp/s", reconnect=5),
        RECONNECTS.chardev("socket", id="c0", path="/tmp/s", **{"reconnect-ms": 5000}),
        NEW,
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
    assert VIRT.machine_type("virt", extra={"compact-highmem": "off"}).memory("4G").check().ok
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


def test_how_many_vcpus_a_board_holds():
    q35 = PC.machine_type("q35").cpu("max")
    assert q35.smp(300, maxcpus=300).check().ok
    assert q35.smp(300).check(qemu=OLD).codes == ("smp-too-many",)
    assert q35.smp(300).check(qemu=NEW).ok
    assert PC.machine_type("x-remote").smp(2).check(qemu=OLD).codes == ("smp-too-many",)


def test_numbers_of_vcpus_beyond_eight_bits():
    q35 = PC.machine_type("q35")
    assert not q35.smp(2, maxcpus=256).check(qemu=OLD).ok
    assert q35.smp(2, maxcpus=256).check(qemu=NEW).ok
    assert not q35.smp(256).check(qemu=NEW).ok
    assert q35.smp(256).cpu("max").check(qemu=NEW).ok
    assert q35.smp(256).enable_kvm().check(qemu=OLD).ok


def test_the_levels_of_a_topology_by_version():
    for board, level, is_old, is_new in (
        ("q35", "modules", False, True),
        ("q35", "dies", True, True),
        ("microvm", "dies", False, False),
        ("q35", "clusters", False, False),
    ):
        machine = PC.machine_type(board).smp(4, **{level: 2})
        assert machine.check(qemu=OLD).ok is is_old, level
        assert machine.check(qemu=NEW).ok is is_new, level


def test_one_of_a_level_that_the_board_has_not():
    assert not PC.smp(4, clusters=1).check(qemu=OLD)
    found = PC.smp(4, clusters=1).check(qemu=NEW)
    assert found.ok
    assert found.codes == ("smp-level-unsupported",)
    assert not PC.smp(4, dies=1).check(qemu=NEW)


def test_counts_of_nothing_by_version():
    machine = PC.smp(0, sockets=2, cores=0)
    assert machine.check(qemu=OLD).warnings
    assert machine.check(qemu=OLD).ok
    assert machine.check(qemu=NEW).codes == ("smp-zero",)
    assert machine.options[-1].count == 2


def test_arms_old_interrupt_controller():
    machine = VIRT.machine_type("virt").smp(9)
    assert machine.check().codes == machine.check(qemu=ARM).codes == ("machine-type-gic-small",)
    assert machine.check().ok
    assert not machine.check(qemu=ARM).ok


def test_switches_that_are_properties_of_the_board():
    machine = Machine.from_command("qemu-system-x86_64 -m 1G -no-hpet")
    assert machine.check(qemu=OLD).ok
    assert machine.check(qemu=NEW).codes == ("option-unknown-to-qemu",)
    microvm = machine.machine_type("microvm")
    assert "machine-type-key-foreign" in microvm.check(qemu=OLD).codes


def test_memory_of_arms_boards():
    def ok(board, size):
        return Machine("aarch64").machine_type(board).memory(size).check(qemu=ARM).ok

    assert ok("ast2600-evb", "512M")
    assert not ok("ast2600-evb", "128M")
    assert ok("vexpress-a9", "1G")
    assert not ok("vexpress-a9", "2G")
    assert ok("virt", "3G")


def test_files_of_memory_are_whole_pages_since_a_version():
    machine = PC.memory_backend_file("a", size=4097, mem_path="/dev/shm/qemubuild-test")
    assert machine.check(qemu=OLD).ok
    assert "memory-backend-size-uneven" in machine.check(qemu=NEW).codes

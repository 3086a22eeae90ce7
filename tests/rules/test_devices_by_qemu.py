"""What a QEMU that was asked says of devices and their properties."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
ARM = Qemu.snapshot("7.2", "aarch64")
PC = Machine("x86_64").memory("1G")
VIRT = Machine("aarch64").memory("1G").machine_type("virt")

ROOM = PC.smp(1, sockets=2, maxcpus=2)
RAM = PC.memory("1G", slots=1, maxmem="2G").memory_backend_ram("m0", size="64M")
DIMMS = (
    RAM.memory("1G", slots=2, maxmem="2G")
    .memory_backend_ram("m1", size="64M")
    .device("pc-dimm", memdev="m0", slot=0)
)
BACKED = PC.memory_backend_ram("m0", size="64M")
NODE = PC.blockdev("null-co", {"node-name": "b", "read-zeroes": True})
READ_ONLY = PC.blockdev("null-co", {"node-name": "b", "read-zeroes": True, "read-only": True})
ON_SCSI = PC.device("virtio-scsi-pci").drive("a.img", interface="none", format="raw", id="b")
CPU = "qemu64-x86_64-cpu"
PLACE = {"socket-id": 1, "core-id": 0, "thread-id": 0}

CIPHER = PC.object("cryptodev-backend-builtin", id="y")
EXAMPLES = {
    "cpu-device-of-another-type": (
        ROOM.device("max-x86_64-cpu", PLACE),
        ROOM.device(CPU, PLACE),
        OLD,
    ),
    "cpu-device-without-place": (
        ROOM.device(CPU, {"socket-id": 1}),
        ROOM.device(CPU, PLACE),
        OLD,
    ),
    "cpu-device-place-missing": (
        ROOM.device(CPU, {**PLACE, "socket-id": 2}),
        ROOM.device(CPU, PLACE),
        OLD,
    ),
    "cpu-device-place-taken": (
        ROOM.device(CPU, {**PLACE, "socket-id": 0}),
        ROOM.device(CPU, PLACE),
        OLD,
    ),
    "cpu-device-apic-id": (
        ROOM.device(CPU, {**PLACE, "apic-id": 0}),
        ROOM.device(CPU, {**PLACE, "apic-id": 1}),
        OLD,
    ),
    "device-unknown": (PC.device("e1001"), PC.device("e1000"), OLD),
    "device-not-pluggable": (PC.device("i440FX"), PC, OLD),
    "device-module-missing": (PC.device("virtio-vga-gl"), PC.device("virtio-vga"), OLD),
    "device-property-unknown": (
        PC.device("e1000", rom_bar=0),
        PC.device("e1000", rombar=0),
        OLD,
    ),
    "device-property-value": (
        PC.device("e1000", multifunction=1),
        PC.device("e1000", multifunction=True),
        OLD,
    ),
    "device-property-limit": (
        PC.device("virtio-rng-pci", iommu_platform=True),
        PC.device("virtio-rng-pci", {"disable-legacy": "on"}, iommu_platform=True),
        OLD,
    ),
    "device-without-audiodev": (
        PC.audiodev("none", id="a0").device("AC97"),
        PC.audiodev("none", id="a0").device("AC97", audiodev="a0"),
        NEW,
    ),
    "global-driver-unknown": (
        PC.global_property("virtio-net", "rombar", 0),
        PC.global_property("virtio-net-pci", "rombar", 0),
        OLD,
    ),
    "global-property-unknown": (
        PC.global_property("PIIX4_PM", "disable-s3", 1),
        PC.global_property("PIIX4_PM", "disable_s3", 1),
        OLD,
    ),
    "global-property-value": (
        PC.global_property("PIIX4_PM", "disable_s3", True),
        PC.global_property("PIIX4_PM", "disable_s3", 1),
        OLD,
    ),
    "device-property-alone": (
        PC.device("virtio-balloon-pci", {"free-page-hint": True}),
        PC.object("iothread", id="t").device(
            "virtio-balloon-pci", {"free-page-hint": True}, iothread="t"
        ),
        OLD,
    ),
    "device-node-missing": (
        RAM.device("pc-dimm", memdev="m0", node=1),
        RAM.device("pc-dimm", memdev="m0", node=0),
        OLD,
    ),
    "device-drive-in-use": (
        NODE.device("virtio-blk-pci", drive="b").device("virtio-blk-pci", drive="b"),
        NODE.device("virtio-blk-pci", {"share-rw": True}, drive="b").device(
            "virtio-blk-pci", {"share-rw": True}, drive="b"
        ),
        OLD,
    ),
    "device-drive-no-scsi": (
        ON_SCSI.device("scsi-block", drive="b"),
        ON_SCSI.device("scsi-hd", drive="b"),
        OLD,
    ),
    "device-drive-readonly": (
        READ_ONLY.device("ide-hd", drive="b"),
        READ_ONLY.device("virtio-blk-pci", drive="b"),
        OLD,
    ),
    "device-cryptodev-in-use": (
        CIPHER.device("virtio-crypto-pci", cryptodev="y").device(
            "virtio-crypto-pci", cryptodev="y"
        ),
        CIPHER.device("virtio-crypto-pci", cryptodev="y"),
        OLD,
    ),
    "device-memory-uneven": (
        BACKED.memory("1G", maxmem="2G").device(
            "virtio-mem-pci", {"requested-size": "3M"}, memdev="m0"
        ),
        BACKED.memory("1G", maxmem="2G").device(
            "virtio-mem-pci", {"requested-size": "4M"}, memdev="m0"
        ),
        OLD,
    ),
    "device-without-maxmem": (
        BACKED.device("virtio-mem-pci", memdev="m0"),
        BACKED.memory("1G", maxmem="2G").device("virtio-mem-pci", memdev="m0"),
        OLD,
    ),
    "device-memory-in-use": (
        RAM.device("virtio-mem-pci", memdev="m0").device("virtio-mem-pci", memdev="m0"),
        RAM.device("virtio-mem-pci", memdev="m0"),
        OLD,
    ),
    "device-slot-missing": (
        RAM.device("pc-dimm", memdev="m0", slot=1),
        RAM.device("pc-dimm", memdev="m0", slot=0),
        OLD,
    ),
    "device-slot-taken": (
        DIMMS.device("pc-dimm", memdev="m1", slot=0),
        DIMMS.device("pc-dimm", memdev="m1", slot=1),
        OLD,
    ),
    "device-link-later": (
        PC.device("pci-ipmi-kcs", bmc="b").device("ipmi-bmc-sim", id="b"),
        PC.device("ipmi-bmc-sim", id="b").device("pci-ipmi-kcs", bmc="b"),
        OLD,
    ),
    "device-link-undefined": (
        PC.device("nvme", serial="a", pmrdev="m0"),
        PC.memory_backend_ram("m0", size="64M").device("nvme", serial="a", pmrdev="m0"),
        OLD,
    ),
    "device-link-of-another-type": (
        PC.object("iothread", id="t0").device("nvme", serial="a", pmrdev="t0"),
        PC.memory_backend_ram("t0", size="64M").device("nvme", serial="a", pmrdev="t0"),
        OLD,
    ),
}


@pytest.mark.parametrize(
    ("machine", "qemu", "hint"),
    [
        (PC.device("E1000"), OLD, "did you mean 'e1000'?"),
        (PC.device("Virtio-Blk"), OLD, "did you mean 'virtio-blk'?"),
        (PC.device("igb"), OLD, "-device help` lists all"),
        (PC.device("virtio-vga-gl"), OLD, "apt-get install qemu-system-gui"),
        (PC.device("virtio-vga-gl"), NEW, "apt-get install qemu-system-modules-opengl"),
        (PC.device("e1000", boot_index=1), OLD, "did you mean 'bootindex'?"),
        (PC.device("virtio-rng-pci", disable_legacy=True), OLD, "did you mean 'disable-legacy'?"),
        (PC.device("virtio-rng-pci", {"disable-legacy": "yes"}), OLD, "one of on, off, auto"),
        (PC.device("pcie-root-port", {"x-speed": "32"}), OLD, "one of 2_5, 5, 8, 16"),
        (PC.device("e1000", mac="52:54:00"), OLD, "six bytes, as in 52:54:00:12:34:56"),
        (PC.device("e1000", addr="20"), OLD, "a slot from 0 to 1f"),
        (PC.device("e1000", rombar=-1), OLD, "a number from 0 to 4294967295"),
        (PC.device("pcie-root-port", {"io-reserve": "1X"}), OLD, "a size, such as 64M"),
        (PC.device("vmgenid", guid="1"), OLD, "a UUID, or auto"),
    ],
)
def test_a_mend_is_offered(machine, qemu, hint):
    (found,) = machine.check(qemu=qemu).errors
    assert hint in found.hint


@pytest.mark.parametrize(
    ("machine", "qemu"),
    [
        (PC.device("igb"), NEW),
        (PC.device("e1000", rombar=-1), NEW),
        (PC.device("virtio-rng").device("ahci").device("AC97"), OLD),
        (VIRT.device("virtio-rng"), ARM),
        (PC.device("e1000", id="n", bus="pci.0", addr="0x8.0", rombar="010"), OLD),
        (PC.device("edu", dma_mask=-1), OLD),
        (PC.device("$NIC", rombar="x").device("e1000", rombar="$BAR"), OLD),
    ],
)
def test_what_this_qemu_has(machine, qemu):
    assert machine.check(qemu=qemu).ok


DISK = PC.drive("a.raw", format="raw", interface="none", id="d")


@pytest.mark.parametrize(
    ("driver", "bad", "good"),
    [
        ("virtio-blk-pci", {"queue-size": 100}, {"queue-size": 128}),
        ("virtio-blk-pci", {"num-queues": 0}, {"num-queues": 4}),
        ("virtio-blk-pci", {"logical_block_size": 513}, {"logical_block_size": 512}),
        (
            "virtio-blk-pci",
            {"logical_block_size": 4096},
            {"logical_block_size": 4096, "physical_block_size": 4096},
        ),
        ("virtio-blk-pci", {"opt_io_size": 1000}, {"opt_io_size": 1024}),
        ("virtio-blk-pci", {"cyls": 10}, {"cyls": 10, "heads": 16, "secs": 63}),
    ],
)
def test_limits_of_a_disk(driver, bad, good):
    assert DISK.device(driver, bad, drive="d").check(qemu=OLD).codes == ("device-property-limit",)
    assert DISK.device(driver, good, drive="d").check(qemu=OLD).ok


@pytest.mark.parametrize(
    ("driver", "bad", "good"),
    [
        ("isa-fdc", {"dma": 8}, {"dma": 7}),
        ("virtio-net-pci", {"duplex": "both"}, {"duplex": "full"}),
        ("virtio-net-pci", {"rx_queue_size": 300}, {"rx_queue_size": 512}),
        ("isa-serial", {"irq": 16}, {"irq": 15}),
        ("cirrus-vga", {"vgamem_mb": 5}, {"vgamem_mb": 16}),
        ("bochs-display", {"vgamem": "1M"}, {"vgamem": "8M"}),
        ("virtio-rng-pci-transitional", {"iommu_platform": True}, {}),
        ("virtio-gpu-pci", {"max_outputs": 17}, {"iommu_platform": True}),
    ],
)
def test_limits_of_others(driver, bad, good):
    assert PC.device(driver, bad).check(qemu=OLD).codes == ("device-property-limit",)
    assert PC.device(driver, good).check(qemu=OLD).ok


@pytest.mark.parametrize(
    "machine",
    [
        PC.raw("-chardev", "null,id=c").device("pci-serial-2x", chardev1="c"),
        PC.device("nvme", serial="a", pmrdev="/objects/m0"),
        PC.device("nvme", serial="a", pmrdev="$MEMORY"),
        PC.raw("-object", "memory-backend-ram,id=m0").device("nvme", serial="a", pmrdev="m0"),
    ],
)
def test_a_name_that_may_be_there(machine):
    assert machine.check(qemu=OLD).ok


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ('{"driver":"e1000","multifunction":true}', True),
        ('{"driver":"e1000","multifunction":"on"}', False),
        ('{"driver":"e1000","rombar":1}', True),
        ('{"driver":"e1000","rombar":"1"}', False),
        ('{"driver":"e1000","rombar":1.0}', False),
        ('{"driver":"e1000","rombar":true}', False),
        ('{"driver":"e1000","addr":48}', True),
        ('{"driver":"e1000","addr":256}', False),
        ('{"driver":"e1000","addr":"06"}', True),
        ('{"driver":"e1000","romfile":null}', False),
        ('{"driver":"pcie-root-port","io-reserve":1024}', True),
        ('{"driver":"pcie-root-port","io-reserve":"1k"}', False),
    ],
)
def test_values_in_json_have_types(text, ok):
    machine = Machine.from_command(f"qemu-system-x86_64 -device '{text}'")
    assert machine.check(qemu=OLD).ok == ok


@pytest.mark.parametrize(
    ("machine", "qemu", "severity"),
    [
        # What is there makes it an error, and what is not a warning.
        (PC.global_property("rtl8139", "nope", 1).nodefaults(), OLD, "warning"),
        (PC.global_property("rtl8139", "nope", 1).nodefaults(), NEW, "error"),
        (PC.global_property("rtl8139", "nope", 1), OLD, "error"),
        (PC.global_property("rtl8139", "nope", 1).device("rtl8139"), OLD, "error"),
        (PC.global_property("virtio-rng-pci", "nope", 1), OLD, "warning"),
        (PC.global_property("virtio-rng-device", "nope", 1).device("virtio-rng"), OLD, "error"),
        (PC.global_property("virtio-pci", "nope", 1).device("virtio-rng"), OLD, "error"),
        (PC.global_property("ICH9-LPC", "nope", 1), OLD, "warning"),
        (PC.machine_type("q35").global_property("ICH9-LPC", "nope", 1), OLD, "error"),
        (PC.global_property("x86_64-cpu", "nope", 1), OLD, "error"),
        (PC.global_property("max-x86_64-cpu", "nope", 1).cpu("max"), OLD, "error"),
        (PC.global_property("max-x86_64-cpu", "avx2", 1).cpu("max"), OLD, "error"),
        (PC.global_property("nonsense", "nope", 1), OLD, "warning"),
        (PC.global_property("isa-serial", "nope", 1).serial("null"), OLD, "error"),
        (VIRT.global_property("gpex-pcihost", "nope", 1), ARM, "error"),
        (PC.global_property("virtio-net-pci", "netdev", "n0"), OLD, "error"),
        (PC.nic("none", model="e1000").global_property("e1000", "mac", "x"), OLD, "warning"),
        (PC.machine_type("pc", acpi=False).global_property("PIIX4_PM", "no", 1), OLD, "warning"),
    ],
)
def test_global_properties(machine, qemu, severity):
    (found,) = machine.check(qemu=qemu)
    assert str(found.severity) == severity


@pytest.mark.parametrize(
    "machine",
    [
        PC.global_property("PIIX4_PM", "disable_s3", 1),
        PC.global_property("pci-device", "rombar", 0),
        PC.global_property("x86_64-cpu", "avx2", True),
        PC.global_property("migration", "send-configuration", False),
        PC.global_property("$KIND", "nope", 1),
    ],
)
def test_global_properties_that_are_right(machine):
    assert not machine.check(qemu=OLD)


@pytest.mark.parametrize(
    ("machine", "qemu"),
    [
        (PC.device("AC97"), NEW),
        (PC.audiodev("none", id="a0").device("AC97"), OLD),
        (PC.audio("none").device("AC97"), NEW),
        (
            PC.audiodev("none", id="a0").global_property("AC97", "audiodev", "a0").device("AC97"),
            NEW,
        ),
    ],
)
def test_sound_that_goes_somewhere(machine, qemu):
    assert machine.check(qemu=qemu).ok


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (VIRT.device("usb-tablet"), "device-without-bus"),
        (VIRT.device("scsi-hd"), "device-without-bus"),
        (VIRT.device("hda-duplex"), "device-without-bus"),
        (VIRT.machine_type("none").device("virtio-rng-pci"), "device-without-bus"),
        (VIRT.machine_type("none").device("ramfb"), "device-without-place"),
    ],
)
def test_buses_on_arm(machine, code):
    assert code in [found.code for found in machine.check(qemu=ARM).errors]


@pytest.mark.parametrize(
    "machine",
    [
        VIRT.device("qemu-xhci").device("usb-tablet"),
        VIRT.device("intel-hda").device("hda-duplex").device("virtio-rng-device"),
        VIRT.device("ramfb").device("virtio-gpu-pci"),
        VIRT.machine_type("raspi3b").device("usb-tablet"),
        VIRT.raw("-device", "qemu-xhci").device("usb-tablet"),
    ],
)
def test_buses_that_arm_has(machine):
    assert machine.check(qemu=ARM).ok


@pytest.mark.parametrize(
    ("machine", "ok"),
    [
        (NODE.device("ide-cd", drive="b").device("ide-cd", drive="b"), True),
        (NODE.device("ide-cd", drive="b").device("virtio-blk-pci", drive="b"), False),
        (READ_ONLY.device("ide-cd", drive="b").device("virtio-blk-pci", drive="b"), True),
        (
            NODE.device("virtio-blk-pci", {"share-rw": True}, drive="b").device(
                "nvme", drive="b", serial="x"
            ),
            False,
        ),
    ],
)
def test_who_may_share_an_image(machine, ok):
    assert machine.check(qemu=OLD).ok == ok


def test_a_bridge_names_its_bus():
    machine = PC.machine_type("q35").device("pcie-root-port", id="p")
    assert machine.device("e1000", bus="p").check(qemu=OLD).ok
    (found,) = machine.device("e1000", bus="p.0").check(qemu=OLD).errors
    assert found.hint == "write bus='p'"


@pytest.mark.parametrize(
    ("driver", "properties"),
    [
        ("cxl-type3", {}),
        ("x-pci-proxy-dev", {}),
        ("vfio-pci-igd-lpc-bridge", {}),
        ("hv-syndbg", {}),
        ("pxb", {}),
        ("isa-parallel", {"chardev": ""}),
        ("kvaser_pci", {"canbus": ""}),
        ("virtio-blk-pci", {"drive": "b", "scsi": "on"}),
        ("e1000", {"acpi-index": 20000}),
        ("ich9-usb-uhci1", {"masterbus": "x.0"}),
        ("ich9-usb-ehci1", {"maxframes": 1}),
        ("edu", {"failover_pair_id": "n"}),
        ("ipmi-bmc-sim", {"bus": "ide.0"}),
        ("pc-dimm", {"memdev": "m0", "size": "64M"}),
        ("usb-bot", {"attached": "on"}),
        ("sd-card", {"bus": "ide.0"}),
    ],
)
def test_what_no_device_can_do(driver, properties):
    machine = NODE.memory_backend_ram("m0", size="64M").memory("1G", slots=1, maxmem="2G")
    assert not machine.device(driver, properties).check(qemu=OLD).ok


@pytest.mark.parametrize(
    ("board", "driver", "bus", "ok"),
    [
        ("pc", "e1000", "pci.0", True),
        ("pc", "e1000", "pcie.0", False),
        ("q35", "virtio-rng", "pcie.0", True),
        ("q35", "pvpanic", "pcie.0", False),
    ],
)
def test_a_bus_that_is_set_afterwards(board, driver, bus, ok):
    machine = PC.machine_type(board).device(driver, id="x").set_property("device", "x", "bus", bus)
    assert machine.check(qemu=OLD).ok == ok

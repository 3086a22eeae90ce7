"""What a QEMU that was asked says of devices and their properties."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.machine import Machine

OLD, NEW = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")
ARM = Qemu.snapshot("7.2", "aarch64")
PC = Machine("x86_64").memory("1G")
VIRT = Machine("aarch64").memory("1G").machine_type("virt")

EXAMPLES = {
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

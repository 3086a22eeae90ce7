"""Devices: their buses, their places, their turns."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")
MICRO = PC.machine_type("microvm")

EXAMPLES = {
    "device-bus-number-taken": (
        Q35.device("pxb-pcie", bus_nr=32).device("pxb-pcie", bus_nr=32, bus="pcie.0"),
        Q35.device("pxb-pcie", bus_nr=32).device("pxb-pcie", bus_nr=64, bus="pcie.0"),
    ),
    "device-without-bus": (PC.device("scsi-cd"), PC.device("virtio-scsi-pci").device("scsi-cd")),
    "device-bus-undefined": (Q35.device("edu", bus="pci.0"), Q35.device("edu", bus="pcie.0")),
    "device-drive-empty": (
        PC.drive(interface="none", id="a").device("virtio-blk-pci", drive="a"),
        PC.drive(interface="none", id="a").device("ide-cd", drive="a"),
    ),
    "device-without-drive": (
        PC.drive("a.raw", format="raw", interface="none", id="a").device("virtio-blk-pci"),
        PC.drive("a.raw", format="raw", interface="none", id="a").device(
            "virtio-blk-pci", drive="a"
        ),
    ),
    "device-bus-of-another-kind": (
        Q35.device("qemu-xhci", id="x").device("edu", bus="x.0"),
        Q35.device("pcie-root-port", id="x").device("edu", bus="x"),
    ),
}


@pytest.mark.parametrize(
    "machine",
    [
        PC.device("i2c-ddc", bus="i2c").device("isa-serial", bus="isa.0"),
        PC.device("intel-hda", id="h").device("hda-duplex", bus="h.0"),
        PC.audio("none", model="hda").device("hda-duplex", bus="hda.0"),
        PC.device("ide-cd").device("floppy").device("isa-debug-exit").device("VGA"),
        Q35.device("intel-hda").device("hda-duplex").device("isa-fdc").device("floppy"),
        Q35.fda("a.img").device("floppy"),
        Q35.device("ich9-ahci", id="a").device("ide-cd", bus="a.0"),
        Q35.device("pcie-root-port", id="rp").device("e1000e", bus="rp"),
        Q35.device("pcie-pci-bridge").device("edu", bus="pci.0"),
        PC.device("virtio-serial-pci").device("virtconsole"),
        MICRO.machine_type("microvm", extra={"pcie": "on"}).device("e1000"),
        MICRO.device("virtio-rng-device").device("isa-debug-exit"),
        PC.raw("-device", "virtio-scsi-pci").device("scsi-cd"),
        PC.device("e1000", bus="$BUS").device("edu", bus="/machine/pci.0"),
    ],
)
def test_what_has_its_place(machine):
    assert machine.check().ok


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (MICRO.device("e1000"), "device-without-bus"),
        (PC.machine_type("isapc").device("VGA"), "device-without-bus"),
        (PC.machine_type("none").device("isa-serial"), "device-without-bus"),
        (PC.device("scsi-cd").device("virtio-scsi-pci"), "device-without-bus"),
        (Q35.device("floppy"), "device-without-bus"),
        (PC.device("edu", bus="pcie.0"), "device-bus-undefined"),
        (PC.device("edu", bus="x.0"), "device-bus-undefined"),
        (PC.device("edu", bus="pci.1"), "device-bus-undefined"),
        (PC.device("edu", bus="isa.0"), "device-bus-of-another-kind"),
        (PC.device("isa-serial", bus="pci.0"), "device-bus-of-another-kind"),
        (PC.device("i2c-ddc", bus="usb-bus.0"), "device-bus-of-another-kind"),
        (PC.device("ramfb", bus="ide.0"), "device-bus-of-another-kind"),
        (PC.device("intel-hda", id="h").device("hda-duplex", bus="hda.0"), "device-bus-undefined"),
    ],
)
def test_what_has_none(machine, code):
    assert [found.code for found in machine.check().errors] == [code]

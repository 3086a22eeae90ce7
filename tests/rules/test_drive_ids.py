"""Ids of drives: those that QEMU gives, and those of the drives that it adds."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")
MICROVM = PC.machine_type("microvm")


def disk(machine, interface="none", **keys):
    return machine.drive("disk.img", interface=interface, format="raw", **keys)


def uses(machine, name, driver="virtio-blk-pci"):
    return machine.device(driver, drive=name)


EXAMPLES = {
    "drive-id-taken": (
        disk(disk(PC, id="virtio0"), "virtio"),
        disk(disk(PC, id="other"), "virtio"),
    ),
    "drive-connected-twice": (
        uses(disk(PC, "virtio", id="d"), "d"),
        uses(disk(PC, id="d"), "d"),
    ),
}


def codes(machine):
    return {found.code for found in machine.check().errors}


@pytest.mark.parametrize(
    "machine",
    [
        uses(disk(PC), "none0"),
        uses(disk(PC, index=3), "none3"),
        uses(disk(PC, bus=1), "none0"),
        uses(disk(disk(PC, id="a"), media="disk"), "none1"),
        uses(disk(MICROVM, index=3), "none30", "virtio-blk-device"),
        uses(disk(disk(MICROVM)), "none10", "virtio-blk-device"),
        uses(MICROVM.hda("disk.img"), "none00", "virtio-blk-device"),
    ],
)
def test_a_device_uses_a_drive_by_the_id_that_qemu_gives_it(machine):
    assert codes(machine) <= {"drive-place-taken"}


@pytest.mark.parametrize(
    "machine",
    [
        uses(disk(PC), "none1"),
        uses(disk(PC, id="a"), "none0"),
        uses(disk(MICROVM), "none0", "virtio-blk-device"),
    ],
)
def test_no_other_id(machine):
    assert codes(machine) == {"id-undefined"}


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (disk(PC, "virtio"), "virtio0"),
        (PC.hda("disk.img"), "ide0-hd0"),
        (PC.cdrom("cd.iso"), "ide1-cd0"),
        (Q35.cdrom("cd.iso"), "ide2-cd0"),
        (PC.fda("floppy.img"), "floppy0"),
        (PC.pflash("code.fd"), "pflash0"),
    ],
)
def test_the_board_uses_its_drives_itself(machine, name):
    assert codes(uses(machine, name)) == {"drive-connected-twice"}
    assert codes(disk(machine, id=name)) == {"drive-id-taken"}
    assert codes(machine.blockdev("null-co", node_name=name)) == {"drive-id-taken"}


def test_its_node_is_used_as_well():
    assert codes(uses(disk(PC, "virtio", node_name="n"), "n")) == {"drive-connected-twice"}
    assert not codes(uses(disk(PC, "none", node_name="n"), "n"))


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (PC, "ide1-cd0"),
        (PC, "floppy0"),
        (Q35, "ide2-cd0"),
        (MICROVM, "none20"),
        (PC.machine_type("isapc"), "floppy0"),
    ],
)
def test_empty_drives_that_qemu_adds_have_ids(machine, name):
    assert codes(disk(machine, id=name)) == {"id-reserved"}
    assert codes(disk(machine, node_name=name)) == {"id-reserved"}
    assert not codes(disk(machine, id=name).nodefaults())


@pytest.mark.parametrize(
    "machine",
    [
        disk(Q35, id="floppy0"),
        disk(PC, id="ide1-cd0").hdc("other.img"),
        disk(PC, id="ide1-cd0").device("virtio-scsi-pci").device("scsi-cd"),
        disk(PC, id="ide1-cd0").global_property("scsi-cd", "serial", "x"),
        disk(PC, id="floppy0").device("floppy"),
        disk(PC.machine_type("none"), id="ide1-cd0"),
    ],
)
def test_where_qemu_adds_no_drive_its_id_is_free(machine):
    assert not codes(machine)


def test_older_qemus_have_a_drive_for_an_sd_card():
    found = disk(PC, id="sd0").check()
    assert found.ok
    assert "id-reserved" in found.codes
    assert uses(PC.device("sdhci-pci"), "sd0", "sd-card").check().ok
    assert codes(uses(PC.nodefaults().device("sdhci-pci"), "sd0", "sd-card")) == {"id-undefined"}

"""Buses with numbered places."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")
MICROVM = PC.machine_type("microvm")
SCSI = PC.device("virtio-scsi-pci", id="s")
LSI = PC.device("lsi", id="l")
PORTS = PC.device("virtio-serial-pci", id="v")


def cds(machine, count, **properties):
    for _ in range(count):
        machine = machine.device("ide-cd", **properties)
    return machine


EXAMPLES = {
    "device-place-taken": (
        PC.device("floppy", unit=1).device("floppy", unit=1),
        PC.device("floppy", unit=1).device("floppy", unit=0),
    ),
    "device-place-missing": (
        Q35.device("ide-cd", bus="ide.0", unit=1),
        Q35.device("ide-cd", bus="ide.1"),
    ),
}


@pytest.mark.parametrize(
    "machine",
    [
        cds(PC, 2),
        cds(PC, 2, bus="ide.0"),
        cds(PC.hda("a.img").hdb("b.img"), 2, bus="ide.1"),
        cds(PC.cdrom("a.iso"), 1),
        cds(Q35.hda("a.img"), 1),
        Q35.device("ich9-ahci", id="a").device("ide-cd", bus="a.5"),
        PC.device("piix3-ide").device("ide-cd", bus="ide.3"),
        Q35.fda("a.img").device("floppy"),
        SCSI.device("scsi-cd", lun=1, **{"scsi-id": 1}).device("scsi-cd", lun=2, **{"scsi-id": 1}),
        LSI.device("scsi-cd", **{"scsi-id": 7}),
        PORTS.device("virtconsole").device("virtserialport", nr=30).device("virtserialport"),
        PC.device("megasas", id="m").device("scsi-cd", bus="m.0", **{"scsi-id": 64}),
        PC.device("ide-cd", bus="$BUS").device("ide-cd", unit="$UNIT"),
    ],
)
def test_what_fits(machine):
    assert machine.check().ok


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (cds(PC, 3), "device-place-taken"),
        (cds(PC.hdc("a.img").hdd("b.img"), 1), "device-place-taken"),
        (cds(Q35, 2), "device-place-missing"),
        (cds(PC, 1, unit=2), "device-place-missing"),
        (cds(PC, 1, bus="ide.2"), "device-bus-undefined"),
        (Q35.device("ich9-ahci", id="a").device("ide-cd", bus="a.6"), "device-bus-undefined"),
        (PC.fda("a.img").device("floppy", unit=0), "device-place-taken"),
        (PC.device("floppy", unit=2), "device-place-missing"),
        (SCSI.device("scsi-cd", **{"scsi-id": 256}), "device-place-missing"),
        (SCSI.device("scsi-cd", channel=1), "device-place-missing"),
        (LSI.device("scsi-cd", lun=1), "device-place-missing"),
        (PORTS.device("virtserialport", nr=0), "device-place-missing"),
        (PORTS.device("virtserialport", nr=31), "device-place-missing"),
        (
            PORTS.device("virtserialport", name="a").device("virtserialport", name="a"),
            "device-place-taken",
        ),
    ],
)
def test_what_does_not(machine, code):
    assert [found.code for found in machine.check().errors] == [code]


def test_what_is_in_the_way_is_named():
    found = PC.device("floppy", id="f").device("floppy", unit=0).check().errors[0]
    assert "-device floppy,id=f" in found.message

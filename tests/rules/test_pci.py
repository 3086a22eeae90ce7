"""Addresses on PCI buses."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")
PCIE = PC.machine_type("microvm", extra={"pcie": "on"})
EDU = PC.device("edu")

EXAMPLES = {
    "device-address-taken": (
        PC.device("e1000", addr="10").device("edu", addr="0x10.0"),
        PC.device("e1000", addr="10").device("edu", addr="0x11"),
    ),
}


def at(machine, place, **properties):
    return machine.device("edu", addr=place, **properties)


@pytest.mark.parametrize(
    "machine",
    [
        at(PC, "1.4"),
        at(PC, "1.2"),
        at(PC, 4),
        at(EDU, 5),
        at(PC.nodefaults(), 2),
        at(PC.vga("none"), 3),
        at(PC.nic("none"), 3),
        at(PC.nic("user", model="ne2k_isa"), 3),
        at(PC.netdev("user", id="n"), 3),
        at(PC.machine_type("pc", acpi=False), "1.3"),
        at(Q35, 3),
        at(Q35, "1f.1"),
        at(PC.machine_type("q35", extra={"smbus": "off"}), "1f.3"),
        at(PCIE, 1),
        at(PC, 4).virtfs("local", path="d", security_model="none", mount_tag="x"),
        at(PC, 4).drive("a.raw", format="raw", interface="virtio"),
        at(EDU.device("pci-bridge", id="b", chassis_nr=1), 1, bus="b"),
        at(at(PC, 10, multifunction=True), "10.1"),
        at(at(PC, "10.1"), "10.2"),
        at(PC, "4.1").device("edu", multifunction=True),
        at(EDU, 4).global_property("edu", "addr", "7"),
        at(PC, "$PLACE"),
        at(EDU.readconfig("more.cfg"), 4),
        at(PC.machine_type("isapc"), 2),
    ],
)
def test_places_that_are_free(machine):
    assert "device-address-taken" not in machine.check().codes


@pytest.mark.parametrize(
    "machine",
    [
        at(PC, 0),
        at(PC, 1),
        at(PC, "1.3"),
        at(PC, 2),
        at(PC, "0x03"),
        at(PC.usb(), "1.2"),
        at(PC.vga("qxl"), 2),
        at(PC.nic("user").nic("user"), 4),
        at(PC.audio("none", model="ac97"), 4),
        at(PC.virtfs("local", path="d", security_model="none", mount_tag="x"), 4),
        at(EDU, 4),
        at(EDU, 4, bus="pci.0"),
        at(Q35, 1),
        at(Q35, 2),
        at(Q35, "1f.2"),
        at(PC.machine_type("q35", usb=True), "1d"),
        at(PCIE, 0),
        at(at(PC, 10), "10.1"),
        at(at(PC, "10.1"), 10),
        at(PC, "4.1").device("edu"),
        PC.device("pci-bridge", id="b", chassis_nr=1)
        .device("edu", bus="b", addr=1)
        .device("edu", bus="b", addr=1),
    ],
)
def test_places_that_are_taken(machine):
    assert [found.code for found in machine.check().errors] == ["device-address-taken"]


def test_what_is_there_is_named():
    assert "the board's network card is there" in at(PC, 3).check().errors[0].message
    assert "-device edu is there" in at(EDU, 4).check().errors[0].message


def test_the_buses_of_bridges_without_an_id_are_counted():
    bridge = PC.device("pci-bridge", chassis_nr=1)
    port = Q35.device("pcie-root-port")
    for machine, fits, lacks in (
        (bridge, "pci.1", "pci.2"),
        (port, "pcie.0", "pcie.1"),
        (Q35.device("pcie-pci-bridge"), "pci.0", "pci.1"),
        (Q35.device("pxb-pcie", bus_nr=5), "pcie.0", "pcie.1"),
        (PC.device("pxb", bus_nr=5), "pci.1", "pci.2"),
    ):
        assert machine.device("edu", bus=fits).check().ok
        codes = [found.code for found in machine.device("edu", bus=lacks).check().errors]
        assert codes == ["device-bus-undefined"]


def test_an_expander_takes_what_names_no_bus():
    machine = Q35.device("pxb-pcie", id="p", bus_nr=5)
    assert machine.device("pcie-root-port", chassis=1).check().ok
    assert machine.device("edu", bus="pcie.0").check().ok
    codes = [found.code for found in machine.device("edu").check().errors]
    assert codes == ["device-bus-of-another-kind"]

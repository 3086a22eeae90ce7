"""What devices need beside a bus."""

from __future__ import annotations

import pytest

from qemubuild import Qemu
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
Q35 = PC.machine_type("q35")

EXAMPLES = {
    "device-incomplete": (PC.device("nvme"), PC.device("nvme", serial="nvme0")),
    "device-without-place": (PC.device("intel-iommu"), Q35.device("intel-iommu")),
    "device-processor-of-another-model": (
        PC.device("max-x86_64-cpu", **{"socket-id": 1}),
        PC.cpu("max").device("max-x86_64-cpu", **{"socket-id": 1}),
    ),
    "device-too-many": (PC.balloon().balloon(), PC.balloon()),
    "device-chassis-taken": (
        Q35.device("pcie-root-port").device("pcie-root-port"),
        Q35.device("pcie-root-port", chassis=1).device("pcie-root-port", chassis=2),
    ),
}


def codes(machine):
    return [found.code for found in machine.check().errors]


@pytest.mark.parametrize(
    ("driver", "lacking"),
    [
        ("virtio-9p-pci", "fsdev"),
        ("vhost-vsock-pci", "guest-cid"),
        ("ivshmem-plain", "memdev"),
        ("isa-ipmi-kcs", "bmc"),
        ("tpm-tis", "tpmdev"),
        ("isa-parallel", "chardev"),
        ("ctucan_pci", "canbus0"),
        ("vfio-pci", "host"),
    ],
)
def test_properties_without_which_a_device_does_not_work(driver, lacking):
    messages = [
        found.message for found in PC.device(driver).check() if found.code == "device-incomplete"
    ]
    assert any(lacking in message for message in messages)


@pytest.mark.parametrize(
    "machine",
    [
        PC.device("nvme").global_property("nvme", "serial", "x"),
        PC.device("nvme", id="n").set_property("device", "n", "serial", "x"),
        PC.device("nvme").readconfig("more.cfg"),
        PC.device("vfio-pci", sysfsdev="/sys/bus/mdev/devices/x"),
        PC.device("ipmi-bmc-sim", id="b").device("isa-ipmi-kcs", bmc="b"),
        PC.object("can-bus", id="c").device("kvaser_pci", canbus="c"),
    ],
)
def test_a_property_may_come_from_elsewhere(machine):
    assert not codes(machine)


@pytest.mark.parametrize(
    ("board", "driver", "fits"),
    [
        ("pc-i440fx-2.4", "vmcoreinfo", False),
        ("pc-i440fx-2.5", "vmcoreinfo", True),
        ("none", "vmgenid", False),
        ("isapc", "vmgenid", True),
        ("isapc", "ramfb", False),
        ("microvm", "ramfb", True),
        ("microvm", "sb16", False),
        ("q35", "vmbus-bridge", True),
        ("pc", "xen-backend", False),
        ("pc", "pxb-pcie", False),
        ("q35", "pxb-cxl", False),
    ],
)
def test_machine_types_have_places_for_some(board, driver, fits):
    machine = PC.machine_type(board).device(driver)
    assert ("device-without-place" in codes(machine)) is not fits


def test_how_many_there_can_be():
    ports = PC
    for _ in range(4):
        ports = ports.device("isa-serial")
    assert not codes(ports)
    assert codes(ports.device("isa-serial")) == ["device-too-many"]
    assert codes(Q35.device("intel-iommu").device("amd-iommu")) == ["device-too-many"]


def test_newer_qemus_take_one_simulated_bmc():
    machine = PC.device("ipmi-bmc-sim").device("ipmi-bmc-sim")
    assert [found.code for found in machine.check().warnings] == ["device-too-many"]
    assert machine.check(qemu=Qemu.snapshot("7.2")).ok
    assert not machine.check(qemu=Qemu.snapshot("10.0")).ok


def test_a_chassis_has_slots():
    port = Q35.device("pcie-root-port", chassis=1, slot=1)
    assert not codes(port.device("ioh3420", chassis=1, slot=2))
    assert codes(port.device("ioh3420", chassis="0x1", slot=1)) == ["device-chassis-taken"]
    assert not codes(port.device("ioh3420", chassis="$CHASSIS"))

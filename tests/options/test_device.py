"""``-device``: ids, buses, and the USB controller that a USB device needs."""

from __future__ import annotations

import pickle

import pytest

from qemubuild.claims import CHARDEV, DEVICE, DRIVE, OBJECT, Defines, Opens, Refers, UsbBus
from qemubuild.machine import Machine
from qemubuild.options.device import Device

BASE = Machine("x86_64").memory("1G")
TABLET = Device("usb-tablet")
XHCI = Device("qemu-xhci")

EXAMPLES = {
    "device-without-usb": (BASE.add(TABLET), BASE.add(XHCI, TABLET)),
    "device-bus-later": (
        BASE.device("usb-tablet", bus="x.0").device("qemu-xhci", id="x"),
        BASE.device("qemu-xhci", id="x").device("usb-tablet", bus="x.0"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Device("usb-tablet"), "usb-tablet"),
        (Device("virtio-net-pci", netdev="n0"), "virtio-net-pci,netdev=n0"),
        (
            Device("virtio-net-pci", {"disable-legacy": True}, netdev="n0", mtu=1400),
            "virtio-net-pci,disable-legacy=on,netdev=n0,mtu=1400",
        ),
        (Device("loader", file="a,b=c"), "loader,file=a,,b=c"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-device", value)
    assert Device.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (Device("virtio-blk-pci", id="v", drive="d"), [Defines(DEVICE, "v"), Refers(DRIVE, "d")]),
        (Device("virtconsole", chardev="c"), [Refers(CHARDEV, "c")]),
        (Device("pc-dimm", memdev="m"), [Refers(OBJECT, "m", "memory-backend-")]),
        (Device("nec-usb-xhci"), [UsbBus()]),
        (Device("usb-ehci"), [UsbBus()]),
        (
            Device("vhost-vsock-pci", {"guest-cid": 3}),
            [Opens("/dev/vhost-vsock", "vsock of the host's kernel", writes=True)],
        ),
        (Device("vhost-vsock-pci", {"guest-cid": 3, "vhostfd": 5}), []),
        (Device("usb-tablet"), []),
    ],
)
def test_claims(option, claims):
    assert list(option.claims()) == claims


@pytest.mark.parametrize(
    "machine",
    [
        BASE.usb().add(TABLET),
        BASE.add(TABLET).usb(),
        BASE.add(TABLET).usbdevice("mouse"),
        BASE.add(TABLET).machine_type("q35", usb=True),
        BASE.add(XHCI, TABLET),
        BASE.usb().device("usb-tablet", bus="usb-bus.0"),
        BASE.raw("-device", "qemu-xhci,id=x").device("usb-tablet", bus="x.0"),
        Machine("ppc64").memory("1G").add(TABLET),
    ],
)
def test_a_usb_device_finds_its_bus(machine):
    assert machine.check().errors == ()


@pytest.mark.parametrize("value", ["$D", "usb-tablet,bus=$B", "x,id=$I", "x,drive=$D,y"])
def test_what_is_read_can_always_be_judged_and_explained(value):
    machine = BASE.add(Device.parse(value))
    assert machine.options[-1].explain()
    assert machine.check().ok


def test_explain():
    text = Device("virtio-net-pci", netdev="n0").explain()
    assert text == "Plugs a virtio-net-pci into the guest, connected to netdev n0."

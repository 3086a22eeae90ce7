"""Ports of USB: which are free, and how fast they are."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
UHCI = PC.usb()
EHCI = PC.device("usb-ehci", id="e")
XHCI = PC.device("qemu-xhci", id="x")
Q35 = PC.machine_type("q35", usb=True)


def keyboards(machine, count, **properties):
    for _ in range(count):
        machine = machine.device("usb-kbd", **properties)
    return machine


def hubs(machine, *ports):
    for port in ports:
        machine = machine.device("usb-hub", port=port)
    return machine


DEEP = ["1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1", "1.1.1.1.1.1"]

EXAMPLES = {
    "usb-port-missing": (XHCI.device("usb-kbd", port=5), XHCI.device("usb-kbd", port=4)),
    "usb-hub-too-deep": (hubs(XHCI, *DEEP), hubs(XHCI, *DEEP[:5])),
    "usb-speed-mismatch": (EHCI.device("usb-hub"), XHCI.device("usb-hub")),
}


@pytest.mark.parametrize(
    "machine",
    [
        keyboards(UHCI, 20),
        hubs(UHCI, "1").device("usb-kbd", port="1.8"),
        UHCI.device("usb-mouse", port=2).device("usb-kbd"),
        PC.usbdevice("tablet").usbdevice("mouse").device("usb-kbd", port="2.2"),
        Q35.device("usb-hub", port=6).device("usb-uas"),
        UHCI.device("usb-ehci")
        .device("usb-kbd", bus="usb-bus.1")
        .device("usb-hub", bus="usb-bus.0"),
        XHCI.device("usb-uas", bus="x.0").device("usb-net"),
        PC.device("qemu-xhci", p2=8, p3=8).device("usb-kbd", port=8),
        PC.device("pci-ohci", **{"num-ports": 5}).device("usb-kbd", port=5),
        PC.device("ich9-usb-ehci1", id="e")
        .device("ich9-usb-uhci1", masterbus="e.0")
        .device("usb-hub"),
        UHCI.device("usb-kbd", port="$PORT").device("usb-kbd", bus="$BUS"),
        PC.machine_type("microvm", usb=True).device("usb-uas", port=8),
        PC.machine_type("pc", usb=False).usb().device("usb-kbd", port=2),
    ],
)
def test_what_fits(machine):
    assert machine.check().ok


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        (keyboards(UHCI, 1).device("usb-mouse", port=1), "usb-port-missing"),
        (keyboards(UHCI, 2).device("usb-mouse", port=2), "usb-port-missing"),
        (PC.usbdevice("tablet").device("usb-kbd", port=1), "usb-port-missing"),
        (UHCI.device("usb-kbd", port="1.1"), "usb-port-missing"),
        (UHCI.device("usb-kbd", port="x"), "usb-port-missing"),
        (PC.usbdevice("tablet").device("usb-kbd", port=2).device("usb-mouse"), "usb-port-missing"),
        (Q35.device("usb-kbd", port=7), "usb-port-missing"),
        (UHCI.device("usb-uas"), "usb-speed-mismatch"),
        (UHCI.device("usb-ehci").device("usb-audio"), "usb-speed-mismatch"),
        (EHCI.device("usb-mouse", usb_version=1), "usb-speed-mismatch"),
        (XHCI.device("usb-kbd", bus="x"), "device-bus-undefined"),
        (XHCI.device("usb-kbd", bus="x.1"), "device-bus-undefined"),
        (UHCI.device("usb-kbd", bus="usb-bus.1"), "device-bus-undefined"),
        (PC.device("usb-kbd", bus="x1.0"), "device-bus-undefined"),
        (PC.machine_type("microvm", usb=True).device("usb-kbd", port=9), "usb-port-missing"),
        (UHCI.machine_type("pc", usb=False).device("usb-kbd"), "device-without-usb"),
    ],
)
def test_what_does_not(machine, code):
    assert [found.code for found in machine.check().errors] == [code]

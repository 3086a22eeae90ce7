"""The devices that random machines have, and the properties that each is mostly given."""

from __future__ import annotations

from typing import Final

from tests.oracle.choices import CHARDEVS, DRIVE_IDS, NETDEVS, OBJECTS, Values, values

BUSES: Final = values(
    "pci.0",
    "pcie.0",
    "usb-bus.0",
    "ide.0",
    "ide.1",
    "scsi.0",
    "x0.0",
    "v0.0",
    odd=("none.0", "isa.0", "x0", "ide.9"),
)
_DRIVE: Final = {"drive": DRIVE_IDS}
_NETDEV: Final = {"netdev": NETDEVS}
_CHARDEV: Final = {"chardev": CHARDEVS}

DEVICES: Final[dict[str, dict[str, Values]]] = {
    "virtio-blk-pci": _DRIVE,
    "virtio-blk-device": _DRIVE,
    "ide-hd": _DRIVE,
    "ide-cd": _DRIVE,
    "scsi-hd": _DRIVE,
    "scsi-cd": _DRIVE,
    "usb-storage": _DRIVE,
    "nvme": {**_DRIVE, "serial": values("x")},
    "floppy": _DRIVE,
    "virtio-scsi-pci": {},
    "virtio-net-pci": _NETDEV,
    "e1000": _NETDEV,
    "rtl8139": _NETDEV,
    "usb-net": _NETDEV,
    "virtio-serial-pci": {},
    "virtconsole": _CHARDEV,
    "isa-serial": _CHARDEV,
    "usb-serial": _CHARDEV,
    "usb-tablet": {},
    "usb-mouse": {},
    "usb-kbd": {},
    "usb-hub": {},
    "qemu-xhci": {},
    "nec-usb-xhci": {},
    "usb-ehci": {},
    "ich9-usb-ehci1": {},
    "piix3-usb-uhci": {},
    "ich9-ahci": {},
    "virtio-balloon-pci": {},
    "virtio-rng-pci": {"rng": OBJECTS},
    "virtio-gpu-pci": {},
    "VGA": {},
    "pc-dimm": {"memdev": OBJECTS},
    "nvdimm": {"memdev": OBJECTS},
    "intel-hda": {},
    "hda-duplex": {},
    "pci-bridge": {"chassis_nr": values(1)},
    "pcie-root-port": {"chassis": values(1, 2), "slot": values(1, 2)},
    "isa-debug-exit": {},
    "edu": {},
    "i6300esb": {},
    "vmcoreinfo": {},
    "pvpanic": {},
}

DISK_DEVICES = (
    "virtio-blk-pci", "virtio-blk-pci", "ide-hd", "ide-cd", "scsi-hd", "scsi-cd", "usb-storage",
    "nvme", "floppy", "virtio-scsi-pci", "virtio-blk-device",
)  # fmt: skip
USB_DEVICES = (
    "usb-tablet", "usb-mouse", "usb-kbd", "qemu-xhci", "usb-ehci", "piix3-usb-uhci", "nec-usb-xhci",
    "usb-hub", "usb-storage", "ich9-usb-ehci1",
)  # fmt: skip

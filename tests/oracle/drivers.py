"""The drivers of -device, -object, -chardev and their like, each with what it is mostly given.

Which properties a driver has only its QEMU knows, so that these are well-formed ones: what is wrong
here is how they fit together.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.oracle.choices import BOOL, CHARDEVS, DRIVE_IDS, NETDEVS, OBJECTS, Values, values

BUSES: Final = values("pci.0", "pcie.0", "x0.0", "v0.0", odd=("x1.0", "none.0"))


class Driver(NamedTuple):
    """What a driver is mostly given, and what it can be given besides."""

    mostly: dict[str, Values] = {}  # noqa: RUF012 - never changed
    more: dict[str, Values] = {}  # noqa: RUF012 - likewise


_SERVER: Final = {"server": values(True), "wait": values(False)}
_PATH: Final = values("log", "a,b.log", odd=("no/such/log", "folder"))
_LOGGED: Final = {
    "mux": BOOL,
    "logfile": values("char.log", odd=("no/such/log", "folder")),
    "logappend": BOOL,
}
_FORWARD: Final = values(
    ("tcp:127.0.0.1:PORT-:22",),
    ("tcp:127.0.0.1:PORT-:22", "tcp:127.0.0.1:PORT-:80"),
    ("udp:127.0.0.1:PORT-:53", "tcp:127.0.0.1:PORT-10.0.2.15:80"),
    odd=(("tcp::BUSY-:22",), ("tcp:127.0.0.1:BUSY-:22",), ("tcp::PORT-:22", "::PORT-:23")),
)
_USER: Final = {
    "restrict": BOOL,
    "hostfwd": _FORWARD,
    "net": values("10.0.9.0/24"),
    "ipv6": BOOL,
}

CHARDEV: Final = {
    "null": Driver({}, _LOGGED),
    "stdio": Driver({}, {**_LOGGED, "signal": BOOL}),
    "pty": Driver({}, _LOGGED),
    "vc": Driver({}, _LOGGED),
    "ringbuf": Driver({}, {"size": values(65536, odd=(1000,)), **_LOGGED}),
    "file": Driver({"path": _PATH}, {"append": BOOL, **_LOGGED}),
    "pipe": Driver({"path": values("nopipe", "pipe")}, _LOGGED),
    "socket": Driver(
        {"path": values("c.sock", "a,b.sock", odd=("no/such/sock", "folder")), **_SERVER},
        {"telnet": BOOL, "reconnect": values("1"), **_LOGGED},
    ),
    "udp": Driver({"port": values("PORT"), "host": values("127.0.0.1")}, _LOGGED),
    "msmouse": Driver(),
    "wctablet": Driver(),
    "nonsense": Driver(),
}
NETDEV: Final = {
    "user": Driver({}, _USER),
    "hubport": Driver({"hubid": values(0, 1)}, {"netdev": NETDEVS}),
    "nonsense": Driver(),
}
NIC: Final = {
    "user": Driver({}, {**_USER, "model": values("e1000", "virtio-net-pci"), "id": NETDEVS}),
    "none": Driver({}, {"model": values("e1000")}),
}
NET: Final = {
    "nic": Driver({}, {"model": values("e1000"), "netdev": NETDEVS}),
    "user": Driver({}, _USER),
    "none": Driver(),
}
AUDIODEV: Final = {
    "none": Driver({"id": values("a0", "a1")}, {"timer-period": values(1000)}),
    "wav": Driver({"id": values("a0", "a1")}, {"path": values("a.wav")}),
}
OBJECT: Final = {
    "iothread": Driver(),
    "throttle-group": Driver({}, {"x-iops-total": values(100)}),
    "rng-random": Driver({"filename": values("/dev/urandom")}),
    "rng-builtin": Driver(),
    "secret": Driver({"data": values("x")}),
    "memory-backend-ram": Driver({"size": values("64M", "128M")}),
    "memory-backend-memfd": Driver({"size": values("64M", "128M")}),
    "memory-backend-file": Driver({"size": values("64M"), "mem-path": values("mem", ".")}),
}

_DRIVE: Final = Driver({"drive": DRIVE_IDS}, {"bootindex": values(0, 1, 2, odd=(-1, -2))})
_NETDEV: Final = Driver({"netdev": NETDEVS}, {"bootindex": values(0, 1, 2)})
_CHARDEV: Final = Driver({"chardev": CHARDEVS})
_BARE: Final = Driver()
_MEMORY: Final = Driver({"memdev": OBJECTS})

DEVICE: Final = {
    **dict.fromkeys(("virtio-blk-pci", "ide-hd", "ide-cd", "scsi-hd", "scsi-cd"), _DRIVE),
    "usb-storage": _DRIVE,
    "nvme": Driver({"drive": DRIVE_IDS, "serial": values("x")}),
    "floppy": Driver({"drive": DRIVE_IDS}),
    **dict.fromkeys(("virtio-net-pci", "e1000", "rtl8139", "usb-net"), _NETDEV),
    **dict.fromkeys(("virtconsole", "isa-serial", "usb-serial"), _CHARDEV),
    "virtio-serial-pci": _BARE,
    "virtio-scsi-pci": Driver({}, {"iothread": OBJECTS}),
    "virtio-rng-pci": Driver({}, {"rng": OBJECTS}),
    **dict.fromkeys(("usb-tablet", "usb-mouse", "usb-kbd"), _BARE),
    **dict.fromkeys(("qemu-xhci", "nec-usb-xhci", "usb-ehci", "piix3-usb-uhci"), _BARE),
    **dict.fromkeys(("ich9-ahci", "virtio-balloon-pci", "virtio-gpu-pci", "VGA", "edu"), _BARE),
    **dict.fromkeys(("i6300esb", "vmcoreinfo", "pvpanic", "isa-debug-exit", "intel-hda"), _BARE),
    "hda-duplex": Driver({}, {"audiodev": values("a0", "a1")}),
    **dict.fromkeys(("pc-dimm", "nvdimm"), _MEMORY),
    "pcie-root-port": Driver({"chassis": values(1, 2), "slot": values(1, 2)}),
}
DISK_DEVICES: Final = (
    "virtio-blk-pci", "virtio-blk-pci", "ide-hd", "ide-cd", "scsi-hd", "scsi-cd", "usb-storage",
    "nvme", "floppy", "virtio-scsi-pci",
)  # fmt: skip
USB_DEVICES: Final = (
    "usb-tablet", "usb-mouse", "usb-kbd", "usb-storage", "qemu-xhci", "nec-usb-xhci", "usb-ehci",
    "piix3-usb-uhci",
)  # fmt: skip
PLUGGED: Final = ("usb-", "virtconsole", "isa-", "scsi-", "ide-", "hda-", "floppy", "pc-dimm",
                  "nvdimm", "vmcoreinfo", "pvpanic")  # fmt: skip
"""How the names of devices begin that have no place on a PCI bus."""
REFERENCES: Final = frozenset({"drive", "netdev", "chardev", "memdev", "hubid", "path"})
"""What a driver is mostly given, and its lack is for a check to find."""

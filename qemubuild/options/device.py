"""``-device``: a device of any kind that QEMU has, plugged into the guest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.board_words import is_on
from qemubuild.claims import (
    AUDIODEV,
    CHARDEV,
    DEVICE,
    DRIVE,
    FSDEV,
    NETDEV,
    OBJECT,
    TPMDEV,
    Defines,
    Opens,
    Refers,
    Turn,
    UsbBus,
)
from qemubuild.driven import Driven
from qemubuild.targets import has_no_usb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# The properties that hold an id, whatever the device.
_KINDS: Final = (
    ("drive", DRIVE, ""),
    ("netdev", NETDEV, ""),
    ("chardev", CHARDEV, ""),
    *((f"chardev{number}", CHARDEV, "") for number in range(1, 5)),  # pci-serial-4x
    ("audiodev", AUDIODEV, ""),
    ("fsdev", FSDEV, ""),
    ("tpmdev", TPMDEV, ""),
    ("memdev", OBJECT, "memory-backend-"),
    ("rng", OBJECT, "rng-"),
    ("iothread", OBJECT, "iothread"),
    ("cryptodev", OBJECT, "cryptodev-"),
    ("canbus", OBJECT, "can-bus"),
    ("canbus0", OBJECT, "can-bus"),
    ("canbus1", OBJECT, "can-bus"),
    ("bmc", DEVICE, "ipmi-bmc-"),
    ("subsys", DEVICE, "nvme-subsys"),
)
# The places in the order of booting: of a device, and of the two drives of isa-fdc.
_TURNS: Final = ("bootindex", "bootindexA", "bootindexB")
_NUMBER: Final = re.compile(r"[1-9][0-9]*|0|0[xX][0-9a-fA-F]+")
_USB_CONTROLLER: Final = re.compile(r"[a-z0-9-]*(xhci|ehci|uhci|ohci)[a-z0-9-]*")
_USB_DEVICE: Final = re.compile(r"(usb|u2f)-(?!.*(xhci|ehci|uhci|ohci)).+")
# Where it is certain that no machine type has a USB bus by itself.
_NO_USB: Final = frozenset({"i386", "x86_64"})
_MOST_ROM: Final = 2 << 30


# The files of the host that devices open: which, by what property, what they are; written to.
_FILES: Final = (
    (re.compile(r"virtio-input-host.*"), "evdev", "input device", True),
    (re.compile(r"u2f-passthru"), "hidraw", "security key", True),
    (re.compile(r"usb-host"), "hostdevice", "USB device", True),
    (re.compile(r"vhost-vdpa-device.*"), "vhostdev", "vDPA device", True),
    (re.compile(r"loader"), "file", "file to load", False),
    (re.compile(r"guest-loader"), "kernel", "file to load", False),
    (re.compile(r"guest-loader"), "initrd", "file to load", False),
)
_OF_KERNEL: Final = (
    (re.compile(r"vhost-vsock.*"), "/dev/vhost-vsock", "vsock of the host's kernel"),
    (re.compile(r"vhost-scsi.*"), "/dev/vhost-scsi", "SCSI target of the host's kernel"),
)


class Device(Driven, init=False):
    """Plug a device into the guest (``-device``); ``qemu-system-... -device help`` lists all.

    ``Device("virtio-net-pci", netdev="n0")``, ``Device("usb-tablet", bus="usb0.0")``,
    ``Device("virtio-blk-pci", {"disable-legacy": "on"}, drive="d0")``.

    Attributes:
        driver: what QEMU calls it.
        properties: QEMU's own names to values.
    """

    flag = "-device"

    def claims(self) -> Iterator[Claim]:
        """State the id, those it refers to, and the bus it brings."""
        if (name := self.get("id")) is not None:
            yield Defines(DEVICE, name)
        for key, kind, begins in _KINDS:
            # That of a network card is a number.
            is_id = key != "subsys" or self.driver == "nvme"
            if is_id and (name := self.get(key)):
                yield Refers(kind, name, begins)
        if _USB_CONTROLLER.fullmatch(self.driver):
            yield UsbBus()
        for name in _TURNS:
            turn = self.get(name)
            if turn is not None and _NUMBER.fullmatch(turn):
                yield Turn(int(turn, 0))
        if (rom := self.get("romfile")) and self.get("rombar") != "0":
            yield Opens(rom, "ROM of a device", least=1, most=_MOST_ROM, sought=True)
        for drivers, name, kind, writes in _FILES:
            path = self.get(name)
            if path and drivers.fullmatch(self.driver) and "$" not in path:
                yield Opens(path, kind, writes=writes)
        if self.driver == "usb-host" and (path := self._usb_path()):
            yield Opens(path, "USB device", writes=True)
        for drivers, path, kind in _OF_KERNEL:
            if drivers.fullmatch(self.driver) and self.get("vhostfd") is None:
                yield Opens(path, kind, writes=True)

    def _usb_path(self) -> str | None:
        """The device of the host's that has to be there at once: one with an address of its own."""
        numbers = [self.get(name) or "" for name in ("hostbus", "hostaddr")]
        if any(map(self.get, ("vendorid", "productid", "hostport", "hostdevice"))):
            return None
        if not all(_NUMBER.fullmatch(text) and int(text, 0) for text in numbers):
            return None
        return "/dev/bus/usb/{:03}/{:03}".format(*(int(text, 0) for text in numbers))

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the bus, for QEMU plugs devices in one after the other."""
        bus = self.get("bus")
        if bus is not None and (later := self._brought_later(machine, bus)) is not None:
            yield self.error(
                "device-bus-later",
                f"the bus {bus!r} is of {' '.join(later.words)}, which comes later",
                "put that one before this",
                "bus",
            )
        elif (
            machine.arch in _NO_USB
            and (bus is None or bus.startswith("usb-bus."))
            and _USB_DEVICE.fullmatch(self.driver)
            and not self._has_usb(machine)
        ):
            yield self.error(
                "device-without-usb",
                f"{self.driver} needs a USB bus, and nothing before it brings one",
                "add device('qemu-xhci') before it, or usb(); for a tablet, usbdevice('tablet') "
                "does both",
            )

    def _has_usb(self, machine: MachineView) -> bool:
        # A controller has to come first; what the machine itself brings is there in any case.
        lacks = has_no_usb(machine) or not is_on(machine, "usb")
        return any(
            self._follows(option, machine) if isinstance(option, Device) else not lacks
            for option, _ in machine.claims(UsbBus)
        )

    def _follows(self, other: Device, machine: MachineView) -> bool:
        return next(one for one in machine.options if one is other or one is self) is other

    def _brought_later(self, machine: MachineView, bus: str) -> Device | None:
        """The device that has this bus, if it is none of those before this."""
        names = {bus, bus.rpartition(".")[0]}
        brings = [one for one in machine.find_all(Device) if one.get("id") in names]
        if brings and not any(self._follows(one, machine) for one in brings):
            return brings[0]
        return None

    def explain(self) -> str:
        """Say what is plugged in."""
        text = f"Plugs a {self.driver} into the guest"
        used = [f"{key} {name}" for key, *_ in _KINDS if (name := self.get(key))]
        return f"{text}, connected to {' and '.join(used)}." if used else f"{text}."

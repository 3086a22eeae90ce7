"""Kinds of buses: what plugs into each, what brings one, which x86 boards have none.

By ``-device help`` of 7.2 and 10.0, and by running each of those devices on each board.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild import targets
from qemubuild.board_words import is_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

ALL: Final = frozenset({"pc", "q35", "isapc", "microvm", "none", "virt"})
"""The boards of which it is known: those of x86, and Arm's virt."""


class Bus(NamedTuple):
    """A kind of bus.

    Attributes:
        name: what a person calls it.
        devices: what plugs into it.
        carriers: which devices bring one.
        mend: what to write where there is none.
        lacking: which boards have none.
        names: how QEMU names them, where nobody does; none where that is not known.
    """

    name: str
    devices: re.Pattern[str]
    carriers: re.Pattern[str]
    mend: str
    lacking: frozenset[str] = ALL
    names: tuple[str, ...] = ()


PCI: Final = re.compile(
    r".*-pci(-(non-)?transitional|-nohotplug)?|vfio-pci-igd.*|pci-.*|pcie-.*|x-pci-proxy-dev"
    r"|virtio-(9p|balloon|blk|gpu|gpu-gl|input-host|iommu|keyboard|mouse|net|rng|scsi|serial|sound"
    r"|tablet)|e1000e?|e1000-.*|igb|rtl8139|ne2k_pci|pcnet|tulip|vmxnet3|pvrdma|rocker|i82[58].*"
    r"|nvme|ufs|ahci|ich9-ahci|piix[34]-ide|lsi|lsi53c.*|megasas.*|mptsas1068|pvscsi|am53c974|dc390"
    r"|(qemu|nec-usb)-xhci|usb-ehci|ich9-usb-.*|piix[34]-usb-uhci"
    r"|VGA|(?!isa-).*-vga|qxl|vmware-svga|bochs-display|(ich9-)?intel-hda|(?i:ac97|es1370)"
    r"|ioh3420|x3130-upstream|xio3130-downstream|pxb.*|cxl-(rp|type3|upstream|downstream|switch.*)"
    r"|edu|i6300esb|acpi-erst|ivshmem-.*|(kvaser|ctucan|mioe3680|pcm3680)_pci|tpci200|xen-platform"
    r"|AMDVI-PCI"
)
"""The devices for PCI."""
_ISA: Final = re.compile(
    r"isa-.*|pvpanic|adlib|cs4231a|gus|sb16|hyperv-testdev|pc-testdev|i8042|vmmouse|ib700"
    r"|mc146818rtc|ne2k_isa|sga|tpm-tis"
)
BUSES: Final = (
    Bus(
        "PCI",
        PCI,
        re.compile(r"pxb.*"),
        "choose machine_type('q35')",
        ALL - {"pc", "q35"},
        ("pci", "pcie"),
    ),
    Bus(
        "SCSI",
        re.compile(r"scsi-.*"),
        re.compile(
            r"(?!scsi-).*scsi.*|lsi.*|megasas.*|mptsas.*|am53c974|dc390|usb-(uas|bot|storage)"
        ),
        "add device('virtio-scsi-pci') before it",
    ),
    Bus(
        "virtio-serial",
        re.compile(r"virtconsole|virtserialport"),
        re.compile(r"virtio-serial.*"),
        "add device('virtio-serial-pci') before it",
    ),
    Bus(
        "HDA",
        re.compile(r"hda-.*"),
        re.compile(r".*intel-hda"),
        "add device('intel-hda') before it",
    ),
    Bus(
        "IDE",
        re.compile(r"ide-(hd|cd|cf)"),
        re.compile(r".*ahci.*|.*-ide|sii3112"),
        "add device('ich9-ahci') before it, or choose machine_type('q35')",
        frozenset({"microvm", "none", "virt"}),
    ),
    Bus(
        "ISA",
        _ISA,
        re.compile(r"i82378|piix.*|ich9-lpc"),
        "choose machine_type('q35')",
        frozenset({"none", "virt"}),
        ("isa",),
    ),
    Bus(
        "floppy",
        re.compile(r"floppy"),
        re.compile(r".*fdc.*"),
        "add device('isa-fdc') before it",
        frozenset({"q35", "microvm", "none", "virt"}),
    ),
    Bus(
        "virtio",
        re.compile(
            r"virtio-(?!(input-host|gpu-gl)$).*-device|virtio-p?mem|vhost-scsi|vhost-.*-device"
            r"|vhost-user-(blk|gpu|input|rng|scsi|snd)"
        ),
        re.compile(r"virtio-mmio"),
        "write the device whose name ends in -pci in its place",
        ALL - {"microvm", "virt"},
        ("virtio-mmio-bus",),
    ),
    Bus(
        "System",
        re.compile(r"ramfb|(intel|amd)-iommu|vmbus-bridge|uefi-vars-.*|xen-backend"),
        re.compile(r"$^"),
        "leave bus out",
        frozenset(),
        ("main-system-bus",),
    ),
    Bus("NVMe", re.compile("nvme-ns"), re.compile("nvme"), "add device('nvme') before it"),
    Bus("UFS", re.compile("ufs-lu"), re.compile("ufs"), "add device('ufs') before it"),
    Bus(
        "SD",
        re.compile(r"sd-card(-spi)?"),
        re.compile(r"sdhci-.*"),
        "add device('sdhci-pci') before it",
    ),
    Bus(
        "smartcard",
        re.compile(r"ccid-card-.*"),
        re.compile(r"usb-ccid"),
        "add device('usb-ccid') before it",
    ),
    Bus(
        "IndustryPack",
        re.compile(r"ipoctal232"),
        re.compile(r"tpci200"),
        "add device('tpci200') before it",
    ),
    Bus(
        "I2C",
        re.compile(r"i2c-(ddc|echo)|smbus-ipmi"),
        re.compile(r"$^"),
        "choose machine_type('q35')",
        ALL - {"pc", "q35"},
        ("i2c",),
    ),
)


def are_known(machine: MachineView, board: targets.Board) -> bool:
    """Whether it is known which buses a board has: many architectures have one called virt."""
    archs = {"virt": targets.ARM, "none": targets.ARM | targets.X86}
    return board.name in ALL and machine.arch in archs.get(board.name, targets.X86)


def is_lacking(machine: MachineView, bus: Bus, board: str) -> bool:
    """Whether a board has no bus of this kind, as far as it is asked for."""
    if bus.name == "PCI":
        return targets.has_no_pci(machine)
    if bus.name == "I2C":
        # The chip that has it can be left out of these boards.
        chip = {"pc": "acpi", "q35": "smbus"}.get(board, "")
        return board in bus.lacking or is_off(machine, chip)
    return board in bus.lacking or (bus.name == "IDE" and targets.has_no_sata(machine))


Turn = tuple[float, ...]
"""When QEMU looks at a bus as it searches for one that a device does not name: greater is first."""
OF_BOARD: Final[Turn] = (-1,)
_USB: Final = re.compile(r".*(xhci|ehci|uhci|ohci).*")
_OF_USB: Final = re.compile(r"usb-(bot|ccid|storage|uas)")


def turns(devices: Sequence[Device]) -> dict[int, Turn]:
    """The turns of the buses that devices bring, by the devices' ``id()``.

    QEMU looks at the newest device first, and at all below it, before it goes on to the one before
    (``qbus_find_recursive``, system/qdev-monitor.c).
    """
    found: dict[int, Turn] = {}
    named: dict[str, Turn] = {}
    usb = OF_BOARD
    for number, device in enumerate(devices):
        bus = device.get("bus") or ""
        above = named.get(bus) or named.get(bus.rpartition(".")[0])
        own = (*(above or (usb if _OF_USB.fullmatch(device.driver) else ())), number)
        found[id(device)] = (*own, math.inf)
        if (name := device.get("id")) is not None:
            named[name] = own
        if _USB.fullmatch(device.driver):
            usb = max(usb, own)
    return found

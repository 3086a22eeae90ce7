"""Devices with properties by what a QEMU says of them: good values, nearly good ones, bad ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.capabilities import Qemu
from tests.oracle.verdict import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from qemubuild.capabilities import Property
    from tests.oracle.generate import Maker


class Complete(NamedTuple):
    """What a device needs to start: others before it, and properties."""

    before: tuple[str, ...] = ()
    given: str = ""


ROOM: Final = (
    "-chardev null,id=c0 -netdev hubport,id=n0,hubid=0 -object memory-backend-ram,id=m0,size=64M "
    "-object rng-builtin,id=r0 -object iothread,id=t0 -object can-bus,id=can0 "
    "-object cryptodev-backend-builtin,id=y0 -audiodev none,id=a0 -m 256,slots=4,maxmem=2G "
    "-blockdev null-co,node-name=b0,size=1073741824,read-zeroes=on "
    "-fsdev local,id=f0,path=/tmp,security_model=none"
)
"""What devices are connected to, as a command line."""

_BMC: Final = Complete(("ipmi-bmc-sim,id=bmc0",), "bmc=bmc0")
_HDA: Final = Complete(("intel-hda",))
_CAN: Final = Complete((), "canbus0=can0,canbus1=can0")
_MEMORY: Final = Complete((), "memdev=m0")
_DISK: Final = Complete((), "drive=b0")
_CHARDEV: Final = Complete((), "chardev=c0")
_COMPLETE: Final = {
    **dict.fromkeys(("hda-duplex", "hda-micro", "hda-output"), _HDA),
    **dict.fromkeys(("isa-ipmi-kcs", "isa-ipmi-bt", "pci-ipmi-kcs", "pci-ipmi-bt"), _BMC),
    **dict.fromkeys(("mioe3680_pci", "pcm3680_pci", "ctucan_pci"), _CAN),
    **dict.fromkeys(("ivshmem-plain", "virtio-mem-pci", "virtio-pmem-pci", "pc-dimm"), _MEMORY),
    **dict.fromkeys(("ide-hd", "ide-cf", "virtio-blk-pci", "virtio-blk-pci-transitional"), _DISK),
    **dict.fromkeys(("isa-parallel", "isa-debugcon", "ipmi-bmc-extern"), _CHARDEV),
    "kvaser_pci": Complete((), "canbus=can0"),
    "nvme": Complete((), "serial=x"),
    "nvme-ns": Complete(("nvme,serial=x",), "drive=b0"),
    "pci-bridge": Complete((), "chassis_nr=1"),
    "scsi-cd": Complete(("virtio-scsi-pci",)),
    "scsi-hd": Complete(("virtio-scsi-pci",), "drive=b0"),
    "sd-card": Complete(("sdhci-pci",)),
    "usb-serial": Complete(("qemu-xhci",), "chardev=c0"),
    "usb-storage": Complete(("qemu-xhci",), "drive=b0"),
    "virtconsole": Complete(("virtio-serial-pci",)),
    "virtserialport": Complete(("virtio-serial-pci",)),
    "virtio-9p-pci": Complete((), "fsdev=f0,mount_tag=x"),
    "virtio-crypto-pci": Complete((), "cryptodev=y0"),
}
_ALONE: Final = re.compile(
    r"AC97|ES1370|VGA|bochs-display|cirrus-vga|e1000e?|edu|i6300esb|i8255.*|ich9-.*|igb|intel-hda"
    r"|ioh3420|isa-(debug-exit|fdc|serial|vga)|mc146818rtc|ne2k_.*|nec-usb-xhci|pci-serial.*"
    r"|pci-testdev|pcie-root-port|pvpanic.*|pvscsi|qemu-xhci|rtl8139|sb16|sdhci-pci|ufs|usb-ehci"
    r"|virtio-(balloon|gpu|iommu|keyboard|net|rng|scsi|serial|sound|tablet)-pci(-.*)?|virtio-vga"
    r"|vmgenid|vmxnet3|x3130-upstream"
)
# What makes the host do something, or takes all of its memory.
_LEFT_OUT: Final = re.compile(
    r"(vram|ram|vgamem|romfile|romsize|hostmem|surfaces|vectors|cmb_|legacy_cmb|len-|pcap|cdat|spdm).*"
    r"|.*(size_mb|size64_mb|_mb)|blob|membar|maxframes|capareg|rootdir|addr|memaddr|size"
)
_BITS: Final = {"uint8": 8, "uint16": 16, "uint32": 32}


def texts_for(known: Property) -> Sequence[str]:
    """Values for a property: some right, some nearly, some wrong."""
    about = known.description
    if about.startswith("Ethernet"):
        return ("52:54:00:12:34:56", "52-54-00-12-34-57", "52:54:00:12:34", "x", "")
    if about.startswith("UUID"):
        return ("auto", "12345678-1234-1234-1234-123456789abc", "12345678", "")
    if "netdev" in about:
        return ("n0", "n1", "")
    if "chardev" in about:
        return ("c0", "c1", "")
    if "audiodev" in about:
        return ("a0", "a1")
    if "block device" in about:
        return ("b0", "b1")
    if known.type == "bool":
        return ("on", "off", "yes", "1", "True", "")
    if known.type in _BITS:
        most = (1 << _BITS[known.type]) - 1
        return ("0", "1", "2", "0x10", "010", "-1", str(most + 1), "1k", "x", "")
    if known.type in ("int32", "uint64", "int"):
        return ("0", "1", "2", "-1", "08", str(1 << 64), "1.0", "x")
    if known.type == "size":
        return ("0", "512", "4k", "1M", "1.5", "3", "x", "-1")
    if known.type.startswith("link<"):
        return ("", "nope", "m0", "r0", "t0", "can0", "y0")
    if known.type[:1].isupper():
        return ("on", "off", "auto", "none", "16", "stop", "slew", "lba", "4k", "x", "")
    return ("x",)


def completed(qemu: Qemu) -> dict[str, Complete]:
    """The devices of a QEMU that start when they have what is told here."""
    return {
        name: _COMPLETE.get(name, Complete())
        for name in qemu.devices
        if name in _COMPLETE or _ALONE.fullmatch(name)
    }


def settings(qemu: Qemu, name: str) -> Iterator[tuple[str, str]]:
    """Every property of a device with each of its values, and one that it has not."""
    yield "nope", "1"
    for key, known in (qemu.properties(name) or {}).items():
        if not _LEFT_OUT.fullmatch(key) and known.type not in ("str", "string", "list"):
            yield from ((key, text) for text in texts_for(known))
        elif known.description and known.type == "str":
            yield from ((key, text) for text in texts_for(known) if text != "x")


def line(complete: Complete, name: str, key: str, text: str) -> str:
    """A command line, but for the program, of a device with one property set."""
    given = [one for one in complete.given.split(",") if one and one.partition("=")[0] != key]
    devices = [*complete.before, ",".join([name, *given, f"{key}={text}"])]
    return " ".join([ROOM, *(f"-device {one}" for one in devices)])


def sample(qemu: Qemu, random: Random, count: int) -> list[str]:
    """So many command lines, each of another device, property or value."""
    devices = completed(qemu)
    # First a property, so that those which all devices have are not most of them.
    found: dict[tuple[str, str], list[str]] = {}
    for name in devices:
        for one in settings(qemu, name):
            found.setdefault(one, []).append(name)
    chosen = random.sample(sorted(found), count)
    return [
        line(devices[name], name, key, text)
        for key, text in chosen
        for name in (random.choice(found[key, text]),)
    ]


def device_properties(make: Maker) -> None:
    """A few devices, each with a few properties, of what this QEMU says they have."""
    qemu = Qemu(make.world.qemu)
    for _ in make.some(1, 3):
        name = make.random.choice(sorted(qemu.devices))
        every = list(settings(qemu, name))
        keys = dict(make.random.choice(every) for _ in make.some(0, 2))
        complete = _COMPLETE.get(name, Complete())
        for one in complete.before:
            driver, _, rest = one.partition(",")
            more = dict(word.split("=") for word in rest.split(",") if word)
            make.calls.append(Call("device", (driver,), more))
        keys |= dict(word.split("=") for word in complete.given.split(",") if word)
        make.calls.append(Call("device", (name,), keys))
    if make.chance(0.5):
        make.family(make.random.choice(("drives", "network", "objects", "chardevs", "board")))

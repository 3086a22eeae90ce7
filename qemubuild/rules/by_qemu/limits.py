"""Limits that a device keeps by itself, which no type tells: each was run on 7.2 and 10.0.

QEMU judges them when it realizes the device. A number that stands for "choose one yourself", as -1
does, is not judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.units import KIB, MIB, ON, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import Property, Qemu
    from qemubuild.findings import Finding
    from qemubuild.options.device import Device


class _Limit(NamedTuple):
    """What a property of some devices can be, beyond its type.

    Attributes:
        devices: their names, as a pattern; it is compiled when one has the property.
        least: the least number.
        most: the greatest; greater ones that are in ``also`` mean something else.
        also: what is taken beside.
        is_power: whether it is a power of two.
    """

    devices: str
    least: int = 0
    most: int = (1 << 63) - 1
    also: frozenset[int] = frozenset()
    is_power: bool = False


_ANY: Final = ".*"
_AUTO: Final = frozenset({-1, (1 << 16) - 1, (1 << 32) - 1})
_ZERO: Final = frozenset({0})
_BLOCK: Final = _Limit(_ANY, 512, 2 * MIB, _ZERO, is_power=True)
_LINE: Final = _Limit(
    r"isa-.*|cs4231a|sb16|gus|mc146818rtc|ne2k_isa|i8042|tpm-tis|vmbus-bridge",
    -(1 << 31),
    15,
    _AUTO,
)
_SECTOR: Final = 512
_SECTORS: Final = (1 << 31 - 9) - 1
"""How many sectors a request can have (``BDRV_REQUEST_MAX_SECTORS``)."""


_MOST: Final = (1 << 63) - 1


def _of(devices: str, least: int = 0, most: int = _MOST, *also: int) -> tuple[_Limit, ...]:
    return (_Limit(devices, least, most, frozenset(also)),)


def _power(devices: str, least: int, most: int = _MOST, *also: int) -> tuple[_Limit, ...]:
    return (_Limit(devices, least, most, frozenset(also), is_power=True),)


_LIMITS: Final[dict[str, tuple[_Limit, ...]]] = {
    "aer_log_max": _of(".*", 0, 128),
    "aw-bits": (*_of("intel-iommu", 48, 48, 39), *_of("virtio-iommu.*", 32, 64)),
    "block-size": _power("virtio-mem.*", MIB),
    "cad": _of(".*", 0, 14, *_AUTO),
    "chassis_nr": _of("pci-bridge.*", 1),
    "channel": _of("scsi-(hd|cd|block|generic)", 0, 0),
    "chmaps": _of("virtio-sound.*", 0, 18),
    "cmb_size_mb": _power("nvme", 1, 1 << 20, 0),
    "dma": _of("isa-fdc", 0, 7, *_AUTO),
    "discard_granularity": _of("ide-.*", 0, 0, _SECTOR, *_AUTO),
    "endianness": _of("sdhci-pci", 1, 2),
    "fruareasize": _of("ipmi-bmc-sim", 1),
    "guest-stats-polling-interval": _of("virtio-balloon.*", 0, (1 << 32) - 1),
    "index": (*_of("isa-parallel", 0, 2, *_AUTO), *_of("isa-serial", 0, 3, *_AUTO)),
    "jacks": _of("virtio-sound.*", 0, 8),
    "irq": (_LINE,),
    "kbd-irq": (_LINE,),
    "label-size": _of("nvdimm", 128 * KIB, _MOST, 0),
    "logical_block_size": (_BLOCK, *_of("ide-.*|floppy", 0, 0, _SECTOR)),
    "mcq-maxq": _of("ufs", 0, 31),
    "lun": _of("ufs-lu", 0, 31),
    "maxframes": _of(".*ehci.*", 8, 512),
    "max-bytes": _of("virtio-rng.*"),
    "max-discard-sectors": _of("virtio-blk.*", 1, _SECTORS),
    "max-write-zeroes-sectors": _of("virtio-blk.*", 1, _SECTORS),
    "max_ioqpairs": _of("nvme", 1, 65535),
    "max_outputs": (*_of("virtio-vga.*", 1, 16), *_of("virtio-gpu.*|qxl.*", 0, 16)),
    "max_ports": _of("virtio-serial.*", 1, 511),
    "mouse-irq": (_LINE,),
    "msix_qsize": _of("nvme", 1, 2048),
    "nsid": _of("nvme-ns", 0, 256),
    "num-ports": _of("pci-ohci", 0, 15),
    "num-queues": _of("virtio-blk.*", 1, 1024, *_AUTO),
    "num_queues": _of("nvme", 2, 65536, 0) + _of("virtio-scsi.*", 1, 1022, *_AUTO),
    "pi": _of("nvme-ns", 0, 3),
    "nutmrs": _of("ufs", 0, 8),
    "period": _of("virtio-rng.*", 1),
    "physical_block_size": (_BLOCK, *_of("floppy", 0, 0, _SECTOR)),
    "ports": _of("usb-hub", 1, 8),
    "productid": _of("usb-host", 0, 0xFFFF),
    "queue-size": _power("virtio-blk.*", 4, 1024),
    "record_size": _power("acpi-erst", 4 * KIB),
    "revision": _of("qxl.*", 1, 5),
    "romsize": _power(".*", 1, (1 << 32) - 1, *_AUTO),
    "rx_queue_size": _power("virtio-net.*", 256, 1024),
    "sd-spec-version": _of("sdhci-pci", 2, 3),
    "slot": _of("ccid-card-.*", 0, 0),
    "smart_critical_warning": _of("nvme", 0, 31),
    "spec_version": _of("sd-card", 1, 3),
    "speed": _of("virtio-net.*", -1, (1 << 31) - 1),
    "streams": _of("virtio-sound.*", 1, 10),
    "tx_queue_size": _power("virtio-net.*", 256, 1024),
    "usb_version": _of("usb-(kbd|mouse|tablet)", 1, 2),
    "vgamem": _of("bochs-display", 4 * MIB, 256 * MIB),
    "vgamem_mb": _of("(isa-)?cirrus-vga", 4, 4, 8, 16),
    "vendorid": _of("usb-host", 0, 0xFFFF),
    "virtqueue_size": _of("virtio-scsi.*", 3, 1024),
    "zoned.zasl": _of("nvme", 0, 7),
    "vsl": _of("nvme", 1),
    "x-device-id": _of("ati-vga", 0x5046, 0x5046, 0x5159),
}
_WORDS: Final = {
    "duplex": ("virtio-net.*", ("half", "full")),
    "fallback": ("isa-fdc", ("144", "288", "120", "none")),
    "lost_tick_policy": ("mc146818rtc", ("discard", "slew")),
}
"""What devices take of the words that the type has, or where that is any text."""
_PORT: Final = re.compile(r"[0-9]+(\.[0-9]+)*")
_FILTER: Final = r"(-?\w+(:-?\w+){4}(\|-?\w+(:-?\w+){4})*)?"
_SHAPES: Final = {
    "mount_tag": ("virtio-9p.*", r"(?s).{,31}", "it takes 31 characters and no more"),
    "filter": ("usb-redir", _FILTER, "it takes class:vendor:product:version:allow"),
    "rootdir": ("usb-mtp", r"(?s)/.*", "it takes a whole path"),
    "world": ("rocker", "of-dpa", "it takes of-dpa"),
}
"""What a text has to look like."""
_GRAINS: Final = {
    "requested-size": ("virtio-mem.*", MIB),
    "memaddr": ("virtio-p?mem.*", 4 * KIB),
    "addr": ("pc-dimm|nvdimm", 4 * KIB),
}
"""What numbers are multiples of, at the least."""
_MOST_LINES: Final = 65535
_GEOMETRY: Final = ("cyls", "heads", "secs")
_MULTIPLES: Final = ("min_io_size", "opt_io_size", "discard_granularity")
"""What counts in logical blocks of a disk."""


def findings(
    device: Device, name: str, known: Mapping[str, Property], qemu: Qemu
) -> Iterator[Finding]:
    """Judge the numbers of a device."""
    numbers = {
        key: number
        for key in device.properties
        if key in known and (number := _number(device, key, known[key])) is not None
    }
    for key, number in numbers.items():
        for limit in _LIMITS.get(key, ()):
            if not _keeps(limit, number) and re.fullmatch(limit.devices, name):
                yield _beyond(device, key, f"it takes {_said(limit)}")
    for key, (devices, words) in _WORDS.items():
        text = device.get(key)
        if text is not None and text not in words and re.fullmatch(devices, name):
            yield _beyond(device, key, f"it takes {' or '.join(words)}")
    for key, (devices, shape, wanted) in _SHAPES.items():
        text = device.get(key)
        if text is not None and re.fullmatch(devices, name) and not re.fullmatch(shape, text):
            yield _beyond(device, key, wanted)
    for key, (devices, grain) in _GRAINS.items():
        if numbers.get(key, 0) % grain and re.fullmatch(devices, name):
            yield _beyond(device, key, f"it takes multiples of {grain}")
    # An nvme has these for a drive of its own; without one they are for nothing.
    if "logical_block_size" in known and (name != "nvme" or device.get("drive")):
        yield from _blocks(device, numbers)
    if "port" in known:
        yield from _port(device, known)
    if "iommu_platform" in known:
        yield from _behind_iommu(device, name, qemu)


def _number(device: Device, key: str, known: Property) -> int | None:
    number = size_of(device.get(key) or "")
    if number is not None and number < 0 and known.type == "uint64":
        return number + (1 << 64)
    return number


def _keeps(limit: _Limit, number: int) -> bool:
    if number in limit.also:
        return True
    is_right = not limit.is_power or number & number - 1 == 0
    return limit.least <= number <= limit.most and is_right


def _said(limit: _Limit) -> str:
    power = "powers of two " if limit.is_power else ""
    if limit.least == limit.most:
        numbers = sorted({limit.least, *limit.also} - _AUTO)
        return " or ".join(map(str, numbers))
    if limit.most >= (1 << 32) - 1:
        return f"{power}from {limit.least}"
    return f"{power}from {limit.least} to {limit.most}"


def _beyond(device: Device, key: str, why: str) -> Finding:
    return device.error(
        "device-property-limit",
        f"{key}={device.get(key)} is nothing that {device.driver} can do: {why}",
        "write another number, or leave it out",
        key,
    )


def _blocks(device: Device, numbers: Mapping[str, int]) -> Iterator[Finding]:
    """A logical block is no larger than a physical one, and others count in them."""
    logical = numbers.get("logical_block_size") or _SECTOR
    physical = numbers.get("physical_block_size") or _SECTOR
    if _keeps(_BLOCK, logical) and _keeps(_BLOCK, physical) and logical > physical:
        yield device.error(
            "device-property-limit",
            f"a logical block of {logical} bytes is larger than a physical one of {physical}",
            f"add physical_block_size={logical}",
            "logical_block_size",
        )
    for key in _MULTIPLES:
        number = numbers.get(key, 0)
        if number % logical and number not in _AUTO:
            yield _beyond(device, key, f"it takes multiples of a logical block, of {logical}")

    if numbers.get("min_io_size", 0) > _MOST_LINES * logical:
        yield _beyond(device, "min_io_size", f"it takes no more than {_MOST_LINES} logical blocks")
    given = [key for key in _GEOMETRY if numbers.get(key)]
    missing = [key for key in _GEOMETRY if not numbers.get(key)]
    if given and missing:
        yield device.error(
            "device-property-limit",
            f"{' and '.join(given)} of a disk without {' and '.join(missing)}",
            f"add {' and '.join(missing)}, or leave all three out",
            given[0],
        )


def _port(device: Device, known: Mapping[str, Property]) -> Iterator[Finding]:
    text = device.get("port")
    if text is not None and known["port"].type == "str" and not _PORT.fullmatch(text):
        yield _beyond(device, "port", "a port of a bus or its hubs is as 1, or 1.2")


def _behind_iommu(device: Device, name: str, qemu: Qemu) -> Iterator[Finding]:
    """What is behind an IOMMU has to be modern alone, which by itself it is on PCIe ports."""
    if (device.get("iommu_platform") or "") not in ON:
        return
    is_transitional = name.endswith("-transitional") and not name.endswith("-non-transitional")
    is_either = f"{name}-transitional" in qemu.devices
    legacy = device.get("disable-legacy") or "auto"
    on_port = device.get("bus") not in (None, "pci.0", "pcie.0")
    if is_transitional or (is_either and (legacy == "off" or (legacy == "auto" and not on_port))):
        yield device.error(
            "device-property-limit",
            "iommu_platform=on is for modern virtio devices, and this one is a legacy one, too",
            f"write {name.removesuffix('-transitional')}, and {{'disable-legacy': 'on'}}",
            "iommu_platform",
        )

"""What devices need beside a bus: properties, a place on the board, to be few enough.

All was seen on 7.2 and 10.0, with each device that an x86 QEMU has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import is_on
from qemubuild.options._versions import changed
from qemubuild.options.properties import GlobalProperty
from qemubuild.targets import X86, Board, board_of, is_arms_virt
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option
    from qemubuild.options.device import Device


class _Need(NamedTuple):
    """Devices, one of the properties that they need, and an example of what to write."""

    devices: re.Pattern[str]
    properties: tuple[str, ...]
    example: str


def _need(devices: str, properties: str, example: str) -> _Need:
    return _Need(re.compile(devices), tuple(properties.split("|")), example)


_CHARDEV: Final = "add chardev(..., id='c0'), and chardev='c0'"
_MEMORY: Final = "add memory_backend_ram('m0', size='1G'), and memdev='m0'"
_NEEDS: Final = (
    _need(r"virtio-9p(-.*)?", "fsdev", "write virtfs(), which does all that it takes"),
    _need(r"virtio-9p(-.*)?", "mount_tag", "add mount_tag='host', by which the guest mounts it"),
    _need(r"vhost-user-.*|ivshmem-doorbell|ipmi-bmc-extern", "chardev", _CHARDEV),
    _need(r"isa-(parallel|debugcon)|usb-(serial|braille|redir)", "chardev", _CHARDEV),
    _need(r"ccid-card-passthru", "chardev", _CHARDEV),
    _need(r"ccid-card-emulated", "backend", "add backend='certificates', and cert1= to cert3="),
    _need(r"vhost-user-fs-.*", "tag", "add tag='host', by which the guest mounts it"),
    _need(r"vhost-vsock-.*", "guest-cid", "add {'guest-cid': 3}"),
    _need(r"vhost-scsi(-.*)?", "wwpn", "add wwpn= with the target's name"),
    _need(r"vhost-vdpa-device(-.*)?", "vhostdev", "add vhostdev='/dev/vhost-vdpa-0'"),
    _need(r"nvme", "serial", "add serial='nvme0'"),
    _need(r"ivshmem-plain|acpi-erst|virtio-p?mem(-pci)?", "memdev", _MEMORY),
    _need(r".*-ipmi-(kcs|bt)|smbus-ipmi", "bmc", "add device('ipmi-bmc-sim', id='b0') before it"),
    _need(r"virtio-crypto-.*", "cryptodev", "add object('cryptodev-backend-builtin', id='y0')"),
    _need(r"virtio-input-host(-.*)?", "evdev", "add evdev='/dev/input/event0'"),
    _need(r"tpm-(tis|crb)", "tpmdev", "add tpmdev(), and tpmdev= with its id"),
    _need(r"kvaser_pci", "canbus", "add object('can-bus', id='can0'), and canbus='can0'"),
    _need(r"(ctucan|mioe3680|pcm3680)_pci", "canbus0", "add object('can-bus', id='can0')"),
    _need(r"(ctucan|mioe3680|pcm3680)_pci", "canbus1", "write canbus1= as canbus0= is"),
    _need(r"usb-mtp", "rootdir", "add rootdir= with the whole path of a folder"),
    _need(r"vmmouse", "i8042", "leave it out: boards with a VMware port bring one"),
    _need(r"pxb", "bus_nr", "add bus_nr=128"),
    _need(r"pvrdma", "addr", "put device('vmxnet3', multifunction=True) at function 0 of its slot"),
    _need(r"pci-bridge(-seat)?", "chassis_nr", "add chassis_nr=1"),
    _need(r"guest-loader", "kernel|initrd", "add kernel= or initrd="),
    _need(r"cxl-type3", "memdev|persistent-memdev|volatile-memdev", _MEMORY),
    _need(r"x-pci-proxy-dev", "fd", "add fd= with a socket that leads to the device"),
    _need(r"loader", "file|addr|data|data-be|data-len", "add file="),
    _need(r"vfio-pci(-nohotplug)?", "host|sysfsdev|fd", "add host='0000:01:00.0'"),
)


# What -global calls many kinds of devices at once.
_FAMILY: Final = re.compile(
    r"(.+-)?(base(-type)?|common|dev|device|generic|port)|cpu|virtio-(pci|vga)"
)


class _Place(NamedTuple):
    """Devices that some machine types have a place for; ``since`` is the version of these."""

    devices: re.Pattern[str]
    boards: frozenset[str]
    since: tuple[int, int] = (0, 0)


_PLACES: Final = (
    _Place(re.compile("vmcoreinfo|vmgenid"), frozenset({"pc", "q35", "isapc", "microvm"}), (2, 5)),
    _Place(re.compile("ramfb"), frozenset({"pc", "q35", "microvm"}), (2, 5)),
    _Place(re.compile("(intel|amd)-iommu"), frozenset({"q35"})),
    _Place(re.compile("virtio-iommu-pci"), frozenset({"pc", "q35", "isapc", "none"})),
    _Place(re.compile("vmbus-bridge|uefi-vars-x64"), frozenset({"pc", "q35"})),
    _Place(re.compile("xen-backend|uefi-vars-sysbus"), frozenset()),
    # Those of an ISA bus with DMA.
    _Place(re.compile("isa-fdc|cs4231a|gus|sb16"), frozenset({"pc", "q35", "isapc", "none"})),
    _Place(re.compile("mc146818rtc"), frozenset({"pc", "q35", "isapc", "none"})),
    _Place(re.compile("pxb-pcie|pxb-cxl"), frozenset({"q35", "microvm", "isapc", "none"})),
    _Place(re.compile("pxb"), frozenset({"pc", "isapc", "none"})),
)
_KNOWN: Final = frozenset({"pc", "q35", "isapc", "microvm", "none"})
_PROCESSOR: Final = re.compile(r"(?P<model>.+)-(x86_64|i386)-cpu")

# Of each, a machine takes as many and no more.
_MOST: Final = (
    (re.compile("virtio-balloon(-.*)?"), 1),
    (re.compile("intel-iommu|amd-iommu|virtio-iommu(-.*)?"), 1),
    (re.compile("isa-vga|isa-cirrus-vga"), 1),
    (re.compile("pvpanic"), 1),
    (re.compile("ramfb"), 1),
    (re.compile("sga"), 1),
    (re.compile("vmbus-bridge"), 1),
    (re.compile("vmclock"), 1),
    (re.compile("vmcoreinfo"), 1),
    (re.compile("vmgenid"), 1),
    (re.compile("isa-serial"), 4),
    (re.compile("isa-parallel"), 3),
)
# What newer QEMUs take once.
_MOST_NOW: Final = re.compile("ipmi-bmc-sim")
# What is told apart by these two numbers on all buses together.
_SLOTTED: Final = re.compile("pcie-root-port|ioh3420|cxl-rp|(xio3130|cxl)-downstream")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge what every device needs."""
    for device in devices:
        yield from _properties(machine, device)
    board = board_of(machine)
    if is_arms_virt(machine):
        for device in devices:
            if device.driver == "pxb":
                yield device.error(
                    "device-without-place",
                    "pxb plugs into old PCI, and the machine type virt has PCI Express",
                    "write device('pxb-pcie', ...)",
                )
    if machine.arch in X86 and board is not None and board.name in _KNOWN:
        for device in devices:
            yield from _place(device, board)
            yield from _cxl(machine, device, board)
            yield from _processor(machine, device, board)
    yield from _too_many(machine, devices)
    yield from _chassis(devices)


def is_given(machine: MachineView, device: Device, name: str) -> bool:
    """Whether a device has a property, or another option may give it that."""
    return device.get(name) is not None or is_set(machine, device, name)


def is_set(machine: MachineView, device: Device, name: str) -> bool:
    """Whether another option may give a device a property."""
    return any(_sets(option, device.driver, name) for option in machine.options)


def _sets(option: Option, driver: str, name: str) -> bool:
    text = option.words[-1]
    if option.flag == "-set":
        return text.startswith("device.") and f".{name}=" in text
    if isinstance(option, GlobalProperty):
        # A driver that stands for several, virtio-blk, is one of PCI there.
        of_it = option.driver in (driver, f"{driver}-pci") or _FAMILY.fullmatch(option.driver)
        return option.property == name and bool(of_it)
    return option.flag == "-readconfig" or (option.flag == "" and name in text)


def _properties(machine: MachineView, device: Device) -> Iterator[Finding]:
    if device.get("fdp") in ON and not is_given(machine, device, "fdp.nruh"):
        yield device.error(
            "device-incomplete",
            f"{device.driver} places data (fdp=on) by handles, and does not know how many",
            "add {'fdp.nruh': 16}",
            "fdp",
        )
    legacy = device.get("disable-legacy")
    on_port = legacy in (None, "auto") and _is_on_port(machine, device)
    if (on_port or legacy in ON) and device.get("disable-modern") in ON:
        yield device.error(
            "device-incomplete",
            f"{device.driver} can be seen in a legacy way and a modern one, and both are off"
            + (", the first since it is on a port of PCI Express" if on_port else ""),
            "leave disable-modern out",
            "disable-modern",
        )
    for need in _NEEDS:
        if need.devices.fullmatch(device.driver) is None:
            continue
        if any(is_given(machine, device, name) for name in need.properties):
            continue
        yield device.error(
            "device-incomplete",
            f"{device.driver} does not work without {' or '.join(need.properties)}",
            need.example,
        )


def _is_on_port(machine: MachineView, device: Device) -> bool:
    bus = device.get("bus")
    return bus is not None and any(
        one.get("id") == bus and _SLOTTED.fullmatch(one.driver)
        for one in machine.find_all(type(device))
    )


def _place(device: Device, board: Board) -> Iterator[Finding]:
    for place in _PLACES:
        if place.devices.fullmatch(device.driver) is None:
            continue
        is_old = board.name in ("pc", "q35") and board.version and board.version < place.since
        if is_old or board.name not in place.boards:
            name = f"{board.name} of QEMU {'.'.join(map(str, board.version or ()))}"
            yield device.error(
                "device-without-place",
                f"the machine type {name if is_old else board.name} has no place for "
                f"{device.driver}",
                f"choose machine_type({max(place.boards)!r})" if place.boards else "leave it out",
            )


def _cxl(machine: MachineView, device: Device, board: Board) -> Iterator[Finding]:
    if device.driver == "pxb-cxl" and board.name == "q35" and not is_on(machine, "cxl"):
        yield device.error(
            "device-without-place",
            "the machine type q35 has a place for pxb-cxl only where it is asked for it",
            "write machine_type('q35', extra={'cxl': 'on'})",
        )


def _processor(machine: MachineView, device: Device, board: Board) -> Iterator[Finding]:
    """A virtual CPU on its own: of the model that the others are, in a place of its own."""
    match = _PROCESSOR.fullmatch(device.driver)
    if match is None:
        return
    old = changed(device, machine, refused_by=(7, 2), taken_by=(10, 0))
    if board.name == "microvm" and old is not None:
        yield old(
            "device-without-place",
            "the machine type microvm takes no more processors than it starts with, until a newer "
            "QEMU",
            "write smp() with more, or choose machine_type('q35')",
        )
        return
    named = [one.words[-1].partition(",")[0] for one in machine.options if one.flag == "-cpu"]
    model = named[-1] if named else "486" if board.name == "isapc" else "qemu64"
    place = "apic-id" if board.name == "none" else "socket-id"
    if board.name != "none" and match["model"] != model and "$" not in model:
        yield device.error(
            "device-processor-of-another-model",
            f"the processors of this machine are of the model {model}, and this is another",
            f"write device('{model}-{machine.arch}-cpu', ...), or cpu({match['model']!r})",
        )
    elif device.get(place) is None and device.get("apic-id") is None:
        yield device.error(
            "device-incomplete",
            f"{device.driver} does not work without {place}",
            "leave it out, and write smp() with more, or say its whole place: socket-id, core-id "
            "and thread-id",
        )


def _too_many(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    counts = [*_MOST]
    if len(devices) > 1:
        counts.append((_MOST_NOW, 1))
    for kind, most in counts:
        alike = [device for device in devices if kind.fullmatch(device.driver)]
        for device in alike[most:]:
            finding = (
                changed(device, machine, refused_by=(10, 0), taken_by=(7, 2))
                if kind is _MOST_NOW
                else device.error
            )
            if finding is not None:
                yield finding(
                    "device-too-many",
                    f"a machine takes {most} of the kind {device.driver}, and this is another",
                    "leave one of them out",
                )


def _chassis(devices: Sequence[Device]) -> Iterator[Finding]:
    taken: dict[tuple[int, int], Device] = {}
    for device in devices:
        if _SLOTTED.fullmatch(device.driver) is None:
            continue
        texts = [device.get(name) or "0" for name in ("chassis", "slot")]
        try:
            chassis, slot = (int(text, 0) for text in texts)
        except ValueError:
            continue
        if (chassis, slot) in taken:
            yield device.error(
                "device-chassis-taken",
                f"chassis={chassis} and slot={slot} are those of "
                f"{' '.join(taken[chassis, slot].words)}, too",
                f"write chassis={chassis + 1}, or another number for each",
                "chassis",
            )
        taken.setdefault((chassis, slot), device)

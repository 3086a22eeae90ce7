"""Families of options that refer to each other: block graphs, networks, USB, settings of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.oracle.choices import BOOL, NETDEVS, OBJECTS, SMALL, Values, values
from tests.oracle.drivers import Driver
from tests.oracle.verdict import Call
from tests.oracle.world import DISKS, NO_DISKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.generate import Maker

NODES: Final = values("f0", "f1", "f2", "b0", "b1", "d0", odd=("virtio0", "floppy0", "f 0", "#x"))
_USED: Final = values("f0", "f1", "b0", "b0", "b1", "b1")
_FILES: Final = Values(DISKS, NO_DISKS)
HOSTS: Final = values(
    "127.0.0.1", "localhost", "", odd=("no-such-host.invalid", "::1", "192.0.2.1", "0", "1.2.3.4.5")
)

_NODE: Final = {
    "read-only": BOOL,
    "auto-read-only": BOOL,
    "discard": values("unmap", "ignore", odd=("on",)),
    "detect-zeroes": values("on", "off", odd=("unmap",)),
    "cache.direct": BOOL,
    "force-share": values(False, odd=(True,)),
}
BLOCKS: Final = {
    "file": Driver({"filename": _FILES}, {"locking": values("off", "on", "auto"), **_NODE}),
    "raw": Driver({"file": _USED}, {"offset": values(0, 512, odd=(1,)), **_NODE}),
    "qcow2": Driver({"file": _USED}, {"backing": _USED, "lazy-refcounts": BOOL, **_NODE}),
    "null-co": Driver({}, {"size": values("1M", 1 << 20, odd=("x",)), **_NODE}),
    "copy-on-read": Driver({"file": _USED}, _NODE),
    "throttle": Driver({"file": _USED, "throttle-group": values("tg0", "tg1")}, _NODE),
    "blkdebug": Driver({"image": _USED}),
    "quorum": Driver({"vote-threshold": values(1, 2, odd=(3,))}),
    "nonsense": Driver(),
}
_NESTED: Final = (
    {"driver": "file", "filename": "small.raw"},
    {"driver": "file", "filename": "disk.qcow2"},
    {"driver": "file", "filename": "missing.raw"},
    {"driver": "null-co"},
)
_DISKS: Final = ("virtio-blk-pci", "virtio-blk-pci", "scsi-hd", "ide-hd", "nvme", "usb-storage")

_SOCKETS: Final = {
    "listen": values(
        "127.0.0.1:PORT", ":PORT", odd=("127.0.0.1:BUSY", "PORT", "nowhere.invalid:1")
    ),
    "connect": values("127.0.0.1:BUSY", odd=("127.0.0.1:1", "no-such-host.invalid:5")),
    "mcast": values("230.0.0.1:PORT", odd=("127.0.0.1:PORT",)),
    "udp": values("127.0.0.1:PORT"),
    "localaddr": values("127.0.0.1:PORT", "127.0.0.1"),
}
NETWORKS: Final = {
    "user": Driver(
        {},
        {
            "restrict": BOOL,
            "net": values("10.0.9.0/24", odd=("10.0.9.0/33", "x")),
            "host": values("10.0.2.2", "10.0.9.2"),
            "dns": values("10.0.2.3", odd=("10.0.2.2",)),
            "dhcpstart": values("10.0.2.15", "10.0.9.9"),
            "hostname": values("guest", "h" * 300),
            "tftp": values("folder", odd=("missing",)),
            "ipv4": BOOL,
            "ipv6": BOOL,
            "ipv6-net": values("fec0::/64", odd=("fec0::/129",)),
            "guestfwd": values(("tcp:10.0.2.100:80-null",), odd=(("tcp:10.0.2.100:80",),)),
        },
    ),
    "socket": Driver({}, _SOCKETS),
    "hubport": Driver({"hubid": SMALL}, {"netdev": NETDEVS}),
    "stream": Driver(
        {"addr.type": values("inet", "unix", odd=("x",)), "server": BOOL},
        {
            "addr.host": values("127.0.0.1"),
            "addr.port": values("PORT"),
            "addr.path": values("n.sock"),
        },
    ),
    "dgram": Driver(
        {"local.type": values("inet", "unix")},
        {
            "local.host": values("127.0.0.1"),
            "local.port": values("PORT"),
            "local.path": values("d.sock"),
            "remote.type": values("inet"),
            "remote.host": values("127.0.0.1"),
            "remote.port": values("PORT"),
        },
    ),
    "vhost-user": Driver({"chardev": values("c0", "c1")}, {"vhostforce": BOOL, "queues": SMALL}),
}
_CARDS: Final = (
    "virtio-net-pci", "e1000", "e1000e", "rtl8139", "usb-net", "ne2k_pci", "pcnet", "i82559er",
    "vmxnet3", "ne2k_isa", "tulip", "virtio-net-device",
)  # fmt: skip
_MODELS: Final = values(
    "e1000", "virtio", "virtio-net-pci", "rtl8139", odd=("ne2k_isa", "x", "help")
)

_PORTS: Final = values("1", "2", "3", "4", "1.1", "2.3", odd=("7", "0", "1.9", "x", "1.1.1"))
_USB: Final = {
    **dict.fromkeys(("usb-tablet", "usb-kbd", "usb-mouse", "usb-hub", "usb-ccid", "usb-net"), 1),
    **dict.fromkeys(("usb-wacom-tablet", "usb-audio", "usb-serial", "usb-braille", "usb-mtp"), 1),
    **dict.fromkeys(("usb-uas", "usb-bot", "usb-storage", "usb-redir"), 2),
    **dict.fromkeys(("qemu-xhci", "nec-usb-xhci", "usb-ehci", "piix3-usb-uhci", "pci-ohci"), 0),
    **dict.fromkeys(("ich9-usb-ehci1", "ich9-usb-uhci1"), 0),
}

_GLOBALS: Final = (
    ("virtio-blk-pci", "drive", ("d0", "b0")),
    ("virtio-net-pci", "netdev", ("n0",)),
    ("nvme", "serial", ("x",)),
    ("VGA", "vgamem_mb", ("16", "3", "x")),
    ("ide-hd", "rotation_rate", ("1",)),
    ("PIIX4_PM", "disable_s3", ("1", "2")),
    ("ICH9-LPC", "noreboot", ("on",)),
    ("kvm-pit", "lost_tick_policy", ("discard", "x")),
    ("mc146818rtc", "lost_tick_policy", ("slew",)),
    ("isa-fdc", "fdtypeA", ("auto", "144", "x")),
    ("nonsense", "x", ("y",)),
    ("e1000", "nonsense", ("y",)),
    ("e1000", "mac", ("52:54:00:12:34:56", "x")),
)
_SETTINGS: Final = (
    ("drive", "d0", "format", ("raw", "qcow2")),
    ("drive", "d0", "if", ("none", "virtio")),
    ("device", "v0", "addr", ("0x10", "x")),
    ("device", "x0", "bus", ("pci.0", "pcie.0")),
    ("netdev", "n0", "restrict", ("on", "x")),
    ("chardev", "c0", "mux", ("on", "off")),
    ("object", "s0", "data", ("x",)),
)


def blocks(make: Maker) -> None:
    """Nodes on nodes, and devices on these."""
    for _ in make.some(1, 4):
        make.driven("blockdev", BLOCKS, {})
        name, args, given = make.calls[-1]
        if "file" in given and make.chance(0.4):
            given["file"] = make.random.choice(_NESTED)
        if args == ("quorum",):
            given["children"] = [make.value(_USED) for _ in make.some(1, 3)]
        if make.chance(0.95):
            given = {"node-name": make.value(NODES), **given}
        make.calls[-1] = Call(name, args, given)
    if make.chance(0.4):
        group = make.value(values("tg0", "tg1"))
        make.calls.insert(0, Call("object", ("throttle-group",), {"id": group}))
    for _ in make.some(0, 2):
        driver = make.random.choice(_DISKS)
        keys: dict[str, Any] = {"drive": make.value(_USED)}
        if driver == "nvme":
            keys["serial"] = "x"
        if make.chance(0.2):
            keys["share-rw"] = True
        if make.chance(0.2) and driver.startswith("virtio"):
            keys["iothread"] = make.value(OBJECTS)
        if driver in {"scsi-hd", "usb-storage"} and make.chance(0.9):
            bus = {"scsi-hd": "virtio-scsi-pci", "usb-storage": "qemu-xhci"}[driver]
            make.calls.append(Call("device", (bus,)))
        make.calls.append(Call("device", (driver,), keys))
    if make.chance(0.2):
        make.one("drive")


def networks(make: Maker) -> None:
    """Several networks, cards on them, and the older ways to say both."""
    for _ in make.some(0, 3):
        make.named("netdev", NETWORKS, NETDEVS)
    for _ in make.some(0, 2):
        keys: dict[str, Any] = {}
        if make.chance(0.8):
            keys["netdev"] = make.value(NETDEVS)
        if make.chance(0.2):
            keys["mac"] = make.value(values("52:54:00:00:00:01", odd=("x", "01:00:00:00:00:00")))
        make.calls.append(Call("device", (make.random.choice(_CARDS),), keys))
    for method in ("nic", "nic", "net", "net"):
        if make.chance(0.25):
            known = {"nic": {**NETWORKS, "none": Driver()}, "net": {**NETWORKS, "nic": Driver()}}
            make.driven(method, known[method], {"model": _MODELS} if method == "nic" else {})
    if make.chance(0.2):
        make.calls.append(Call("nodefaults"))


def usb_ports(make: Maker) -> None:
    """USB devices at ports of hubs and controllers."""
    if make.chance(0.5):
        make.calls.append(Call("usb"))
    for _ in make.some(1, 4):
        driver, kind = make.random.choice(list(_USB.items()))
        keys: dict[str, Any] = {}
        if make.chance(0.3):
            keys["id"] = make.value(values("x0", "x1", "v0"))
        if kind and make.chance(0.4):
            keys["port"] = make.value(_PORTS)
        if kind and make.chance(0.3):
            keys["bus"] = make.value(values("usb-bus.0", "x0.0", "x1.0", odd=("usb-bus.1", "v0")))
        if driver in {"usb-serial", "usb-braille", "usb-redir"} and make.chance(0.9):
            make.calls.append(Call("chardev", ("null",), {"id": "c0"}))
            keys["chardev"] = "c0"
        make.calls.append(Call("device", (driver,), keys))
    if make.chance(0.2):
        make.one("usbdevice")


def settings(make: Maker) -> None:
    """What -global and -set change, of devices that may be there."""
    for _ in make.some(0, 2):
        driver, name, texts = make.random.choice(_GLOBALS)
        make.calls.append(Call("global_property", (driver, name, make.random.choice(texts))))
    for _ in make.some(0, 2):
        group, one, name, texts = make.random.choice(_SETTINGS)
        make.calls.append(Call("set_property", (group, one, name, make.random.choice(texts))))
    make.family(make.random.choice(("drives", "devices", "network", "objects", "chardevs")))
    if make.chance(0.3):
        make.random.shuffle(make.calls)


def any_devices(make: Maker) -> None:
    """Devices of every kind that this QEMU lists, and what else they may need."""
    everything = sorted(make.world.devices)
    for _ in make.some(1, 2):
        name = make.random.choice(everything)
        keys: dict[str, Any] = {}
        for key, texts in (
            ("id", values("v0", "v1", "x0")),
            ("bus", values("pci.0", "pcie.0", "x0", "ide.0", "usb-bus.0", odd=("none.0",))),
            ("addr", values("0x10", "5", "3", "1f", odd=("0x20", "x", "1.8"))),
            ("chardev", values("c0", "c1")),
            ("drive", values("d0", "d1")),
            ("netdev", values("n0")),
            ("memdev", values("ram0")),
            ("audiodev", values("a0")),
        ):
            if make.chance(0.1):
                keys[key] = make.value(texts)
        make.calls.append(Call("device", (name,), keys))
    if make.chance(0.4):
        make.family(make.random.choice(("drives", "network", "objects", "chardevs", "board")))


def addresses(make: Maker) -> None:
    """Devices for PCI, at places where others may be."""
    if make.chance(0.3):
        make.calls.append(Call("nodefaults"))
    for _ in make.some(1, 4):
        name = make.random.choice(("e1000", "edu", "virtio-rng-pci", "VGA", "pcie-root-port"))
        keys: dict[str, Any] = {}
        if make.chance(0.6):
            places = values("1", "2", "3", "4", "5", "3.1", "1f.2", odd=("0", "1f", "20", "2.8"))
            keys["addr"] = make.value(places)
        if make.chance(0.3):
            keys["multifunction"] = make.value(BOOL)
        if name == "pcie-root-port":
            number = make.value(SMALL)
            keys |= {"id": f"r{number}", "chassis": number}
        elif make.chance(0.2):
            keys["bus"] = make.value(values("pci.0", "pcie.0", "r0", "r1"))
        make.calls.append(Call("device", (name,), keys))
    for name in ("user_network", "vga", "balloon"):
        if make.chance(0.15):
            make.one(name)
    if make.chance(0.3):
        make.family(make.random.choice(("drives", "network")))


FAMILIES: Final[tuple[Callable[[Maker], None], ...]] = (
    blocks,
    networks,
    usb_ports,
    settings,
    any_devices,
    addresses,
)

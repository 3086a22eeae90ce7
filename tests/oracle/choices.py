"""The values that random options are given: for each method, those of each of its fields."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.oracle.world import DISKS, NO_DISKS


class Values(NamedTuple):
    """What a field is mostly given, and what it is given now and then."""

    usual: tuple[Any, ...]
    odd: tuple[Any, ...] = ()


class Method(NamedTuple):
    """What a method is given: the positional argument, if any, and the others by name."""

    first: Values | None = None
    keys: dict[str, Values] = {}  # noqa: RUF012 - never changed
    needs: tuple[str, ...] = ()


def values(*usual: Any, odd: tuple[Any, ...] = ()) -> Values:
    return Values(usual, odd)


# Names that options share, so that they meet, and miss each other, now and then.
DRIVE_IDS: Final = values(
    "d0", "d1", "d2", odd=("ide0-hd0", "virtio0", "none0", "0d", "d_1", "d/1")
)
NETDEVS: Final = values("n0", "n1", "n2", odd=("n-3", "n 4"))
CHARDEVS: Final = values(
    "c0",
    "c1",
    "c2",
)
OBJECTS: Final = values("ram0", "ram1", "ram2", "ram3", "s0", "io0", odd=("1x", "pc.ram", "é"))

BOOL: Final = values(True, False)
SMALL: Final = values(0, 1, 2, 3, odd=(-1, 100))
DISK: Final = Values(DISKS, NO_DISKS)
LIMIT: Final = values(1000, 50000, 10**6, odd=(0, 1, 10**15, 10**15 + 1, -1))
SECONDS: Final = values(1, 2, 60, odd=(0, 10**9, 10**15))

_LIMITS = ("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr")
_LETTERS = values(
    "c", "d", "n", "a", "cd", "dc", "cdn", "b", odd=("", "e", "p", "abcdn", "cc", "C", "q")
)

SOCKET_KEYS: Final = {
    "server": values(True, True, odd=(False,)),
    "wait": values(False),
    "to": values(21020, 21120, odd=(5, 65535)),
    "telnet": BOOL,
    "websocket": BOOL,
    "tls_creds": OBJECTS,
    "extra": values({"nodelay": "on"}, {"reconnect": "1"}, {"ipv4": "on"}),
}

_BACKEND = {
    "size": values("64M", "64M", "128M", "128M", "256M", odd=("0", "1k", 1, "1000P", "4097")),
    "share": BOOL,
    "prealloc": values(False),
    "prealloc_threads": values(1, 2, odd=(0,)),
    "reserve": BOOL,
    "merge": BOOL,
    "dump": BOOL,
    "policy": values("default", "preferred", "bind", "interleave"),
    "host_nodes": values(0, odd=("0-1", 1, 128, "1-0")),
}

METHODS: Final[dict[str, Method]] = {
    "machine_type": Method(
        values("pc", "q35", "TYPE", "microvm", "isapc", "none", odd=("Q35", "virt")),
        {
            "accel": values("tcg", "kvm", "kvm:tcg", odd=("hvf", "TCG", "tcg:kvm")),
            "kernel_irqchip": values("on", "off", "split"),
            "usb": BOOL,
            "smm": values(True, False, "auto"),
            "vmport": values(True, False, "auto"),
            "acpi": values(True, False, "auto"),
            "graphics": BOOL,
            "hpet": BOOL,
            "nvdimm": BOOL,
            "mem_merge": BOOL,
            "dump_guest_core": BOOL,
            "hmat": BOOL,
            "memory_backend": OBJECTS,
        },
    ),
    "enable_kvm": Method(),
    "accel": Method(
        values("tcg", "kvm", odd=("hvf", "whpx")),
        {
            "thread": values("single", "multi"),
            "tb_size": values(0, 16, 128),
            "split_wx": BOOL,
            "kernel_irqchip": values("on", "off", "split"),
            "dirty_ring_size": values(0, 1024, 4096, odd=(1000,)),
            "kvm_shadow_mem": values(0, 1 << 20),
            "notify_vmexit": values("run", "internal-error", "disable"),
            "notify_window": values(0, 1000),
        },
    ),
    "cpu": Method(
        values("max", "qemu64", "MODEL", "MODEL,+sse2,-avx", odd=("host", "Max")),
        {"avx2": BOOL, "x2apic": BOOL, "pmu": BOOL, "level": values(1, 13)},
    ),
    "smp": Method(
        values(1, 2, 3, 4, 6, 8, None, None, odd=(12, 64, 255, 256, 288, 289, 300)),
        {
            "maxcpus": values(1, 2, 4, 6, 8, 16, odd=(64, 255, 256, 288, 1024, 5000)),
            "sockets": values(1, 1, 2, 3, odd=(8,)),
            "dies": values(1, 1, 2),
            "clusters": values(1, 1, odd=(2,)),
            "cores": values(1, 2, 2, 3, 4, odd=(8,)),
            "threads": values(1, 1, 2, odd=(4,)),
        },
    ),
    "memory": Method(
        values(
            64,
            128,
            "256M",
            "1G",
            "2G",
            "0.5G",
            None,
            odd=(
                0,
                1,
                "1k",
                "100",
                "0x40",
                "1b",
                "8191",
                "3.7M",
                "4G",
                "-1",
                "1MB",
                "7T",
                "900P",
                "17E",
            ),
        ),
        {
            "slots": values(0, 1, 2, odd=(256, 257, -1)),
            "maxmem": values(
                "1G", "2G", "4G", odd=("64M", 1024, "1T", 134217728, "2g", "1P", "1E")
            ),
        },
    ),
    "boot": Method(
        _LETTERS,
        {
            "once": _LETTERS,
            "menu": BOOL,
            "splash": values("text.txt", "folder", odd=("missing.bmp",)),
            "splash_time": values(0, 1000, 65535, odd=(65536, -1)),
            "reboot_timeout": values(-1, 0, 65535, odd=(65536, -2)),
            "strict": BOOL,
        },
    ),
    "name": Method(
        values("web", "a b", "a,b", "a=b", "", odd=(None,)),
        {"process": values("qemu-web", "p" * 40, ""), "debug_threads": BOOL},
    ),
    "rtc": Method(
        values(
            "utc",
            "localtime",
            "2026-06-17",
            "2026-06-17T16:01:21",
            odd=(
                "2026-6-7",
                "2026-13-45T99:99:99",
                "0-1-1",
                "1969-12-31T23:59:59",
                "1600-01-01",
                "UTC",
            ),
        ),
        {"clock": values("host", "rt", "vm"), "driftfix": values("none", "slew")},
    ),
    "nodefaults": Method(),
    "no_reboot": Method(),
    "no_shutdown": Method(),
    "paused": Method(),
    "snapshot": Method(),
    "nographic": Method(),
    "usb": Method(),
    "keyboard": Method(
        values(
            "en-us",
            "de",
            "fr-ch",
            odd=("xx", "en_US", "", "./keys", "./missing", "EN-US"),
        )
    ),
    "vga": Method(
        values("std", "cirrus", "vmware", "virtio", "none", odd=("tcx", "cg3", "vga")),
        {"retrace": values("dumb", "precise")},
    ),
    "display": Method(
        values("none", "none", "vnc=127.0.0.1:NUMBER"),
        {
            "gl": values(True, False, odd=("core", "es")),
            "full_screen": BOOL,
            "window_close": BOOL,
            "show_cursor": BOOL,
            "zoom_to_fit": BOOL,
            "show_tabs": BOOL,
            "grab_on_hover": BOOL,
            "grab_mod": values("rctrl"),
            "charset": values("CP437", "nonsense"),
            "p2p": BOOL,
            "full_grab": BOOL,
        },
    ),
    "vnc": Method(
        values(
            "NUMBER",
            "NUMBER",
            "NUMBER",
            "none",
            "127.0.0.1:NUMBER",
            "unix:vnc.sock",
            odd=(
                0,
                65535,
                59635,
                59636,
                "localhost:NUMBER",
                "[::1]:NUMBER",
                "::1:NUMBER",
                "x",
                ":x",
                "192.0.2.1:NUMBER",
                "no-such-host.invalid:NUMBER",
                "unix:no/such/dir/s",
                "unix:",
                "*:NUMBER",
                "0:NUMBER",
                ":99999999999",
                "unix:folder",
                "unix:text.txt",
            ),
        ),
        {
            "host": values("127.0.0.1", "127.0.0.1", "::1", "", "0.0.0.0", odd=("192.0.2.1", "::")),
            "also": values(("127.0.0.1:7",), ("unix:also.sock",)),
            "to": values(1000, 1200, 59635, odd=(0, 5, 59636, 70000)),
            "websocket": values(
                True, "PORT", odd=(0, 65535, "127.0.0.1:PORT", ":PORT", "off", "BUSY")
            ),
            "also_websocket": values(("PORT",)),
            "password": BOOL,
            "password_secret": OBJECTS,
            "share": values("ignore", "allow-exclusive", "force-shared"),
            "display": values("v0", "v1"),
            "head": values(0, 1, odd=(16,)),
            "connections": values(0, 1, 32),
            "ipv4": BOOL,
            "ipv6": BOOL,
            "lock_key_sync": BOOL,
            "key_delay_ms": values(0, 10, 1000),
            "sasl": BOOL,
            "tls_creds": OBJECTS,
            "tls_authz": OBJECTS,
            "sasl_authz": OBJECTS,
            "lossy": BOOL,
            "non_adaptive": BOOL,
            "power_control": BOOL,
            "id": values("v0", "v1"),
        },
    ),
    "usbdevice": Method(
        values("tablet", "mouse", "keyboard", "wacom-tablet", odd=("disk", "tablet:1"))
    ),
    "drive": Method(
        Values((*DISKS[:4], *DISKS, None), NO_DISKS),
        {
            "interface": values(
                "virtio",
                "virtio",
                "none",
                "none",
                "ide",
                "floppy",
                "pflash",
                odd=(
                    "scsi",
                    "sd",
                    "mtd",
                    "xen",
                ),
            ),
            "format": values(
                "FORMAT", "FORMAT", "raw", "qcow2", odd=("vmdk", "vdi", "QCOW2", "luks", "")
            ),
            "media": values("disk", "cdrom", "cdrom", odd=("floppy",)),
            "index": values(0, 1, 2, 3, odd=(4, 5, 6, 7, 10**9, 1 << 31)),
            "bus": values(0, 0, 1, odd=(2, 5)),
            "unit": values(0, 1, odd=(2, 6, 7)),
            "id": DRIVE_IDS,
            "cache": values("none", "writeback", "writethrough", "directsync", "unsafe", "off"),
            "aio": values("threads", "native", "io_uring"),
            "discard": values("ignore", "unmap", "off", "on"),
            "detect_zeroes": values("off", "on", "unmap"),
            "readonly": BOOL,
            "snapshot": BOOL,
            "copy_on_read": BOOL,
            "werror": values("ignore", "stop", "report", "enospc"),
            "rerror": values("ignore", "stop", "report", odd=("enospc",)),
            "node_name": values("d0", "node0", odd=("n" * 32, "#b", "n" * 31)),
            "driver": values("qcow2", "raw"),
            **dict.fromkeys(_LIMITS, LIMIT),
            **{f"{name}_max": LIMIT for name in _LIMITS},
            **{f"{name}_max_length": SECONDS for name in _LIMITS},
            "iops_size": LIMIT,
            "group": values("g0", "g1", "d0", "", "a b"),
            "extra": values(
                {"cache.direct": "on"},
                {"file.locking": "off"},
                odd=(
                    {"serial": "x"},
                    {"file.filename": "disk.qcow2"},
                    {"cache.no-flush": "yes"},
                    {"file.driver": "file"},
                ),
            ),
        },
    ),
    **dict.fromkeys(("hda", "hdb", "hdc", "hdd"), Method(DISK)),
    "cdrom": Method(values("cd.iso", "cd.iso", None, odd=NO_DISKS)),
    **dict.fromkeys(("fda", "fdb"), Method(values("floppy.img", None, odd=NO_DISKS))),
    "pflash": Method(
        values("code.fd", "vars.fd", odd=("huge.fd", "empty.raw", "odd.raw", None, *NO_DISKS))
    ),
    **dict.fromkeys(("sd", "mtdblock"), Method(DISK)),
    **dict.fromkeys(
        ("serial", "parallel", "monitor", "qmp", "qmp_pretty", "gdb", "debugcon"),
        Method(
            values(
                "null",
                "none",
                "stdio",
                "pty",
                "vc",
                "vc:80Cx24C",
                "chardev:c0",
                "mon:stdio",
                odd=(
                    "mon:null",
                    "/dev/ttyNONE",
                    "tcp:127.0.0.1:PORT,server=on,wait=off",
                    "nonsense",
                    "unix:c.sock,server=on,wait=off",
                    "udp::PORT",
                    "tcp:no-such-host.invalid:PORT,server=on,wait=off",
                    "tcp:localhost:PORT,server=on,wait=off",
                    "udp:127.0.0.1:1@:PORT",
                    "Null",
                    "file:log",
                    "pipe:nopipe",
                    "msmouse",
                    "wctablet",
                    "vc:0x0",
                    "telnet:127.0.0.1:PORT,server,nowait",
                    "chardev:",
                    "stdio,x=y",
                ),
            ),
        ),
    ),
    "secret": Method(
        OBJECTS,
        {
            "data": values("secret", "longer than eight", ""),
            "file": values("password", "password", odd=("missing", "folder", "empty.raw")),
            "format": values("raw", "base64"),
            "keyid": OBJECTS,
            "iv": values("AAAAAAAAAAAAAAAAAAAAAA==", odd=("x",)),
        },
    ),
    "memory_backend_ram": Method(OBJECTS, _BACKEND, ("size",)),
    "memory_backend_memfd": Method(
        OBJECTS,
        {**_BACKEND, "hugetlb": values(False), "hugetlbsize": values("2M"), "seal": BOOL},
        ("size",),
    ),
    "memory_backend_file": Method(
        OBJECTS,
        {
            **_BACKEND,
            "mem_path": values("mem", ".", odd=("no/such/mem", "folder")),
            "align": values(4096, "2M", odd=(0, 3, "1")),
            "pmem": values(False),
            "discard_data": BOOL,
            "readonly": BOOL,
        },
        ("size", "mem_path"),
    ),
}

"""Every option of QEMU has a home, and every field of every option is written and read back."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess

import attrs
import pytest

import qemubuild
import qemubuild.command  # loads the options that are only ever read
from qemubuild import InvalidOption, Machine
from qemubuild.driven import Driven
from qemubuild.option import REGISTRY, Flag, Option
from qemubuild.values import Many, Verbatim

# What QEMU 10.2 has, and what it has dropped since 7.2.
PRESENT = """
    M accel acpitable action add-fd append audio audiodev bios blockdev boot cdrom chardev compat
    cpu d D daemonize debugcon device dfilter display drive dtb dump-vmstate echr enable-kvm
    enable-sync-profile fda fdb fsdev full-screen fw_cfg g gdb global hda hdb hdc hdd help icount
    incoming initrd iscsi jitdump k kernel L loadvm m machine mem-path mem-prealloc mon monitor msg
    mtdblock name net netdev nic no-fd-bootchk no-reboot no-shutdown no-user-config nodefaults
    nographic numa object only-migratable option-rom overcommit parallel perfmap pflash pidfile
    plugin preconfig prom-env qmp qmp-pretty qtest qtest-log readconfig rtc run-with S s sandbox sd
    seed semihosting semihosting-config serial set shim smbios smp snapshot spice tpmdev trace usb
    usbdevice uuid version vga virtfs vnc watchdog-action win2k-hack xen-attach xen-domid
    xen-domid-restrict
""".split()
DROPPED = """
    async-teardown audio-help chroot no-acpi no-hpet old-param portrait rotate runas singlestep
""".split()

# What fields hold, whatever their kind: the first that a field takes is tried.
SAMPLES = [
    True, 1, 2, 10, 512, "bind", "access-latency", "main", "auto_glz", "cpu", ("main",),
    ("cpu",), "1", "1G", "a1", "d", "auto", "on", "none", "null", "127.0.0.1:1", "0-3", "0x1",
    "utc", "/tmp/x", ":0", "kvm", "i1.x=y", "a.b.c=d", "defer", (0, 1), ("a",), ("0", "1"),
    "0x1000..0x2000", "800x600", "a=b", "12345678-1234-1234-1234-123456789abc",
    "tcp:127.0.0.1:1", 262144,
]  # fmt: skip


@pytest.mark.parametrize("flag", [*PRESENT, *DROPPED])
def test_every_option_has_a_home(flag):
    kind = REGISTRY[f"-{flag}"]
    assert issubclass(kind, Option)
    assert kind.__module__.startswith("qemubuild.options.")


def test_the_installed_qemu_has_no_option_without_one():
    program = shutil.which("qemu-system-x86_64")
    said = subprocess.run([program, "-help"], capture_output=True, text=True, check=True).stdout
    flags = set(re.findall(r"^(-[A-Za-z][\w-]*)", said, re.MULTILINE))
    assert len(flags) > 80
    assert flags <= REGISTRY.keys()


@pytest.mark.parametrize("flag", DROPPED)
def test_a_dropped_option_is_found(flag):
    words = [f"-{flag}"] if issubclass(REGISTRY[f"-{flag}"], Flag) else [f"-{flag}", "x"]
    found = Machine.from_argv(["qemu-system-x86_64", *words]).check()
    assert any("removed" in code for code in found.codes)


def kinds():
    """Every class of options that can be made."""
    return sorted(
        {value for value in vars(qemubuild).values() if inspect.isclass(value)}
        & {kind for kind in everything(Option) if kind.flag},
        key=lambda kind: kind.__name__,
    )


def everything(kind):
    return {kind}.union(*map(everything, kind.__subclasses__()))


def fields():
    return [
        pytest.param(kind, field, id=f"{kind.__name__}.{field.name}")
        for kind in kinds()
        if not issubclass(kind, Driven)
        for field in attrs.fields(kind)
        if "kind" in field.metadata
    ]


def samples(field):
    """Values to try: a Literal's own words first."""
    words = re.findall(r"'([^']*)'|\"([^\"]*)\"", str(field.type))
    yield from (one or other for one, other in words)
    yield from ([(value,) for value in SAMPLES] if field.metadata["kind"].__class__ is Many else [])
    yield from SAMPLES


# What some need beside the field in question, where one of each sample does not make them.
LB = {"initiator": 0, "target": 0, "hierarchy": "memory", "data_type": "access-latency"}
BESIDE = {
    "Accel": [{"name": name} for name in ("kvm", "tcg", "hvf", "whpx", "xen")],
    "Display": [
        {"type": kind} for kind in ("gtk", "sdl", "curses", "dbus", "egl-headless", "cocoa")
    ],
    "MemoryBackendFile": [{"id": "m", "size": "1G", "mem_path": "/f", "host_nodes": (0,)}],
    "MemoryBackendMemfd": [{"id": "m", "size": "1G", "host_nodes": (0,)}],
    "MemoryBackendRam": [{"id": "m", "size": "1G", "host_nodes": (0,)}],
    "NumaHmatLb": [
        {**LB, "latency": 10},
        {**LB, "data_type": "access-bandwidth", "bandwidth": "1G"},
    ],
    "Vnc": [{"listen": 0}],
}
SOCKETS = [{"unix": "/s", "server": True}, {"port": 1, "server": True}]


def made(kind, wanted):
    """An option with one field given, and no more than it needs beside."""
    needed = [
        {field.name: value}
        for field in attrs.fields(kind)
        if field.default is attrs.NOTHING and field.name != wanted.name
        for value in list(taken(field))[:1]
    ]
    least = {name: value for one in needed for name, value in one.items()}
    for beside in [{}, *BESIDE.get(kind.__name__, []), *SOCKETS]:
        for value in taken(wanted):
            try:
                return kind(**{**least, **beside, wanted.name: value})
            except (InvalidOption, TypeError):
                continue
    raise AssertionError(f"no sample makes a {kind.__name__} with {wanted.name}")


def taken(field):
    """The samples that the kind of a field takes."""
    kind = field.metadata["kind"]
    for value in samples(field):
        try:
            for one in value if kind.__class__ is Many else [value]:
                kind.write(one)
        except (InvalidOption, TypeError):
            continue
        yield value


@pytest.mark.parametrize(("kind", "field"), fields())
def test_every_field_is_written_and_read_back(kind, field):
    option = made(kind, field)
    value = getattr(option, field.name)
    bare = {name: one for name, one in option._given() if name != field.name}
    assert value is not None
    try:
        without = kind(**bare)
    except (InvalidOption, TypeError):
        without = None  # it is needed
    assert option != without, "the field says nothing"
    again = REGISTRY[option.flag].parse(option.words[1])
    assert again == option
    assert not isinstance(getattr(again, field.name, None), Verbatim)
    assert again.explain()

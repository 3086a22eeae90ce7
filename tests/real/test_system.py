"""Kernels, logs, time, properties and the rest of the system's options, as the real QEMU sees them.

Each command line is refused by QEMU and an error here, or neither.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

import pytest

from qemubuild import Machine
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import REGISTRY
from tests.real.judge import needs, refusal

BASE = ["qemu-system-x86_64", "-machine", "pc", "-accel", "tcg", "-m", "64", "-nodefaults"]
UUID = "550e8400-e29b-41d4-a716-446655440000"
VGA = ["-device", "VGA,id=v"]

ALONE = {
    "-d": [
        "unimp", "unimp,guest_errors", "trace:usb_*", "trace:nope", "nochain,cpu,exec,fpu",
        "x", "", "unimp,", "help", "none", "all", "tid", "-int", " unimp", "UNIMP", "trace:",
        "?", "trace:help",
    ],
    "-D": ["log", "l%d", "l%d%d", "l%s", "l%", "l%%d", "x%5d", ""],
    "-dfilter": [
        "0x1000", "0x1000..0x2000", "0x1000+0x100", "0x1000-0x100", "x", "", "1+2,3+4", "1+2,",
        "0x2000..0x1000", "1..", "0..0xffffffffffffffff", "0x1000..+4", "1+0", "1-0", "010+1",
        "08+1", "-1..3", " 1+2", "1 +2", "1-2", "5-6", "5-7", "0-1", "1++2", "a..b",
        "0x10000000000000000..1", "2+0xffffffffffffffff", "1+0xffffffffffffffff",
        "1..2, 3..4", "..2", "1-2+3",
    ],
    "-trace": ["usb_*", "nope", "enable=nope", "file=tr", "events=nope", "", "-usb_*", "help"],
    "-icount": [
        "5", "auto", "shift=auto,align=on", "shift=5,align=on,sleep=off", "shift=11", "shift=10",
        "shift=-1", "x", "auto,sleep=off", "auto,align=on,sleep=off", "align=on", "align=off",
        "sleep=off", "rr=record", "shift=5,rr=record", "shift=5,rr=record,rrfile=rr",
        "shift=5,rr=x,rrfile=rr", "shift=5,rr=", "shift=5,rrfile=q", "rr=record,rrfile=rr",
        "shift=5,align=yes", "shift=5,align=maybe", "0x5", "shift=5,rrsnapshot=q",
    ],
    "-seed": ["0", "1", "-1", "18446744073709551615", "18446744073709551616", "0x10", "x", ""],
    "-uuid": [UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", f"{UUID} ", "x", ""],
    "-watchdog-action": ["reset", "inject-nmi", "none", "debug", "pause", "RESET", "x", ""],
    "-echr": ["20", "0x14", "x", "", "-1", "1000", "3x"],
    "-msg": ["timestamp=on", "timestamp", "guest-name=on", "timestamp=maybe", ""],
    "-global": [
        "PIIX4_PM.disable_s3=1", "nope.a=b", "a.b=", "driver=PIIX4_PM,property=disable_s3,value=1",
        "x", "", "a.b", ".b=1", "a.=1", "driver=PIIX4_PM", f"{'a' * 64}.b=1",
        f"driver={'a' * 64},property=b,value=1", "rtl8139.nope=on", "help",
    ],
    "-set": ["drive.d.file=x", "x", "", "drive.d.x", "drive..x=1", "object.o.a=1", "machine.m.a=1"],
    "-append": ["x", ""],
    "-initrd": ["k", "nope", ""],
    "-dtb": ["k", "nope"],
    "-bios": [""],
    "-kernel": [""],
    "-pidfile": ["pid", ""],
    "-L": ["nope", "", "help", "?"],
    "-loadvm": ["x", ""],
    "-readconfig": ["/dev/null", ""],
    "-qtest": ["null", "x", "none", "unix:q,server=on,wait=off", ""],
    "-qtest-log": ["/nope/x", "none"],
    "-mem-path": [".", "new", ""],
    "-g": ["800x600", "x"],
    "-prom-env": ["a=b"],
    "-semihosting-config": ["enable=on"],
    "-rotate": ["90"],
    "-watchdog": ["i6300esb"],
    "-redir": ["tcp:22::22"],
    "-soundhw": ["es1370"],
}  # fmt: skip

FLAGS = """
    -mem-prealloc -full-screen -win2k-hack -no-fd-bootchk -s -only-migratable -preconfig
    -enable-sync-profile -no-user-config -semihosting -help -h -version
    -no-acpi -no-hpet -portrait -singlestep -async-teardown -old-param
    -no-kvm -no-frame -alt-grab -ctrl-grab -no-quit -localtime -no-kvm-irqchip -no-kvm-pit
    -tdf -sdl -curses -show-cursor -rtc-td-hack -nodefconfig -enable-fips -no-kvm-pit-reinjection
""".split()

TOGETHER = [
    ["-d", "tid", "-D", "t%d"],
    ["-d", "tid", "-D", "t"],
    ["-d", "unimp", "-D", "l%s"],
    ["-trace", "usb_*", "-trace", "file=tr"],
    ["-icount", "5", "-icount", "align=on"],
    ["-mem-path", ".", "-object", "memory-backend-ram,id=m,size=64M",
     "-machine", "memory-backend=m"],
    ["-mem-prealloc", "-object", "memory-backend-ram,id=m,size=64M", "-machine",
     "memory-backend=m"],
    ["-s", "-gdb", "none"],
    ["-s", "-gdb", "null"],
    ["-s", "-gdb", "unix:gs,server=on,wait=off"],
    ["-loadvm", "x", "-incoming", "defer"],
    [*VGA, "-set", "device.v.vgamem_mb=32"],
    ["-set", "device.v.vgamem_mb=32", *VGA],
    [*VGA, "-set", "device.w.vgamem_mb=32"],
    ["-netdev", "user,id=n", "-set", "netdev.n.restrict=on"],
    ["-chardev", "null,id=c", "-set", "chardev.c.logfile=x"],
    ["-daemonize", "-serial", "stdio"],
    ["-daemonize", "-monitor", "stdio"],
    ["-daemonize", "-gdb", "stdio"],
    ["-L", "a", "-L", "b"],
]  # fmt: skip


def cases():
    for flag, values in ALONE.items():
        yield from ([flag, value] for value in values)
    yield from ([flag] for flag in FLAGS)
    yield from TOGETHER


@pytest.mark.parametrize("words", [*cases()], ids=" ".join)
def test_what_qemu_refuses_is_refused_or_an_error(words, tmp_path):
    (tmp_path / "k").write_bytes(b"x" * 2000)
    needs(BASE[0])
    argv = [*BASE, *words]
    refused = refusal(argv, cwd=tmp_path)
    try:
        machine = Machine.from_argv(argv)
    except (InvalidOption, CommandSyntaxError):
        assert refused is not None
        return
    found = machine.check().errors
    if missing_file(words):
        return  # the host is asked about files, not the machine
    assert bool(found) == (refused is not None), (refused, found)
    again = refusal(machine.argv(check=False), cwd=tmp_path)
    assert (again is None) == (refused is None), again


def missing_file(words):
    """Whether QEMU misses a file, which the machine by itself does not tell."""
    return words == ["-trace", "events=nope"]


@pytest.mark.parametrize(
    "name", ["a,b", "a:b", "a=b", " a ", "-x", "a'b\"c", "é", os.fsdecode(b"\xff")]
)
def test_files_arrive_as_given(name, tmp_path):
    machine = (
        Machine("x86_64").accel("tcg").memory("64M").nodefaults().log_items("unimp").log_file(name)
    )
    machine = machine.pidfile(f"{name}.pid").trace(file=f"{name}.trace").mem_path(f"{name}.ram")
    seen = []
    # What QEMU makes, and removes when it ends.
    assert (
        refusal(machine.argv(), cwd=tmp_path, ask=lambda _: seen.extend(os.listdir(tmp_path)))
        is None
    )
    assert {f"{name}.pid", f"{name}.ram"} <= set(seen)
    # QEMU writes its trace to its log, where it can, and then -trace's file is that log.
    assert {name, f"{name}.trace"} & set(seen)


def test_a_property_of_a_driver_arrives():
    machine = (
        Machine("x86_64")
        .accel("tcg")
        .memory("64M")
        .global_property("VGA", "vgamem_mb", 32)
        .device("VGA", id="v")
        .set_property("device", "v", "edid", value=False)
        .nodefaults()
        .uuid(UUID)
    )

    def ask(monitor):
        path = "/machine/peripheral/v"
        assert monitor.execute("qom-get", path=path, property="vgamem_mb") == 32
        assert monitor.execute("qom-get", path=path, property="edid") is False
        assert monitor.execute("query-uuid") == {"UUID": UUID}

    assert refusal(machine.argv(), ask=ask) is None


@pytest.mark.parametrize(
    ("more", "starts"),
    [
        (["-nographic"], False),
        (["-nographic", "-nodefaults"], True),
        (["-display", "none"], True),
    ],
)
def test_in_the_background(more, starts, tmp_path):
    argv = [*BASE[:-1], "-S", "-daemonize", "-pidfile", str(tmp_path / "pid"), *more]
    ended = subprocess.run(argv, timeout=30, check=False, capture_output=True)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text("utf-8")), signal.SIGKILL)
    assert (ended.returncode == 0) == starts
    assert Machine.from_argv(argv).check().ok == starts


def test_a_description_is_written_and_no_guest_runs(tmp_path):
    machine = Machine("x86_64").accel("tcg").memory("64M").dump_vmstate(tmp_path / "a,b.json")
    argv = machine.display("none").argv()
    subprocess.run(argv, timeout=30, check=True, capture_output=True)
    assert (tmp_path / "a,b.json").read_text("utf-8").startswith("{")


def test_every_dropped_option_is_unknown_to_qemu_or_newer():
    said = subprocess.run(
        [BASE[0], "-help"], timeout=30, check=True, capture_output=True, text=True
    ).stdout
    gone = [flag for flag, kind in REGISTRY.items() if kind.removed and not later(kind.removed)]
    assert gone
    for flag in gone:
        assert f"\n{flag} " not in said


def later(version):
    """Whether a version of QEMU is newer than the oldest that machines are judged for."""
    return tuple(map(int, version.split("."))) > (7, 2)

"""The real QEMU starts the screens and ports found right, and refuses those found wrong."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from qemubuild.driven import Driven
from qemubuild.machine import Machine
from qemubuild.options.audiodev import Audiodev
from qemubuild.options.chardev import Chardev
from qemubuild.options.debugcon import Debugcon
from qemubuild.options.device import Device
from qemubuild.options.display import Display
from qemubuild.options.flags import Nodefaults, Nographic, Usb
from qemubuild.options.gdb import Gdb
from qemubuild.options.keyboard import Keyboard
from qemubuild.options.machine_type import MachineType
from qemubuild.options.monitor import Monitor, Qmp, QmpPretty
from qemubuild.options.net import Net
from qemubuild.options.netdev import Netdev
from qemubuild.options.nic import Nic
from qemubuild.options.parallel import Parallel
from qemubuild.options.raw import Raw
from qemubuild.options.serial import Serial
from qemubuild.options.usbdevice import Usbdevice
from qemubuild.options.vga import Vga
from qemubuild.options.vnc import Vnc
from tests.hostile import NAMES
from tests.real.judge import needs, refusal

QUIET = {"server": True, "wait": False}
MUX = Chardev("null", id="c", mux=True)


class Object(Driven, init=False):
    """Just an object, so that this does not depend on the option of that name."""

    def _compose(self):
        return ("-object", self.render())

    def claims(self):
        from qemubuild.claims import OBJECT, Defines

        yield Defines(OBJECT, self.get("id"))


SECRET = Object("secret", id="s", data="pass")
TLS = Object("tls-creds-anon", id="t", endpoint="server")
AUDIO = Raw("-audiodev", "none,id=a")


def free_ports(count):
    """Ports that are free now, and high enough to be anybody's."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


# A display number and a port that are free, each worker its own.
n, p = (port - offset for port, offset in zip(free_ports(2), (5900, 0), strict=True))

RIGHT = [
    [Vnc(n)],
    [Vnc(n, host="127.0.0.1")],
    [Vnc(n, host="*")],
    [Vnc(n, host="::1")],
    [Vnc(n, host="localhost")],
    [Vnc(f"::1:{n}")],
    [Vnc(f"[::1]:{n}")],
    [Vnc(f": +{n}")],
    [Vnc("none")],
    [Vnc.parse("")],
    [Vnc.parse("to=5")],
    [Vnc("none", to=4, reverse=True)],
    [Vnc("none"), Vnc("none")],
    [Vnc("unix:")],
    [Vnc(unix="sock")],
    [Vnc(unix="a=b,c")],
    [Vnc(unix="u" * 108)],
    [Vnc(unix="sock", websocket=p)],
    [Vnc(n, host="127.0.0.1", to=n)],
    [Vnc(n, host="127.0.0.1", to=n + 9)],
    [Vnc(n, host="127.0.0.1", to=0)],
    [Vnc(n, host="127.0.0.1", to=59635)],
    [Vnc(n, host="127.0.0.1", websocket=True, to=n + 9)],
    [Vnc(n, host="127.0.0.1", websocket=p)],
    [Vnc(n, host="127.0.0.1", websocket=f"127.0.0.1:{p}")],
    [Vnc(n, host="127.0.0.1", also=(f"127.0.0.2:{n}",))],
    [Vnc(n, host="127.0.0.1", also=(f"127.0.0.2:{n}",), websocket=p)],
    [Vnc(n, host="127.0.0.1"), Vnc(n, host="::1")],
    [Vnc(n, host="127.0.0.1"), Vnc(n)],
    [Vnc(n, host="0.0.0.0"), Vnc(n, host="::1")],
    [Vnc(n), Vnc(n, to=n + 9)],
    [Vnc(unix="a", id="one"), Vnc(unix="b", id="two")],
    [Vnc(unix="a", password=True)],
    [Vnc(unix="a", password_secret="s"), SECRET],
    [
        Vnc(unix="a", password_secret="s"),
        Object("secret", id="s", data="much too long"),
    ],
    [Vnc(unix="a", tls_creds="t"), TLS],
    [Vnc(unix="a", tls_creds="t", tls_authz="z"), TLS],
    [Vnc(unix="a", sasl=True, sasl_authz="z")],
    [Vnc(unix="a", share="ignore", connections=1, key_delay_ms=0, head=3)],
    [Vnc(unix="a", lossy=True, non_adaptive=True, lock_key_sync=False)],
    [Vnc(unix="a", power_control=True, audiodev="a"), AUDIO],
    [Vnc(unix="a", display="v"), Device("virtio-vga", id="v")],
    [Vnc(n, host="127.0.0.1", ipv4=True, ipv6=False)],
    [Vnc(n, host="127.0.0.1", ipv4=True, ipv6=True)],
    [Vnc(n, host="::1", ipv6=True)],
    [Display(vnc=f"127.0.0.1:{n},to={n + 9}")],
    # keyboard layouts
    [Keyboard("de"), Vnc(unix="a")],
    [Keyboard("nonsense"), Display("none")],
    [Keyboard("/dev/null"), Vnc(unix="a")],
    [Keyboard(Path("my,layout=1")), Vnc(unix="a")],
    # displays
    [Display("none")],
    [Display("default")],
    [Display("none", full_screen=True, window_close=False, show_cursor=True)],
    [Display("none", gl=False)],
    [Display("dbus", p2p=True)],
    # graphics cards
    [Vga("std", retrace="precise")],
    [Vga("none", retrace="dumb")],
    [Vga("cirrus")],
    [Vga("vmware")],
    # USB
    [Usbdevice("tablet"), Usbdevice("mouse"), Usbdevice("keyboard")],
    [Usbdevice("tablet"), MachineType("q35")],
    [Usbdevice("tablet"), MachineType("microvm")],
    [Device("usb-tablet"), Usb()],
    [Device("usb-tablet"), Usbdevice("mouse")],
    [Device("usb-tablet"), MachineType("pc", usb=True)],
    [Device("qemu-xhci"), Device("usb-tablet")],
    [Device("qemu-xhci", id="x"), Device("usb-tablet", bus="x.0")],
    [Device("ich9-usb-ehci1"), Device("usb-tablet")],
    [Device("ich9-usb-uhci1"), Device("usb-hub")],
    [Device("piix3-usb-uhci"), Device("usb-mouse")],
    [Device("pci-ohci"), Device("usb-kbd")],
    # serial ports and their like
    [Serial("none")],
    [Serial("null"), Serial("vc:80Cx24C"), Serial("pty"), Serial("msmouse")],
    [Serial("vcsomething"), Parallel("vc"), Monitor("vc"), Qmp("vc")],
    [Serial("mon:stdio")],
    [Serial("/dev/null")],
    [Serial(file="a,b=c:d")],
    [Serial(file="log", monitor=True)],
    [Serial(unix="a=b,c", **QUIET)],
    [Serial(unix="s", telnet=True, **QUIET)],
    [Serial(unix="s", extra={"abstract": "on"}, **QUIET)],
    [Serial(unix="nobody", extra={"reconnect": "1"})],
    [Serial("unix:s,server,nowait")],
    [Serial("unix:,server=on,wait=off")],
    [Serial(port=p, **QUIET)],
    [Serial(port=p, host="127.0.0.1", telnet=True, **QUIET)],
    [Serial(port=p, host="127.0.0.1", websocket=True, to=p + 9, **QUIET)],
    [Serial(port=p, host="::1", **QUIET)],
    [Serial(f"tcp::{p},server,nowait")],
    [Serial(f"telnet:127.0.0.1:{p},server=on,wait=off")],
    [Serial(f"udp::{p}@:0")],
    [Serial(chardev="c"), Chardev("null", id="c")],
    [*(Serial(chardev="c"),) * 4, MUX],
    [Serial(chardev="c"), Monitor(chardev="c"), MUX],
    [Serial("null")] * 5,
    [Parallel("null")] * 3,
    [Parallel("none")] * 4,
    [Monitor("none"), Monitor("null"), QmpPretty("null"), Qmp("null")],
    [Debugcon("null")],
    [Gdb("none")],
    [Gdb(port=p, host="127.0.0.1")],
    [Gdb(chardev="c"), Chardev("null", id="c")],
    [Nographic(), Nodefaults(), Serial("stdio")],
    [Nographic(), Serial("mon:stdio")],
    [Nographic(), Serial("stdio"), Monitor("none")],
    [Nographic(), Serial("none"), Monitor("stdio")],
    [Chardev("socket", id="c", path="p", **QUIET)],
    [Chardev("socket", id="c", host="127.0.0.1", port=p, **QUIET)],
    [Chardev("stdio", id="a", mux=True), Serial(chardev="a")],
    # networks and devices
    [Netdev("user", id="n"), Device("e1000", netdev="n")],
    [Netdev("user", {"hostfwd": (f"tcp:127.0.0.1:{p}-:22",)}, id="n")],
    [Nic("user", {"hostfwd": (f"tcp:127.0.0.1:{p}-:22",)}, id="a"), Nic("none")],
    [Net("nic", netdev="n"), Netdev("user", id="n")],
    [Net("nic"), Net("user")],
    [Audiodev("none", id="1 a"), Audiodev("none", id="1 a")],
    [Audiodev("none", {"out.frequency": 44100}, id="a"), Vnc(unix="a", audiodev="a")],
    [Device("virtio-serial"), Device("virtconsole", chardev="c"), MUX],
    [Device("e1000", bus="pci.0", id="e")],
    [Device("pci-bridge", id="b", chassis_nr=1), Device("e1000", bus="b")],
    [
        Device("virtio-rng-pci", rng="r"),
        Object("rng-random", id="r", filename="/dev/null"),
    ],
    [Device("virtio-blk-pci", drive="d"), Raw("-blockdev", "null-co,node-name=d")],
]

WRONG = [
    [Vnc(f":{n + 60000}")],
    [Vnc(":59636")],
    [Vnc(n, host="127.0.0.1", to=n - 1)],
    [Vnc(n, host="127.0.0.1", to=59636)],
    [Vnc(unix="s", to=4)],
    [Vnc(n, also=(f"127.0.0.1:{n - 1}",), websocket=True)],
    [Vnc(n, host="127.0.0.1", websocket=n + 5900)],
    [Vnc(n), Vnc(n)],
    [Vnc(n), Vnc(n, host="127.0.0.1")],
    [Vnc(n), Vnc(n, host="::1")],
    [Vnc(n, host="*"), Vnc(n, host="::1")],
    [Vnc(n, host="0.0.0.0"), Vnc(n, host="127.0.0.1")],
    [Vnc(n, to=n + 1), Vnc(n)],
    [Vnc(n, host="127.0.0.1"), Serial(port=n + 5900, host="127.0.0.1", **QUIET)],
    [Vnc(unix="a", id="one"), Vnc(unix="b", id="one")],
    [Vnc(unix="a", password_secret="s")],
    [Vnc("none", password_secret="s")],
    [Vnc(unix="a", password_secret="s", password=True), SECRET],
    [Vnc(unix="a", password_secret="s", password=False), SECRET],
    [Vnc(unix="a", tls_creds="t")],
    [Vnc(unix="a", tls_authz="t")],
    [Vnc("none", tls_authz="t")],
    [Vnc(unix="a", sasl_authz="t")],
    [Vnc(unix="a", sasl=False, sasl_authz="t")],
    [Vnc(unix="a", display="v")],
    [Vnc(unix="a", audiodev="a")],
    [Vnc(n, ipv4=False, ipv6=False)],
    [Vnc(n, host="127.0.0.1", ipv6=True)],
    [Vnc(n, host="127.0.0.1", ipv4=False)],
    [Vnc(n, host="::1", ipv4=True)],
    [Vnc(n, host="::1", ipv6=False)],
    [Vnc(n, reverse=True)],
    [Vnc(p, host="127.0.0.1", reverse=True, websocket=True)],
    [Vnc(p, host="127.0.0.1", reverse=True, also=("127.0.0.1:5900",))],
    [Display(vnc=f"127.0.0.1:{n},to={n - 1}")],
    [Vnc.parse("47")],
    [Vnc.parse(":")],
    [Vnc.parse(f":{n},websocket=off")],
    [Vnc.parse(f":{n},share=all")],
    [Vnc.parse("unix:" + "u" * 109)],
    [Vnc.parse("vnc=")],
    # keyboard layouts
    [Keyboard("nonsense"), Vnc(unix="a")],
    [Keyboard("nonsense"), Vnc("none")],
    [Keyboard("EN-US"), Display(vnc="unix:a")],
    # displays
    [Display("none", zoom_to_fit=True)],
    [Display("egl-headless", addr="x")],
    [Display("gtk", rendernode="x")],
    [Display("none", gl=True)],
    [Display("dbus", p2p=True, addr="x")],
    [Display.parse("nothing")],
    [Display.parse("none,gl=maybe")],
    # graphics cards
    [Vga("tcx")],
    [Vga("cg3")],
    [Vga.parse("standard")],
    [Vga.parse("std,retrace=never")],
    [Vga.parse("std,foo=1")],
    # USB
    [Usbdevice("tablet"), MachineType("isapc")],
    [Usbdevice.parse("Tablet")],
    [Device("usb-tablet")],
    [Device("usb-hub"), MachineType("q35")],
    [Device("usb-tablet", bus="usb-bus.0")],
    [Device("usb-tablet"), Device("qemu-xhci")],
    [Device("usb-tablet", bus="x.0"), Device("qemu-xhci", id="x")],
    # serial ports and their like
    [Serial("stdio"), Serial("stdio")],
    [Serial("mon:stdio"), Monitor("stdio")],
    [Serial("stdio"), Parallel("stdio")],
    [Qmp("stdio"), Monitor("stdio")],
    [Gdb("stdio"), Serial("stdio")],
    [Chardev("stdio", id="a"), Serial("stdio")],
    [Chardev("stdio", id="a"), Chardev("stdio", id="b")],
    [Nographic(), Monitor("stdio")],
    [Nographic(), Chardev("stdio", id="a")],
    [Serial.parse("nothing")],
    [Serial.parse("")],
    [Serial.parse("file:")],
    [Serial.parse("vc:big")],
    [Serial.parse("tcp:5998,server=on,wait=off")],
    [Serial.parse("unix:" + "u" * 109 + ",server=on,wait=off")],
    [Serial.parse("unix:s,server=1,wait=off")],
    [Qmp.parse("none")],
    [Debugcon.parse("none")],
    [Debugcon(chardev="c"), Chardev("null", id="c")],
    [Serial(unix="s", wait=False)],
    [Serial("unix:s,wait=off")],
    [Serial(port=p, websocket=True)],
    [Serial(unix="s", extra={"reconnect": "1"}, **QUIET)],
    [Serial(port=p, host="127.0.0.1", to=p - 1, **QUIET)],
    [Serial(port=p, **QUIET), Serial(port=p, **QUIET)],
    [Serial(chardev="c")],
    [Monitor(chardev="c")],
    [Serial(chardev="c"), Parallel(chardev="c"), Chardev("null", id="c")],
    [*(Serial(chardev="c"),) * 3, *(Parallel(chardev="c"),) * 2, MUX],
    [Parallel("null")] * 4,
    [Chardev("null")],
    [Chardev("null", id="1c")],
    [Chardev("null", id="c"), Chardev("null", id="c")],
    [Chardev("socket", id="c", path="p", wait=False)],
    [Chardev("socket", id="c", path="p", reconnect=1, **QUIET)],
    # networks and devices
    [Netdev("user")],
    [Netdev("user", id="1n")],
    [Netdev("user", id="n"), Netdev("user", id="n")],
    [Netdev("user", id="n"), *(Device("e1000", netdev="n"),) * 2],
    [Device("e1000", netdev="n")],
    [Nic("user", id="n"), Device("e1000", netdev="n")],
    [Nic("user", id="n"), Netdev("user", id="n")],
    [Nic("user", id="1n")],
    [Net("nic", netdev="n")],
    [Audiodev("none")],
    [Device("e1000", id="a"), Device("e1000", id="a")],
    [Device("e1000", id="")],
    [Device("e1000", id="1a")],
    [Device("virtio-blk-pci", drive="d")],
    [Device("virtio-serial"), Device("virtconsole", chardev="c")],
    [Device("virtio-rng-pci", rng="r")],
    [Device("pc-dimm", memdev="m")],
    [Device("e1000", bus="b"), Device("pci-bridge", id="b", chassis_nr=1)],
]


def machine_of(options, tmp_path):
    needs("qemu-system-x86_64")
    (tmp_path / "my,layout=1").write_text("")
    return Machine("x86_64", [Raw("-accel", "tcg"), Raw("-m", "32"), *options])


@pytest.mark.parametrize("options", RIGHT)
def test_what_is_found_right_starts(options, tmp_path):
    machine = machine_of(options, tmp_path)
    assert machine.check().errors == ()
    refused = refusal(machine.argv(), cwd=tmp_path)
    if refused and "Perhaps you want to install" in refused:
        pytest.skip(refused)  # Debian's and Ubuntu's QEMU has some displays in other packages
    assert refused is None


@pytest.mark.parametrize("options", WRONG)
def test_what_is_found_wrong_is_refused(options, tmp_path):
    machine = machine_of(options, tmp_path)
    assert machine.check().errors != ()
    assert refusal(machine.argv(check=False), cwd=tmp_path) is not None


@pytest.mark.parametrize(
    "options",
    [
        [Serial("stdio")],
        [Parallel("stdio"), Serial("null")],
        [Gdb("stdio")],
        [Chardev("stdio", id="a"), Monitor("none")],
    ],
)
def test_nographic_takes_the_terminal(options):
    machine = Machine("x86_64", [Nographic(), *options])
    assert "terminal-of-nographic" in machine.check().codes
    argv = [*machine.argv(check=False), "-accel", "tcg", "-S"]
    ended = subprocess.run(
        argv, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
    )
    assert ended.returncode == 1
    assert b"cannot use stdio by multiple character devices" in ended.stderr


def test_a_viewer_that_waits_is_connected_to(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as viewer:
        viewer.settimeout(30)
        port = viewer.getsockname()[1]
        machine = Machine("x86_64").vnc(port, host="127.0.0.1", reverse=True)
        assert machine.check().ok
        assert refusal([*machine.argv(), "-accel", "tcg"]) is None
        with viewer.accept()[0] as shown:
            assert shown.recv(3) == b"RFB"


def test_the_port_is_the_one_that_it_listens_on():
    (port,) = free_ports(1)
    vnc = Vnc(port - 5900, host="127.0.0.1")
    assert vnc.port == port

    def greets(_):
        host, _, number = vnc.address.rpartition(":")
        with socket.create_connection((host, int(number)), timeout=30) as client:
            assert client.recv(3) == b"RFB"

    argv = Machine("x86_64", [vnc]).argv()
    assert refusal([*argv, "-accel", "tcg"], ask=greets) is None


# Names: each opens exactly the file that it says.

SHORT = [name for name in NAMES if len(os.fsencode(name)) <= 100]


def started(options, directory):
    """Start one QEMU with all of these, and say what it finds wrong."""
    machine = Machine("x86_64", [Nodefaults(), Raw("-accel", "tcg"), Raw("-m", "32"), *options])
    assert machine.check().errors == ()
    assert refusal(machine.argv(), cwd=directory) is None


def made(directory):
    return set(os.listdir(os.fsencode(directory)))


@pytest.mark.parametrize("part", range(4))
def test_chardev_files_are_those_that_are_named(part, tmp_path):
    names = NAMES[part::4]
    started([Serial(file=name) for name in names], tmp_path)
    assert made(tmp_path) == {os.fsencode(name) for name in names}


@pytest.mark.parametrize("kind", [Vnc, Serial, Monitor, Chardev])
@pytest.mark.parametrize("part", range(4))
def test_sockets_are_those_that_are_named(kind, part, tmp_path):
    names = SHORT[part::4]
    seen = set()

    def look(_):
        seen.update(made(tmp_path))

    def option(number, name):
        if kind is Vnc:
            return Vnc(unix=name)
        if kind is Chardev:
            return Chardev("socket", id=f"c{number}", path=name, **QUIET)
        return kind(unix=name, **QUIET)

    options = [option(number, name) for number, name in enumerate(names)]
    machine = Machine("x86_64", [Nodefaults(), Raw("-accel", "tcg"), *options])
    assert machine.check().errors == ()
    assert refusal(machine.argv(), cwd=tmp_path, ask=look) is None
    assert seen == {os.fsencode(name) for name in names}


@pytest.mark.parametrize("kind", [Vnc, Serial])
@pytest.mark.parametrize("name", NAMES[::9])
def test_a_name_that_was_read_back_is_the_same(kind, name):
    if len(os.fsencode(name)) > 108:
        pytest.skip("no socket can have it")
    option = kind(unix=name)
    again = kind.parse(option.words[1])
    assert (again, again.unix) == (option, name)

"""The files of the host: what is there, and what is too small or too big."""

from __future__ import annotations

import os
import socket

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
FIRMWARE = "/usr/share/seabios/bios-256k.bin"  # there wherever Debian's QEMU is
HERE = Host()
READ = {"interface": "pflash", "format": "raw", "readonly": True}

EXAMPLES = {
    "memory-file-is-directory": (
        PC.memory_backend_file("a", size="1M", mem_path="/tmp", readonly=True),
        PC.memory_backend_file("a", size="1M", mem_path="/tmp"),
        HERE,
    ),
    "memory-file-too-small": (
        PC.memory_backend_file("a", size="1M", mem_path=FIRMWARE),
        PC.memory_backend_file("a", size="256K", mem_path=FIRMWARE),
        HERE,
    ),
    "memory-file-without-folder": (
        PC.memory_backend_file("a", size="1M", mem_path="/no/such/folder/memory"),
        PC.memory_backend_file("a", size="1M", mem_path="/tmp/memory"),
        HERE,
    ),
    "memory-file-missing": (
        PC.memory_backend_file("a", size="1M", mem_path="/tmp/no such memory", readonly=True),
        PC.memory_backend_file("a", size="1M", mem_path="/tmp/no such memory"),
        HERE,
    ),
    "file-of-another-kind": (PC.serial(unix=FIRMWARE), PC.serial(file="/tmp/boot.log"), HERE),
    "readconfig-malformed": (
        PC.readconfig("/etc/passwd"),
        PC.readconfig("/dev/null"),
        HERE,
    ),
    "file-size": (
        PC.bios("/etc/os-release"),
        PC.bios(FIRMWARE),
        HERE,
    ),
    "kernel-without-protocol": (
        PC.kernel(FIRMWARE).initrd(FIRMWARE),
        PC.kernel(FIRMWARE),
        HERE,
    ),
    "flash-size": (PC.drive("/etc/os-release", **READ), PC.drive(FIRMWARE, **READ), HERE),
}


def codes(machine):
    return machine.check(host=HERE).codes


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("sizes", "fits"),
    [((4096,), True), ((1 << 20, 7 << 20), True), ((0,), False), ((1 << 20, 8 << 20), False)],
)
def test_flash_of_a_pc(here, sizes, fits):
    machine = PC
    for name, size in zip("ab", sizes, strict=False):
        with (here / name).open("wb") as file:
            file.truncate(size)
        machine = machine.drive(name, interface="pflash", format="raw")
    assert ("flash-size" not in codes(machine)) == fits
    more = machine.machine_type("pc", extra={"max-fw-size": "16M"})
    assert ("flash-size" not in codes(more)) == (sizes != (0,))
    assert "flash-size" not in codes(machine.machine_type("virt"))


def test_an_image_of_flash_is_not_measured_by_its_file(here):
    (here / "a").write_bytes(b"x")
    assert "flash-size" not in codes(PC.drive("a", interface="pflash", format="qcow2"))


class Shut(Host):
    """A host on which nothing can be made."""

    def can_create(self, folder: str) -> bool:  # noqa: ARG002
        return False


@pytest.mark.parametrize(
    ("machine", "made"),
    [
        (PC.serial(file="log"), True),
        (PC.serial(unix="s", server=True, wait=False), True),
        (PC.vnc(unix="s"), True),
        (PC.pidfile("p"), True),
        (PC.serial(unix="s"), False),
    ],
)
def test_what_qemu_makes_needs_a_folder_that_can_be_written_to(here, machine, made):
    assert ("file-not-permitted" in machine.check(host=Shut()).codes) == made
    assert "file-not-permitted" not in codes(machine)


def test_a_pipe_may_be_two(here):
    machine = PC.serial(pipe="p")
    assert "file-missing" in codes(machine)
    os.mkfifo("p.in")
    assert "file-missing" in codes(machine)
    os.mkfifo("p.out")
    assert not codes(machine)


def test_sockets_are_made_by_servers_and_found_by_clients(here):
    assert "file-missing" in codes(PC.serial(unix="s"))
    assert "file-missing" not in codes(PC.serial(unix="s", server=True, wait=False))
    assert "file-missing" in codes(PC.serial(unix="no/s", server=True, wait=False))
    assert "file-missing" in codes(PC.vnc(unix="no/s"))
    assert "file-missing" not in codes(PC.vnc(unix="s"))


def test_what_nobody_reads_may_be_missing(here):
    assert PC.keyboard("./mine").check(host=HERE).codes == ("file-missing",)
    assert PC.keyboard("./mine").check(host=HERE).ok
    assert not PC.keyboard("./mine").vnc(unix="s").check(host=HERE).ok
    assert PC.boot(menu=True, splash="s.bmp").check(host=HERE).ok


def test_a_socket_is_no_image(here):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert "file-of-another-kind" in codes(PC.fda("s"))
        assert not codes(PC.serial(unix="s"))


@pytest.mark.parametrize(
    ("begin", "takes"),
    [
        (b"", ""),
        (b"\x7fELF", "initrd dtb"),
        (b"\x02\xb0\xad\x1b", "initrd dtb"),
        (bytes(0x202) + b"HdrS\x08\x02", "initrd"),
        (bytes(0x202) + b"HdrS\x0c\x02", "initrd dtb"),
    ],
)
def test_what_a_kernel_takes_by_its_first_sectors(here, begin, takes):
    (here / "kernel").write_bytes(begin.ljust(1 << 16, b"\0"))
    (here / "other").write_bytes(b"x")
    for option in ("initrd", "dtb"):
        machine = getattr(PC.kernel("kernel"), option)("other")
        assert ("kernel-without-protocol" not in codes(machine)) == (option in takes.split())


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ('# a comment\n\n[drive "d0"]\n  file = "a.img"\n  if = ""\n[rtc]\n', True),
        ("", True),
        ('file = "a.img"\n', False),
        ("[drive]\nfile = a.img\n", False),
        ("[]\n", False),
        (" \n", False),
    ],
)
def test_a_configuration_has_sections_and_settings(here, text, is_right):
    (here / "vm.cfg").write_text(text)
    assert ("readconfig-malformed" not in codes(PC.readconfig("vm.cfg"))) == is_right


@pytest.mark.parametrize(("begin", "is_one"), [(b"\xd0\x0d\xfe\xed", True), (b"/dts-v1/", False)])
def test_a_device_tree_for_arm_is_a_compiled_one(here, begin, is_one):
    (here / "tree").write_bytes(begin)
    machine = Machine("aarch64").machine_type("virt").dtb("tree")
    assert ("file-of-another-kind" not in codes(machine)) == is_one
    assert machine.machine_type("none").check(host=HERE).ok

"""``-kernel`` and what goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.host import Host
from qemubuild.machine import Machine
from qemubuild.options.kernel import Append, Dtb, Initrd, Kernel, Shim

PC = Machine("x86_64").memory("1G")
LINUX = PC.kernel("vmlinuz")

EXAMPLES = {
    "kernel-without-board": (
        Machine("x86_64").memory("1G").machine_type("none").kernel("vmlinuz"),
        Machine("x86_64").memory("1G").machine_type("q35").kernel("vmlinuz"),
    ),
    "kernel-missing": (PC.append("console=ttyS0"), LINUX.append("console=ttyS0")),
    "dtb-unread": (PC.dtb("board.dtb"), LINUX.dtb("board.dtb")),
}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Kernel("vmlinuz"), ("-kernel", "vmlinuz")),
        (Kernel(Path("/a,b=c:d")), ("-kernel", "/a,b=c:d")),
        (Shim("shimx64.efi"), ("-shim", "shimx64.efi")),
        (Initrd("a,b c"), ("-initrd", "a,b c")),
        (Dtb("b.dtb"), ("-dtb", "b.dtb")),
        (Append("console=ttyS0 root=/dev/vda"), ("-append", "console=ttyS0 root=/dev/vda")),
        (Append(""), ("-append", "")),
        (Append(["quiet", "init=/a b"]), ("-append", 'quiet "init=/a b"')),
        (Append(("quiet", 'x="a b"'.replace(" ", "_"))), ("-append", 'quiet x="a_b"')),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


def test_a_word_that_linux_cannot_be_told_is_refused():
    with pytest.raises(InvalidOption, match="both spaces and quotes"):
        Append(['x="a b"'])


@pytest.mark.parametrize("kind", [Kernel, Shim, Initrd, Dtb])
def test_no_file_is_refused(kind):
    with pytest.raises(InvalidOption, match="empty"):
        kind("")


@pytest.mark.parametrize(
    "machine",
    [PC.append(""), PC.initrd("initrd.img"), PC.shim("shim.efi")],
)
def test_what_is_for_a_kernel_needs_one(machine):
    assert [one.code for one in machine.check().errors] == ["kernel-missing"]


@pytest.mark.parametrize(
    "machine",
    [
        PC.raw("-kernel", "vmlinuz"),
        PC.raw("$KERNEL"),
        PC.readconfig("guest.cfg"),
        Machine.from_argv(["qemu-system-x86_64", "-machine", "pc,kernel=vmlinuz"]),
    ],
)
def test_a_kernel_can_come_from_elsewhere(machine):
    assert "kernel-missing" not in machine.append("quiet").check().codes


def test_files_are_stated():
    machine = LINUX.initrd("/i.img").dtb("/b.dtb").shim("/s.efi").append("/dev/vda")
    assert [(claim.path, claim.kind) for _, claim in machine.claims(Opens)] == [
        ("vmlinuz", "kernel"),
        ("/i.img", "initial RAM disk"),
        ("/b.dtb", "device tree"),
        ("/s.efi", "shim"),
    ]


def test_a_list_of_modules_is_no_missing_file(tmp_path):
    linux, multiboot = tmp_path / "linux", tmp_path / "multiboot"
    linux.write_bytes((b"HdrS".rjust(0x206, b"\0") + b"\x0c\x02").ljust(4096, b"\0"))
    multiboot.write_bytes(b"\x02\xb0\xad\x1b".ljust(4096, b"\0"))
    modules = PC.initrd("no module one,no module2")
    for kernel, codes in ((linux, ["file-missing"]), (multiboot, [])):
        errors = modules.kernel(kernel).check(host=Host()).errors
        assert [one.code for one in errors] == codes


def test_a_kernel_has_all_of_its_first_part(tmp_path):
    kernel = tmp_path / "linux"
    for size, codes in ((2559, ["file-size"]), (2560, [])):
        kernel.write_bytes(bytes(size))
        errors = PC.kernel(kernel).check(host=Host()).errors
        assert [one.code for one in errors] == codes


def test_explain():
    said = LINUX.append("quiet").explain()
    assert "Starts the kernel vmlinuz directly" in said
    assert "Tells the kernel: quiet" in said

"""What the real QEMU makes of images of every kind is what a check finds in them."""

from __future__ import annotations

import struct
import subprocess
from itertools import pairwise

import pytest

from qemubuild.disk.headers import read_header
from qemubuild.host import Host
from qemubuild.machine import Machine
from tests.real.judge import needs, refusal

PC = Machine("x86_64").accel("tcg").memory("64M").nodefaults()
FORMATS = ("raw", "qcow", "qcow2", "qed", "vmdk", "vdi", "vhdx", "vpc", "parallels")
TOLD = (*FORMATS, "luks", "bochs", "dmg", None)


def create(folder, name, *options, size="1M"):
    subprocess.run(
        [needs("qemu-img"), "create", "-q", *options, name, *([size] if size else [])],
        check=True,
        cwd=folder,
    )


def info(path):
    """What qemu-img takes a file for."""
    done = subprocess.run(
        [needs("qemu-img"), "info", path], check=False, capture_output=True, text=True
    )
    return done.stdout


def agree(machine, folder):
    found = machine.check(host=Host())  # first, for a QEMU that ran may leave its mark
    said = refusal(machine.argv(check=False), cwd=folder)
    assert found.ok == (said is None), f"{said}\n{found}"
    return found


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_known_by_how_it_begins(here, form):
    create(here, "image", "-f", form)
    assert read_header("image").format == form
    assert f"file format: {form}\n" in info("image")
    assert agree(PC.drive("image", interface="virtio", format=form), here).codes == ()
    create(here, "again", "-f", form)
    assert agree(PC.drive("again", interface="virtio"), here).codes == ("drive-format-probed",)


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("form", ["raw", "qcow", "qcow2", "vmdk", "vpc", "vdi"])
def test_an_image_of_another_format(here, form, told):
    create(here, "image", "-f", form)
    readonly = told in {"bochs", "dmg"}
    found = agree(PC.drive("image", interface="virtio", format=told, readonly=readonly), here)
    assert ("image-read-as-raw" in found.codes) == (told == "raw" != form)


@pytest.mark.parametrize("subformat", ["fixed", "dynamic"])
def test_a_fixed_vpc_is_known_by_how_it_ends(here, subformat):
    create(here, "image", "-f", "vpc", "-o", f"subformat={subformat}")
    agree(PC.drive("image", interface="virtio", format="vpc"), here)


# Texts that begin as images do, and what QEMU takes them for.
PROBED = {
    b"# Disk DescriptorFile\nversion=1\n": "vmdk",
    b"version=3\r\n": "vmdk",
    b"#\n \nversion=2\n": "vmdk",
    b"#\n\nversion=2\n": "raw",
    b"KDMV": "vmdk",
    b"LUKS\xba\xbe\0\2": "raw",
    b"QFI\xfb\0\0\0\0": "raw",
    b"QFI\xfb\0\0\0\1": "qcow",
    b"QFI\xfb\0\0\0\7": "qcow2",
    b"WithouFreSpacExt\3\0\0\0": "raw",
    b"vhdxfile": "vhdx",
    b"conectix": "vpc",
    b"QED\0": "qed",
    b"#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n": (
        "cloop"
    ),
    bytes(64) + b"\x7f\x10\xda\xbe": "vdi",
}


@pytest.mark.parametrize("head", PROBED)
def test_a_format_is_guessed_as_qemu_does(here, head):
    (here / "image").write_bytes(head.ljust(4096, b"\0"))
    assert read_header("image").format == PROBED[head]
    # Those that are no images are refused, and raw ones never are.
    said = refusal(PC.drive("image", interface="virtio", readonly=True).argv(), cwd=here)
    assert (said is None) == (PROBED[head] == "raw")


def test_dmg_is_guessed_by_its_name(here):
    (here / "image.dmg").write_bytes(bytes(4096))
    agree(PC.drive("image.dmg", interface="virtio", readonly=True), here)
    agree(PC.drive("image.dmg", interface="virtio", readonly=True, format="raw"), here)


# What is written into the header of a qcow2 image: where, as what, and the value.
DAMAGED = [
    *[[(4, "I", version)] for version in (0, 1, 2, 4)],
    *[[(20, "I", bits)] for bits in (0, 8, 12, 22)],
    *[[(72, "Q", 1 << bit)] for bit in (0, 1, 2, 3, 4, 5, 6, 63)],
    *[[(100, "I", length)] for length in (0, 72, 103, 112, 1 << 17)],
    *[[(32, "I", method)] for method in (1, 2, 3)],
    [(96, "I", 7)],
    [(36, "I", 1 << 30)],
    [(36, "I", 0)],
    [(40, "Q", 3)],
    [(24, "Q", 1 << 50)],
    [(24, "Q", 1000)],
    [(24, "Q", 0)],
    [(48, "Q", 3)],
    [(56, "I", 0)],
    [(60, "I", 70000)],
    [(8, "Q", 1 << 20), (16, "I", 5)],
    [(8, "Q", 1000), (16, "I", 2000)],
    [(104, "B", 1)],
    [(72, "Q", 8), (104, "B", 1)],
    [(72, "Q", 8), (104, "B", 7)],
]


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize("edits", DAMAGED)
def test_a_damaged_qcow2_image(here, edits, readonly):
    create(here, "image", "-f", "qcow2")
    content = bytearray((here / "image").read_bytes())
    for place, kind, value in edits:
        struct.pack_into(f">{kind}", content, place, value)
    (here / "image").write_bytes(content)
    agree(PC.drive("image", interface="virtio", format="qcow2", readonly=readonly), here)


@pytest.mark.parametrize("length", [0, 3, 4, 8, 20, 71, 72, 100, 104, 112, 65536])
def test_a_qcow2_image_that_is_cut_off(here, length):
    create(here, "image", "-f", "qcow2")
    content = (here / "image").read_bytes()
    (here / "image").write_bytes(content[:length])
    agree(PC.drive("image", interface="virtio", format="qcow2", readonly=True), here)


def create_encrypted(folder, *options):
    """Create an image; on a busy host, qemu-img may fail to measure how fast it encrypts."""
    for _ in range(20):
        try:
            return create(folder, *options)
        except subprocess.CalledProcessError:
            continue
    raise AssertionError(f"no encrypted image was made: {options}")


def test_encrypted_images_need_their_key(here):
    (here / "key").write_text("x", "ascii")
    key = ["--object", "secret,id=key,file=key"]
    create_encrypted(here, "a", "-f", "luks", *key, "-o", "key-secret=key,iter-time=10")
    keys = "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10"
    create_encrypted(here, "b", "-f", "qcow2", *key, "-o", keys)
    with_key = PC.secret("key", file="key")
    for name, form, extra in (
        ("a", "luks", {"key-secret": "key"}),
        ("b", "qcow2", {"encrypt.format": "luks", "encrypt.key-secret": "key"}),
        ("b", "qcow2", {"encrypt.key-secret": "key"}),
    ):
        missing = agree(PC.drive(name, interface="virtio", format=form), here)
        assert missing.errors[0].code == "image-without-key"
        agree(with_key.drive(name, interface="virtio", format=form, extra=extra), here)
        agree(PC.drive(name, interface="virtio", format=None), here)


def test_data_in_another_file(here):
    create(here, "image", "-f", "qcow2", "-o", "data_file=data")
    machine = PC.drive("image", interface="virtio", format="qcow2")
    agree(machine, here)
    (here / "data").unlink()
    assert agree(machine, here).errors[0].code == "data-file-missing"


def overlay(folder, *names, told="qcow2"):
    """A chain of qcow2 images, the first on top."""
    create(folder, names[-1], "-f", "qcow2")
    for above, below in reversed(list(pairwise(names))):
        create(folder, above, "-f", "qcow2", "-u", "-b", below, "-F", told)


def top(name="a", **keys):
    return PC.drive(name, **{"interface": "virtio", "format": "qcow2", **keys})


def test_a_chain_that_is_whole(here):
    overlay(here, "a", "b", "c")
    for machine in (top(), top(readonly=True), top(snapshot=True), top(format=None)):
        assert agree(machine, here).ok


@pytest.mark.parametrize("missing", ["b", "c"])
@pytest.mark.parametrize(
    "machine", [top(), top(readonly=True), top(interface="none"), PC.cdrom("a")]
)
def test_a_chain_with_a_file_missing(here, missing, machine):
    overlay(here, "a", "b", "c")
    (here / missing).unlink()
    assert "backing-missing" in agree(machine, here).codes
    (here / missing).mkdir()
    assert "backing-missing" in agree(machine, here).codes


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_is_named_by_its_keys(here, there):
    overlay(here, "a", "b")
    (here / ("b" if there else "a")).unlink()
    file = {"file.driver": "file", "file.filename": "a"}
    for machine in (
        PC.drive(interface="virtio", format="qcow2", extra=file),
        PC.drive(interface="virtio", driver="qcow2", extra=file),
        PC.drive(interface="none", extra=file),
    ):
        assert not agree(machine, here).ok


def test_a_chain_that_is_cut_on_purpose(here):
    overlay(here, "a", "b")
    (here / "b").unlink()
    file = {"driver": "file", "filename": "a"}
    machine = PC.device("virtio-blk-pci", drive="n")
    agree(machine.blockdev("qcow2", {"backing": None}, node_name="n", file=file), here)
    agree(machine.blockdev("qcow2", node_name="n", file=file), here)
    two = PC.blockdev("file", node_name="f", filename="a").blockdev(
        "qcow2", node_name="n", file="f"
    )
    assert "backing-missing" in agree(two.device("virtio-blk-pci", drive="n"), here).codes


@pytest.mark.parametrize("told", ["raw", "qcow2", "vmdk"])
@pytest.mark.parametrize("form", ["raw", "qcow2"])
def test_a_backing_file_of_another_format(here, form, told):
    create(here, "b", "-f", form)
    create(here, "a", "-f", "qcow2", "-u", "-b", "b", "-F", told)
    agree(top(), here)


def test_a_damaged_backing_file(here):
    overlay(here, "a", "b")
    with open("b", "r+b") as file:
        file.seek(4)
        file.write(b"\0\0\0\7")
    assert "backing-damaged" in agree(top(), here).codes


@pytest.mark.parametrize("names", [("a", "a"), ("a", "b", "a"), ("a", "./a")])
def test_a_chain_that_goes_in_circles(here, names):
    create(here, "a", "-f", "qcow2")
    create(here, "b", "-f", "qcow2")
    for above, below in pairwise(names):
        command = [needs("qemu-img"), "rebase", "-u", "-b", below, "-F", "qcow2", above]
        subprocess.run(command, check=True)
    # Where nothing is locked for writing, QEMU goes on opening them until it is ended.
    assert "backing-loop" in agree(top(), here).codes


@pytest.mark.parametrize(
    ("image", "names", "there"),
    [
        ("sub/a", "b", "sub/b"),
        ("sub/a", "../b", "b"),
        ("sub/a", "file:b", "b"),
        ("a", "./c:d", "c:d"),
        ("a", "b,c", "b,c"),
        ("a", " ü'\"", " ü'\""),
        ("-a", "-b", "-b"),
    ],
)
def test_where_a_backing_file_is_looked_for(here, image, names, there):
    (here / "sub").mkdir()
    create(here, f"./{image}", "-f", "qcow2", "-u", "-b", names, "-F", "raw")
    machine = top(f"./{image}")
    assert agree(machine, here).errors[0].code == "backing-missing"
    create(here, f"./{there}", "-f", "raw")
    agree(machine, here)


@pytest.mark.parametrize("form", ["vmdk", "qed"])
def test_other_formats_have_backing_files_too(here, form):
    create(here, "b", "-f", "vmdk" if form == "vmdk" else "raw")
    told = "vmdk" if form == "vmdk" else "raw"
    create(here, "a", "-f", form, "-b", "b", "-F", told, size=None)
    machine = top(format=form)
    assert agree(machine, here).ok
    (here / "b").unlink()
    assert "backing-missing" in agree(machine, here).codes


def saved(folder, name, snapshot):
    """Have a QEMU save the state of its guest in an image."""
    subprocess.run(
        [needs("qemu-system-x86_64"), "-machine", "none", "-display", "none", "-monitor", "stdio",
         "-drive", f"file={name},format=qcow2,if=none"],
        input=f"savevm {snapshot}\nquit\n",
        stdout=subprocess.DEVNULL,
        text=True,
        check=True,
        timeout=30,
        cwd=folder,
    )  # fmt: skip


@pytest.mark.parametrize("version", ["0.10", "1.1"])
def test_a_guest_goes_on_only_where_every_disk_was_when_it_was_saved(here, version):
    for name in ("disk", "other"):
        create(here, name, "-f", "qcow2", "-o", f"compat={version}")
    subprocess.run([needs("qemu-img"), "snapshot", "-c", "disk alone", "disk"], check=True)
    saved(here, "disk", "clean")
    one = Machine("x86_64").machine_type("none").drive("disk", interface="none", format="qcow2")
    two = one.drive("other", interface="none", format="qcow2")
    assert agree(one.loadvm("clean"), here).ok
    for name in ("disk alone", "2", "no such"):
        assert "loadvm-missing" in agree(one.loadvm(name), here).codes
    assert "loadvm-missing" in agree(two.loadvm("clean"), here).codes
    assert "loadvm-of-anew" in agree(one.snapshot().loadvm("clean"), here).codes
    read_only = one.drive("other", interface="none", format="qcow2", readonly=True)
    assert agree(read_only.loadvm("clean"), here).ok

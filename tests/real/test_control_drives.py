"""The drives of running guests of the real QEMU: other CD-ROMs, more disks, snapshots."""

from __future__ import annotations

import os
import struct
import subprocess

import pytest

from qemubuild import DiskImage, Process
from qemubuild.errors import CommandError, ControlError, InvalidOption
from tests.hostile import NAMES
from tests.real.guests import media
from tests.real.others import SECONDS, wait_for

PC = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-accel", "tcg", "-m", "32"]

# For each key that is pressed, reads the first sector of the CD-ROM and says its first letter.
READS = bytes.fromhex(
    "31c08ed88ec0b052e6e9"  # xor ax, ax; mov ds, ax; mov es, ax; mov al, 'R'; out 0xe9, al
    "b400cd16"  # again: mov ah, 0; int 0x16
    "c606001000"  # retry: mov byte [0x1000], 0
    "be297cb442b2e0cd1372f0"  # mov si, packet; mov ah, 0x42; mov dl, 0xe0; int 0x13; jc retry
    "a0001084c074e9"  # mov al, [0x1000]; test al, al; jz retry
    "e6e9ebe1"  # out 0xe9, al; jmp again
) + struct.pack("<BBHHHQ", 16, 0, 1, 0x1000, 0, 0)
# Lets go of whatever is to be unplugged, by ACPI's registers for PCI slots.
LETS_GO = bytes.fromhex(
    "b052e6e9"  # mov al, 'R'; out 0xe9, al
    "ba04ae66edba08ae66efebf4"  # again: mov dx, 0xae04; in eax, dx; mov dx, 0xae08; out dx, eax
)


@pytest.fixture
def boot(tmp_path):
    """Start a boot program; it has begun, and what it says is read by calling the second."""
    guests = []

    def start(program, *more):
        disk = tmp_path / "disk.img"
        disk.write_bytes(program.ljust(510, b"\0") + b"\x55\xaa")
        said = tmp_path / "said"
        argv = [*PC, "-drive", f"file={disk},format=raw", "-debugcon", f"file:{said}", *more]
        guests.append(Process.start(argv))
        wait_for(lambda: said.exists() and said.read_bytes() == b"R")
        return guests[0], lambda: said.read_bytes()[1:]

    yield start
    for guest in guests:
        guest.stop(timeout=0)


def in_the_drive(guest):
    """The file in the only CD-ROM drive."""
    drives = [one for one in guest.execute("query-block") if one["removable"]]
    return drives[0].get("inserted", {}).get("file")


@pytest.fixture
def disc(tmp_path):
    def write(name, letter):
        path = tmp_path / name
        path.write_bytes(letter * 40960)
        return path

    return write


# CD-ROMs


def test_another_cdrom_is_what_the_guest_reads(boot, disc):
    guest, said = boot(READS, "-cdrom", str(disc("a.iso", b"A")))
    guest.send_key("x")
    wait_for(lambda: said() == b"A")
    guest.change(disc("b.iso", b"B"))
    assert in_the_drive(guest) == str(disc("b.iso", b"B"))
    guest.reset()  # the BIOS takes no notice of another disc before
    wait_for(lambda: said() == b"AR")
    guest.send_key("x")
    wait_for(lambda: said() == b"ARB")


def test_a_cdrom_is_taken_out_and_put_back(disc):
    with Process.start([*PC, "-S", "-cdrom", str(disc("a.iso", b"A"))]) as guest:
        guest.eject()
        assert in_the_drive(guest) is None
        guest.eject()  # there is nothing to take out
        guest.change(DiskImage(disc("c.iso", b"C"), format="raw"), "ide1-cd0")
        assert in_the_drive(guest) == str(disc("c.iso", b"C"))
        with pytest.raises(CommandError, match="No such file"):
            guest.change("/nowhere.iso")


def test_a_drive_is_called_by_its_name_or_its_device(disc):
    devices = ["-device", "ide-cd,id=one", "-device", "ide-cd,id=two,bus=ide.1"]
    with Process.start([*PC, "-S", *devices]) as guest:
        guest.change(disc("a.iso", b"A"), "two")
        drives = {one["qdev"]: one for one in guest.execute("query-block")}
        assert "inserted" in drives["two"]
        assert "inserted" not in drives["one"]
        with pytest.raises(InvalidOption, match=r"(?s)has 2 CD-ROM drives.*name one of one, two"):
            guest.eject()
        with pytest.raises(InvalidOption, match=r"(?s)no removable drive 'three'.*one of one"):
            guest.eject("three")


def test_no_drive_no_eject():
    with Process.start([*PC, "-S"]) as guest:
        with pytest.raises(InvalidOption, match="has no CD-ROM drives"):
            guest.eject()
        with pytest.raises(InvalidOption, match="there is no removable drive 'x'"):
            guest.eject("x")


def test_names_of_cdroms_arrive_as_given(tmp_path, monkeypatch):
    folder = tmp_path / "discs"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with Process.start([*PC, "-S", "-device", "ide-cd"]) as guest:
        for name in NAMES:
            with open(name, "wb") as file:
                file.write(bytes(4096))
            try:
                guest.change(name)
            except InvalidOption:
                refused = name.encode("ascii", "backslashreplace").decode()
                assert any(word in refused for word in ("\\ud", "\\uf", "ff")), refused
            else:
                assert in_the_drive(guest) == str(folder / name)
            os.unlink(name)


# Disks


def names(guest):
    return {one["qdev"].split("/")[-1] for one in guest.execute("query-block") if one.get("qdev")}


def test_a_disk_is_plugged_in_and_the_guest_lets_go_of_it(boot, tmp_path):
    guest, _ = boot(LETS_GO)
    image = DiskImage(tmp_path / "data.qcow2", size="1M").create()
    name = guest.add_disk(image)
    (there,) = (one for one in guest.execute("query-block") if name in one.get("qdev", ""))
    assert there["inserted"]["drv"] == "qcow2"
    assert there["inserted"]["image"]["virtual-size"] == 1 << 20
    assert guest.execute("qom-get", path=name, property="type") == "virtio-blk-pci"
    guest.remove_disk(name, timeout=SECONDS)
    nodes = [one["node-name"] for one in guest.execute("query-named-block-nodes")]
    assert not [node for node in nodes if name in node]
    assert guest.add_disk(image, id=name, read_only=True) == name


def test_firmware_never_lets_go(tmp_path):
    image = DiskImage(tmp_path / "data.raw", size="1M").create()
    with Process.start([*PC, "-S"]) as guest:
        name = guest.add_disk(image.path, id="data")
        with pytest.raises(TimeoutError, match=r"did not let go of 'data' within 0\.2 seconds"):
            guest.remove_disk(name, timeout=0.2)
        with pytest.raises(CommandError, match="not found"):
            guest.remove_disk("other")


@pytest.mark.parametrize(
    ("interface", "controller", "device"),
    [
        ("scsi", "virtio-scsi-pci", "scsi-hd"),
        ("usb", "qemu-xhci", "usb-storage"),
    ],
)
def test_disks_that_need_no_consent(tmp_path, interface, controller, device):
    image = DiskImage(tmp_path / "data.raw", size="1M").create()
    with Process.start([*PC, "-S", "-device", controller]) as guest:
        for _ in range(3):
            guest.add_disk(image, id="data", interface=interface)
            assert guest.execute("qom-get", path="data", property="type") == device
            guest.remove_disk("data", timeout=SECONDS)


def test_a_disk_that_fits_nowhere_leaves_nothing(tmp_path):
    image = DiskImage(tmp_path / "data.raw", size="1M").create()
    with Process.start([*PC, "-S", "-M", "q35"]) as guest:
        with pytest.raises(CommandError, match=r"(?s)hotplugging.*pcie-root-port"):
            guest.add_disk(image)
        with pytest.raises(CommandError, match="No 'SCSI' bus"):
            guest.add_disk(image, interface="scsi")
        with pytest.raises(CommandError, match="No such file"):
            guest.add_disk(tmp_path / "nowhere.raw")
        with pytest.raises(InvalidOption, match="no interface 'ide'"):
            guest.add_disk(image, interface="ide")
        assert guest.execute("query-named-block-nodes") == []


def test_q35_has_ports_for_disks(tmp_path):
    image = DiskImage(tmp_path / "data.raw", size="1M").create()
    port = ["-device", "pcie-root-port,id=p1"]
    with Process.start([*PC, "-S", "-M", "q35", *port]) as guest:
        assert guest.add_disk(image, id="data", bus="p1") == "data"


# Snapshots


@pytest.fixture
def typist(tmp_path):
    """A guest that shows what is typed, on a disk that takes snapshots."""
    (tmp_path / "echo.img").write_bytes(media.echo_program())
    disk = tmp_path / "echo.qcow2"
    convert = ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", tmp_path / "echo.img", disk]
    subprocess.run(convert, check=True)
    said = tmp_path / "said"
    argv = [*PC, "-drive", f"file={disk},format=qcow2", "-vga", "std", "-serial", f"file:{said}"]
    with Process.start(argv) as guest:
        wait_for(lambda: said.exists() and b"press Enter: " in said.read_bytes())
        yield guest, said


def test_a_guest_is_taken_back_to_where_it_was(typist):
    guest, said = typist
    guest.save_snapshot("before", timeout=SECONDS)
    shown = guest.screenshot()
    assert guest.status().running
    guest.type_text("abc", delay=0.05)
    wait_for(lambda: said.read_bytes().endswith(b"abc"))
    assert guest.screenshot() != shown
    assert guest.snapshots() == ("before",)
    guest.load_snapshot("before", timeout=SECONDS)
    wait_for(lambda: guest.screenshot() == shown)  # but for the cursor, which blinks
    assert guest.status().running
    guest.delete_snapshot("before", timeout=SECONDS)
    assert guest.snapshots() == ()
    assert guest.execute("query-jobs") == []


def test_a_snapshot_of_the_same_name_fails(typist):
    guest, _ = typist
    guest.save_snapshot("one")
    with pytest.raises(CommandError, match=r"snapshot-save: .*'one'"):
        guest.save_snapshot("one")
    assert guest.execute("query-jobs") == []
    with pytest.raises(ControlError, match=r"(?s)no snapshot 'two'.*it has one"):
        guest.load_snapshot("two")
    with pytest.raises(ControlError, match="no snapshot 'two'"):
        guest.delete_snapshot("two")


def test_a_snapshot_that_takes_too_long_goes_on(typist):
    guest, _ = typist
    with pytest.raises(TimeoutError, match="goes on after 1e-06 seconds"):
        guest.save_snapshot("one", timeout=1e-6)
    assert guest.status()


def test_where_there_is_no_room_for_a_snapshot(tmp_path):
    raw = DiskImage(tmp_path / "disk.raw", size="1M").create()
    with Process.start([*PC, "-S"]) as guest:
        with pytest.raises(ControlError, match="the guest has none that it can write to"):
            guest.save_snapshot("one")
        guest.add_disk(raw)
        with pytest.raises(ControlError, match=r"disk\.raw' is of format raw, which has no"):
            guest.save_snapshot("one")
        with pytest.raises(ControlError, match=r"(?s)no snapshot 'one'.*it has none at all"):
            guest.load_snapshot("one")

"""Pictures: vCPUs, what is plugged into what, image chains, changes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from qemubuild import Cdrom, DiskImage, Machine, Picture
from tests.display.reading import SVG, boxes, drawn

Q35 = Machine().machine_type("q35")
NUMA = (
    Q35.smp(8, sockets=2, cores=2, threads=2)
    .memory("8G")
    .memory_backend_ram("ram0", size="6G")
    .memory_backend_ram("ram1", size="2G")
    .numa_node(0, cpus="0-3", memdev="ram0")
    .numa_node(1, cpus="4-7", memdev="ram1")
    .numa_dist(0, 1, 21)
)


def text(picture):
    return str(picture).splitlines()


# A picture


def test_a_picture_is_saved_as_svg(tmp_path):
    picture = NUMA.topology()
    assert isinstance(picture, Picture)
    picture.save(tmp_path / "cpus.svg")
    root = ET.parse(tmp_path / "cpus.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == picture.title
    assert (tmp_path / "cpus.svg").read_text("utf-8") == picture.svg


def test_a_picture_has_both_light_and_dark():
    assert "prefers-color-scheme:dark" in NUMA.topology().svg.replace(" ", "")


# Topology


def test_without_smp_there_is_one_vcpu():
    picture = Machine().topology()
    assert str(picture) == "1 vCPU: 1 socket \u00d7 1 core \u00d7 1 thread"
    assert drawn(picture)[1:] == ["socket 0", "0"]


def test_sockets_cores_and_threads():
    picture = Q35.smp(8, sockets=2, cores=2, threads=2).topology()
    assert str(picture) == "8 vCPUs: 2 sockets \u00d7 2 cores \u00d7 2 threads"
    assert drawn(picture)[1:] == ["socket 0", *"0123", "socket 1", *"4567"]
    assert boxes(picture, "plain") == 4  # cores
    assert boxes(picture, "cell") == 8


@pytest.mark.parametrize(
    ("machine", "levels"),
    [
        (Q35.smp(4, dies=2), "1 socket \u00d7 2 dies \u00d7 2 cores \u00d7 1 thread"),
        (
            Machine("aarch64").machine_type("virt").smp(8, clusters=2),
            "1 socket \u00d7 2 clusters \u00d7 4 cores \u00d7 1 thread",
        ),
        (
            Machine("s390x").machine_type("s390-ccw-virtio").smp(8, drawers=2, books=2),
            "2 drawers \u00d7 2 books \u00d7 1 socket \u00d7 2 cores \u00d7 1 thread",
        ),
        (Machine().machine_type("pc-q35-6.1").smp(4), "4 sockets \u00d7 1 core \u00d7 1 thread"),
    ],
)
def test_levels_are_those_of_the_board(machine, levels):
    assert str(machine.topology()).endswith(levels)


def test_vcpus_that_may_be_plugged_in_are_told_apart():
    picture = Q35.smp(2, maxcpus=8, sockets=2, cores=2, threads=2).topology()
    assert str(picture).startswith("2 vCPUs of up to 8")
    assert (boxes(picture, "cell"), boxes(picture, "free")) == (2, 6)


def test_numa_nodes_their_memory_and_distances():
    picture = NUMA.topology()
    assert text(picture)[1:] == [
        "  node 0: 6 GiB, vCPUs 0-3",
        "  node 1: 2 GiB, vCPUs 4-7",
        "  from node 0:  10  21",
        "  from node 1:  21  10",
    ]
    assert drawn(picture)[-8:] == ["to 0", "to 1", "from 0", "10", "21", "from 1", "21", "10"]
    assert "node 1: 2 GiB, vCPUs 4-7" in drawn(picture)
    assert "vCPU 5, node 1" in picture.svg


def test_vcpus_put_into_nodes_by_their_place():
    machine = (
        Q35.smp(4, sockets=2, cores=2)
        .numa_node(0)
        .numa_node(1)
        .numa_cpu(0, socket_id=1)
        .numa_cpu(1, socket_id=0)
    )
    assert text(machine.topology())[1:] == ["  node 0: vCPUs 2-3", "  node 1: vCPUs 0-1"]


def test_many_vcpus_are_bounded():
    picture = Q35.smp(4096, sockets=64, cores=32, threads=2).topology()
    assert str(picture).startswith("4096 vCPUs: 64 sockets")
    assert boxes(picture, "cell") <= 128
    assert any(
        words.startswith("and ") and words.endswith(" more sockets") for words in drawn(picture)
    )
    assert len(picture.svg) < 100_000


def test_a_topology_that_does_not_fit_is_drawn_as_far_as_it_goes():
    assert str(Machine().smp(4, sockets=3).topology()).startswith("4 vCPUs")
    unread = Machine.from_command("qemu-system-x86_64 -smp $CPUS,sockets=x -numa node,nodeid=$N")
    assert str(unread.topology())


# Wiring


def test_what_is_plugged_into_what():
    machine = (
        Q35.device("virtio-scsi-pci", id="scsi0")
        .drive("web.qcow2", interface="none", id="d0", format="qcow2")
        .device("scsi-hd", drive="d0", bus="scsi0.0")
        .netdev("user", id="n0", hostfwd=("tcp:127.0.0.1:2222-:22",))
        .device("virtio-net-pci", netdev="n0")
        .device("qemu-xhci", id="usb")
        .device("usb-tablet")
        .chardev("null", id="c0")
        .device("virtio-serial-pci")
        .device("virtserialport", chardev="c0", name="x")
        .serial("stdio")
        .cdrom("debian.iso")
    )
    assert text(machine.wiring()) == [
        "q35 board (x86_64)",
        "├─ PCI bus",
        "│  ├─ virtio-scsi-pci (scsi0)",
        "│  │  └─ SCSI bus scsi0.0",
        "│  │     └─ scsi-hd ← drive d0 web.qcow2",
        "│  ├─ virtio-net-pci ← netdev n0 user,hostfwd=tcp:127.0.0.1:2222-:22",
        "│  ├─ qemu-xhci (usb)",
        "│  │  └─ USB bus",
        "│  │     └─ usb-tablet",
        "│  └─ virtio-serial-pci",
        "│     └─ virtio-serial bus",
        "│        └─ virtserialport ← chardev c0 null",
        "├─ serial port (0) ← stdio",
        "└─ IDE bus 2",
        "   └─ CD-ROM drive (unit 0) ← image debian.iso",
    ]
    pieces = drawn(machine.wiring())
    assert "virtio-scsi-pci|scsi0" in pieces
    assert "drive d0|web.qcow2" in pieces


def test_drives_by_their_interface():
    machine = (
        Machine()
        .drive("a.img", interface="virtio", format="raw")
        .hda("b.img")
        .drive("c.img", interface="pflash", format="raw")
        .fda("d.img")
        .usbdevice("tablet")
    )
    assert text(machine.wiring()) == [
        "pc board (x86_64)",
        "├─ PCI bus",
        "│  └─ virtio disk ← image a.img",
        "├─ IDE bus 0",
        "│  └─ disk (unit 0) ← image b.img",
        "├─ flash memory ← image c.img",
        "├─ floppy bus",
        "│  └─ floppy drive (unit 0) ← image d.img",
        "└─ USB bus",
        "   └─ usb-tablet",
    ]


def test_nodes_that_stand_on_others():
    machine = (
        Q35.blockdev("file", node_name="f0", filename="web.qcow2")
        .blockdev("qcow2", node_name="d0", file="f0")
        .device("virtio-blk-pci", drive="d0")
    )
    assert text(machine.wiring())[-1].endswith(
        "virtio-blk-pci ← drive d0 qcow2,file=f0; drive f0 web.qcow2"
    )


def test_bridges_have_a_bus_of_their_own():
    machine = (
        Q35.device("pcie-root-port", id="rp0", chassis=1)
        .device("nvme", bus="rp0", serial="x", drive="d9")
        .device("virtio-rng-pci", bus="pcie.0", addr="5")
    )
    assert text(machine.wiring())[1:] == [
        "└─ PCI bus",
        "   ├─ pcie-root-port (rp0)",
        "   │  └─ PCI bus rp0",
        "   │     └─ nvme ← drive d9 not defined",
        "   └─ virtio-rng-pci (at 5)",
    ]


def test_what_nothing_uses_is_not_plugged_in():
    machine = (
        Q35.netdev("user", id="n0")
        .drive("a.img", interface="none", id="d0", format="raw")
        .blockdev("file", node_name="flash", filename="code.fd")
        .raw("-machine", "pflash0=flash")
    )
    assert text(machine.wiring())[-3:] == [
        "└─ not plugged in",
        "   ├─ netdev n0 (nothing uses it) ← user",
        "   └─ drive d0 (nothing uses it) ← a.img",
    ]


def test_a_bus_that_the_board_lacks_says_so():
    machine = Machine().machine_type("microvm").device("virtio-net-pci")
    assert "PCI bus (this board has none)" in str(machine.wiring())


def test_many_devices_are_bounded():
    machine = Q35
    for _ in range(300):
        machine = machine.device("virtio-rng-pci")
    picture = machine.wiring()
    assert text(picture)[-1] == "   └─ and 289 virtio-rng-pci"
    assert len(picture.svg) < 30_000


# Image chains


def test_a_chain_that_is_yet_to_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    base = DiskImage("base.qcow2", size="20G")
    picture = DiskImage("web.qcow2", backing=base).picture()
    assert str(picture) == "web.qcow2: qcow2, not there\n└─ base.qcow2: qcow2, not there"
    assert boxes(picture, "free") == 2


# Changes


def test_changes_before_and_after():
    old = Machine().memory("8G").cdrom("debian.iso")
    diff = old.diff(old.memory("16G").without(Cdrom).name("web"))
    picture = diff.picture()
    assert str(picture) == str(diff)
    assert drawn(picture) == [
        "before", "after", "memory", "-m 8G", "-m 16G", "removed", "-cdrom debian.iso",
        "added", "-name web",
    ]  # fmt: skip
    assert (boxes(picture, "error"), boxes(picture, "good")) == (2, 2)
    assert drawn(old.diff(old).picture()) == ["nothing changed"]

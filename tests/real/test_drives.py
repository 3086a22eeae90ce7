"""The real QEMU starts the drives that are found right, and refuses those that are found wrong."""

from __future__ import annotations

import os

import pytest

from qemubuild.machine import Machine
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Fda, Fdb, Hda, Hdb, Hdc, Hdd, Mtdblock, Pflash, Sd
from qemubuild.options.raw import Raw
from qemubuild.values import Url
from tests.real.judge import needs, refusal

Q35 = MachineType("q35")


def raw(name="a", /, **keys):
    return Drive(f"{name}.img", format="raw", **keys)


def virtio(name="a", /, **keys):
    return raw(name, interface="virtio", **keys)


def unused(name="a", /, **keys):
    return raw(name, interface="none", **keys)


RIGHT = [
    [Drive("a.img")],
    [Drive("a.img", interface="virtio")],
    [Drive("a.img", driver="raw")],
    [Drive("q.qcow2", interface="virtio", format="qcow2", extra={"l2-cache-size": "1M"})],
    [Drive(interface="none")],
    [Drive(media="cdrom")],
    [Drive(interface="floppy")],
    [Drive(interface="none", driver="null-co", extra={"size": "1048576"})],
    [Drive(interface="virtio", extra={"file.driver": "file", "file.filename": "a.img"})],
    [Drive(Url("null-co://"), interface="none", format="raw")],
    [Drive(Url("fat:."), interface="none", format="raw", readonly=True)],
    [Drive("/dev/null", interface="none", format="raw", readonly=True)],
    # places
    [raw(index=0, bus=0)],
    [raw("a"), raw("b"), raw("c"), raw("d")],
    [raw(bus=1, unit=1)],
    [raw(index=3), raw("b", index=0), raw("c")],
    [Hdc("a.img"), raw("b"), raw("c"), raw("d")],
    [Hda("a.img"), raw("b")],
    [Hda("a.img"), Hdb("b.img"), Hdc("c.img"), Hdd("d.img")],
    [Cdrom("a.img"), raw("b", media="cdrom")],
    [Cdrom(), Hda("a.img")],
    [Fda("a.img"), Fdb("b.img"), Cdrom("c.img")],
    [Fda(), raw("b", interface="floppy")],
    [Pflash("a.img"), Pflash("b.img")],
    [raw("a", interface="pflash", index=1), Pflash("b.img")],
    [virtio("a", index=1), virtio("b"), virtio("c")],
    [virtio("a", index=40)],
    [virtio("a", bus=1, unit=3)],
    # reading and writing
    [virtio(readonly=True)],
    [virtio(readonly=True, snapshot=True)],
    [virtio(copy_on_read=True, readonly=True)],
    [virtio(copy_on_read=True)],
    [virtio(detect_zeroes="unmap")],
    [virtio(detect_zeroes="unmap", discard="unmap")],
    [raw(media="cdrom", readonly=True)],
    [raw(media="cdrom", interface="virtio")],
    [raw(interface="floppy", readonly=True)],
    [virtio(werror="enospc", rerror="report")],
    [unused(werror="stop", rerror="ignore")],
    # caches
    *([virtio(cache=cache)] for cache in ("none", "writeback", "writethrough", "unsafe", "off")),
    [virtio(aio="native", cache="none")],
    [virtio(aio="native", cache="directsync")],
    [virtio(aio="native", extra={"cache.direct": "on"})],
    [virtio(aio="native", extra={"file.cache.direct": "on"})],
    [virtio(aio="threads", discard="on", extra={"file.locking": "off"})],
    # limits
    [virtio(bps=10**15)],
    [virtio(bps=10, bps_max=20, bps_max_length=5)],
    [virtio(bps=10, bps_max=0)],
    [virtio(bps=0, bps_rd=10, bps_rd_max=20, bps_wr=5)],
    [virtio(bps=10, bps_max_length=1)],
    [virtio(iops_rd=3, iops_size=4096, group="shared")],
    [virtio(iops=3, iops_max=9, iops_max_length=2), virtio("b", iops_wr=2, iops_wr_max=2)],
    # names
    [unused(id="disk"), Device("virtio-blk", drive="disk")],
    [unused(node_name="n" * 31), Device("virtio-blk", drive="n" * 31)],
    [unused(), Device("virtio-blk", drive="none0")],
    # q35: six buses, one drive on each
    [Q35, *(raw(name) for name in "abcdef")],
    [Q35, raw(index=5)],
    [Q35, raw(bus=5)],
    [Q35, Hda("a.img"), Hdb("b.img"), Cdrom("c.img"), Hdd("d.img")],
    [Q35, Fda("a.img"), Pflash("b.img")],
    # without defaults
    [Raw("-nodefaults"), raw("a"), raw("b"), raw("c")],
    [MachineType("microvm"), unused()],
    [MachineType("microvm"), Cdrom("a.img")],
    [MachineType("isapc"), Hda("a.img"), Hdd("b.img"), Fda("c.img")],
    [MachineType("none"), Hda("a.img")],
]

WRONG = [
    [Drive(interface="virtio")],
    [Drive(interface="virtio", media="cdrom")],
    [Drive(interface="ide")],
    [Drive()],
    [Drive(interface="pflash")],
    [Hda()],
    # places
    [raw(index=0, unit=0)],
    [raw(index=0, bus=1)],
    [raw(index=4)],
    [raw(bus=2)],
    [raw(unit=2)],
    [raw(bus=0, unit=3)],
    [raw("a"), raw("b"), raw("c"), raw("d"), raw("e")],
    [Cdrom("a.img"), Hdc("b.img")],
    [Cdrom("a.img"), raw("b", index=2)],
    [raw("b", index=2), Cdrom("a.img")],
    [Cdrom("a.img"), raw("b", bus=1, unit=0)],
    [raw("a"), Hda("b.img")],
    [raw("a"), raw("b", index=0)],
    [virtio("a", index=0), virtio("b", index=0)],
    [virtio("a", bus=1, unit=3), virtio("b", bus=1, unit=3)],
    [unused("a"), unused("b"), unused("c", index=1)],
    [Fda("a.img"), raw("b", interface="floppy", index=0)],
    [Fda("a.img"), raw("b", interface="floppy", bus=1)],
    [Fda("a.img"), Fdb("b.img"), raw("c", interface="floppy")],
    [raw(interface="floppy", index=2)],
    [Pflash("a.img"), Pflash("b.img"), Pflash("c.img")],
    [raw(interface="pflash", bus=1)],
    [raw(interface="pflash", index=1)],
    [Sd("a.img")],
    [Mtdblock("a.img")],
    *([raw(interface=interface)] for interface in ("scsi", "sd", "mtd")),
    [Q35, raw(index=6)],
    [Q35, raw(unit=1)],
    [Q35, *(raw(name) for name in "abcdefg")],
    [Q35, raw(interface="scsi")],
    [MachineType("microvm"), raw(interface="ide")],
    [MachineType("microvm"), Pflash("a.img")],
    [MachineType("isapc"), virtio()],
    [MachineType("isapc"), Pflash("a.img")],
    # reading and writing
    [raw(readonly=True)],
    [raw(readonly=True, snapshot=True)],
    [raw(interface="ide", readonly=True), Raw("-snapshot")],
    *([raw(interface=name, werror="stop")] for name in ("floppy", "pflash")),
    [raw(interface="floppy", rerror="stop")],
    [virtio(aio="native")],
    [virtio(aio="native", cache="writeback")],
    [virtio(aio="native", cache="none", extra={"cache.direct": "off"})],
    [unused(aio="native", readonly=True)],
    [virtio(driver="raw")],
    [virtio(extra={"serial": "x"})],
    [virtio(extra={"addr": "5"})],
    [virtio(extra={"cyls": "1", "heads": "1", "secs": "1"})],
    [Drive("a.img", interface="none", extra={"file.filename": "b.img"})],
    # limits
    [virtio(bps=1, bps_rd=1)],
    [virtio(iops=1, iops_wr=1)],
    [virtio(bps=10, bps_max=100, bps_rd_max=100)],
    [virtio(bps_max=1)],
    [virtio(bps_rd=10, bps_max=20)],
    [virtio(bps=10, bps_max=5)],
    [virtio(bps=10, bps_max_length=5)],
    [virtio(iops_max_length=2)],
    [virtio(bps=10, bps_max=10**15, bps_max_length=2)],
    [virtio(iops_size=10)],
    [virtio(bps=10, iops_size=10)],
    # names
    [virtio(id="x"), Device("virtio-blk", drive="x")],
    [raw(id="x"), Device("ide-hd", drive="x")],
    [raw(interface="floppy", id="x"), Device("floppy", drive="x")],
    [unused("a", id="x"), unused("b", id="x")],
    [unused(id="x", node_name="x")],
    [unused("a", id="virtio0"), virtio("b")],
    [virtio("b"), unused("a", id="virtio0")],
    [virtio("a"), virtio("b", bus=1)],
    [unused("a", id="ide0-hd0"), Hda("b.img")],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with small raw images, and one in qcow2."""
    folder = tmp_path_factory.mktemp("images")
    for name in "abcdefg":
        with open(folder / f"{name}.img", "wb") as image:
            image.truncate(1 << 20)
    os.spawnlp(
        os.P_WAIT,
        "qemu-img",
        *("qemu-img create -q -f qcow2".split()),
        str(folder / "q.qcow2"),
        "1M",
    )
    return folder


def name_of(options):
    return " ".join(word for option in options for word in option.words)


@pytest.mark.parametrize("options", RIGHT, ids=name_of)
def test_qemu_starts_what_has_no_error(options, folder):
    needs("qemu-system-x86_64")
    machine = Machine("x86_64", options)
    assert refusal(machine.argv(check=False), cwd=folder) is None
    assert not machine.check().errors


@pytest.mark.parametrize("options", WRONG, ids=name_of)
def test_qemu_refuses_what_has_an_error(options, folder):
    needs("qemu-system-x86_64")
    machine = Machine("x86_64", options)
    assert refusal(machine.argv(check=False), cwd=folder) is not None
    assert machine.check().errors

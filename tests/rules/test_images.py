"""Images and drives that are used twice."""

from __future__ import annotations

import pytest

from qemubuild import DiskImage, Host
from qemubuild.machine import Machine
from qemubuild.options.blockdev import Blockdev
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.media import Cdrom, Hda, Hdb

BASE = Machine("x86_64").memory("1G")


def virtio(file="a.img", **keys):
    return Drive(file, interface="virtio", format="raw", **keys)


def disk(name):
    return Device("virtio-blk-pci", drive=name)


def node(name, file="a.img", **keys):
    return Blockdev("file", node_name=name, filename=file, **keys)


EXAMPLES = {
    "image-in-use": (BASE.add(virtio(), virtio()), BASE.add(virtio(), virtio("b.img"))),
    "drive-in-use": (
        BASE.drive("a.img", interface="none", format="raw", id="d").add(disk("d"), disk("d")),
        BASE.drive("a.img", interface="none", format="raw", id="d").add(disk("d")),
    ),
}


@pytest.mark.parametrize(
    "options",
    [
        [virtio(), virtio("./a.img")],
        [virtio("x/a.img"), virtio(".//x/./a.img")],
        [Hda("a.img"), Hdb("a.img")],
        [Hda("a.img"), Cdrom("a.img")],
        [Cdrom("a:b"), Hda("a:b")],
        [node("d"), disk("d"), virtio()],
    ],
)
def test_used_twice(options):
    assert "image-in-use" in [found.code for found in BASE.add(*options).check().errors]


@pytest.mark.parametrize(
    "options",
    [
        [virtio("x/../a.img"), virtio()],  # x may be a link to anywhere
        [virtio(readonly=True), virtio(readonly=True)],
        [virtio(), virtio("b.img")],
        [node("d"), node("e")],
    ],
)
def test_not_used_twice(options):
    assert "image-in-use" not in BASE.add(*options).check().codes


def test_where_the_board_decides_it_is_a_warning():
    machine = Machine("arm").machine_type("versatilepb").memory("64M").hda("a").hdb("a")
    found = next(found for found in machine.check() if found.code == "image-in-use")
    assert found in machine.check().warnings


def test_nodes_that_stand_on_each_other_have_an_end():
    loop = [Blockdev("raw", node_name="a", file="b"), Blockdev("raw", node_name="b", file="a")]
    machine = BASE.add(*loop, node("c"), virtio(), Blockdev("raw", node_name="x", file="a"))
    assert not machine.check().ok


def test_most_formats_hold_their_file_whatever_is_said(tmp_path):
    path = str(tmp_path / "a")
    DiskImage(path, size="1M").create()
    machine = BASE.drive(path, interface="none").drive(path, interface="none")
    assert machine.check().ok
    assert "image-in-use" in [found.code for found in machine.check(host=Host()).errors]
    apart = BASE.drive(path, interface="none", readonly=True)
    assert apart.drive(path, interface="none", readonly=True).check(host=Host()).ok

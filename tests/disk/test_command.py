"""`DiskImage.from_argv`: the commands that people have."""

from __future__ import annotations

import shlex

import pytest

from qemubuild import CommandSyntaxError, DiskImage, InvalidOption


@pytest.mark.parametrize(
    ("command", "image"),
    [
        ("-f qcow2 a.qcow2 50G", DiskImage("a.qcow2", size="50G", format="qcow2")),
        ("a.img 64M", DiskImage("a.img", size="64M", format="raw")),
        ("a.qcow2 64M", DiskImage("a.qcow2", size="64M", format="raw")),
        ("-q a.qcow2 -f qcow2 1G", DiskImage("a.qcow2", size="1G")),
        ("-fqcow2 -- -x 1G", DiskImage("-x", size="1G")),
        (
            "-f qcow2 -b base.img -F raw over.qcow2",
            DiskImage("over.qcow2", backing="base.img", backing_format="raw"),
        ),
        (
            "-f qcow2 -o backing_file=a,,b,backing_fmt=raw,cluster_size=2M over.qcow2",
            DiskImage(
                "over.qcow2", backing="a,b", backing_format="raw", options={"cluster_size": "2M"}
            ),
        ),
        ("-f qcow2 -o size=10G ./i.qcow2", DiskImage("./i.qcow2", size="10G")),
    ],
)
def test_read(command, image):
    read = DiskImage.from_argv(["qemu-img", "create", *shlex.split(command)])
    assert read == image
    assert DiskImage.from_argv(read.create_argv()).create_argv() == read.create_argv()


def test_a_variable_stays_one_and_is_never_created():
    image = DiskImage.from_argv(["qemu-img", "create", "-f", "qcow2", "a.qcow2", "$SIZE"])
    assert image.create_argv()[-1] == "$SIZE"
    assert image.virtual_size is None
    with pytest.raises(InvalidOption, match="no size"):
        image.create()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("qemu-img info a.qcow2", "does not create"),
        ("qemu-img create -f qcow2", "0 names"),
        ("qemu-img create a 1G 2G", "3 names"),
        ("qemu-img create -u -f qcow2 a 1G", "-u"),
        ("qemu-img create -f qcow2 -b base.img a.qcow2", "format of the backing file"),
        ("qemu-img create nbd://host/disk 1G", "no local file"),
        ("", "does not create"),
    ],
)
def test_what_it_cannot_be_is_said(command, why):
    with pytest.raises(CommandSyntaxError, match=why):
        DiskImage.from_argv(shlex.split(command))

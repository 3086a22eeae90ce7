"""Paths of sockets, which the kernel takes up to a length."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
QUIET = {"server": True, "wait": False}


def serial(path, **keys):
    return PC.chardev("socket", id="c", path=path, **keys).serial(chardev="c")


def dgram(local, remote):
    ends = {"local.type": "unix", "local.path": local, "remote.type": "unix", "remote.path": remote}
    return PC.netdev("dgram", {"id": "n", **ends}).device("virtio-net-pci", netdev="n")


EXAMPLES = {"socket-path-too-long": (serial("s" * 109, **QUIET), serial("s" * 108, **QUIET))}


@pytest.mark.parametrize(
    ("machine", "fits"),
    [
        (serial("é" * 54, **QUIET), True),
        (serial("é" * 55, **QUIET), False),
        (serial("s" * 107, abstract=True, **QUIET), True),
        (serial("s" * 108, abstract=True, **QUIET), False),
        (dgram("s" * 107, "t" * 107), True),
        (dgram("s" * 108, "t"), False),
        (dgram("s", "t" * 108), False),
        (dgram("$LOCAL" * 20, "t"), True),
        (
            PC.blockdev("nbd", node_name="n", server={"type": "unix", "path": "s" * 109}).device(
                "virtio-blk-pci", drive="n"
            ),
            False,
        ),
    ],
)
def test_the_length_is_that_of_its_bytes(machine, fits):
    assert ("socket-path-too-long" not in machine.check().codes) == fits
    assert machine.check().ok == fits


def test_a_client_that_goes_on_trying_never_finds_it():
    machine = serial("s" * 109, reconnect=1)
    assert machine.check().ok
    assert "socket-path-too-long" in machine.check().codes

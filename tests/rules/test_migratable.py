"""What cannot be moved to another host."""

from __future__ import annotations

import pytest

from qemubuild import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G").only_migratable()

EXAMPLES = {
    "migration-impossible": (PC.device("nvme", serial="x"), PC.device("e1000")),
}


def codes(machine, **judges):
    return [found.code for found in machine.check(**judges).errors]


@pytest.mark.parametrize(
    "machine",
    [
        PC.device("rocker"),
        PC.usbdevice("wacom-tablet"),
        PC.drive("a.vmdk", format="vmdk", interface="virtio"),
        PC.blockdev("vdi", {"file": {"driver": "file", "filename": "a.vdi"}}, node_name="a"),
    ],
)
def test_devices_and_formats(machine):
    assert codes(machine) == ["migration-impossible"]


def test_what_an_image_is_when_nobody_says(tmp_path):
    (tmp_path / "a").write_bytes(b"KDMV" + bytes(65536))
    machine = PC.hda(str(tmp_path / "a"))
    assert not codes(machine)
    assert "migration-impossible" in codes(machine, host=Host())


def test_nobody_has_to_ask_for_it():
    assert not codes(PC.without(type(PC.options[-1])).device("nvme", serial="x"))

"""Network cards that boards plug in themselves, by what the QEMU has."""

from __future__ import annotations

import pytest

from qemubuild import Qemu
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
OLDER, NEWER = Qemu.snapshot("7.2"), Qemu.snapshot("10.0")

EXAMPLES = {
    "network-card-unknown": (PC.nic("user", model="e1001"), PC.nic("user", model="e1000"), OLDER),
}


@pytest.mark.parametrize("model", ["virtio", "ne2k_isa", "vmxnet3", "virtio-net-pci", "$MODEL"])
def test_those_there_are(model):
    for qemu in (OLDER, NEWER):
        assert PC.nic("user", model=model).check(qemu=qemu).ok


@pytest.mark.parametrize(
    "machine",
    [
        PC.nic("user", model="edu"),
        PC.machine_type("q35").nic("user", model="usb-net"),
        PC.net("user").net("nic", model="x"),
    ],
)
def test_newer_qemus_only_warn(machine):
    assert [found.code for found in machine.check(qemu=OLDER).errors] == ["network-card-unknown"]
    found = machine.check(qemu=NEWER)
    assert found.ok
    assert "network-card-unknown" in found.codes


def test_a_list_is_no_card():
    assert not PC.nic("user", model="help").check(qemu=NEWER).ok
    assert PC.nic("none", model="x").check(qemu=OLDER).ok

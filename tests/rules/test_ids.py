"""Ids: well formed, each once, and none that nothing defines."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G")
NET = BASE.netdev("user", id="net0")

EXAMPLES = {
    "id-malformed": (BASE.device("e1000", id="1a"), BASE.device("e1000", id="a1")),
    "id-doubled": (
        BASE.device("e1000", id="a").device("e1000", id="a"),
        BASE.device("e1000", id="a").device("e1000", id="b"),
    ),
    "id-undefined": (NET.device("e1000", netdev="net1"), NET.device("e1000", netdev="net0")),
}


def test_the_nearest_id_is_named():
    found = NET.device("e1000", netdev="net1").check().errors[0]
    assert "did you mean 'net0'?" in found.hint


@pytest.mark.parametrize(
    "machine",
    [
        BASE.raw("-blockdev", "null-co,node-name=d").device("virtio-blk-pci", drive="d"),
        BASE.device("e1000", netdev="$NET"),
        BASE.device("e1000", id="$ID"),
        BASE.audiodev("none", id="1 a").audiodev("none", id="1 a"),
        BASE.device("e1000", id="a").netdev("user", id="a").device("e1000", netdev="a"),
    ],
)
def test_what_may_be_right(machine):
    assert machine.check().ok


def test_a_raw_option_defines_what_it_names_and_no_more():
    machine = BASE.raw("-blockdev", "null-co,node-name=disk").device("virtio-blk-pci", drive="d")
    assert machine.check().codes == ("id-undefined",)

"""``-nic`` and ``-net``: what is written, and who uses their networks."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.options.net import Net
from qemubuild.options.nic import Nic

BASE = Machine("x86_64").memory("1G")

EXAMPLES = {
    "nic-network-in-use": (
        BASE.nic("user", id="n").device("e1000", netdev="n"),
        BASE.netdev("user", id="n").device("e1000", netdev="n"),
    ),
    "network-card-address": (
        BASE.nic("user", mac="52:54:00:12:34"),
        BASE.nic("user", mac="52:54:00:12:34:56"),
    ),
}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Nic("user", model="virtio"), ("-nic", "user,model=virtio")),
        (Nic("user", hostfwd=("a", "b,c")), ("-nic", "user,hostfwd=a,hostfwd=b,,c")),
        (Nic("none"), ("-nic", "none")),
        (Net("nic", model="e1000"), ("-net", "nic,model=e1000")),
        (Net("user"), ("-net", "user")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (Nic("none"), "no network"),
        (Nic("user", model="e1000"), "e1000, on a network of the kind user"),
        (Net("none"), "no network"),
        (Net("nic"), "a network card"),
        (Net("user"), "of the kind user"),
    ],
)
def test_explain(option, says):
    assert says in option.explain()


def test_a_command_that_names_no_kind_means_qemus_own_network():
    assert Nic.parse("model=e1000").words == ("-nic", "user,model=e1000")

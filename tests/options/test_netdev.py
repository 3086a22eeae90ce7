"""``-netdev``: the id, and who uses it."""

from __future__ import annotations

import pytest

from qemubuild.claims import CHARDEV, NETDEV, Defines, Refers
from qemubuild.machine import Machine
from qemubuild.options.netdev import Netdev


def vm(*args, cards=1, **keys):
    machine = Machine("x86_64").memory("1G").netdev(*args, **keys)
    for _ in range(cards):
        machine = machine.device("e1000", netdev="n")
    return machine


EXAMPLES = {
    "netdev-without-id": (vm("user", cards=0), vm("user", id="n")),
    "netdev-in-use": (vm("user", id="n", cards=2), vm("user", id="n")),
    "netdev-unused": (vm("user", id="n", cards=0), vm("user", id="n")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Netdev("user", id="n"), "user,id=n"),
        (
            Netdev("user", {"hostfwd": ("tcp::1-:22", "tcp::2-:80")}, id="n"),
            "user,hostfwd=tcp::1-:22,hostfwd=tcp::2-:80,id=n",
        ),
        (Netdev("tap", id="n", ifname="t0", script=False), "tap,id=n,ifname=t0,script=off"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-netdev", value)
    assert Netdev.parse(value) == option


def test_claims():
    option = Netdev("vhost-user", id="n", chardev="c")
    assert list(option.claims()) == [Defines(NETDEV, "n"), Refers(CHARDEV, "c")]


def test_explain():
    assert "n0, of the kind user" in Netdev("user", id="n0").explain()

"""``-netdev``: the id, and who uses it."""

from __future__ import annotations

import pytest

from qemubuild.claims import CHARDEV, NETDEV, Defines, Listens, Refers
from qemubuild.machine import Machine
from qemubuild.options.netdev import Netdev

BASE = Machine("x86_64").memory("1G")


def vm(*args, cards=1, **keys):
    machine = Machine("x86_64").memory("1G").netdev(*args, **keys)
    for _ in range(cards):
        machine = machine.device("e1000", netdev="n")
    return machine


EXAMPLES = {
    "network-without-ipv6": (
        vm("user", {"ipv6-net": "fec0::/64"}, id="n", ipv6=False),
        vm("user", {"ipv6-net": "fec0::/64"}, id="n"),
    ),
    "netdev-without-id": (vm("user", cards=0), vm("user", id="n")),
    "netdev-in-use": (vm("user", id="n", cards=2), vm("user", id="n")),
    "network-kind-unknown": (vm("users", id="n"), vm("user", id="n")),
    "netdev-later": (
        BASE.netdev("hubport", id="h", hubid=0, netdev="n").netdev("user", id="n"),
        BASE.netdev("user", id="n").netdev("hubport", id="h", hubid=0, netdev="n"),
    ),
    "network-card-without-bus": (
        BASE.machine_type("isapc").nic("user", model="e1000"),
        BASE.machine_type("isapc").nic("user", model="ne2k_isa"),
    ),
    "network-without-ipv4": (
        vm("user", id="n", ipv6=True, net="10.0.9.0/24"),
        vm("user", id="n", ipv6=True, ipv4=True, net="10.0.9.0/24"),
    ),
    "network-incomplete": (vm("hubport", id="n"), vm("hubport", id="n", hubid=0)),
    "network-no-group": (
        Machine("x86_64").memory("1G").nic("socket", mcast="127.0.0.1:1234"),
        Machine("x86_64").memory("1G").nic("socket", mcast="230.0.0.1:1234"),
    ),
    "network-keys-conflict": (
        vm("socket", id="n", listen="127.0.0.1:7001", connect="127.0.0.1:7002"),
        vm("socket", id="n", listen="127.0.0.1:7001"),
    ),
    "network-without-queues": (vm("tap", id="n", queues=0), vm("tap", id="n", queues=2)),
    "network-forward-malformed": (
        vm("user", id="n", hostfwd="tcp:2222:22"),
        vm("user", id="n", hostfwd="tcp::2222-:22"),
    ),
    "netdev-socket-without-path": (
        vm("vhost-user", id="n", chardev="c").chardev("socket", id="c", host="::1", port=7001),
        vm("vhost-user", id="n", chardev="c").chardev("socket", id="c", path="/run/c"),
    ),
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
    assert list(option.claims()) == [Defines(NETDEV, "n"), Refers(CHARDEV, "c", "socket")]


def test_explain():
    assert "n0, of the kind user" in Netdev("user", id="n0").explain()


@pytest.mark.parametrize(
    "rule",
    [
        "tcp::2222-:22",
        "::2222-:22",
        "udp:127.0.0.1:0-10.0.2.15:53",
        "tcp:127.1: +0x8ae-0xa00020f:026",
        "tcp::-:22",
        "unix:/run/ssh-:22",
        "$RULE",
    ],
)
def test_ports_that_may_lead_to_the_guest(rule):
    assert vm("user", id="n", hostfwd=rule).check().ok


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "tcp",
        "tcp:localhost:1-:2",
        "sctp::1-:2",
        "tcp::1-:0",
        "tcp::70000-:1",
        "tcp::1:2",
        "tcp:127.0.0.256:1-:2",
        "tcp:1.2.3.4.5:1-:2",
        "tcp:.1:1-:2",
        "tcp::09-:2",
        "tcp::1-:",
    ],
)
def test_rules_that_qemu_does_not_read(rule):
    machine = vm("user", id="n", hostfwd=("tcp::2222-:22", rule))
    assert machine.check().codes == ("network-forward-malformed",)


def test_one_port_leads_to_one_guest():
    both = vm("user", id="n", hostfwd=("tcp::2222-:22", "tcp:127.0.0.1:2222-:23"))
    assert both.check().codes == ("port-doubled",)
    assert not vm("user", id="n", hostfwd=("tcp::2222-:22", "udp::2222-:23")).check()


def test_ports_in_json_are_seen():
    text = '{"type":"user","id":"n","hostfwd":[{"str":"tcp:127.0.0.1:2222-:22"}]}'
    assert Listens("127.0.0.1", 2222) in list(Netdev.parse(text).claims())


@pytest.mark.parametrize("add", ["nic", "net"])
def test_short_forms_are_judged_alike(add):
    machine = getattr(Machine("x86_64").memory("1G"), add)
    assert machine("none").check().ok
    assert machine("users").check().codes == ("network-kind-unknown",)

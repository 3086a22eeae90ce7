"""``-chardev``: the id, who uses it, who waits."""

from __future__ import annotations

import pickle

import pytest

from qemubuild.claims import (
    CHARDEV,
    OBJECT,
    Defines,
    Listens,
    Opens,
    Refers,
    Service,
    Terminal,
    UnixSocket,
)
from qemubuild.machine import Machine
from qemubuild.options.chardev import Chardev

QUIET = {"server": True, "wait": False}


def vm(*args, users=0, **keys):
    machine = Machine("x86_64").memory("1G").chardev(*args, **keys)
    for _ in range(users):
        machine = machine.serial(chardev="c")
    return machine


BASE = Machine("x86_64").memory("1G")
EXAMPLES = {
    "socket-address-family": (
        BASE.serial(port=5555, host="127.0.0.1", server=True, wait=False, extra={"ipv6": "on"}),
        BASE.serial(port=5555, host="127.0.0.1", server=True, wait=False),
    ),
    "chardev-later": (
        BASE.chardev("mux", id="m", chardev="c").chardev("null", id="c"),
        BASE.chardev("null", id="c").chardev("mux", id="m", chardev="c"),
    ),
    "chardev-keys-conflict": (
        vm("socket", id="c", path="/run/c", host="127.0.0.1", port=1),
        vm("socket", id="c", path="/run/c"),
    ),
    "chardev-without-id": (vm("null"), vm("null", id="c")),
    "chardev-in-use": (vm("null", id="c", users=2), vm("null", id="c", mux=True, users=2)),
    "chardev-backend-unknown": (vm("files", id="c", path="l"), vm("file", id="c", path="l")),
    "chardev-ringbuf-size": (
        vm("ringbuf", id="c", size=1000),
        vm("ringbuf", id="c", size=1024),
    ),
    "chardev-incomplete": (vm("file", id="c"), vm("file", id="c", path="log")),
    "chardev-wait-of-client": (
        vm("socket", id="c", path="s", wait=False),
        vm("socket", id="c", path="s", **QUIET),
    ),
    "chardev-reconnect-of-server": (
        vm("socket", id="c", path="s", reconnect=1, **QUIET),
        vm("socket", id="c", path="s", reconnect=1),
    ),
    "chardev-waits": (
        vm("socket", id="c", path="s", server=True),
        vm("socket", id="c", path="s", **QUIET),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Chardev("null", id="c"), "null,id=c"),
        (
            Chardev("socket", id="c", path="a,b=c", **QUIET),
            "socket,id=c,path=a,,b=c,server=on,wait=off",
        ),
        (
            Chardev("socket", {"tls-creds": "t"}, id="c", port=1),
            "socket,tls-creds=t,id=c,port=1",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-chardev", value)
    assert Chardev.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (Chardev("null"), []),
        (Chardev("stdio", id="c"), [Defines(CHARDEV, "c"), Terminal()]),
        (
            Chardev("file", id="c", path="p"),
            [Defines(CHARDEV, "c"), Opens("p", "log", writes=True, creates=True)],
        ),
        (
            Chardev("socket", {"tls-creds": "t"}, host="h", port=1, to=2, server=True),
            [Refers(OBJECT, "t", "tls-creds-"), Listens("h", 1, 2)],
        ),
        (Chardev("socket", port="ssh", server=True), [Service("ssh")]),
        (
            Chardev("socket", path="p", server=True),
            [Opens("p", "socket", writes=True, creates=True)],
        ),
        (Chardev("socket", path="p"), [Opens("p", "socket", writes=True)]),
        (Chardev("socket", path="p", reconnect=1), []),
        (Chardev("pipe", path="p"), [Opens("p", "pipe", writes=True)]),
        (
            Chardev("null", id="c", logfile="l"),
            [Defines(CHARDEV, "c"), Opens("l", "log", writes=True, creates=True)],
        ),
    ],
)
def test_claims(option, claims):
    assert [one for one in option.claims() if not isinstance(one, UnixSocket)] == claims


def test_a_multiplexer_serves_four():
    assert vm("null", id="c", mux=True, users=4).check().ok
    assert vm("null", id="c", mux=True, users=5).check().codes == ("chardev-in-use",)


@pytest.mark.parametrize("value", ["", "$B,id=$I", "socket,server,port=$P,id=c", "x,id=1,y"])
def test_what_is_read_can_always_be_judged_and_explained(value):
    try:
        option = Chardev.parse(value)
    except ValueError:
        assert not value
        return
    assert option.explain()
    Machine("x86_64").add(option).check()


def test_explain():
    assert "c0, of the kind socket" in Chardev("socket", id="c0").explain()

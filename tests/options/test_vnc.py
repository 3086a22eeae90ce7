"""``-vnc``: what is written, what is refused, what is found, and where it can be reached."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.vnc import Vnc


def vm(*args, secret="", **keys):
    machine = Machine("x86_64").memory("1G").vnc(*args, **keys)
    return machine.secret("s", data=secret) if secret else machine


LOCAL = {"host": "127.0.0.1"}
TWO = {"host": "127.0.0.1", "also": ("127.0.0.1:2",)}

EXAMPLES = {
    "vnc-open-to-all": (vm(0), vm(0, **LOCAL)),
    "vnc-password-unset": (
        vm(0, **LOCAL, password=True),
        vm(0, **LOCAL, password_secret="s", secret="8 bytes"),
    ),
    "vnc-password-twice": (
        vm(0, **LOCAL, password=True, password_secret="s", secret="8 bytes"),
        vm(0, **LOCAL, password_secret="s", secret="8 bytes"),
    ),
    "vnc-password-too-long": (
        vm(0, password_secret="s", secret="9 letters"),
        vm(0, password_secret="s", secret="8letters"),
    ),
    "vnc-tls-authz-without-creds": (vm(0, **LOCAL, tls_authz="a"), vm(0, **LOCAL)),
    "vnc-sasl-authz-without-sasl": (
        vm(0, **LOCAL, sasl_authz="a"),
        vm(0, **LOCAL, sasl=True, sasl_authz="a"),
    ),
    "vnc-reverse-websocket": (
        vm(5500, **LOCAL, reverse=True, websocket=True),
        vm(5500, **LOCAL, reverse=True),
    ),
    "vnc-reverse-many": (vm(1, **TWO, reverse=True), vm(1, **LOCAL, reverse=True)),
    "vnc-reverse-without-host": (vm(5500, reverse=True), vm(5500, **LOCAL, reverse=True)),
    "vnc-port-out-of-range": (vm("127.0.0.1:59636"), vm("127.0.0.1:59635")),
    "vnc-number-is-a-port": (vm(5901, **LOCAL), vm(1, **LOCAL)),
    "vnc-range-empty": (vm(5, **LOCAL, to=4), vm(5, **LOCAL, to=9)),
    "vnc-range-of-socket": (vm(unix="s", to=4), vm(unix="s")),
    "vnc-host-none": (vm("none:1"), vm("none")),
    "vnc-none-and-more": (vm("none", also=("127.0.0.1:1",)), vm("127.0.0.1:1")),
    "vnc-websocket-port": (vm(1, **TWO, websocket=True), vm(1, **TWO, websocket=5701)),
    "vnc-no-address-family": (vm(0, ipv4=False, ipv6=False), vm(0, ipv4=True, ipv6=False)),
    "vnc-address-family": (vm(0, **LOCAL, ipv6=True), vm(0, **LOCAL)),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Vnc(0), ":0"),
        (Vnc(1, host="127.0.0.1"), "127.0.0.1:1"),
        (Vnc(2, host="::1"), "[::1]:2"),
        (Vnc(2, host="[::1]"), "[::1]:2"),
        (Vnc(1, host="unix"), "[unix]:1"),
        (Vnc(1, host="a=b"), "vnc=a=b:1"),
        (Vnc("none"), "none"),
        (Vnc("127.0.0.1:0"), "127.0.0.1:0"),
        (Vnc(unix="/run/vnc.sock"), "unix:/run/vnc.sock"),
        (Vnc(unix=Path("a,b")), "vnc=unix:a,,b"),
        (Vnc(unix="a=b"), "vnc=unix:a=b"),
        (Vnc("auto"), ":0,to=99"),
        (Vnc("auto", host="127.0.0.1", password=True), "127.0.0.1:0,to=99,password=on"),
        (Vnc("auto", to=9), ":0,to=9"),
        (Vnc(0, to=9, websocket=True, password=True), ":0,to=9,websocket=on,password=on"),
        (Vnc(0, websocket=5800), ":0,websocket=5800"),
        (Vnc(0, also=("[::1]:0",), websocket=1, also_websocket=(2,)),
         ":0,vnc=[::1]:0,websocket=1,websocket=2"),
        (Vnc(0, share="force-shared", key_delay_ms=0, lock_key_sync=False),
         ":0,share=force-shared,lock-key-sync=off,key-delay-ms=0"),
        (Vnc(5500, host="viewer", reverse=True), "viewer:5500,reverse=on"),
        (Vnc(60000, host="viewer", reverse=True), "viewer:60000,reverse=on"),
    ],
)  # fmt: skip
def test_argv(option, value):
    assert option.words == ("-vnc", value)
    assert Vnc.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("value", "option"),
    [
        ("127.0.0.1:1,password", Vnc(1, host="127.0.0.1", password=True)),
        ("vnc=:3,websocket", Vnc(3, websocket=True)),
        ("unix:/s", Vnc(unix="/s")),
        ("", Vnc("none")),
    ],
)
def test_other_spellings_are_read(value, option):
    again = Vnc.parse(value)
    assert again == option
    assert (again.listen, again.host, again.unix) == (option.listen, option.host, option.unix)


@pytest.mark.parametrize(
    ("args", "keys", "says"),
    [
        ((), {}, "no address"),
        (("5",), {}, "write 5, or ':5'"),
        (("localhost",), {}, "HOST:NUMBER"),
        ((":",), {}, "display number"),
        (("",), {}, "display number"),
        ((-1,), {}, "-1"),
        ((True,), {}, "True"),
        ((59636,), {}, "ports end at 65535"),
        ((65535,), {}, "write 59635 for port 65535"),
        ((), {"host": "127.0.0.1"}, "needs a display number"),
        (("none",), {"host": "127.0.0.1"}, "needs a display number"),
        ((0,), {"unix": "/s"}, "neither a host nor a number"),
        (("auto",), {"unix": "/s"}, "neither a host nor a number"),
        ((), {"unix": ""}, "empty"),
        ((), {"unix": "u" * 109}, "108 bytes"),
        ((), {"unix": "\u00e9" * 55}, "108 bytes"),
        ((0,), {"share": "all"}, "allow-exclusive"),
        ((0,), {"websocket": False}, "leave it out|expected text"),
        ((0,), {"websocket": "unix:/s"}, "no TCP address"),
        ((0,), {"websocket": 65536}, "65535|not a whole number"),
        ((0,), {"id": "1a"}, "begin with a letter"),
    ],
)
def test_what_can_never_be_right_is_refused(args, keys, says):
    with pytest.raises(InvalidOption, match=says):
        Vnc(*args, **keys)


@pytest.mark.parametrize(
    ("option", "port", "address"),
    [
        (Vnc(0), 5900, "127.0.0.1:5900"),
        (Vnc("*:1"), 5901, "127.0.0.1:5901"),
        (Vnc(59635), 65535, "127.0.0.1:65535"),
        (Vnc(2, host="10.0.0.1", to=9), 5902, "10.0.0.1:5902"),
        (Vnc(2, host="::1"), 5902, "[::1]:5902"),
        (Vnc("::1:2"), 5902, "[::1]:5902"),
        (Vnc(2, host="::"), 5902, "[::1]:5902"),
        (Vnc(unix="/s"), None, "/s"),
        (Vnc("unix:3"), None, "3"),
        (Vnc("unix:"), None, None),
        (Vnc("none"), None, None),
        (Vnc(5500, host="viewer", reverse=True), None, None),
    ],
)
def test_where_it_is_reached(option, port, address):
    assert (option.port, option.address) == (port, address)


@pytest.mark.parametrize(
    "value",
    ["$SCREEN", ":$N,to=$LAST", "vnc=:$N,vnc=:1", ":0,websocket=$W", ":0,password-secret=$S",
     ":0,sasl=maybe", "unix:" + "u" * 200, "nohost", ":0,what=ever", "localhost:5901"],
)  # fmt: skip
def test_what_is_read_can_always_be_judged_and_explained(value):
    option = Vnc.parse(value)
    assert option.explain()
    Machine("x86_64").add(option).check()


def test_the_websocket_of_a_unix_socket_is_open_to_all():
    (found,) = vm(unix="s", websocket=5700).check().warnings
    assert found.code == "vnc-open-to-all"
    assert "5700" in found.message


@pytest.mark.parametrize("keys", [{"sasl": True}, {"tls_creds": "t"}, {"password_secret": "s"}])
def test_who_asks_for_something_is_not_open_to_all(keys):
    assert "vnc-open-to-all" not in vm(0, **keys).check().codes


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (Vnc(0), "port 5900 (5900 + 0) of every network interface"),
        (Vnc(1, host="::1", to=5), "port 5901 (5900 + 1), or the next free one up to 5905, of ::1"),
        (Vnc(unix="/s"), "the socket /s"),
        (Vnc(0, password=True), "8 bytes count"),
        (Vnc("none"), "no VNC server"),
        (Vnc(5500, host="viewer", reverse=True), "viewer, port 5500"),
    ],
)
def test_explain(option, says):
    assert says in option.explain()


@pytest.mark.parametrize(
    ("given", "guarded"),
    [
        (Vnc("auto"), Vnc("auto", password=True)),
        (Vnc(1, **TWO, extra={"new": "1"}), Vnc(1, **TWO, password=True, extra={"new": "1"})),
        (Vnc(0, password=False), Vnc(0, password=True)),
        (Vnc(0, password_secret="s"), Vnc(0, password_secret="s")),
    ],
)
def test_a_server_that_is_to_ask_for_a_password(given, guarded):
    assert given.guarded() == guarded

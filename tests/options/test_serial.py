"""``-serial``, and with it every option that says where characters go: the older dialect."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from qemubuild.claims import CHARDEV, OBJECT, Connects, Listens, Opens, Refers, Terminal
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.debugcon import Debugcon
from qemubuild.options.gdb import Gdb
from qemubuild.options.monitor import Monitor, Qmp, QmpPretty
from qemubuild.options.parallel import Parallel
from qemubuild.options.serial import Serial

QUIET = {"server": True, "wait": False}
LOCAL = {"port": 4444, "host": "127.0.0.1"}


def vm(*args, **keys):
    return Machine("x86_64").memory("1G").serial(*args, **keys)


EXAMPLES = {
    "socket-waits": (vm(unix="s", server=True), vm(unix="s", **QUIET)),
    "socket-wait-of-client": (vm(unix="s", wait=False), vm(unix="s", **QUIET)),
    "socket-websocket-client": (
        vm(**LOCAL, websocket=True),
        vm(**LOCAL, websocket=True, **QUIET),
    ),
    "socket-reconnect-of-server": (
        vm(unix="s", **QUIET, extra={"reconnect": "1"}),
        vm(unix="s", extra={"reconnect": "1"}),
    ),
    "socket-client-without-host": (vm(port=4444), vm(**LOCAL)),
    "socket-range-empty": (vm(**LOCAL, **QUIET, to=4443), vm(**LOCAL, **QUIET, to=4450)),
    "socket-open-to-all": (vm(port=4444, **QUIET), vm(**LOCAL, **QUIET)),
    "socket-bare-word": (
        vm("tcp:127.0.0.1:1,server,nowait"),
        vm("tcp:127.0.0.1:1,server=on,wait=off"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Serial("stdio"), "stdio"),
        (Serial("mon:stdio"), "mon:stdio"),
        (Serial("stdio", monitor=True), "mon:stdio"),
        (Serial("none"), "none"),
        (Serial("vc:80Cx24C"), "vc:80Cx24C"),
        (Serial("/dev/ttyS0"), "/dev/ttyS0"),
        (Serial("udp::1@:2"), "udp::1@:2"),
        (Serial(file="a,b=c"), "file:a,b=c"),
        (Serial(file=Path("log"), monitor=True), "mon:file:log"),
        (Serial(pipe="/p"), "pipe:/p"),
        (Serial(unix="/s"), "unix:/s"),
        (Serial(unix="a,b", **QUIET), "unix:path=a,,b,server=on,wait=off"),
        (Serial(unix="a=b", **QUIET), "unix:path=a=b,server=on,wait=off"),
        (Serial(port=4444, **QUIET), "tcp::4444,server=on,wait=off"),
        (Serial(**LOCAL, telnet=True), "tcp:127.0.0.1:4444,telnet=on"),
        (Serial(port=1, host="::1"), "tcp::1,host=::1"),
        (Serial(port=1, host="a,b", server=True), "tcp::1,host=a,,b,server=on"),
        (Serial(port=1, extra={"reconnect": "5"}), "tcp::1,reconnect=5"),
        (Serial(chardev="c0"), "chardev:c0"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-serial", value)
    assert Serial.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("value", "option"),
    [
        ("telnet:127.0.0.1:4444", Serial(**LOCAL, telnet=True)),
        ("unix:/s,server,nowait", Serial(unix="/s", **QUIET)),
        ("mon:unix:/s", Serial(unix="/s", monitor=True)),
    ],
)
def test_other_spellings_are_read(value, option):
    assert Serial.parse(value) == option


@pytest.mark.parametrize(
    ("args", "keys", "says"),
    [
        ((), {}, "one place is needed"),
        (("stdio",), {"file": "a"}, "here are 2"),
        (("studio",), {}, "did you mean 'stdio'"),
        (("tcp:4444",), {}, ":PORT"),
        (("file:",), {}, "no place"),
        ((), {"file": ""}, "empty"),
        ((), {"file": "a\0"}, "no command line"),
        ((), {"unix": "u" * 109}, "108 bytes"),
        (("unix:" + "u" * 109,), {}, "108 bytes"),
        ((), {"port": 65536}, "65536"),
        ((), {"chardev": "a b"}, "begin with a letter"),
        (("stdio",), {"server": True}, "only sockets"),
        ((), {"file": "a", "wait": False}, "only sockets"),
    ],
)
def test_what_can_never_be_right_is_refused(args, keys, says):
    with pytest.raises(InvalidOption, match=says):
        Serial(*args, **keys)


@pytest.mark.parametrize(
    "value",
    ["$WHERE", "tcp::$PORT,server", "unix:$S,server=$X", "unix:", "unix:a=b", "tcp::99999", "",
     "file:", "mon:", "chardev:a b", "tcp::1,port=2", "unix:a,b=c", "mon:chardev:c", "con:"],
)  # fmt: skip
@pytest.mark.parametrize("kind", [Serial, Parallel, Monitor, Qmp, QmpPretty, Debugcon, Gdb])
def test_what_is_read_can_always_be_judged_and_explained(kind, value):
    option = kind.parse(value)
    assert option.explain()
    Machine("x86_64").add(option).check()


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (Serial("stdio"), [Terminal()]),
        (Serial("mon:stdio"), [Terminal()]),
        (Serial("null"), []),
        (Serial("/dev/ttyS0"), [Opens("/dev/ttyS0", "device", writes=True)]),
        (Serial(file="a:b"), [Opens("a:b", "log", writes=True, creates=True)]),
        (Serial("file:a:b"), [Opens("a:b", "log", writes=True, creates=True)]),
        (Serial(chardev="c"), [Refers(CHARDEV, "c")]),
        (Serial(**LOCAL), [Connects("127.0.0.1", 4444)]),
        (Serial(**LOCAL, extra={"reconnect": "1"}), []),
        (Serial(**LOCAL, server=True, to=4450), [Listens("127.0.0.1", 4444, 4450)]),
        (Serial("telnet::1,server"), [Listens("", 1)]),
        (Serial(port=1, tls_creds="t"), [Refers(OBJECT, "t", "tls-creds-")]),
        (Gdb("tcp::1"), [Listens("", 1)]),
    ],
)
def test_claims(option, claims):
    assert list(option.claims()) == claims


def test_a_debugger_is_not_waited_for():
    assert Machine().memory("1G").gdb(**LOCAL).check().codes == ()


@pytest.mark.parametrize("kind", [Qmp, QmpPretty, Debugcon])
def test_not_all_can_be_none(kind):
    with pytest.raises(InvalidOption, match="no place"):
        kind("none")


def test_an_unknown_key_of_a_socket_is_found():
    assert "unknown-key" in vm(unix="s", extra={"reconect": "1"}).check().codes
    assert "unknown-key" not in vm(unix="s", extra={"reconnect": "1"}).check().codes


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (Serial("stdio"), "QEMU's own terminal"),
        (Serial("mon:stdio"), "shared with QEMU's monitor"),
        (Serial("none"), "no serial port"),
        (Serial(file="log"), "the file log, emptied first"),
        (Serial(**LOCAL), "to port 4444 of 127.0.0.1"),
        (Serial(port=4444, **QUIET), "whoever connects to port 4444 of every network interface"),
        (Serial("unix:/s,server"), "whoever connects to the socket /s"),
        (Serial(chardev="c"), "the -chardev c"),
        (Serial(pipe="p"), "the pipe p"),
        (Parallel("none"), "no parallel port"),
        (Parallel("null"), "nowhere"),
        (Monitor("none"), "no monitor"),
        (Monitor("vc"), "a text page"),
        (Qmp("stdio"), "JSON"),
        (QmpPretty("stdio"), "JSON"),
        (Debugcon(file="d"), "port 0xe9 to the file d"),
        (Gdb("tcp::1234"), "whoever connects to port 1234"),
    ],
)
def test_explain(option, says):
    assert says in option.explain()

"""``-incoming``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.claims import Listens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.incoming import Incoming

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "incoming-port-out-of-range": (PC.incoming("tcp::70000"), PC.incoming("tcp::7000")),
    "incoming-range-empty": (
        PC.incoming("tcp::4444,to=4440"),
        PC.incoming("tcp::4444,to=4450"),
    ),
}

CHANNEL = '{"channel-type":"main","addr":{"transport":"file","filename":"a","offset":0}}'


@pytest.mark.parametrize(
    "channel",
    [
        "defer",
        "tcp:localhost:4444",
        "tcp::4444,to=4450,ipv4=on",
        "tcp:[::1]:4444",
        "tcp:localhost:http",
        "unix:/run/a,b=c.sock",
        "fd:7",
        "exec:gzip -dc < a,b",
        "file:saved,offset=4096",
        "rdma:host:4444",
        "vsock:2:4444",
        CHANNEL,
        "main,addr.transport=file,addr.filename=a",
        "channel-type=cpr,addr.transport=socket",
    ],
)
def test_argv(channel):
    option = Incoming(channel)
    assert option.words == ("-incoming", channel)
    assert Incoming.parse(channel) == option


@pytest.mark.parametrize(
    "channel",
    [
        "",
        "Defer",
        "unix",
        "unix:",
        "tcp:host",
        "tcp:host:",
        "tcp:a:b:1",
        "fd:",
        "unix:" + "a" * 109,
    ],
)
def test_what_is_no_channel_is_refused(channel):
    with pytest.raises(InvalidOption, match="-incoming channel"):
        Incoming(channel)


def test_a_misspelling_is_offered():
    with pytest.raises(InvalidOption) as caught:
        Incoming("defered")
    assert "did you mean 'defer'?" in caught.value.hint


@pytest.mark.parametrize(
    ("channel", "version"),
    [("file:saved", "8.2"), (CHANNEL, "10.0"), ("main,addr.transport=exec", "10.0")],
)
def test_newer_ways_are_found(channel, version):
    (found,) = PC.incoming(channel).check()
    assert found.code == "key-newer"
    assert version in found.message


@pytest.mark.parametrize(
    ("channel", "claims"),
    [
        ("tcp:127.0.0.1:4444", [Listens("127.0.0.1", 4444)]),
        ("tcp:[::1]:4444,ipv6=on,to=4446", [Listens("::1", 4444, 4446)]),
        ("tcp::0", []),
        ("unix:4444", []),
    ],
)
def test_claims(channel, claims):
    assert list(Incoming(channel).claims()) == claims


def test_a_variable_is_kept():
    option = Incoming.parse("$SOURCE")
    assert option.words == ("-incoming", "$SOURCE")
    assert PC.add(option).check().codes == ("value-unresolved",)


def test_explain():
    assert "where the monitor is told" in Incoming("defer").explain()
    assert "tcp::4444" in Incoming("tcp::4444").explain()

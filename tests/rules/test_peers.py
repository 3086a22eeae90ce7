"""Who QEMU connects to."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from qemubuild import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
HOST = Host()


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


ABSENT = free_port()
EXAMPLES = {
    "peer-absent": (
        PC.serial(host="127.0.0.1", port=ABSENT, server=False),
        PC.serial(host="127.0.0.1", port=ABSENT, server=False, extra={"reconnect": "1"}),
        HOST,
    ),
    "peer-unknown": (
        PC.serial(host="no-such-host.invalid", port=7, server=False),
        PC.serial("null"),
        HOST,
    ),
}


def codes(machine):
    return [found.code for found in machine.check(host=HOST).errors]


@pytest.mark.parametrize(
    "connect",
    [
        lambda port: PC.serial(f"tcp:127.0.0.1:{port}"),
        lambda port: PC.chardev("socket", id="c", host="127.0.0.1", port=port).serial(chardev="c"),
        lambda port: PC.vnc(f"127.0.0.1:{port}", reverse=True),
    ],
)
def test_somebody_has_to_listen(connect):
    assert codes(connect(free_port())) == ["peer-absent"]
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        assert not codes(connect(server.getsockname()[1]))


def test_a_socket_that_was_left_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    machine = PC.chardev("socket", id="c", path="s").serial(chardev="c")
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind("s")
        server.listen()
        assert not codes(machine)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):  # nobody came
            server.accept()
    assert codes(machine) == ["peer-absent"]
    assert not codes(PC.chardev("socket", id="c", path="s", server=True, wait=False))


def test_qemu_itself_may():
    port = free_port()
    machine = PC.serial(f"tcp:127.0.0.1:{port},server=on,wait=off")
    assert not codes(machine.serial(host="127.0.0.1", port=port, server=False))


def test_names_have_addresses():
    assert codes(PC.serial("tcp:no-such-host.invalid:7")) == ["peer-unknown"]
    assert codes(PC.vnc("no-such-host.invalid:7", reverse=True)) == ["peer-unknown"]

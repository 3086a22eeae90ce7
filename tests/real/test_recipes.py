"""The real QEMU starts what is made in one call, and ports lead where they say."""

from __future__ import annotations

import os
import socket

import pytest

from qemubuild import Forward, Host, Machine
from qemubuild.host.firmware import Firmware
from tests.real.judge import needs, refusal

BASE = Machine("x86_64").accel("tcg").memory("64M")
SECURE = Firmware(
    description="UEFI firmware with Secure Boot",
    code="code,1.fd",
    vars_template="vars.fd",
    features=frozenset({"requires-smm", "secure-boot"}),
)


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.mark.parametrize(
    "machine",
    [
        BASE.user_network(),
        BASE.user_network(restrict=True, hostname="web", dns="10.0.2.4", ipv6_dns="fec0::4"),
        BASE.user_network(model="e1000", mac="52:54:00:12:34:56").user_network(id="second"),
        BASE.user_network([Forward(0, 22), Forward(0, 53, udp=True, guest="10.0.2.16")]),
        BASE.machine_type("q35").firmware("code,1.fd", "vars.fd"),
        BASE.firmware("code,1.fd"),
        BASE.machine_type("q35").firmware(SECURE, "vars.fd"),
        BASE.rng(),
        BASE.rng("/dev/urandom").rng("/dev/zero"),
        BASE.balloon(deflate_on_oom=True, free_page_reporting=True),
        BASE.machine_type("microvm").user_network().rng().balloon(),
        Machine("aarch64").machine_type("virt").cpu("max").user_network().rng().balloon(),
    ],
)
def test_it_starts(machine, tmp_path):
    needs(machine.binary)
    for name in ("code,1.fd", "vars.fd"):
        (tmp_path / name).write_bytes(bytes(1 << 20))
    assert machine.check().errors == ()
    assert refusal(machine.argv(), cwd=tmp_path) is None


def test_a_second_balloon_is_one_too_many():
    machine = BASE.balloon().balloon()
    assert "device-too-many" in machine.check().codes
    assert refusal(machine.argv(check=False)) is not None


@pytest.mark.skipif(os.path.exists("/dev/vhost-vsock"), reason="this host has vsock")
def test_vsock_is_known_where_the_host_has_none():
    assert "file-missing" in BASE.vsock(3).check(host=Host()).codes
    said = refusal(BASE.vsock(3).argv())
    assert said is not None
    assert "failed to open vhost device" in said


def test_a_forwarded_port_is_there_for_this_host_alone():
    port = free_port()

    def look(_):
        with socket.create_connection(("127.0.0.1", port), timeout=30):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=30)

    assert refusal(BASE.user_network({port: 22}).argv(), ask=look) is None


def test_a_port_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert refusal(BASE.user_network({port: 22}).argv()) is not None


ADDRESSES = ["", "127.0.0.1", "127.1", "0x7f000001", "0", "010.0.0.1", "127.0.0.256", "1.2.3.4.5"]
ADDRESSES += ["localhost", "::1", "[::1]", ".1", "1.", "1..2", "0x", "09.1.1.1", "256", "1.65536"]
PORTS = ["", "0", "00", "-1", "65536", "0x0", "x", "1x", "08", "+0", " 0", "0 "]
TO = ["22", "0", "", "0x16", "026", "+22", " 22", "22 ", "ssh", "65535", "65536", "-1", "22-"]
RULES = ["", "tcp", "tcp::0-:22", "udp::0-:22", "::0-:22", "TCP::0-:22", "sctp::0-:22"]
RULES += [
    "tcp:0-:22",
    "tcp::0:22",
    "tcp::0-22",
    "tcp::0-",
    "tcp::0-:",
    "tcp::0-a:22",
    "tcp:\n:0-:22",
]
RULES += [f"tcp::0-{address}:22" for address in ADDRESSES]
RULES += [f"tcp::{port}-:22" for port in PORTS]
RULES += [f"tcp::0-:{port}" for port in TO]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_read_as_qemu_reads_it(rule):
    machine = BASE.netdev("user", id="n", hostfwd=(rule,)).device("e1000", netdev="n")
    right = machine.check().ok
    assert (refusal(machine.argv(check=False)) is None) is right


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_host_is_read_as_qemu_reads_it(address):
    # What this host has no address for, QEMU reads, and cannot listen on.
    machine = BASE.netdev("user", id="n", hostfwd=f"tcp:{address}:0-:22").device(
        "e1000", netdev="n"
    )
    said = refusal(machine.argv(check=False)) or ""
    assert machine.check().ok is ("Invalid host forwarding rule" not in said)

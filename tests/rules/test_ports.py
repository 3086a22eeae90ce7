"""Ports: two that cannot be listened on together."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G")
LOCAL = BASE.vnc(1, host="127.0.0.1")

EXAMPLES = {
    "port-doubled": (
        LOCAL.vnc(1, host="127.0.0.1"),
        LOCAL.vnc(2, host="127.0.0.1"),
    ),
}


@pytest.mark.parametrize(
    "machine",
    [
        BASE.vnc(1).vnc(1),
        BASE.vnc(1, to=9).vnc(1),
        BASE.vnc(1, websocket=5901),
        LOCAL.serial(port=5901, host="127.0.0.1", server=True),
        BASE.vnc(1).serial(port=5901, server=True),
        LOCAL.serial(port=5901, server=True),
        BASE.vnc(1).vnc(1, host="localhost"),
        BASE.vnc(1, host="0").vnc(1, host="127.0.0.1"),
    ],
)
def test_taken(machine):
    assert "port-doubled" in machine.check().codes


@pytest.mark.parametrize(
    "machine",
    [
        BASE.vnc(1).vnc(1, to=9),
        LOCAL.vnc(1, host="::1"),
        LOCAL.vnc(1),
        LOCAL.gdb(port=5901, host="::1"),
        BASE.vnc(1, host="0").vnc(1, host="::1"),
        BASE.serial(port=0, server=True).serial(port=0, server=True),
    ],
)
def test_free(machine):
    assert "port-doubled" not in machine.check().codes


def test_addresses_of_two_families_are_two():
    machine = BASE.vnc(0, ipv4=False).vnc(0, ipv6=False)
    assert "port-doubled" not in machine.check().codes
    assert "port-doubled" in BASE.vnc(0, ipv4=False).vnc(0, ipv4=False).check().codes

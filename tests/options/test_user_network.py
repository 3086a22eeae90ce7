"""QEMU's own small network: its addresses."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


def user(**keys):
    return PC.nic("user", **keys)


EXAMPLES = {
    "network-address": (
        user(net="10.0.9.0/24", host="10.0.2.2"),
        user(net="10.0.9.0/24", host="10.0.9.2"),
    ),
}


@pytest.mark.parametrize(
    "keys",
    [
        {"net": "10.0.9.0"},
        {"net": "10.0.9.0/24", "dhcpstart": "10.0.9.9"},
        {"net": "10.0.9.0/255.255.255.0", "host": "10.0.9.1"},
        {"net": "192.168.7.0", "host": "192.168.99.1"},
        {"host": "10.0.2.0x7"},
        {"dns": "8.8.8.8"},
        {"guestfwd": "tcp:10.0.2.100:80-cmd:cat"},
        {"ipv6-net": "fec0::/64"},
        {"ipv6-prefix": "fd00::", "ipv6-prefixlen": 48, "ipv6-host": "fd00:0:0:1::1"},
        {"ipv6-dns": "fd00::1"},
        {"ipv6": True},
        {"hostname": "h" * 255},
        {"net": "$NET"},
        {"ipv4": False},
    ],
)
def test_what_adds_up(keys):
    assert user(**keys).check().ok


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"net": "10.0.9.0/33"}, "net"),
        ({"net": "10.0.9.0/3"}, "net"),
        ({"net": "10.0.9.0/x"}, "net"),
        ({"net": "home"}, "net"),
        ({"net": "10.0.9.0/32"}, "dns"),
        ({"host": "10.0.3.2"}, "host"),
        ({"host": "10.0.2.300"}, "host"),
        ({"dns": "10.0.2.2"}, "dns"),
        ({"dns": "8.8.8.8", "restrict": True}, "dns"),
        ({"dhcpstart": "10.0.2.2"}, "dhcpstart"),
        ({"guestfwd": "tcp:10.0.2.100:80"}, "guestfwd"),
        ({"guestfwd": "tcp:10.0.5.100:80-null"}, "guestfwd"),
        ({"ipv4": False, "ipv6": False}, "ipv4"),
        ({"ipv6-net": "fec0::/129"}, "ipv6-net"),
        ({"ipv6-net": "on"}, "ipv6-net"),
        ({"ipv6-prefix": ""}, "ipv6-prefix"),
        ({"ipv6-host": "fd00::1"}, "ipv6-host"),
        ({"ipv6-dns": "9.9.9.9"}, "ipv6-dns"),
        ({"ipv6-dns": "fd00::1", "restrict": True}, "ipv6-dns"),
        ({"hostname": "h" * 256}, "hostname"),
        ({"domainname": ""}, "domainname"),
    ],
)
def test_what_does_not(keys, field):
    (found,) = user(**keys).check().errors
    assert (found.code, found.field) == ("network-address", field)

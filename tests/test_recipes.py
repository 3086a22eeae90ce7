"""What takes QEMU several options, in one call."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from qemubuild import Forward, Machine
from qemubuild.errors import InvalidOption

BASE = Machine("x86_64").memory("1G")


def added(machine):
    """What was added to the machine, in words."""
    return [" ".join(option.words) for option in machine.options if option.flag != "-m"]


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (
            BASE.user_network(),
            ["-netdev user,id=net0", "-device virtio-net-pci,netdev=net0"],
        ),
        (
            BASE.user_network({2222: 22}),
            [
                "-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22",
                "-device virtio-net-pci,netdev=net0",
            ],
        ),
        (
            BASE.user_network(
                [Forward(8080, 80, host=""), Forward(53, 53, udp=True, guest="10.0.2.16")],
                id="lan",
                model="e1000",
                mac="52:54:00:12:34:56",
                restrict=True,
                ipv6_dns="fec0::3",
            ),
            [
                (
                    "-netdev user,id=lan,restrict=on,ipv6-dns=fec0::3,"
                    "hostfwd=tcp::8080-:80,hostfwd=udp:127.0.0.1:53-10.0.2.16:53"
                ),
                "-device e1000,netdev=lan,mac=52:54:00:12:34:56",
            ],
        ),
        (
            BASE.user_network("unix:/run/ssh-:22"),
            [
                "-netdev user,id=net0,hostfwd=unix:/run/ssh-:22",
                "-device virtio-net-pci,netdev=net0",
            ],
        ),
        (
            BASE.user_network().tap_network("tap0", vhost=True).bridge_network("br1"),
            [
                "-netdev user,id=net0",
                "-device virtio-net-pci,netdev=net0",
                "-netdev tap,id=net1,ifname=tap0,script=no,downscript=no,vhost=on",
                "-device virtio-net-pci,netdev=net1",
                "-netdev bridge,id=net2,br=br1",
                "-device virtio-net-pci,netdev=net2",
            ],
        ),
        (
            BASE.tap_network(script="/etc/up").bridge_network(),
            [
                "-netdev tap,id=net0,script=/etc/up,downscript=no",
                "-device virtio-net-pci,netdev=net0",
                "-netdev bridge,id=net1",
                "-device virtio-net-pci,netdev=net1",
            ],
        ),
        (
            BASE.firmware("CODE.fd", Path("my,VARS.fd")),
            [
                "-drive file=CODE.fd,if=pflash,format=raw,unit=0,readonly=on",
                "-drive file=my,,VARS.fd,if=pflash,format=raw,unit=1",
            ],
        ),
        (
            BASE.firmware("CODE.fd"),
            ["-drive file=CODE.fd,if=pflash,format=raw,unit=0,readonly=on"],
        ),
        (BASE.rng(), ["-device virtio-rng-pci"]),
        (
            BASE.rng("/dev/hwrng"),
            ["-object rng-random,id=rng0,filename=/dev/hwrng", "-device virtio-rng-pci,rng=rng0"],
        ),
        (BASE.balloon(), ["-device virtio-balloon-pci"]),
        (
            BASE.balloon(deflate_on_oom=True, free_page_reporting=False),
            ["-device virtio-balloon-pci,deflate-on-oom=on,free-page-reporting=off"],
        ),
        (BASE.vsock(3), ["-device vhost-vsock-pci,guest-cid=3"]),
        (Machine("s390x").rng(), ["-device virtio-rng-ccw"]),
        (
            Machine("x86_64").machine_type("microvm").balloon(),
            ["-machine microvm", "-device virtio-balloon-device"],
        ),
    ],
)
def test_what_is_added(machine, words):
    assert added(machine) == words
    assert not machine.check().errors


def test_nothing_but_ordinary_options_is_added():
    machine = BASE.user_network({2222: 22}).rng("/dev/urandom").firmware("a", "b").vsock(9)
    read = [type(option).parse(option.words[1]) for option in machine.options]
    assert tuple(read) == machine.options


def test_other_hosts_reach_only_what_is_offered_to_them():
    assert str(Forward(2222, 22)) == "tcp:127.0.0.1:2222-:22"
    assert str(Forward(2222, 22, host="")) == "tcp::2222-:22"


@pytest.mark.parametrize(
    "forward",
    [
        Forward(-1, 22),
        Forward(65536, 22),
        Forward(2222, 0),
        Forward("2222", 22),
        Forward(2222, 22.0),
        Forward(2222, 22, host="localhost"),
        Forward(2222, 22, host="::1"),
        Forward(2222, 22, host="127.0.0.256"),
        Forward(2222, 22, host="1.2.3"),
        Forward(2222, 22, guest="10.0.2.15."),
        Forward(2222, 22, guest="10.0.2.15\n"),
    ],
)
def test_a_forward_that_cannot_be(forward):
    with pytest.raises(InvalidOption) as caught:
        BASE.user_network([forward])
    assert caught.value.hint


@pytest.mark.parametrize("mac", ["", "52:54:00:12:34", "53:54:00:12:34:56", "52540012"])
def test_a_card_whose_address_cannot_be(mac):
    with pytest.raises(InvalidOption, match="no address"):
        BASE.user_network(mac=mac)


@pytest.mark.parametrize("code", [None, 1, {"code": "a.fd"}])
def test_what_is_no_firmware(code):
    with pytest.raises(InvalidOption, match="no firmware"):
        BASE.firmware(code)


@pytest.mark.parametrize("cid", [0, 2, -1, 2**32 - 1, "3"])
def test_a_guest_whose_number_cannot_be(cid):
    with pytest.raises(InvalidOption, match="no number"):
        BASE.vsock(cid)


def test_help_shows_what_they_take():
    parameters = inspect.signature(BASE.user_network).parameters
    assert list(parameters) == ["forwards", "id", "model", "mac", "properties"]

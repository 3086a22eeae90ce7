"""What this host is said to offer, against what the real QEMU makes of it."""

from __future__ import annotations

import os
import socket

import pytest

from qemubuild.errors import LaunchError
from qemubuild.host import Host
from qemubuild.process import Process

PC = ["qemu-system-x86_64", "-M", "pc", "-S", "-nodefaults", "-display", "none"]


def starts(*more):
    try:
        Process.start([*PC, *more]).stop()
    except LaunchError:
        return False
    return True


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the guest is an x86 one")
def test_qemu_starts_with_kvm_when_the_host_says_so():
    assert starts("-accel", "kvm") == Host().kvm.starts


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the guest is an x86 one")
@pytest.mark.parametrize("model", ["host", "max"])
def test_qemu_gets_the_hosts_processor_when_the_host_says_so(model):
    assert starts("-accel", "kvm", "-cpu", model) == Host().kvm.host_cpu


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the guest is an x86 one")
def test_qemu_gets_system_management_mode_when_the_host_says_so():
    assert starts("-machine", "smm=on", "-accel", "kvm") == Host().kvm.smm


@pytest.mark.parametrize("size", [64 << 20, 16 << 40])
def test_qemu_gets_the_memory_that_the_host_says_can_be_had(size):
    assert starts("-m", f"{size >> 20}M") == Host().can_allocate(size)


def test_qemu_listens_where_the_host_says_that_it_can():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert starts("-vnc", f"127.0.0.1:{port - 5900}") == Host().can_listen("127.0.0.1", port)
    assert starts("-vnc", f"127.0.0.1:{port - 5900}") == Host().can_listen("127.0.0.1", port)


def test_a_port_half_taken_is_shared_and_qemu_is_content():
    # It then listens on IPv6 alone, and who dials 127.0.0.1 reaches somebody else.
    if not socket.has_dualstack_ipv6():
        pytest.skip("this host has no IPv6")
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        with Process.start([*PC, "-vnc", f":{port - 5900}"]) as guest:
            assert guest.vnc_address == f"[::1]:{port}"
        assert Host().can_listen("", port)
        assert Host().is_shared("", port)

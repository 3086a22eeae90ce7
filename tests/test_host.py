"""What a host offers: given for a host elsewhere, asked of this one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from qemubuild.host import Host, Kvm

GIB = 1 << 30


@pytest.fixture
def listening():
    """A port of 127.0.0.1 that is taken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_facts_may_be_given():
    kvm = Kvm(usable=False, reason="none there", hint="emulate")
    host = Host(arch="aarch64", cores=8, memory=16 * GIB, kvm=kvm)
    assert (host.arch, host.cores, host.memory, host.kvm) == ("aarch64", 8, 16 * GIB, kvm)
    assert repr(Host(arch="aarch64", cores=8)) == "Host(arch='aarch64', cores=8)"


def test_hosts_of_the_same_facts_are_the_same():
    assert Host(cores=8) == Host(cores=8) != Host(cores=4)
    assert len({Host(), Host(), Host(cores=8)}) == 2


def test_a_host_does_not_change():
    host = Host(cores=8)
    with pytest.raises(AttributeError):
        host.cores = 4


def test_nothing_is_asked_before_it_is_wanted():
    # An answer would have imported what asking takes.
    code = "import sys; from qemubuild.host import Host; Host(); print('subprocess' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_this_host_is_asked():
    host = Host()
    assert host.arch
    assert 1 <= host.cores <= os.cpu_count()
    assert GIB // 8 < host.memory <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_cores_are_those_that_may_be_used():
    code = (
        "import os; from qemubuild.host import Host;"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); print(Host().cores)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_the_memory_that_can_be_had_is_tried_or_given():
    assert Host().can_allocate(GIB)
    assert not Host().can_allocate(1 << 62)
    assert not Host().can_allocate(1 << 70)
    assert Host(memory=GIB).can_allocate(GIB)
    assert not Host(memory=GIB).can_allocate(GIB + 1)


def test_where_files_can_be_made(tmp_path):
    assert Host().can_create(str(tmp_path))
    assert not Host().can_create(str(tmp_path / "no"))


@pytest.mark.parametrize("place", ["127.0.0.1", "0.0.0.0"])
def test_a_port_that_is_taken_is_not_free(place, listening):
    assert not Host().can_listen(place, listening)


@pytest.mark.parametrize("place", ["127.0.0.1", "0.0.0.0", ""])
def test_who_would_share_a_port_is_told(place, listening):
    assert Host().is_shared(place, listening)


@pytest.mark.parametrize("place", ["127.0.0.1", "localhost", ""])
def test_a_port_becomes_free_when_it_is_let_go(place):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert Host().can_listen(place, port)
    assert not Host().is_shared(place, port)


def test_a_port_with_only_old_connections_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    assert Host().can_listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("place", "port"),
    [("192.0.2.1", 5900), ("nosuch.invalid", 5900), ("a\udcffb", 5900), ("127.0.0.1", 1 << 20)],
)
def test_what_is_not_of_this_host_cannot_be_listened_on(place, port):
    assert not Host().can_listen(place, port)


def test_kvm_says_why_not_and_what_to_do():
    kvm = Host().kvm
    assert kvm.usable or (kvm.reason and kvm.hint)
    assert kvm.starts or not kvm.usable


def test_kvm_without_hardware_is_not_usable():
    with open("/proc/cpuinfo") as file:
        flags = file.read().split()
    if os.uname().machine != "x86_64" or {"vmx", "svm"} & set(flags):
        pytest.skip("this host has the hardware")
    assert not Host().kvm.usable

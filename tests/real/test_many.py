"""Many guests at once: all up, each with a screen of its own, or none left."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qemubuild import (
    InvalidMachine,
    LaunchError,
    Machine,
    NotInstalled,
    Process,
    launch_all,
    stop_all,
)

TINY = Machine().machine_type("pc").nodefaults().paused().memory("16M").accel("tcg")
# Far from the displays of other tests.
SCREEN = {"listen": 300, "host": "127.0.0.1", "to": 999}


def children():
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in path.read_text().split()}


def here():
    return len(os.listdir("/proc/self/fd")), threading.active_count(), children()


def test_fifty_guests():
    Process.start(TINY.display("none").argv()).stop()
    before = here()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = time.process_time()

    guests = launch_all(TINY.vnc(**SCREEN).name(f"guest {n}") for n in range(50))
    assert [guest.poll() for guest in guests] == [None] * 50
    assert [f"guest {n}" in guest.argv for n, guest in enumerate(guests)] == [True] * 50
    assert threading.active_count() == before[1]

    addresses = {guest.vnc_address for guest in guests}
    assert len(addresses) == 50
    for host, port in (address.split(":") for address in addresses):
        with socket.create_connection((host, int(port)), timeout=30) as client:
            assert client.recv(4) == b"RFB "

    assert {guest.rung for guest in stop_all(guests, timeout=0)} == {"quit"}
    assert here() == before
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    assert grown < 16 << 10, "KiB"
    assert (time.process_time() - spent) / 50 < 0.1


def test_waiting_for_many_costs_nothing():
    guests = launch_all([TINY.display("none")] * 8)
    before = time.process_time()
    with pytest.raises(TimeoutError):
        guests[0].wait(0.5)
    assert time.process_time() - before < 0.1
    stop_all(guests, timeout=0)


def test_guests_of_many_names(own_directory):
    guests = launch_all(dict.fromkeys(["web", "database"], TINY.display("none")), detach=True)
    assert [guest.name for guest in guests] == ["web", "database"]
    assert Process.attach("database") is guests[1]
    assert all(guest.detached for guest in guests)
    stop_all(Process.running(), timeout=0)
    assert [guest.returncode for guest in guests] == [0, 0]


def test_nothing_at_once():
    assert launch_all([]) == []
    assert stop_all([]) == []


def test_when_some_do_not_start_none_is_left(own_directory):
    Process.start(TINY.display("none").argv()).stop()
    before = here()
    machines = {f"guest {n}": TINY.display("none") for n in range(6)}
    machines["guest 2"] = TINY.display("none").raw("-nosuch")
    machines["guest 4"] = TINY.display("none").raw("-neither")
    with pytest.raises(ExceptionGroup, match="did not start, and none is left running") as caught:
        launch_all(machines, limit=6, check=False)
    for error in caught.value.exceptions:
        assert isinstance(error, LaunchError)
        assert error.__notes__ in (["guest 3 of 6: 'guest 2'"], ["guest 5 of 6: 'guest 4'"])
    assert 1 <= len(caught.value.exceptions) <= 2
    assert here() == before
    assert Process.running() == ()


def test_what_comes_after_a_failure_is_not_begun(tmp_path):
    touch = Machine("/usr/bin/touch").raw(str(tmp_path / "begun"))
    with pytest.raises(ExceptionGroup) as caught:
        launch_all([Machine("/nonexistent/qemu"), touch], limit=1, check=False)
    assert isinstance(caught.value.exceptions[0], NotInstalled)
    assert not (tmp_path / "begun").exists()


def test_a_machine_that_cannot_work_is_told_of():
    with pytest.raises(ExceptionGroup) as caught:
        launch_all([TINY.cpu("host")], limit=1)
    (error,) = caught.value.exceptions
    assert isinstance(error, InvalidMachine)
    assert "cpu-host-emulated" in str(error)


def test_ctrl_c_leaves_none(own_directory):
    code = f"""
import os
from qemubuild import Machine, launch_all
from qemubuild import Process
waits = Machine().raw("-M", "none").raw("-display", "none").raw(
    "-chardev", "socket,id=c,path={own_directory.parent}/s,server=on,wait=on")
fine = Machine().raw("-M", "none").raw("-display", "none")
try:
    launch_all([fine, fine, waits] + [fine] * 20, limit=3, check=False, timeout=3)
except KeyboardInterrupt:
    children = open(f"/proc/self/task/{{os.getpid()}}/children").read().split()
    print(len(children))  # the keeper
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as script:
        deadline = time.monotonic() + 30
        while not (own_directory.parent / "s").exists():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        script.send_signal(signal.SIGINT)
        assert script.stdout.read() == b"1\n"

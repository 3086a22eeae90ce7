"""What goes wrong on a host: full disks, too few descriptors, and guests by the hundred."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qemubuild import LaunchError, Process
from tests.real.others import EMPTY, wait_for

FLOOD = ["qemu-system-x86_64", "-M", "pc", "-display", "none", "-d", "exec,cpu,nochain"]

PREAMBLE = f"""
import os, sys, time
from qemubuild import LaunchError, Process
EMPTY = {EMPTY}
FLOOD = {FLOOD}

def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass

def wait_for(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
"""


def on_a_small_disk(code, mount_point):
    """Run the code in a Python whose runtime directory is on a disk of its own, of 1 MiB."""
    mount_point.mkdir()
    inner = 'mount -t tmpfs -o size=1m,mode=700 none "$1" && shift && exec "$@"'
    ran = subprocess.run(
        [
            *("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inner, "sh"),
            *(mount_point, sys.executable, "-X", "dev", "-c", PREAMBLE + code),
        ],
        env={**os.environ, "XDG_RUNTIME_DIR": str(mount_point)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if "unshare" in ran.stderr or "mount:" in ran.stderr:
        pytest.skip(f"no disk of its own here: {ran.stderr}")
    assert ran.stderr == ""
    return ran.stdout


@pytest.fixture
def mount_point(tmp_path_factory):
    """A directory with a path short enough for sockets."""
    folder = tmp_path_factory.mktemp("run")
    short = Path(f"/tmp/qb-{os.getpid()}-{folder.name}")
    short.symlink_to(folder)
    yield short / "m"
    short.unlink()


def test_a_guest_does_not_start_where_there_is_no_room_and_says_so(mount_point):
    code = """
with Process.start(EMPTY, name="before"):
    pass
base = os.environ["XDG_RUNTIME_DIR"]
fill(f"{base}/full")
try:
    Process.start(EMPTY, name="web")
except LaunchError as error:
    print(error)
with open(f"/proc/self/task/{os.getpid()}/children") as children:
    print(len(children.read().split()), os.listdir(f"{base}/qemubuild"))
with Process.start(EMPTY) as guest:
    print(guest.poll())
os.unlink(f"{base}/full")
with Process.start(EMPTY, name="web") as guest:
    print(guest.poll())
"""
    said = on_a_small_disk(code, mount_point)
    assert "no place for the guest: No space left on device" in said
    assert "hint: make room there" in said
    assert said.endswith("\n1 []\nNone\nNone\n")


def test_a_disk_that_fills_up_stops_neither_a_guest_nor_its_log(mount_point):
    code = """
with Process.start(FLOOD, name="web", console=True) as guest:
    fill(os.environ["XDG_RUNTIME_DIR"] + "/full")
    for _ in range(4):
        before = guest.log
        wait_for(lambda: guest.log != before)
    print(len(guest.log) > 1000, guest.log.count("\\0"), guest.poll())
    print(Process.attach("web") is guest, guest.stop(timeout=0).rung)
print(os.listdir(os.environ["XDG_RUNTIME_DIR"] + "/qemubuild"))
"""
    assert on_a_small_disk(code, mount_point) == "True 0 None\nTrue quit\n[]\n"


def test_too_few_descriptors_are_named():
    Process.start(EMPTY).stop()
    before = os.listdir("/proc/self/fd")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    refused = []
    for more in range(2, 20, 3):
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(before) + more, hard))
        try:
            Process.start(EMPTY, console=True).stop()
        except LaunchError as error:
            refused.append(str(error))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(refused) > 1
    assert all(re.search(r"(?s)Too many open files.*ulimit -n", said) for said in refused)
    Process.start(EMPTY).stop()
    assert len(os.listdir("/proc/self/fd")) == len(before)


def children():
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def is_idle(keeper):
    """Whether it has put its last guest away, whose process is what it closes last."""
    processes = 0
    for fd in os.listdir(f"/proc/{keeper}/fd"):
        with contextlib.suppress(FileNotFoundError):
            processes += "pidfd" in os.readlink(f"/proc/{keeper}/fd/{fd}")
    return processes == 1  # its owner's


def test_two_hundred_rounds_leave_nothing_over(own_directory):
    Process.start(EMPTY).stop()
    (keeper,) = children()

    def left():
        return (
            len(os.listdir("/proc/self/fd")),
            len(os.listdir(f"/proc/{keeper}/fd")),
            threading.active_count(),
            children(),
            list(own_directory.iterdir()) if own_directory.exists() else [],
        )

    def round_of(number):
        kind = number % 4
        name = f"guest {number}" if kind in (1, 3) else None
        guest = Process.start(EMPTY, name=name, detach=kind == 1, console=kind > 1)
        if number % 5 == 0:
            guest.kill()
            guest.wait()
        else:
            guest.stop()
        return guest

    wait_for(lambda: is_idle(keeper))
    before = left()
    with ThreadPoolExecutor(2) as pool:
        kept = list(pool.map(round_of, range(200)))
    wait_for(lambda: is_idle(keeper))
    assert left() == before
    assert all(guest.returncode is not None for guest in kept)

"""A program is run to its end, leaves nothing open, and is gone when its Python is."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qemubuild.disk.child import CannotStart, run_to_end

SECONDS = 30
FLOOD = 300_000  # bytes: more than a pipe holds


def sh(script: str, **more):
    return run_to_end(["sh", "-c", script], **more)


def children() -> str:
    """This Python's, of which tests before may have left one that looks after guests."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@pytest.fixture(autouse=True)
def _nothing_stays_open():
    before = len(os.listdir("/proc/self/fd")), children()
    yield
    assert (len(os.listdir("/proc/self/fd")), children()) == before


def test_what_it_says_and_how_it_ends():
    assert sh("echo out; echo err >&2; exit 3") == (3, b"out\n", b"err\n")
    assert sh("kill -9 $$") == (-9, b"", b"")


def test_both_streams_are_read_as_they_fill():
    flood = f"head -c {FLOOD} /dev/zero"
    ended = sh(f"{flood} >&2; {flood}; {flood} >&2")
    assert (len(ended.stdout), len(ended.stderr)) == (FLOOD, 2 * FLOOD)


def test_it_speaks_english(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("KEPT", "as it was")
    assert sh('echo "$LC_ALL $KEPT"').stdout == b"C as it was\n"


@pytest.mark.parametrize("program", ["/nowhere/program", "/etc/passwd", "program-of-no-host"])
def test_what_cannot_be_run(program: str):
    with pytest.raises(CannotStart) as caught:
        run_to_end([program])
    assert isinstance(caught.value.__cause__, OSError)


def test_whoever_follows_hears_it_as_it_comes(tmp_path: Path):
    os.mkfifo(tmp_path / "go")
    heard = b""

    def follow(chunk: bytes) -> None:
        nonlocal heard
        heard += chunk
        if chunk == b"one\n":
            (tmp_path / "go").write_text("on")  # it waits for that

    assert sh(f"echo one; cat {tmp_path}/go; echo two", follow=follow).exit_code == 0
    assert heard == b"one\nontwo\n"


def test_whoever_follows_can_end_it_though_it_says_nothing():
    beats = []

    def follow(chunk: bytes) -> None:
        beats.append(chunk)
        if len(beats) == 2:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sh("exec sleep 60", follow=follow)
    assert beats == [b"", b""]


def test_somebody_else_reaps_it():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert sh("echo well") == (0, b"well\n", b"")
        assert sh("echo badly >&2; exit 3").exit_code == 1
    finally:
        signal.signal(signal.SIGCHLD, before)


def in_another(code: str, **more) -> subprocess.Popen[str]:
    """A Python of its own, which says a line when it is there."""
    preamble = "import os, signal, sys, threading\nfrom qemubuild.disk.child import run_to_end\n"
    argv = [sys.executable, "-X", "dev", "-c", preamble + code]
    return subprocess.Popen(argv, text=True, stdout=subprocess.PIPE, **more)


# It tells the number of its process once it is tied to this Python.
WAITS = """run_to_end(
    ["sh", "-c", "echo $$; exec sleep 60"],
    follow=lambda said: said and print(int(said), flush=True),
)"""


def pidfd_of(python: subprocess.Popen[str]) -> int:
    """What the Python has started."""
    assert python.stdout
    return os.pidfd_open(int(python.stdout.readline()))


def is_gone(pidfd: int) -> bool:
    try:
        return bool(select.select([pidfd], [], [], SECONDS)[0])
    finally:
        os.close(pidfd)


@pytest.mark.parametrize(
    "code",
    [
        WAITS,
        f"""
def work():
    {WAITS}
thread = threading.Thread(target=work)
thread.start()
thread.join()
""",
        f"""
def work():
    {WAITS}
threading.Thread(target=work).start()
sys.stdin.readline()
if os.fork() == 0:
    print("forked", flush=True)
signal.pause()
""",
    ],
    ids=["main thread", "another thread", "beside a fork"],
)
def test_it_is_gone_when_its_python_is_killed(code: str):
    with in_another(code, process_group=0, stdin=subprocess.PIPE) as python:
        pidfd = pidfd_of(python)
        if "fork" in code:
            assert python.stdin
            assert python.stdout
            python.stdin.write("\n")
            python.stdin.flush()
            assert python.stdout.readline() == "forked\n"
        python.kill()
        try:
            assert is_gone(pidfd)
        finally:
            os.killpg(python.pid, signal.SIGKILL)


def test_ctrl_c_ends_it_first():
    code = f"""
try:
    {WAITS}
except KeyboardInterrupt:
    print(open("/proc/self/task/%d/children" % os.getpid()).read(), "interrupted")
"""
    with in_another(code) as python:
        pidfd = pidfd_of(python)
        python.send_signal(signal.SIGINT)
        assert is_gone(pidfd)
        assert python.communicate()[0] == " interrupted\n"


def test_a_python_without_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    code = """
for stream in 0, 1, 2:
    os.close(stream)
ended = run_to_end(["sh", "-c", "echo out; echo err >&2"])
with open("said", "w") as file:
    file.write(repr(tuple(ended)))
os._exit(0)
"""
    with in_another(code) as python:
        python.wait(SECONDS)
    assert Path("said").read_text() == r"(0, b'out\n', b'err\n')"


def test_threads_side_by_side():
    said: dict[int, bytes] = {}

    def run(number: int) -> None:
        for _ in range(5):
            said[number] = sh(f"echo {number}").stdout

    threads = [threading.Thread(target=run, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {number: b"%d\n" % number for number in range(8)}


def test_an_interruption_at_any_moment_loses_nothing():
    code = """
class Now(Exception):
    pass

def ring(*_):
    raise Now

signal.signal(signal.SIGALRM, ring)
signal.siginterrupt(signal.SIGALRM, True)
before = len(os.listdir("/proc/self/fd"))
for step in range(150):
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-6 + step * 2e-5)
        run_to_end(["sleep", "60"])
    except Now:
        pass
with open(f"/proc/self/task/{os.getpid()}/children") as children:
    print(children.read(), end="")
print(len(os.listdir("/proc/self/fd")) - before)
"""
    with in_another(code) as python:
        assert python.communicate(timeout=60)[0] == "0\n"

"""What becomes of a guest, of the real QEMU: up, waited for, ended, left, and never lost."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qemubuild.errors import InvalidOption, LaunchError, NotInstalled
from qemubuild.process import Process
from tests.real.others import EMPTY, SECONDS, wait_for

PC = ["qemu-system-x86_64", "-M", "pc", "-S", "-nodefaults", "-display", "none"]
FLOOD = ["qemu-system-x86_64", "-M", "pc", "-display", "none", "-d", "exec,cpu,nochain"]

PREAMBLE = f"""
import os, signal, sys, time
from qemubuild.process import Process
EMPTY = {EMPTY}
FLOOD = {FLOOD}
def say(*words): print(*words, flush=True)
"""


@pytest.fixture
def guest():
    with Process.start(EMPTY) as process:
        yield process


@contextlib.contextmanager
def another_python(code, **options):
    """A Python that runs the code, killed at the end if it still runs."""
    options = {"stdout": subprocess.PIPE, "stdin": subprocess.PIPE, "text": True, **options}
    with subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", PREAMBLE + code], **options
    ) as script:
        try:
            yield script
        finally:
            script.kill()


@contextlib.contextmanager
def watched(pid):
    """A guest of another Python; gone at the end, whatever the test finds."""
    fd = os.pidfd_open(pid)
    try:
        yield fd
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(fd, signal.SIGKILL)
        os.close(fd)


def ends(pidfd, seconds=SECONDS):
    """Whether the process ends within so many seconds."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def lives(pidfd):
    """Whether it is there, and still is a little later."""
    return not ends(pidfd, 0.3)


def here():
    """What this Python has open and running."""
    return (
        len(os.listdir("/proc/self/fd")),
        threading.active_count(),
        Path(f"/proc/self/task/{os.getpid()}/children").read_text(),
    )


def with_argument(marker):
    """The processes that have the word in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if marker.encode() in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
    return found


# Up


def test_a_guest_that_is_up_says_what_it_is():
    with Process.start(EMPTY, name="web") as guest:
        assert guest.poll() is None
        assert guest.returncode is None
        assert guest.name == "web"
        assert list(guest.argv[: len(EMPTY)]) == EMPTY
        ran = Path(f"/proc/{guest.pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        assert ran == list(guest.argv)
        assert repr(guest) == f"<Process web pid={guest.pid} running>"
        assert guest.vnc_address is None
    assert repr(guest) == f"<Process web pid={guest.pid} ended with 0>"


def test_a_guest_has_a_session_of_its_own_and_no_terminal(guest):
    assert os.getsid(guest.pid) == guest.pid
    assert os.readlink(f"/proc/{guest.pid}/fd/0") == "/dev/null"


def test_what_is_open_in_this_python_does_not_reach_the_guest(tmp_path):
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        with Process.start(EMPTY) as guest:
            fds = [os.readlink(fd) for fd in Path(f"/proc/{guest.pid}/fd").iterdir()]
    assert file.name not in fds


def test_the_private_monitor_leaves_the_default_one_where_it_is(tmp_path):
    # Another monitor that does not count as one given; -qmp would take the default one's place.
    path = tmp_path / "qmp"
    (tmp_path / "conf").write_text(
        f'[chardev "c"]\nbackend = "socket"\npath = "{path}"\nserver = "on"\nwait = "off"\n'
        '[mon "m"]\nmode = "control"\nchardev = "c"\n'
    )
    argv = ["qemu-system-x86_64", "-S", "-vnc", "none", "-readconfig", str(tmp_path / "conf")]
    with Process.start(argv), socket.socket(socket.AF_UNIX) as talk:
        talk.connect(str(path))
        talk.settimeout(SECONDS)
        talk.sendall(b'{"execute": "qmp_capabilities"}{"execute": "query-chardev", "id": 1}')
        with talk.makefile() as lines:
            answer = next(found for line in lines if (found := json.loads(line)).get("id") == 1)
    labels = {chardev["label"] for chardev in answer["return"]}
    assert {"compat_monitor0", "serial0", "parallel0"} <= labels


@pytest.mark.parametrize("more", [["-S"], ["-incoming", "defer"], ["-preconfig"]])
def test_a_machine_that_waits_is_up(more):
    with Process.start([*PC, *more]) as guest:
        assert guest.poll() is None


def test_each_guest_gets_its_own_screen():
    argv = [*PC, "-vnc", "127.0.0.1:20,to=99"]
    with Process.start(argv) as one, Process.start(argv) as other:
        assert one.vnc_address != other.vnc_address
        for guest in one, other:
            host, port = guest.vnc_address.split(":")
            with socket.create_connection((host, int(port)), timeout=SECONDS) as client:
                assert client.recv(4) == b"RFB "


@pytest.mark.parametrize(
    ("given", "start"),
    [(":20,to=99", ("127.0.0.1:59", "[::1]:59")), ("[::1]:20,to=99", "[::1]:59")],
)
def test_the_address_of_a_screen_can_be_dialled(given, start):
    with Process.start([*PC, "-vnc", given]) as guest:
        assert guest.vnc_address.startswith(start)


def test_the_screen_may_be_a_socket(tmp_path):
    with Process.start([*PC, "-vnc", f"unix:{tmp_path}/vnc"]) as guest:
        assert guest.vnc_address == f"unix:{tmp_path}/vnc"


# Not up


@pytest.mark.parametrize(
    ("more", "says", "hint"),
    [
        (["-nosuch"], "-nosuch: invalid option", "does not know the option"),
        (["-hda", "nosuch.img"], "Could not open 'nosuch.img'", "see that the file exists"),
        (["-cpu", "nosuch"], "unable to find CPU model 'nosuch'", "-cpu help"),
        (["-device", "nosuch"], "not a valid device model", "-device help"),
        (["-M", "nosuch"], "unsupported machine type", "-machine help"),
        (["-drive", "file=/tmp"], "requires '/tmp' to be a regular file", "not a directory"),
        (["-accel", "nosuch"], "invalid accelerator", "emulation (tcg)"),
        (["-help"], "usage: ", "start no machine"),
    ],
)
def test_what_qemu_refuses_is_told_in_its_words(more, says, hint):
    Process.start(EMPTY).stop()
    before = here()
    with pytest.raises(LaunchError) as caught:
        Process.start([*PC, *more])
    assert says in str(caught.value) if more != ["-help"] else caught.value.exit_code == 0
    assert hint in caught.value.hint
    assert caught.value.argv[: len(PC)] == tuple(PC)
    if more != ["-help"]:
        assert caught.value.exit_code == 1
        assert says in caught.value.stderr
    assert here() == before


def test_an_image_that_another_guest_has_is_named(tmp_path):
    image = tmp_path / "disk.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", image, "1M"], check=True)
    argv = [*PC, "-drive", f"file={image},format=qcow2,if=virtio"]
    with Process.start(argv) as first:
        with pytest.raises(LaunchError, match='Failed to get "write" lock') as caught:
            Process.start(argv)
        assert "another QEMU has the image open" in caught.value.hint
        assert first.poll() is None


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        display = taken.getsockname()[1] - 5900
        with pytest.raises(LaunchError, match="Address already in use") as caught:
            Process.start([*PC, "-vnc", f"127.0.0.1:{display}"])
    assert "another program listens there" in caught.value.hint


def test_a_machine_that_does_not_come_up_is_ended(tmp_path):
    Process.start(EMPTY).stop()
    before = here()
    waits = ["-chardev", f"socket,id=c,path={tmp_path}/s,server=on,wait=on"]
    with pytest.raises(LaunchError, match=r"not up after 0\.3 seconds") as caught:
        Process.start([*EMPTY, *waits], timeout=0.3)
    assert caught.value.exit_code is None
    assert here() == before


def test_a_program_that_is_missing_is_named_with_its_package():
    with pytest.raises(NotInstalled, match="qemu-system-nosuch") as caught:
        Process.start(["qemu-system-nosuch"])
    assert "apt install" in caught.value.hint


def test_what_is_no_program_is_refused(tmp_path):
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(LaunchError, match="Exec format error"):
        Process.start([str(tmp_path / "text")])
    with pytest.raises(LaunchError, match="Permission denied"):
        Process.start([str(tmp_path)])


@pytest.mark.parametrize("argv", [[], [*EMPTY, "-daemonize"], [*EMPTY, "-name", "a\0b"]])
def test_what_cannot_be_kept_or_given_is_refused(argv):
    with pytest.raises(InvalidOption):
        Process.start(argv)


# Waiting and ending


def test_waiting_has_an_end(guest):
    with pytest.raises(TimeoutError, match=f"pid={guest.pid} running> did not end within 0.05"):
        guest.wait(0.05)


def test_an_ended_guest_is_left_alone_and_remembered(guest):
    guest.terminate()
    assert guest.wait(SECONDS) == 0
    said = guest.log
    guest.terminate()
    guest.kill()
    assert (guest.poll(), guest.wait(), guest.stop(), guest.returncode) == (0, 0, 0, 0)
    assert "terminating on signal 15" in said
    assert guest.log == said


def test_the_status_tells_a_signal(guest):
    guest.kill()
    assert guest.wait(SECONDS) == -signal.SIGKILL


def test_a_guest_that_does_not_hear_is_killed(guest):
    os.kill(guest.pid, signal.SIGSTOP)
    assert guest.stop(timeout=0.1) == -signal.SIGKILL


def test_many_may_wait_while_one_ends_it(guest):
    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(guest.wait, SECONDS) for _ in range(8)]
        pool.submit(guest.kill)
        assert {future.result() for future in waiting} == {-signal.SIGKILL}


def test_waiting_costs_nothing(guest):
    before = time.process_time()
    with pytest.raises(TimeoutError):
        guest.wait(0.5)
    assert time.process_time() - before < 0.1


def test_leaving_the_block_leaves_a_detached_guest():
    with Process.start(EMPTY) as guest:
        guest.detach()
    assert guest.poll() is None
    assert guest.stop() == 0


def test_many_rounds_leave_nothing_over():
    Process.start(EMPTY).stop()
    before = here()
    kept = []
    for _ in range(30):
        guest = Process.start(EMPTY)
        guest.stop()
        kept.append(guest)
    assert here() == before


def test_many_start_together():
    Process.start(EMPTY).stop()
    before = here()
    with ThreadPoolExecutor(8) as pool:
        guests = list(pool.map(lambda _: Process.start(EMPTY), range(8)))
        assert len({guest.pid for guest in guests}) == 8
        assert all(guest.poll() is None for guest in guests)
        assert set(pool.map(Process.stop, guests)) == {0}
    assert here()[0::2] == before[0::2]


def test_a_guest_whose_variable_is_lost_is_reaped():
    guest = Process.start(EMPTY)
    pid = guest.pid
    del guest
    with watched(pid) as fd:
        assert lives(fd)
        os.kill(pid, signal.SIGKILL)
        assert ends(fd)
        Process.start(EMPTY).stop()
    assert not Path(f"/proc/{pid}").exists()


# What it says


def written(pid):
    """How many bytes the process wrote so far, wherever."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(fields["wchar"])


def test_a_flood_is_kept_within_bounds():
    with Process.start(FLOOD) as guest:
        wait_for(lambda: written(guest.pid) > 4 << 20)
        assert 1 << 12 < len(guest.log) <= 1 << 16
        assert guest.poll() is None
    # It may have gone on for more than the log holds after it was told to end.
    assert 1 << 12 < len(guest.log) <= 1 << 16


def test_a_flood_goes_on_while_its_python_is_stopped():
    with another_python("say(Process.start(FLOOD).pid); time.sleep(60)") as script:
        pid = int(script.stdout.readline())
        with watched(pid):
            script.send_signal(signal.SIGSTOP)
            before = written(pid)
            wait_for(lambda: written(pid) > before + (4 << 20))


def test_a_flood_goes_on_when_its_python_is_gone():
    with another_python("say(Process.start(FLOOD, detach=True).pid)") as script:
        pid = int(script.stdout.readline())
        with watched(pid):
            script.wait(SECONDS)
            before = written(pid)
            wait_for(lambda: written(pid) > before + (4 << 20))


# Whose it is


def test_a_guest_ends_with_its_python_that_is_killed():
    code = "say(Process.start(EMPTY).pid); time.sleep(60)"
    with another_python(code) as script, watched(int(script.stdout.readline())) as guest:
        assert lives(guest)
        script.kill()
        assert ends(guest)


def test_a_guest_ends_with_its_python_though_a_fork_lives_on():
    code = """
guest = Process.start(EMPTY)
if (child := os.fork()) == 0:
    time.sleep(60)
say(guest.pid, child)
time.sleep(60)
"""
    with another_python(code) as script:
        guest, child = map(int, script.stdout.readline().split())
        with watched(guest) as guest_fd, watched(child) as child_fd:
            script.kill()
            assert ends(guest_fd)
            assert lives(child_fd)


def test_a_guest_that_does_not_hear_ends_with_its_python_too():
    with another_python("say(Process.start(EMPTY).pid); time.sleep(60)") as script:
        pid = int(script.stdout.readline())
        with watched(pid) as guest:
            os.kill(pid, signal.SIGSTOP)
            script.kill()
            assert ends(guest)


@pytest.mark.parametrize("after", range(0, 80, 10))
def test_no_moment_of_a_start_loses_a_guest(after, tmp_path):
    marker = f"guest={tmp_path}"
    code = f"say(1); Process.start([*EMPTY, '-name', {marker!r}]); time.sleep(60)"
    with another_python(code) as script:
        script.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            script.wait(after / 1000)
        script.kill()
    wait_for(lambda: not with_argument(marker))


def test_guests_end_together_at_an_orderly_end():
    code = "guests = [Process.start(EMPTY) for _ in range(4)]; say(*(g.pid for g in guests))"
    with another_python(code, stderr=subprocess.STDOUT) as script:
        pids = script.stdout.readline().split()
        assert script.stdout.read() == ""
        assert script.wait(SECONDS) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_detached_guest_outlives_its_python():
    code = "say(Process.start(EMPTY, detach=True).pid)"
    with another_python(code) as script, watched(int(script.stdout.readline())) as guest:
        assert script.wait(SECONDS) == 0
        assert lives(guest)


def test_a_detached_guest_outlives_its_python_that_is_killed():
    code = "g = Process.start(EMPTY); g.detach(); say(g.pid); time.sleep(60)"
    with another_python(code) as script, watched(int(script.stdout.readline())) as guest:
        script.kill()
        script.wait(SECONDS)
        assert lives(guest)


def test_a_fork_does_not_own_the_guest():
    code = """
with Process.start(EMPTY) as guest:
    child = os.fork()
    if child == 0:
        with Process.start(EMPTY) as own:
            assert own.poll() is None
        assert own.returncode == 0
        sys.exit()
    assert os.waitpid(child, 0)[1] == 0
    assert guest.poll() is None
    with Process.start(EMPTY) as another:
        assert another.poll() is None
say("well", guest.returncode)
"""
    with another_python(code) as script:
        assert script.stdout.read() == "well 0\n"


def test_the_keeper_may_be_killed():
    code = """
guest = Process.start(EMPTY)
children = open(f"/proc/self/task/{os.getpid()}/children").read().split()
keeper, = {int(child) for child in children} - {guest.pid}
os.kill(keeper, signal.SIGKILL)
os.waitid(os.P_PID, keeper, os.WEXITED | os.WNOWAIT)
with Process.start(EMPTY) as another:
    say(another.poll())
say(guest.stop(), another.returncode)
"""
    with another_python(code) as script:
        assert script.stdout.read() == "None\n0 0\n"


def test_a_program_that_reaps_every_child_is_put_up_with():
    code = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
guest = Process.start(EMPTY)
say(guest.poll())
say(guest.stop())
"""
    with another_python(code, stderr=subprocess.PIPE) as script:
        assert script.stdout.read() == "None\n255\n"
        assert "its exit status is lost" in script.stderr.read()


def test_a_start_that_is_interrupted_leaves_nothing(tmp_path):
    marker = f"guest={tmp_path}"
    waits = ["-chardev", f"socket,id=c,path={tmp_path}/s,server=on,wait=on"]
    code = f"""
try:
    Process.start([*EMPTY, "-name", {marker!r}, *{waits}])
except KeyboardInterrupt:
    children = open(f"/proc/self/task/{{os.getpid()}}/children").read().split()
    say(len(children))  # the keeper
    with Process.start(EMPTY) as guest:
        say(guest.poll())
"""
    with another_python(code) as script:
        wait_for((tmp_path / "s").exists)
        script.send_signal(signal.SIGINT)
        assert script.stdout.read() == "1\nNone\n"
        assert not with_argument(marker)


NO_PIDFD = """
def refuse(*arguments): raise OSError(38, "Function not implemented")
os.pidfd_open = refuse
"""


def test_without_pidfds_a_guest_is_waited_for_and_ended():
    code = f"""{NO_PIDFD}
guest = Process.start(EMPTY)
try: guest.wait(0.05)
except TimeoutError: say(guest.poll())
say(guest.stop(), guest.returncode.rung)
"""
    with another_python(code) as script:
        assert script.stdout.read() == "None\n0 quit\n"


def test_without_pidfds_a_guest_ends_with_its_python():
    code = f"{NO_PIDFD}\nsay(Process.start(EMPTY).pid); time.sleep(60)"
    with another_python(code) as script, watched(int(script.stdout.readline())) as guest:
        script.kill()
        assert ends(guest)


# Terminals


@contextlib.contextmanager
def at_a_terminal(code):
    """A Python whose terminal it is; yields the other end and what it prints."""
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup, around the tests, ignores
        os.execv(sys.executable, [sys.executable, "-c", PREAMBLE + code])
    try:
        with open(terminal, "rb", buffering=0, closefd=False) as lines:
            yield terminal, lambda: read_line(lines)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            os.close(terminal)


def read_line(stream):
    line = b""
    while not line.endswith(b"\n"):
        line += stream.read(1)
    return line.decode().strip()


def test_ctrl_c_does_not_reach_the_guest():
    code = """
guest = Process.start(EMPTY)
try:
    say("ready")
    guest.wait()
except KeyboardInterrupt:
    try: guest.wait(0.3)
    except TimeoutError: say(guest.poll())
"""
    with at_a_terminal(code) as (terminal, line):
        assert line() == "ready"
        os.write(terminal, b"\x03")
        assert line() == "^CNone"


@pytest.mark.parametrize("detach", [True, False])
def test_a_terminal_that_is_closed_ends_only_what_belongs_to_it(detach):
    code = f"say(Process.start(EMPTY, detach={detach}).pid); time.sleep(60)"
    with at_a_terminal(code) as (terminal, line), watched(int(line())) as guest:
        os.close(terminal)
        assert lives(guest) if detach else ends(guest)

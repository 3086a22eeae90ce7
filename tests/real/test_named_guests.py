"""Guests with a name: any Python finds them, each name has one, and they end gently."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from qemubuild import DiskImage, InvalidMachine, LaunchError, Machine, Process
from qemubuild.errors import InvalidOption, NotRunning
from qemubuild.process.names import Place
from tests.hostile import NAMES
from tests.real.guests.power import obedient_disk
from tests.real.others import EMPTY, SECONDS, another_python, wait_for

pytestmark = pytest.mark.usefixtures("own_directory")

PC = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-accel", "tcg"]


# Names


def test_another_python_finds_a_detached_guest(own_directory):
    pid = int(another_python("print(Process.start(EMPTY, name='web', detach=True).pid)"))
    guest = Process.attach("web")
    assert (guest.pid, guest.name, guest.detached) == (pid, "web", True)
    assert list(guest.argv[: len(EMPTY)]) == EMPTY
    assert [one.pid for one in Process.running()] == [pid]
    with guest:
        pass
    assert guest.poll() is None
    assert guest.stop().rung == "quit"
    assert guest.returncode.reason == "host-qmp-quit"
    assert list(own_directory.iterdir()) == []


def test_a_guest_of_ones_own_is_the_same_object():
    with Process.start(EMPTY, name="web") as guest:
        assert Process.attach("web") is guest
        assert Process.running() == (guest,)
    assert Process.running() == ()


def test_a_guest_detached_without_a_name_is_given_one():
    guest = Process.start(EMPTY, detach=True)
    assert Process.attach(guest.name) is guest
    guest.stop()


def test_what_dead_guests_without_a_name_left_is_removed(own_directory):
    for _ in range(2):
        pid = int(another_python("print(Process.start(EMPTY, detach=True).pid)"))
        assert len(list(own_directory.iterdir())) == 1
        fd = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        assert select.select([fd], [], [], SECONDS)[0]
        os.close(fd)


def test_what_another_python_owns_is_seen_and_ends_with_it():
    code = "g = Process.start(EMPTY, name='web'); print(g.pid, flush=True); input()"
    script = f"from qemubuild import Process\nEMPTY = {EMPTY}\n{code}"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        pid = int(owner.stdout.readline())
        guest = Process.attach("web")
        assert guest.pid == pid
        owner.kill()
        guest.wait(SECONDS)
    assert Process.running() == ()


def test_nobody_is_found_where_none_runs():
    with pytest.raises(NotRunning, match="no guest called 'web' is running"):
        Process.attach("web")
    with (
        Process.start(EMPTY, name="a"),
        pytest.raises(LookupError, match="those of yours that run: a"),
    ):
        Process.attach("b")


def test_a_name_is_taken_while_its_guest_lives():
    with Process.start(EMPTY, name="web"):
        with pytest.raises(LaunchError, match=r"(?s)'web' is running already.*attach\('web'\)"):
            Process.start(EMPTY, name="web")
        said = another_python(
            "try: Process.start(EMPTY, name='web')\nexcept Exception as error: print(error)"
        )
        assert "running already" in said
    Process.start(EMPTY, name="web").stop()


def test_a_guest_makes_way_for_the_next_of_its_name(own_directory):
    pid = int(another_python("print(Process.start(EMPTY, name='web', detach=True).pid)"))
    with Process.start(EMPTY, name="web", replace=True) as first:
        assert first.pid != pid
        with Process.start(EMPTY, name="web", replace=True) as second:
            assert first.wait(SECONDS).rung == "quit"
            assert Process.running() == (second,)
    with pytest.raises(InvalidOption, match="no name is given"):
        Process.start(EMPTY, replace=True)


def test_a_guest_makes_way_only_for_one_that_is_right(tmp_path):
    disk = DiskImage(tmp_path / "disk.qcow2", size="1M").create()
    machine = Machine("x86_64").display("none").accel("tcg").drive(disk, id="d")
    with machine.launch("web") as guest:
        # What only the host finds wrong, the lock of the disk, goes with the earlier guest.
        with pytest.raises(InvalidMachine, match="image-locked"):
            machine.launch("other")
        with pytest.raises(InvalidMachine, match="id-doubled"):
            machine.drive("other.img", id="d").launch("web", replace=True)
        assert guest.poll() is None
        with machine.launch("web", replace=True) as another:
            assert guest.poll() is not None
            assert another.poll() is None


def test_only_one_of_many_who_want_a_name_gets_it():
    def begin(_):
        with contextlib.suppress(LaunchError):
            return Process.start(EMPTY, name="web")

    with ThreadPoolExecutor(8) as pool:
        guests = [guest for guest in pool.map(begin, range(8)) if guest]
    (guest,) = guests
    assert Process.running() == (guest,)
    guest.stop()


def test_two_pythons_race_for_a_name():
    code = (
        "import sys\ntry: g = Process.start(EMPTY, name='web', detach=True)\n"
        "except Exception as error: print('refused')\nelse: print(g.pid)"
    )
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(another_python, [code] * 4))
    assert said.count("refused\n") == 3
    Process.attach("web").stop()


def test_a_killed_guest_leaves_nothing_in_the_way(own_directory):
    guest = Process.start(EMPTY, name="web", detach=True)
    fd = os.pidfd_open(guest.pid)
    os.kill(guest.pid, signal.SIGKILL)
    assert select.select([fd], [], [], SECONDS)[0]
    os.close(fd)
    with Process.start(EMPTY, name="web") as again:
        assert again.pid != guest.pid
    assert list(own_directory.iterdir()) == []


def test_a_stale_file_with_another_process_number_is_not_believed(own_directory):
    place = Place("web")
    with place.claimed():
        place.tell(pid=os.getpid(), started=1, argv=[], vnc_address=None)
    (own_directory / "web" / "qmp").touch()
    with pytest.raises(NotRunning):
        Process.attach("web")
    assert Process.running() == ()
    assert list(own_directory.iterdir()) == []


@pytest.mark.parametrize("then", ["leave", "start"])
def test_a_dead_guest_goes_though_somebody_has_its_lock(own_directory, then):
    # As who looks into /proc/PID/fd has for a moment, and what QEMU started for longer.
    place = Place("web")
    with place.claimed() as lock:
        held = os.dup(lock)
        place.tell(pid=os.getpid(), started=1, argv=[], vnc_address=None)
    if then == "leave":
        place.leave()
    else:
        Process.start(EMPTY, name="web").stop()
    assert list(own_directory.iterdir()) == []
    os.close(held)


def test_a_failed_start_frees_the_name(own_directory):
    with pytest.raises(LaunchError):
        Process.start([*EMPTY, "-nonsense"], name="web")
    assert list(own_directory.iterdir()) == []


def test_a_directory_that_vanished_is_made_again(own_directory):
    with Process.start(EMPTY, name="web") as guest:
        subprocess.run(["rm", "-r", str(own_directory)], check=True)
        with Process.start(EMPTY, name="other"):
            assert [one.name for one in Process.running()] == ["other"]
        assert guest.poll() is None
    assert guest.returncode == 0


def test_a_directory_that_others_can_reach_is_refused(own_directory):
    own_directory.mkdir(mode=0o777)
    own_directory.chmod(0o755)
    with pytest.raises(LaunchError, match="chmod 700"):
        Process.start(EMPTY, name="web")
    own_directory.chmod(0o700)


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_names_that_cannot_be(name):
    with pytest.raises(InvalidOption):
        Process.start(EMPTY, name=name)


def test_any_other_name_is_its_own():
    places = {name: Place(name) for name in NAMES}
    assert len({place.path for place in places.values()}) == len(NAMES)
    for place in places.values():
        assert os.path.dirname(place.path) == os.environ["XDG_RUNTIME_DIR"] + "/qemubuild"
        assert len(os.fsencode(place.monitor)) < 108


@pytest.mark.parametrize("name", ["../../up", "ü b,c=d:e", "\udcff", "n" * 300, '"', "."])
def test_odd_names_find_their_guests(name):
    pid = Process.start(EMPTY, name=name, detach=True).pid
    said = another_python(f"print(Process.attach({name!a}).pid, len(Process.running()))")
    assert said == f"{pid} 1\n"


def test_a_long_runtime_directory_is_not_used(tmp_path, monkeypatch):
    folder = tmp_path / ("d" * 80)
    folder.mkdir()
    # No longer than this: where guests are found without it, those of others are as well.
    with monkeypatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        place = Place("web")
    assert place.path == f"/tmp/qemubuild-{os.getuid()}/web"


def test_the_log_is_read_from_another_python():
    Process.start([*EMPTY, "-netdev", "user,id=n0"], name="web", detach=True)
    said = another_python("print(Process.attach('web').log)")
    assert "netdev n0 has no peer" in said


# Ending


@pytest.fixture
def obedient(tmp_path):
    """A guest whose system hears the power button."""
    said = tmp_path / "said"
    argv = [
        *PC,
        "-drive",
        f"file={obedient_disk()},format=raw,snapshot=on",
        "-debugcon",
        f"file:{said}",
    ]
    with Process.start(argv, name="web") as guest:
        wait_for(lambda: said.exists() and said.read_bytes().endswith(b"U"))
        yield guest


def test_a_system_that_listens_shuts_itself_down(obedient):
    ended = obedient.stop(timeout=SECONDS)
    assert (ended, ended.rung, ended.reason) == (0, "powerdown", "guest-shutdown")
    assert ended.why == "the guest shut itself down"
    assert obedient.returncode is obedient.wait() is ended


def test_without_time_the_button_is_not_pressed(obedient):
    assert obedient.stop(timeout=0).rung == "quit"


def test_another_python_presses_the_button(obedient):
    said = another_python(
        f"end = Process.attach('web').stop({SECONDS}); print(end.rung, end.reason)"
    )
    assert said == "powerdown guest-shutdown\n"
    assert obedient.wait(SECONDS).reason == "guest-shutdown"


@pytest.mark.parametrize("more", [["-S"], []])
def test_where_nobody_listens_nobody_waits(more):
    with Process.start([*PC, *more]) as guest:
        assert guest.stop(timeout=1000).rung == "quit"
    assert guest.returncode.why == "QEMU was told to quit"


def test_one_that_hears_nothing_is_killed():
    with Process.start(EMPTY) as guest:
        os.kill(guest.pid, signal.SIGSTOP)
        ended = guest.stop(timeout=0.1)
    assert (ended, ended.rung) == (-signal.SIGKILL, "kill")
    assert ended.why == "SIGKILL ended QEMU"


def test_a_busy_monitor_is_gone_around():
    Process.start(EMPTY, name="web", detach=True)
    place = Place("web")
    with socket.socket(socket.AF_UNIX) as busy:
        busy.connect(place.monitor)
        assert busy.recv(1000)
        said = another_python("print(Process.attach('web').stop().rung)")
    assert said == "terminate\n"


def test_the_reason_is_told_after_a_signal():
    with Process.start(EMPTY) as guest:
        guest.terminate()
        assert guest.wait(SECONDS).reason == "host-signal"


def test_an_exit_is_a_status():
    with Process.start(EMPTY) as guest:
        pass
    assert guest.returncode == 0
    assert f"{guest.returncode}" == str(guest.returncode) == "0"
    assert repr(guest.returncode) == "<Exit 0: QEMU was told to quit>"

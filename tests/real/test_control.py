"""Talking to running guests of the real QEMU: in any thread, in any loop, and when they fail."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbclient import NotebookClient

from qemubuild import Process
from qemubuild.control import Event, Status, events, talk
from qemubuild.errors import CommandError, ControlError, InvalidOption, NotInstalled
from tests.real.guests import media
from tests.real.others import EMPTY, SECONDS, another_python, wait_for

pytestmark = pytest.mark.usefixtures("own_directory")

PC = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-accel", "tcg", "-m", "32"]


@pytest.fixture
def guest():
    with Process.start(EMPTY) as process:
        yield process


@pytest.fixture
def another():
    """A guest of another Python, which has gone."""
    another_python("Process.start(EMPTY, name='web', detach=True)")
    return Process.attach("web")


def here():
    """What this Python has open and running."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()


def nothing_over(before):
    """Whether there is no more of it than before; what others had left may be gone by now."""
    return all(now <= then for now, then in zip(here(), before, strict=True))


def alone():
    return not any(one.name == "qemubuild-control" for one in threading.enumerate())


# Commands


def test_commands_and_their_answers(guest):
    assert guest.execute("query-status")["status"] == "running"
    assert guest.execute("query-version", timeout=5)["qemu"]["major"] >= 7
    assert guest.execute("qom-get", path="/machine", property="type") == "none-machine"
    arguments = {"command-line": "info version"}
    assert guest.execute("human-monitor-command", arguments)[0].isdigit()


def test_states(guest):
    assert guest.status() == Status("running", running=True)
    guest.pause()
    assert guest.status() == Status("paused", running=False)
    guest.resume()
    assert guest.status().running


def test_a_refusal_says_what_and_why(guest):
    with pytest.raises(CommandError, match=r"^device_del: Device 'web' not found") as caught:
        guest.execute("device_del", id="web")
    assert caught.value.error_class == "DeviceNotFound"
    assert caught.value.command == "device_del"
    assert caught.value.desc == "Device 'web' not found"


def test_a_misspelt_command_is_guessed(guest):
    with pytest.raises(CommandError, match="hint: did you mean 'query-status'"):
        guest.execute("qery-status")


@pytest.mark.parametrize("odd", ["\udcff", "\ufffe", "\U0010ffff", b"bytes", float("nan"), {1}])
def test_what_json_cannot_say_is_refused_and_harms_nothing(guest, odd):
    with pytest.raises(InvalidOption):
        guest.execute("qom-get", path=odd, property="type")
    assert guest.status().running


@pytest.mark.parametrize("path", ["\x01\n\"'\\", "\U0001f600", "\ud7ff\ue000\ufffd", "x" * 200_000])
def test_any_other_text_arrives(guest, path):
    with pytest.raises(CommandError, match=r"(?s)Device '.*' not found"):
        guest.execute("qom-get", path=path, property="type")
    assert guest.status().running


def test_long_answers_arrive(guest):
    assert len(guest.execute("query-qmp-schema")) > 500


# Any thread, any loop


def test_many_threads_at_once(guest):
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda _: guest.status().running, range(400)))
    assert said == [True] * 400


def test_inside_a_running_loop(guest):
    async def cell():
        return guest.status(), await guest.aio.status()

    blocking, awaited = asyncio.run(cell())
    assert blocking == awaited == Status("running", running=True)


CELL = f"""
from qemubuild import Process
with Process.start({EMPTY}) as vm:
    async with await vm.aio.events(timeout=30) as events:
        vm.pause()
        print((await anext(events)).name, vm.status().running, (await vm.aio.status()).running)
"""


def test_in_a_notebook():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, timeout=60).execute()
    (said,) = notebook.cells[0].outputs
    assert said["text"] == "STOP False False\n"


def test_many_loops_and_tasks(guest):
    async def ask():
        return await asyncio.gather(*(guest.aio.status() for _ in range(50)))

    with ThreadPoolExecutor(4) as pool:
        for said in pool.map(lambda _: asyncio.run(ask()), range(4)):
            assert all(status.running for status in said)


def test_who_gives_up_disturbs_nobody(guest):
    async def cancel():
        tasks = [asyncio.create_task(guest.aio.status()) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    said = asyncio.run(cancel())
    assert all(status.running for status in said[1::2])
    assert all(isinstance(error, asyncio.CancelledError) for error in said[::2])
    assert guest.status().running


def test_who_gives_up_keeps_nobody_out(another):
    async def give_up(seconds):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await another.aio.status()

    for step in range(100):
        asyncio.run(give_up(step / 10_000))
    assert another.status().running
    wait_for(alone)
    assert another_python("print(Process.attach('web').status().running)") == "True\n"


def test_python_ends_while_it_listens():
    code = (
        "import threading\nguest = Process.start(EMPTY)\nevents = guest.events()\n"
        "threading.Thread(target=lambda: list(events), daemon=True).start()\nprint(guest.pid)"
    )
    pid = int(another_python(code))
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"))


def test_a_fork_is_told_to_find_the_guest_by_its_name():
    with Process.start(EMPTY, name="web") as guest:
        assert guest.status().running
        if (pid := os.fork()) == 0:
            said = b"no error"
            with contextlib.suppress(BaseException):
                try:
                    guest.status()
                except ControlError as error:
                    said = str(error).encode()
            os._exit(0 if b"attach" in said else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert guest.status().running


# Events


def test_nothing_is_lost_between_calls(guest):
    with guest.events("STOP", "RESUME", timeout=SECONDS) as heard:
        for _ in range(100):
            guest.pause()
            guest.resume()
        names = [next(heard).name for _ in range(200)]
    assert names == ["STOP", "RESUME"] * 100
    assert list(heard) == []


def test_events_say_what_and_when(guest):
    heard = guest.events(timeout=SECONDS)
    guest.reset()
    event = next(heard)
    assert (event.name, event.data["reason"]) == ("RESET", "host-qmp-system-reset")
    assert abs(event.time - time.time()) < SECONDS
    assert isinstance(event, Event)


def test_silence_ends_in_a_timeout(guest):
    heard = guest.events(timeout=0.05)
    with pytest.raises(TimeoutError, match=r"no event came within 0\.05 seconds"):
        next(heard)
    guest.pause()
    assert next(heard).name == "STOP"


def test_events_for_await(guest):
    async def listen():
        async with await guest.aio.events("STOP", timeout=SECONDS) as heard:
            await guest.aio.pause()
            async for event in heard:
                return event.name
        return None

    assert asyncio.run(listen()) == "STOP"


def test_events_end_with_the_guest(guest):
    heard = guest.events()
    guest.kill()
    assert [event.name for event in heard] == []

    async def all_of_them():
        return [event async for event in heard]

    assert asyncio.run(all_of_them()) == []


def test_the_last_event_comes_before_the_end(guest):
    heard = guest.events()
    guest.stop()
    assert [event.name for event in heard][-1] == "SHUTDOWN"


def test_a_flood_is_bounded_and_says_what_is_lost(guest, monkeypatch):
    monkeypatch.setattr(events, "KEPT", 400)
    kept, named = guest.events(), guest.events("STOP")
    rounds = 300

    async def flood():
        for _ in range(rounds):
            await asyncio.gather(guest.aio.pause(), guest.aio.resume())

    asyncio.run(flood())
    with pytest.raises(ControlError, match="200 events were lost: more than 400 "):
        next(kept)
    kept.close()
    assert len(list(kept)) == events.KEPT
    named.close()
    assert len(list(named)) == rounds


def test_one_talk_does_not_end_the_events_of_the_next(another):
    for _ in range(50):
        another.resume()
        with another.events("STOP", timeout=SECONDS) as heard:
            another.pause()
            assert next(heard).name == "STOP"


def test_who_drops_its_events_listens_no_longer(another):
    switches = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for turn in range(200):
            heard = another.events()
            another.pause()
            for _ in heard:
                break
            another.resume()
            dropped = weakref.ref(heard)
            del heard
            if turn % 2:  # the one before may still be on its way out
                wait_for(lambda: dropped() is None)  # noqa: B023 - called at once
    finally:
        sys.setswitchinterval(switches)
    assert another_python("print(Process.attach('web').status().running)") == "True\n"


# Several Pythons


def test_a_guest_of_another_python_is_talked_to(another):
    assert another.status().running
    assert another_python("print(Process.attach('web').status().running)") == "True\n"
    assert another.status().running


def test_pythons_take_turns(another):
    code = (
        "guest = Process.attach('web')\n"
        "for _ in range(50): guest.pause(); guest.resume()\n"
        "print(guest.status().state in {'running', 'paused'})"
    )
    with ThreadPoolExecutor(3) as pool:
        theirs = [pool.submit(another_python, code) for _ in range(3)]
        for _ in range(50):
            assert another.status().state in {"running", "paused"}
    assert [one.result() for one in theirs] == ["True\n"] * 3


def test_one_that_keeps_the_monitor_is_named(another):
    with another.events():
        begun = time.monotonic()
        said = another_python(
            "try: Process.attach('web').status()\nexcept Exception as error: print(error)"
        )
    assert "another program is talking to <Process web" in said
    assert "one client at a time" in said
    assert time.monotonic() - begun < SECONDS
    assert another_python("print(Process.attach('web').status().running)") == "True\n"


def test_it_is_named_within_a_second(another):
    with another.events():
        again = Process.attach("web")
        begun = time.monotonic()
        with pytest.raises(ControlError, match="another program"):
            again.status()
        assert time.monotonic() - begun < 2
    assert again.status().running


def test_the_owner_and_others_talk_at_once():
    with Process.start(EMPTY, name="web") as guest, guest.events(timeout=SECONDS) as heard:
        another_python("Process.attach('web').pause()")
        assert next(heard).name == "STOP"
        with pytest.raises(TimeoutError):
            Process.attach("web").wait(0.01)


def test_stopping_does_not_need_the_monitor_that_somebody_keeps(another):
    with another.events():
        assert another_python("print(Process.attach('web').stop().rung)") == "quit\n"


# Faults


def test_a_guest_killed_while_it_is_talked_to(guest):
    assert guest.status().running
    os.kill(guest.pid, signal.SIGSTOP)  # so that it cannot answer
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(guest.status) for _ in range(4)]
        guest.kill()
        for one in asked:
            with pytest.raises(ControlError, match="'query-status' has no answer: SIGKILL ended"):
                one.result(SECONDS)
    with pytest.raises(ControlError) as caught:
        guest.status()
    assert caught.value.exit == -signal.SIGKILL


def test_a_guest_that_quits_is_told_from_one_that_fails(guest):
    guest.stop()
    with pytest.raises(ControlError, match="QEMU was told to quit") as caught:
        guest.status()
    assert caught.value.exit.reason == "host-qmp-quit"


def test_an_attached_guest_that_has_ended(another):
    assert another.status().running
    another.kill()
    with pytest.raises(ControlError, match=r"has no answer: QEMU ended, .* not known here"):
        another.status()


@pytest.mark.parametrize("talked", [True, False])
def test_a_stopped_qemu_ends_in_a_timeout_and_goes_on_later(guest, talked):
    if talked:
        assert guest.status().running
    os.kill(guest.pid, signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(TimeoutError, match=r"'query-status' within 0\.2 seconds"):
            guest.execute("query-status", timeout=0.2)
    os.kill(guest.pid, signal.SIGCONT)
    assert guest.status().running


def test_a_stopped_qemu_is_not_listened_to_for_ever(guest, monkeypatch):
    monkeypatch.setattr(talk, "ANSWERS", 0.2)
    os.kill(guest.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError, match=r"within 0\.2 seconds"):
        guest.events()


def test_a_stopped_qemu_of_another_python(another):
    os.kill(another.pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        another.execute("query-status", timeout=1.5)
    os.kill(another.pid, signal.SIGCONT)
    assert another.status().running


def test_guests_leave_nothing_over():
    with Process.start(EMPTY) as guest:
        guest.status()
    wait_for(alone)
    before = here()
    for _ in range(20):
        with Process.start(EMPTY) as guest:
            guest.events()
            guest.status()
        with Process.start(EMPTY):
            pass
    # What tests before this one left behind may go meanwhile.
    wait_for(lambda: nothing_over(before))


def test_a_hundred_talks_leave_nothing_over(another):
    another.status()
    wait_for(alone)
    before = here()
    for _ in range(100):
        one = Process.attach("web")
        one.status()
        one.events().close()
        del one
    wait_for(lambda: nothing_over(before))


def test_a_forgotten_extra_is_named(guest, monkeypatch):
    monkeypatch.setitem(sys.modules, "qemu.qmp", None)
    monkeypatch.setitem(sys.modules, "qemu", None)
    for method in guest.status, guest.events:
        with pytest.raises(NotInstalled, match=r"pip install 'qemubuild\[control\]'"):
            method()


# Screen and keyboard


@pytest.fixture
def typist(tmp_path):
    """A guest that says on its serial port what is typed."""
    disk = tmp_path / "disk.img"
    disk.write_bytes(media.echo_program())
    said = tmp_path / "said"
    drive = ["-drive", f"file={disk},format=raw", "-vga", "std", "-serial", f"file:{said}"]
    with Process.start([*PC, *drive]) as guest:
        wait_for(lambda: said.exists() and b"press Enter: " in said.read_bytes())
        yield guest, lambda: said.read_bytes().partition(b"Enter: ")[2]


def test_text_arrives(typist):
    guest, said = typist
    text = "".join(chr(code) for code in range(32, 127))
    guest.type_text(text, delay=0.05)
    wait_for(lambda: len(said()) >= len(text))
    assert said() == text.encode()
    guest.type_text("\n")
    assert guest.wait(SECONDS).reason == "guest-shutdown"


def test_keys_arrive_together(typist):
    guest, said = typist
    guest.send_key("shift-a")
    guest.send_key("a")
    guest.send_key("shift--")
    guest.send_key("space")
    wait_for(lambda: said() == b"Aa_ ")
    guest.send_key("enter")
    assert guest.wait(SECONDS).reason == "guest-shutdown"


def test_ctrl_alt_delete_restarts(typist):
    guest, _ = typist
    with guest.events("RESET", timeout=SECONDS) as heard:
        guest.send_key("ctrl-alt-delete")
        assert next(heard).data["guest"]


def test_what_no_key_types_is_refused_before_anything_is_typed(typist):
    guest, said = typist
    with pytest.raises(InvalidOption, match="no key for 'é'"):
        guest.type_text("caf\xe9")
    with pytest.raises(InvalidOption, match=r"no key 'delet'\n.*did you mean 'delete'"):
        guest.send_key("ctrl-alt-delet")
    assert said() == b""
    guest.pause()
    with pytest.raises(CommandError, match="VM not running"):
        guest.send_key("a")


def test_a_screenshot_is_a_picture_of_the_screen(typist):
    guest, _ = typist
    picture = guest.screenshot()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (720, 400)
    guest.type_text("x")
    wait_for(lambda: guest.screenshot() != picture)


def test_a_picture_is_an_object(typist, tmp_path):
    guest, _ = typist
    picture = guest.screen()
    assert repr(picture) == "<Screenshot 720x400>"
    assert picture._repr_mimebundle_()["image/png"] == picture.png == guest.screenshot()
    picture.save(tmp_path / "screen.png")
    assert (tmp_path / "screen.png").read_bytes() == picture.png


def greeting(connection):
    """What a VNC server says first, and how it would have its client prove who it is."""
    with connection:
        connection.settimeout(SECONDS)
        connection.sendall(b"RFB 003.008\n")
        said = b""
        while len(said) < 14:
            said += connection.recv(14 - len(said))
        return said


# QEMU's own, that of the lesson, and those who let nobody in without a word.
@pytest.mark.parametrize("vnc", ["none", "127.0.0.1:0,to=999,password=on", "unix:vnc,sasl=on"])
def test_a_vnc_connection_of_ones_own(each_qemu, vnc, own_directory, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    nobody_asks = b"RFB 003.008\n\1\1"
    with Process.start([each_qemu, "-M", "none", "-vnc", vnc], name="web") as guest:
        with ThreadPoolExecutor(4) as pool:  # each gets the one that is its own
            connections = list(pool.map(lambda _: guest.connect_vnc(), range(4)))
        assert {greeting(one) for one in connections} == {nobody_asks}
        elsewhere = "print(Process.attach('web').connect_vnc().recv(12))"
        assert another_python(elsewhere) == f"{nobody_asks[:12]}\n"


def test_no_vnc_server_no_connection(guest):
    with pytest.raises(ControlError, match=r"no VNC server(?s:.*)vnc\('none'\)"):
        guest.connect_vnc()
    guest.kill()
    with pytest.raises(ControlError, match="SIGKILL ended QEMU"):
        guest.connect_vnc()


def test_no_screen_no_picture(guest):
    with pytest.raises(CommandError, match="no console"):
        guest.screenshot()


def test_the_password_of_vnc():
    with Process.start([*EMPTY, "-vnc", "127.0.0.1:0,to=999,password=on"]) as guest:
        guest.set_vnc_password("secret")
        for password in "", "longer than 8":
            with pytest.raises(InvalidOption, match="8 bytes"):
                guest.set_vnc_password(password)
    with Process.start(EMPTY) as guest, pytest.raises(CommandError, match="password"):
        guest.set_vnc_password("secret")

"""A guest's text console: read as it comes, waited for, written to, and in nobody's way."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import asyncvnc
import pytest

from qemubuild import InvalidOption, Machine, Process
from qemubuild.errors import ControlError
from tests.real.guests import media
from tests.real.guests.linux import linux
from tests.real.guests.serial import serial_disk
from tests.real.others import another_python

pytestmark = pytest.mark.usefixtures("own_directory")

SECONDS = 30
PC = ["qemu-system-x86_64", "-nodefaults", "-display", "none", "-accel", "tcg"]


@pytest.fixture
def talker():
    """The command line of a guest that says "ready" and repeats what it is told."""
    return [*PC, "-drive", f"file={serial_disk()},format=raw,snapshot=on"]


@pytest.fixture
def guest(talker):
    with Process.start(talker, name="web", console=True) as process:
        yield process


def elsewhere(code):
    """Run the code in another Python, where ``console`` is the guest's; what it printed."""
    return another_python(f"console = Process.attach('web').console\n{code}")


def test_a_guest_is_talked_with(guest):
    assert guest.console.expect("ready\r\n").start() == 0
    guest.console.write("one 21")
    found = guest.console.expect(re.compile(r"(\d)(\d)"))
    assert found.groups() == ("2", "1")
    guest.console.write("zwei ü")
    assert guest.console.expect("ü")[0] == "ü"
    assert guest.console.read() == ""
    assert guest.console.log == "ready\r\none 21zwei ü"


def test_lines_come_until_the_guest_ends(guest):
    lines = iter(guest.console)
    assert next(lines) == "ready"
    guest.console.write("a\r\n\nb\x04")
    assert list(lines) == ["a", "", "b"]
    assert guest.wait(SECONDS).reason == "guest-shutdown"
    assert guest.console.log == "ready\r\na\r\n\nb"


def test_what_does_not_come_is_not_waited_for_too_long(guest):
    guest.console.expect("ready")
    guest.console.write("one\ntwo")
    guest.console.expect("one")
    begin = time.monotonic()
    with pytest.raises(TimeoutError, match=r"(?s)did not say 'never' within 0\.2.*\n  two$"):
        guest.console.expect("never", timeout=0.2)
    assert 0.2 <= time.monotonic() - begin < 5
    assert guest.console.expect("two")


def test_waiting_ends_with_the_guest(guest):
    guest.console.expect("ready\r\n")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(guest.console.expect, "never", timeout=None)
        guest.console.write("bye\x04")
        with pytest.raises(ControlError, match=r"(?s)did not say 'never'.*\n  bye$"):
            waiting.result(SECONDS)
    guest.wait(SECONDS)
    assert guest.console.read() == "bye"
    with pytest.raises(ControlError, match="said nothing"):
        guest.console.expect("x")
    with pytest.raises(ControlError, match="has ended"):
        guest.console.write("x")


def test_waiting_costs_nothing(guest):
    guest.console.expect("ready")
    before = time.process_time()
    with pytest.raises(TimeoutError):
        guest.console.expect("never", timeout=0.5)
    assert time.process_time() - before < 0.1


def test_threads_take_turns(guest):
    guest.console.expect("ready\r\n")
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(guest.console.expect, r"<\d>") for _ in range(4)]
        guest.console.write("<1> <2> <3> <4>")
        assert {one.result(SECONDS)[0] for one in found} == {"<1>", "<2>", "<3>", "<4>"}
        busy = pool.submit(guest.console.expect, "later")
        while not guest.console._reading.locked():
            time.sleep(0.005)
        with pytest.raises(TimeoutError, match="another thread"):
            guest.console.expect("x", timeout=0.1)
        guest.console.write("later")
        busy.result(SECONDS)


def goes_on(guest):
    """Whether it writes on, more than any buffer on the way holds, though nobody reads."""

    def written():
        return guest.console._log.since(0)[1]

    before, deadline = written(), time.monotonic() + SECONDS
    while written() < before + (1 << 17):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_guest_that_nobody_reads_goes_on(guest):
    guest.console.write("!")
    assert goes_on(guest)
    said = guest.console.read()
    assert 1 << 12 < len(said) <= 1 << 16
    assert len(guest.console.log) <= 1 << 16
    assert guest.console.expect("!!!")


def test_a_guest_goes_on_while_its_python_is_stopped_and_when_it_is_gone(talker):
    code = f"guest = Process.start({talker}, name='web', detach=True, console=True)\n"
    code += "guest.console.write('!'); print(guest.pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", f"from qemubuild import Process\n{code}"],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
    ) as owner:
        owner.stdout.readline()
        guest = Process.attach("web")
        os.kill(owner.pid, signal.SIGSTOP)
        assert goes_on(guest)
        owner.kill()
    assert goes_on(guest)
    assert guest.console.expect("!!!")


def test_another_python_reads_and_writes(guest):
    guest.console.expect("ready")
    said = elsewhere(
        "print(console.expect('re..y')[0]); console.write('hello'); console.expect('hello')"
    )
    assert said == "ready\n"
    assert guest.console.expect("hello")
    assert elsewhere("console.write('\\x04'); print(list(console))") == "['ready', 'hello']\n"
    assert guest.wait(SECONDS) == 0
    assert guest.console.log.endswith("hello")


async def type_text(guest, text):
    """Type as a person with a VNC client does, who stays until the guest has heard all."""
    path = guest.vnc_address.removeprefix("unix:")
    opener = asyncio.open_unix_connection
    async with asyncvnc.connect(path, opener=lambda path, _: opener(path)) as client:
        client.keyboard.write(text)
        client.keyboard.press("Return")
        await client.drain()
        await asyncio.to_thread(guest.console.expect, text)


def test_a_guest_that_was_left_is_typed_into(tmp_path):
    (tmp_path / "echo.img").write_bytes(media.echo_program())
    machine = Machine().nodefaults().device("VGA").accel("tcg").vnc(unix=tmp_path / "vnc")
    argv = machine.drive(str(tmp_path / "echo.img"), format="raw").argv()
    code = f"Process.start({argv}, name='web', detach=True, console=True)"
    subprocess.run([sys.executable, "-c", f"from qemubuild import Process\n{code}"], check=True)
    guest = Process.attach("web")
    guest.console.expect("Enter: ")
    asyncio.run(type_text(guest, "hello"))
    assert guest.console.expect("Thank you")


def test_those_who_come_and_go_leave_nothing_behind(guest):
    guest.console.expect("ready")
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        (keeper,) = {int(pid) for pid in file.read().split()} - {guest.pid}

    def opened():
        return len(os.listdir(f"/proc/{keeper}/fd"))

    before = opened()
    for _ in range(5):
        elsewhere("console.expect('ready')")
    deadline = time.monotonic() + SECONDS
    while opened() != before:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_guest_without_a_console_says_so(own_directory):
    with Process.start([*PC, "-S"], name="web") as guest:
        with pytest.raises(ControlError, match="console=True"):
            guest.console  # noqa: B018 - looking is what raises
        said = subprocess.run(
            [sys.executable, "-c", "from qemubuild import Process; Process.attach('web').console"],
            check=False,
            capture_output=True,
            text=True,
        ).stderr
        assert "ControlError: this guest has no console here\n  hint: launch it with" in said


def test_a_machine_whose_serial_port_leads_elsewhere_keeps_it():
    machine = Machine().nodefaults().display("none").paused().serial("null")
    with pytest.raises(InvalidOption, match=r"machine's serial\(\)"):
        machine.launch(console=True)
    with machine.launch() as guest:
        assert "-serial null" in " ".join(guest.argv)


def test_a_failed_start_leaves_nothing_open():
    Process.start([*PC, "-S"]).stop()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with pytest.raises(Exception, match="invalid option"):
            Process.start([*PC, "-nosuch"], console=True, name="web")
        with pytest.raises(Exception, match="not installed"):
            Process.start(["qemu-system-nosuch"], console=True)
    for _ in range(3):
        Process.start([*PC, "-S"], console=True).stop()
    assert len(os.listdir("/proc/self/fd")) == before
    assert threading.active_count() == 1


def test_linux_is_waited_for():
    machine = linux(Machine().nodefaults().display("none").memory("256M").accel("tcg"))
    with machine.launch(console=True) as guest:
        found = guest.console.expect(r"MemTotal +(\d+) kB", timeout=100)
        assert 128_000 < int(found[1]) < 262_144
        assert guest.wait(SECONDS).why == "the guest shut itself down"

"""In a notebook's kernel: what is awaited, interrupted, run again, and found after a restart."""

from __future__ import annotations

import contextlib
import os
import queue
import re
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from qemubuild import Process
from tests.bundled import NEEDS_BUNDLES
from tests.real.guests.serial import serial_disk
from tests.real.others import EMPTY, SECONDS, wait_for

pytestmark = pytest.mark.usefixtures("own_directory")


class Kernel:
    """A kernel, and cells that run in it."""

    def __init__(self) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def begin(self, code: str) -> str:
        return self.client.execute(code)

    def result(self, cell: str) -> dict:
        """What a cell shows, by its MIME type; its error, as text."""
        shown = {}
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            content = message["content"]
            if message["parent_header"].get("msg_id") != cell:
                continue
            if message["msg_type"] in {"execute_result", "display_data"}:
                shown.update(content["data"])
            elif message["msg_type"] == "error":
                shown["error"] = f"{content['ename']}: {content['evalue']}"
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return shown

    def run(self, code: str) -> str:
        shown = self.result(self.begin(code))
        assert "error" not in shown, shown["error"]
        return shown.get("text/plain", "")

    def hear(self, text: str) -> None:
        """Wait until a cell has printed that."""
        while self.client.get_iopub_msg(timeout=SECONDS)["content"].get("text") != text:
            pass

    def begin_anew(self) -> None:
        """Know nothing but this test's directory of guests, and what every test has."""
        directory = os.environ["XDG_RUNTIME_DIR"]
        self.run(
            "%reset -f\nimport os\nfrom qemubuild import Machine, Process\n"
            f"os.environ['XDG_RUNTIME_DIR'] = {directory!r}\nEMPTY = {EMPTY}"
        )

    def interrupt(self, cell: str) -> None:
        self.manager.interrupt_kernel()
        assert self.result(cell)["error"].startswith("KeyboardInterrupt")

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def started():
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.fixture
def kernel(started, own_directory):
    """One kernel for all, with the guests of this test alone."""
    started.begin_anew()
    return started


def qemus_with(word: str) -> list[str]:
    """The processes that have a word in their command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path("/proc", pid, "cmdline").read_bytes()
        except OSError:
            continue
        if words.startswith(b"qemu-system") and word.encode() in words:
            found.append(pid)
    return found


def test_a_guest_in_a_kernel(kernel, tmp_path):
    # A cell is run, and run again.
    cell = "vm = Process.start(EMPTY, name='web', replace=True, detach=True); vm.pid"
    first, second = int(kernel.run(cell)), int(kernel.run(cell))
    assert first != second
    assert [one.pid for one in Process.running()] == [second]
    # Both ways to talk work inside the kernel's own event loop.
    assert "running=True" in kernel.run("await vm.aio.status()")
    assert "running=True" in kernel.run("vm.status()")
    listening = "async with await vm.aio.events('STOP', timeout=20) as events:\n"
    assert "STOP" in kernel.run(
        f"{listening}    vm.pause()\n    name = (await anext(events)).name\nname"
    )
    # A kernel that is started anew finds it again.
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=SECONDS)
    kernel.begin_anew()
    assert str(second) in kernel.run("Process.running()")
    assert "paused" in kernel.run("vm = Process.attach('web'); vm.status()")
    kernel.run("vm.stop()")
    assert Process.running() == ()


def test_an_interrupted_cell_leaves_no_guest(kernel, tmp_path):
    # In a block, whatever it waits for.
    for waits in "vm.wait()", "vm.console.expect('never')", "next(vm.events())":
        block = f"with Process.start(EMPTY, name='web', console=True) as vm: print('in'); {waits}"
        cell = kernel.begin(block)
        kernel.hear("in\n")
        kernel.interrupt(cell)
        assert Process.running() == ()
    # While it is started: this one waits for a client, and then for its machine to be up.
    door = tmp_path / "door"
    waiting = ["-chardev", f"socket,id=c,path={door},server=on,wait=on"]
    cell = kernel.begin(f"Process.start([*EMPTY, *{waiting}], name='web')")
    wait_for(door.exists)
    assert qemus_with(str(door))
    kernel.interrupt(cell)
    assert not qemus_with(str(door))
    assert kernel.run("vm = Process.start(EMPTY, name='web')\nvm.name") == "'web'"


SCREEN = """
machine = Machine().nodefaults().device("VGA").accel("tcg").vnc("none")
vm = machine.launch("web", console=True)
"""


@NEEDS_BUNDLES
def test_what_a_cell_shows(kernel):
    kernel.run(SCREEN)
    shown = kernel.result(kernel.begin("vm.screen()"))
    assert re.fullmatch(r"<Screenshot \d+x\d+>", shown["text/plain"])
    assert "image/png" in shown
    shown = kernel.result(kernel.begin("watched = vm.watch(); watched"))
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= shown.keys()
    assert kernel.run("watched.running") == "True"
    kernel.run("watched.close()")
    assert "closed" in kernel.run("watched")
    for thing in "viewer", "terminal":
        shown = kernel.result(kernel.begin(f"vm.{thing}()"))
        assert shown["application/vnd.jupyter.widget-view+json"]["model_id"]


class Browser:
    """What a browser says to a widget and hears of it, without one."""

    def __init__(self, kernel: Kernel, shown: str) -> None:
        self.client = kernel.client
        data = kernel.result(kernel.begin(shown))
        self.comm = data["application/vnd.jupyter.widget-view+json"]["model_id"]

    def say(self, content: dict, *buffers: bytes) -> None:
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": self.comm, "data": data})
        self.client.session.send(self.client.shell_channel.socket, message, buffers=list(buffers))

    def hear(self) -> tuple[dict, bytes]:
        """The next message of the widget's own, with its bytes."""
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            content = message["content"]
            if message["msg_type"] == "comm_msg" and content["comm_id"] == self.comm:
                return content["data"].get("content", {}), b"".join(message["buffers"])

    def read(self, text: bytes) -> None:
        """Hear what the guest says, up to some text."""
        said = b""
        while text not in said:
            said += self.hear()[1]


@NEEDS_BUNDLES
def test_each_view_has_a_connection_of_its_own(kernel):
    kernel.run(SCREEN)
    browser = Browser(kernel, "viewer = vm.viewer(); viewer")
    for view in "a", "b":
        browser.say({"kind": "open", "view": view})
        browser.say({"kind": "open", "view": view})  # it was in a hurry
        assert browser.hear() == ({"kind": "opened", "view": view}, b"")
        assert browser.hear() == ({"kind": "data", "view": view}, b"RFB 003.008\n")
    browser.say({"kind": "data", "view": "a"}, b"RFB 003.008\n")
    assert browser.hear() == (
        {"kind": "data", "view": "a"},
        b"\1\1",
    )  # one way in: without a password
    browser.say({"kind": "close", "view": "a"})
    browser.say({"kind": "data", "view": "nobody"}, b"?")
    kernel.begin("vm.kill()")
    closed = {"kind": "closed", "view": "b", "why": "SIGKILL ended QEMU"}
    assert browser.hear() == (closed, b"")
    browser.say({"kind": "open", "view": "c"})
    assert "has no answer: SIGKILL ended QEMU" in browser.hear()[0]["why"]


@NEEDS_BUNDLES
def test_a_page_that_is_loaded_anew_and_anew_leaves_no_connections(kernel):
    kernel.run(SCREEN)
    browser = Browser(kernel, "vm.viewer()")
    for view in map(str, range(9)):
        browser.say({"kind": "open", "view": view})
    while (heard := browser.hear()[0])["kind"] != "closed":
        pass
    assert heard == {"kind": "closed", "view": "0", "why": "it was opened elsewhere"}
    clients = "len(vm.execute('query-vnc-servers')[0]['clients'])"
    wait_for(lambda: kernel.run(clients) == "8")


@NEEDS_BUNDLES
def test_a_terminal_waits_for_a_view_that_is_slow(kernel):
    disk = str(serial_disk())
    drive = ["-drive", f"file={disk},format=raw,snapshot=on", "-accel", "tcg"]
    kernel.run(
        f"vm = Process.start(['qemu-system-x86_64', '-display', 'none', *{drive}], console=True)"
    )
    browser = Browser(kernel, "vm.terminal()")
    browser.say({"kind": "open", "view": "a"})
    browser.read(b"ready")
    browser.say({"kind": "data", "view": "a"}, b"!")  # and now it writes without end
    heard = 0
    while heard < 1 << 18:
        heard += len(browser.hear()[1])
    # What is on its way by now, and then nothing until it has seen something.
    with contextlib.suppress(queue.Empty):
        while heard < 1 << 20:
            heard += len(b"".join(browser.client.get_iopub_msg(timeout=0.5)["buffers"]))
    assert heard < 1 << 19
    browser.say({"kind": "seen", "view": "a", "bytes": 1 << 18})
    assert browser.hear()[1].startswith(b"!!!")


def test_a_watched_screen_is_watched_until_its_views_are_gone(kernel):
    kernel.run(SCREEN)
    browser = Browser(kernel, "watched = vm.watch(); watched")
    for views in 1, 1, -1:
        browser.say({"views": views})
    assert kernel.run("watched.running") == "True"
    browser.say({"views": -1})
    assert kernel.run("watched.running") == "False"
    assert kernel.run("vm.status().state") == "'running'"
    assert kernel.run("short = vm.watch(duration=0.1, rate=50)\nshort._running.result(20)") == ""


def test_outside_a_notebook_they_are_words():
    from qemubuild import ControlError, InvalidOption, Machine

    machine = Machine().nodefaults().device("VGA").accel("tcg").vnc("none")
    with machine.launch("web", console=True) as vm:
        assert re.fullmatch(r"<Watch of web.*notebook.*>", repr(vm.watch()))
        assert vm.watch().picture.png.startswith(b"\x89PNG")
        assert repr(vm.viewer()) == "<Viewer of web; a notebook shows it>"
        assert repr(vm.terminal()) == "<Terminal of web; a notebook shows it>"
        with pytest.raises(InvalidOption, match="rate=0"):
            vm.watch(rate=0)
        with pytest.raises(InvalidOption, match="rows=0"):
            vm.terminal(rows=0)
    with Process.start(EMPTY) as vm:
        with pytest.raises(ControlError, match=r"no VNC server(?s:.*)vnc\('none'\)"):
            vm.viewer()
        with pytest.raises(ControlError, match="console=True"):
            vm.terminal()

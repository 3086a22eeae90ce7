"""In a notebook's kernel: what is awaited, interrupted, run again, and found after a restart."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from qemubuild import Process
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

    def interrupt(self, cell: str) -> None:
        self.manager.interrupt_kernel()
        assert self.result(cell)["error"].startswith("KeyboardInterrupt")

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel():
    kernel = Kernel()
    try:
        kernel.run(f"from qemubuild import Machine, Process\nEMPTY = {EMPTY}")
        yield kernel
    finally:
        kernel.close()


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
    kernel.run("from qemubuild import Process")
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


def test_what_a_cell_shows(kernel):
    kernel.run(SCREEN)
    shown = kernel.result(kernel.begin("vm.screen()"))
    assert re.fullmatch(r"<Picture \d+x\d+>", shown["text/plain"])
    assert "image/png" in shown
    shown = kernel.result(kernel.begin("watched = vm.watch(); watched"))
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= shown.keys()
    assert kernel.run("watched.running") == "True"
    kernel.run("watched.close()")
    assert "closed" in kernel.run("watched")
    for thing in "viewer", "terminal":
        shown = kernel.result(kernel.begin(f"vm.{thing}()"))
        assert shown["application/vnd.jupyter.widget-view+json"]["model_id"]


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

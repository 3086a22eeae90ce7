"""JupyterLab in a real browser, and a guest in a cell: what is typed there reaches the guest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.bundled import NEEDS_BUNDLES
from tests.real.guests import media
from tests.real.guests.serial import serial_disk
from tests.real.jupyterlab import open_notebook, run_all

CHROMIUM = shutil.which("chromium")

MACHINES = """
from qemubuild import Machine
pc = Machine("x86_64").nodefaults().accel("tcg").memory("64M")
machine = pc.device("VGA").vnc("none").drive("echo.img", format="raw")
machine
"""
LAUNCH = """
vm = machine.launch("typist", replace=True, console=True)
talker = pc.display("none").drive("talking.img", format="raw").launch("talker", console=True)
vm.console.expect("Enter: ")
vm.screen()
"""
# What is heard while a cell runs, and so while the kernel has no time for the browser.
HEAR = """
print("heard", vm.console.expect("add 2 xX", timeout=60)[0])
print("told", talker.console.expect("root#", timeout=60)[0])
print(vm.wait(60).why)
talker.stop(0).why
"""

COLOURS = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


@NEEDS_BUNDLES
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium; `make test` installs it, where it is packed")
@pytest.mark.usefixtures("own_directory")
def test_a_key_typed_in_a_cell_reaches_the_guest(tmp_path):
    (tmp_path / "echo.img").write_bytes(media.echo_program())
    shutil.copy(serial_disk(), tmp_path / "talking.img")
    cells = [MACHINES, LAUNCH, "vm.watch()", "vm.viewer()", "talker.terminal(rows=5)", HEAR]
    with open_notebook(tmp_path, CHROMIUM, cells) as page:
        try:
            look_and_type(page)
        finally:
            if folder := os.environ.get("QEMUBUILD_SCREENSHOTS"):
                page.screenshot(path=Path(folder, "notebook.png"))


def look_and_type(page):
    run_all(page)
    outputs = page.locator(".jp-Cell-outputArea")
    outputs.nth(0).get_by_text("VGA").first.wait_for()
    picture = outputs.nth(1).locator("img")
    picture.wait_for()
    assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [720, 400]

    watched = outputs.nth(2).locator("img")
    watched.wait_for()
    before = watched.get_attribute("src")
    viewer = outputs.nth(3)
    viewer.get_by_text("click into the screen to type").wait_for()
    viewer.locator("canvas").click()
    viewer.get_by_text("what you type goes to the guest").wait_for()
    # "a", "d" "d" and "x" would add a cell, delete one, and cut one, if JupyterLab heard them.
    page.keyboard.type("add 2 x")
    page.keyboard.press("Shift+KeyX")
    outputs.nth(5).get_by_text("heard add 2 xX").wait_for()
    page.wait_for_function(
        "([image, before]) => image.src != before", arg=[watched.element_handle(), before]
    )

    terminal = outputs.nth(4)
    terminal.get_by_text("ready").wait_for()
    terminal.locator(".screen").click()
    page.keyboard.type("root#")
    terminal.get_by_text("root#").wait_for()
    outputs.nth(5).get_by_text("told root#").wait_for()

    viewer.locator("canvas").click()
    page.keyboard.press("Enter")
    for shown in outputs.nth(2), viewer, outputs.nth(5):
        shown.get_by_text("the guest shut itself down").wait_for()
    terminal.get_by_text("QEMU was told to quit").wait_for()
    # What it showed last stays.
    assert viewer.locator("canvas").evaluate(COLOURS) > 1
    assert page.locator(".jp-CodeCell").count() == 6

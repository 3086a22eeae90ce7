"""What is shown of guests that run, and of images that are there."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from qemubuild import DiskImage, Process
from tests.display.reading import html, rows, said
from tests.real.others import wait_for

pytestmark = pytest.mark.usefixtures("own_directory")

PC = ["qemu-system-x86_64", "-nodefaults", "-vga", "std", "-display", "none", "-accel", "tcg"]
PC += ["-m", "32"]


@pytest.fixture
def guest():
    with Process.start([*PC, "-vnc", "127.0.0.1:0,to=99"], name="web<b>") as process:
        yield process


def heading(process):
    return said(html(process).find("p[@class='qb-head']"))


def test_a_guest_that_runs_is_shown_with_its_screen(guest):
    page = html(guest)
    assert heading(guest) == f"web<b>runningpid {guest.pid}"
    facts = dict(rows(page))
    assert facts["VNC"] == guest.vnc_address
    assert facts["Up for"].endswith(" s")
    picture = page.find("img")
    assert picture.get("src").startswith("data:image/png;base64,iVBORw0KGgo")
    assert "-m 32" in said(page.find("details"))


def test_a_guest_that_is_paused_says_so(guest):
    guest.pause()
    assert heading(guest) == f"web<b>pausedpid {guest.pid}"


def test_a_guest_that_does_not_answer_is_not_waited_for(guest):
    os.kill(guest.pid, signal.SIGSTOP)
    try:
        start = time.monotonic()
        assert "does not answer" in heading(guest)
        assert time.monotonic() - start < 10
    finally:
        os.kill(guest.pid, signal.SIGCONT)


def test_a_guest_that_ended_says_how(guest):
    guest.stop(timeout=0)
    page = html(guest)
    assert "ended: QEMU was told to quit" in said(page)
    assert page.find("img") is None


def test_the_last_of_the_console_is_shown_without_what_moves_a_cursor():
    with Process.start([*PC, "-vga", "none", "-machine", "pc,graphics=off"], console=True) as guest:
        wait_for(lambda: "SeaBIOS" in guest.console.log)
        for thing in (guest, guest.console):
            text = said(html(thing))
            assert "SeaBIOS" in text
            assert "x1b" not in text


def test_a_chain_of_images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    base = DiskImage("base.qcow2", size="10M").create()
    subprocess.run(["qemu-io", "-c", "write 0 5M", base.path], check=True, capture_output=True)
    top = DiskImage("top.qcow2", backing=base).create()
    shown = rows(html(top))
    assert [row[:2] for row in shown[:2]] == [["top.qcow2", "qcow2"], ["base.qcow2", "qcow2"]]
    assert "of 10 MiB" in shown[1][2]
    assert rows(html(top.info()))[0] == ["Stands on", "base.qcow2 qcow2"]
    first, second = str(top.picture()).splitlines()
    assert first.startswith("top.qcow2: qcow2, ")
    assert second.startswith("└─ base.qcow2: qcow2, 5.")


def test_snapshots_and_an_image_that_is_damaged(tmp_path):
    image = DiskImage(tmp_path / "a.qcow2", size="10M").create()
    argv = ["qemu-img", "snapshot", "-c", "before <b>", image.path]
    subprocess.run(argv, check=True, capture_output=True)
    assert any(row[0] == "before <b>" for row in rows(html(image)))
    (tmp_path / "a.qcow2").write_bytes(b"no image")
    assert "failed with exit status 1" in said(html(image))


def test_showing_an_image_leaves_it_as_it_is(tmp_path):
    image = DiskImage(tmp_path / "a.qcow2", size="10M").create()
    before = (tmp_path / "a.qcow2").read_bytes()
    html(image)
    str(image.picture())
    assert (tmp_path / "a.qcow2").read_bytes() == before
    assert os.listdir(tmp_path) == ["a.qcow2"]

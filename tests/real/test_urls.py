"""Images that are elsewhere, served by the real qemu-nbd: only a ``Url`` is one."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
import talking_disk

from qemubuild import DiskImage, ImageError, InvalidOption, Machine, Url
from tests.real.guests.run import Guest
from tests.real.judge import needs
from tests.real.others import wait_for

QEMU_NBD = needs("qemu-nbd")
HERE = Url("nbd+unix:///disk?socket=server")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def served():
    """A disk that talks, served read-only on a socket to whoever asks."""
    talking_disk.build("talking.img")
    os.truncate("talking.img", 1 << 20)
    form = ["-r", "-t", "-e", "8", "-f", "raw", "-x", "disk"]
    socket_path = os.path.abspath("server")
    with subprocess.Popen([QEMU_NBD, *form, "-k", socket_path, "talking.img"]) as server:
        try:
            wait_for(answers)
            yield DiskImage(HERE, format="raw")
        finally:
            server.kill()


def answers() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex("server") == 0


def test_what_it_is(served: DiskImage):
    info = served.info()
    assert (info.format, info.virtual_size, info.actual_size) == ("raw", 1 << 20, info.actual_size)
    assert served.show()[0] == info
    assert repr(served) == f"DiskImage(Url({str(HERE)!r}), format='raw')"
    assert eval(repr(served), {"DiskImage": DiskImage, "Url": Url}) == served


def test_it_is_copied(served: DiskImage):
    copy = served.convert("copy.qcow2")
    assert copy.compare("talking.img")


def test_it_is_stood_on(served: DiskImage):
    vm = served.clone("vm.qcow2")
    assert vm.info().backing_file == HERE
    chain = vm.show()
    assert [image.format for image in chain] == ["qcow2", "raw"]
    assert chain[1].path == HERE
    clones = served.clone_many(["a.qcow2", "b.qcow2"])
    assert [clone.virtual_size for clone in clones] == [1 << 20] * 2
    by_name = DiskImage("c.qcow2", backing=HERE, backing_format="raw")
    assert DiskImage.from_argv(by_name.create_argv()) == by_name
    assert by_name.create().info().backing_file == HERE


@pytest.mark.parametrize("how", ["itself", "overlay"])
def test_a_guest_boots_from_it(served: DiskImage, how: str):
    disk = served if how == "itself" else served.clone("vm.qcow2")
    machine = Machine().memory("64M").accel("tcg")
    machine = machine.drive(disk, interface="virtio", readonly=disk is served)
    assert not machine.check().errors
    with Guest(machine.argv()) as guest:
        assert guest.wait_for("ready")


def test_one_that_nobody_serves():
    with pytest.raises(ImageError, match="server"):
        DiskImage(HERE, format="raw").info()
    DiskImage("vm.qcow2", size="1M", backing=HERE, backing_format="raw")


def test_a_name_like_a_url_is_a_file():
    disk = DiskImage("nbd:disk", size="1M", format="raw").create()
    assert Path("nbd:disk").stat().st_size == 1 << 20
    assert disk.info().virtual_size == 1 << 20


@pytest.mark.parametrize(
    ("url", "keys", "about"),
    [
        (HERE, {}, "format"),
        (Url("nbd://host/disk.qcow2"), {}, "format"),
        (Url("https://host/disk"), {}, "format"),
        (Url("disk.qcow2"), {}, "path"),
        (Url("-x"), {"format": "raw"}, "path"),
    ],
)
def test_what_is_refused(url: Url, keys: dict[str, str], about: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage(url, **keys)  # type: ignore[arg-type]
    assert caught.value.field == about
    assert caught.value.hint


def test_it_is_no_file_of_this_host():
    disk = DiskImage(Url("https://host/disk.qcow2"), size="1M")
    assert disk.format == "qcow2"
    for act in (
        disk.create_argv,
        disk.create,
        lambda: os.fspath(disk),
        lambda: Machine().hda(disk),
    ):
        with pytest.raises(InvalidOption, match="no local file"):
            act()

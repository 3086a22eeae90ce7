"""Clones of an image: each a disk of its own, all of them or none; a guest boots from one."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import talking_disk

from qemubuild import DiskImage, ImageError, InvalidOption, Machine, Qcow2Options
from tests.real.guests.run import Guest
from tests.real.judge import needs

QEMU_IMG = needs("qemu-img")
QEMU_IO = needs("qemu-io")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def base() -> DiskImage:
    return DiskImage("base.qcow2", size="50G").create()


def names(count: int) -> list[str]:
    return [f"vm{number}.qcow2" for number in range(count)]


def files() -> list[str]:
    return sorted(os.listdir())


def io(path: str | os.PathLike[str], command: str) -> str:
    argv = [QEMU_IO, "-f", "qcow2", "-c", command, os.fspath(path)]
    return subprocess.run(argv, check=False, capture_output=True, text=True).stdout


def test_one(base: DiskImage):
    clone = base.clone("vm1.qcow2")
    assert clone == DiskImage("vm1.qcow2", size="50G", backing=base)
    assert base.clone_argv("vm1.qcow2") == [
        *("qemu-img", "create", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", "vm1.qcow2")
    ]
    info = clone.info()
    assert (info.backing_file, info.backing_format) == ("base.qcow2", "qcow2")
    assert base.clone("vm2.qcow2", size="60G").info().virtual_size == 60 << 30
    with pytest.raises(ImageError, match="is there already"):
        base.clone("vm1.qcow2")


def test_a_guest_boots_from_a_clone_and_the_base_stays():
    talking_disk.build("base.img")
    before = Path("base.img").read_bytes()
    for clone in DiskImage("base.img", format="raw").clone_many(["a.qcow2", "b.qcow2"], size="1M"):
        machine = Machine().memory("64M").accel("tcg").drive(clone, interface="virtio")
        with Guest(machine.argv()) as guest:
            assert "ready" in guest.wait_for("ready")
    assert Path("base.img").read_bytes() == before


def test_many_are_what_qemu_img_makes(base: DiskImage):
    clones = base.clone_many(names(20))
    assert clones == tuple(DiskImage(name, size="50G", backing=base) for name in names(20))
    base.clone("alone.qcow2")
    argv = [QEMU_IMG, "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", "bare"]
    subprocess.run(argv, check=True)
    bare = Path("bare").read_bytes()
    for name in [*names(20), "alone.qcow2"]:
        assert Path(name).read_bytes() == bare
        assert os.stat(name).st_mode == os.stat("bare").st_mode
    assert files() == sorted([*names(20), "alone.qcow2", "bare", "base.qcow2"])


def test_each_is_a_disk_of_its_own(base: DiskImage):
    one, two = base.clone_many(names(2), options=Qcow2Options(cluster_size="2M"))
    io(one, "write -P 7 0 512")
    assert "failed" in io(two, "read -P 7 0 512")
    assert "failed" not in io(one, "read -P 7 0 512")
    for clone in (one, two):
        subprocess.run([QEMU_IMG, "check", "-q", clone], check=True)
        assert clone.info().cluster_size == 2 << 20
    assert os.stat(two).st_blocks * 512 < 8 << 20


def test_in_several_folders(here: Path, base: DiskImage):
    for folder in ("a", "b"):
        (here / folder).mkdir()
    for clone in base.clone_many(["a/vm.qcow2", "b/vm.qcow2", "b/vm2.qcow2", "vm.qcow2"]):
        assert clone.info().backing_path in ("base.qcow2", str(here / "base.qcow2"))
        assert "read 512/512" in io(clone, "read 0 512")


@pytest.mark.parametrize("form", ["qed", "qcow", "vmdk"])
def test_other_formats(form: str):
    base = DiskImage("base.vmdk", size="3M").create()
    for clone in base.clone_many(["a", "b", "c"], format=form):
        assert clone.info().virtual_size == 3 << 20
        assert clone.info().backing_file == "base.vmdk"


def test_options_of_the_file_are_of_each(base: DiskImage):
    options = Qcow2Options(preallocation="metadata", extended_l2=True, cluster_size="2M")
    clones = base.clone_many(names(2), size="1G", options={"nocow": True})
    assert all(clone.info().virtual_size == 50 << 30 for clone in base.clone_many(["a", "b"]))
    small = DiskImage("small.qcow2", size="8M").create()
    for clone in small.clone_many(["c.qcow2", "d.qcow2"], options=options):
        assert clone.info().format_specific["extended-l2"] is True
    assert len(clones) == 2


def test_a_text_is_no_list_of_paths(base: DiskImage):
    with pytest.raises(InvalidOption, match="one path") as caught:
        base.clone_many("vm.qcow2")
    assert "['vm.qcow2']" in caught.value.hint
    assert files() == ["base.qcow2"]


def test_progress(base: DiskImage):
    heard: list[float] = []
    base.clone_many(names(10), progress=heard.append)
    assert heard == [10.0 * number for number in range(1, 11)]

    def enough(done: float) -> None:
        if done > 50:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        base.clone_many([f"b{name}" for name in names(10)], progress=enough)
    assert files() == sorted(["base.qcow2", *names(10)])


def test_none(base: DiskImage):
    assert base.clone_many([]) == ()


class TestAllOrNone:
    def test_a_name_that_is_taken(self, base: DiskImage):
        Path("vm7.qcow2").write_text("precious")
        with pytest.raises(ImageError, match=r"'vm7.qcow2' is there already"):
            base.clone_many(names(20))
        assert files() == ["base.qcow2", "vm7.qcow2"]
        assert Path("vm7.qcow2").read_text() == "precious"

    def test_a_name_that_is_taken_meanwhile(self, base: DiskImage, monkeypatch: pytest.MonkeyPatch):
        real = os.link

        def link(source: str, target: str, **how: int) -> None:
            if target == "vm7.qcow2":
                Path(target).write_text("precious")
            real(source, target, **how)

        monkeypatch.setattr(os, "link", link)
        with pytest.raises(ImageError, match=r"'vm7.qcow2' appeared"):
            base.clone_many(names(20))
        assert files() == ["base.qcow2", "vm7.qcow2"]
        assert Path("vm7.qcow2").read_text() == "precious"

    @pytest.mark.parametrize("twin", ["./vm1.qcow2", "link/vm1.qcow2"])
    def test_a_name_that_is_given_twice(self, here: Path, base: DiskImage, twin: str):
        Path("link").symlink_to(here)
        with pytest.raises(InvalidOption, match="one file"):
            base.clone_many(["vm1.qcow2", twin])
        assert files() == ["base.qcow2", "link"]

    def test_a_folder_that_is_not_there(self, base: DiskImage):
        with pytest.raises(ImageError, match="nowhere"):
            base.clone_many([*names(5), "nowhere/vm.qcow2"])
        assert files() == ["base.qcow2"]

    def test_a_base_that_is_not_there(self):
        with pytest.raises(ImageError, match="backing"):
            DiskImage("base.qcow2").clone_many(names(5))
        assert files() == []

    def test_no_room(self, base: DiskImage):
        # A limit on the size of files stands for a full disk.
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
        try:
            with pytest.raises(ImageError):
                base.clone_many(names(5))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert files() == ["base.qcow2"]

    def test_a_copy_that_finds_no_room(self, base: DiskImage, monkeypatch: pytest.MonkeyPatch):
        def full(*_: object) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "copy_file_range", full)
        with pytest.raises(ImageError, match="No space left on device") as caught:
            base.clone_many(names(5))
        assert "make room" in caught.value.hint
        assert files() == ["base.qcow2"]

    @pytest.mark.usefixtures("base")
    def test_killed(self):
        code = (
            "import os\n"
            "from qemubuild import DiskImage\n"
            "def killed(done):\n"
            "    done < 50 or os.kill(os.getpid(), 9)\n"
            "names = [f'vm{n}.qcow2' for n in range(100)]\n"
            "DiskImage('base.qcow2').clone_many(names, progress=killed)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
        # Of all, only what the others are copied from may be left, under a hidden name.
        assert [name for name in files() if not name.startswith(".qemubuild-")] == ["base.qcow2"]
        assert len(files()) <= 2

    def test_where_every_file_has_a_name(self, base: DiskImage, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY)  # which no file system opens to write
        assert len(base.clone_many(names(20))) == 20
        assert files() == sorted([*names(20), "base.qcow2"])

    @pytest.mark.usefixtures("base")
    def test_ctrl_c(self, here: Path):
        # qemu-img for each, so that there is a middle to be stopped in.
        code = (
            "from qemubuild import DiskImage\n"
            "DiskImage('base.qcow2').clone_many([f'vm{n}.qcow2' for n in range(2000)],"
            " options={'nocow': False})"
        )
        process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
        end = time.monotonic() + 20
        while not list(here.glob(".qemubuild-*")) and time.monotonic() < end:
            threading.Event().wait(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert b"KeyboardInterrupt" in said
        assert files() == ["base.qcow2"]

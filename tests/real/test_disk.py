"""Disk images by the real qemu-img, some of them held by a real QEMU."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage
from qemubuild.errors import ImageError, InvalidOption, NotInstalled
from tests.hostile import NAMES
from tests.real.images import QEMU_IMG, QEMU_IO, files, here, qemu_img, stand_in, while_running

__all__ = ["here", "stand_in"]
pytestmark = pytest.mark.usefixtures("here")
PARTS = 4


def test_the_lesson():
    disk = DiskImage("mydisk.qcow2", size="50G").create()
    assert disk == DiskImage("mydisk.qcow2", size="50G", format="qcow2")
    assert files() == ["mydisk.qcow2"]
    info = disk.info()
    assert (info.format, info.virtual_size) == ("qcow2", 50 << 30)
    assert info.actual_size == os.stat("mydisk.qcow2").st_blocks * 512 < 1 << 20
    assert "50 GiB for the guest" in str(info)
    assert "KiB on this host" in str(info)


@pytest.mark.parametrize(
    "format",
    ["qcow2", "raw", "vmdk", "vdi", "vhdx", "vpc", "qed", "qcow", "parallels"],
)
def test_every_format(format: str):  # noqa: A002
    disk = DiskImage("disk", size="3M", format=format).create()
    assert json.loads(qemu_img("info", "--output=json", "-f", format, "disk"))["format"] == format
    info = disk.info()
    assert info.format == format
    if format == "vpc":  # whole cylinders
        assert 3 << 20 <= info.virtual_size < 4 << 20
    else:
        assert info.virtual_size == disk.virtual_size == 3 << 20


def test_raw_is_sparse_too():
    info = DiskImage("disk.img", size="1G").create().info()
    assert os.stat("disk.img").st_size == info.virtual_size == 1 << 30
    assert info.actual_size is not None
    assert info.actual_size < 1 << 20


@pytest.mark.parametrize("size", [0, 1, 511, 513, "1.3K", "0x12345", "5.M"])
def test_a_size_is_what_qemu_img_makes_of_it(size: int | str):
    for path in ("a.qcow2", "a.raw"):
        disk = DiskImage(path, size=size).create()
        assert disk.info().virtual_size == disk.virtual_size


def test_options_reach_the_image():
    options = {"cluster_size": "2M", "preallocation": "metadata", "lazy_refcounts": True}
    info = DiskImage("a.qcow2", size="1G", options=options).create().info()
    assert info.cluster_size == 2 << 20
    assert info.format_specific["lazy-refcounts"] is True


# The largest size that is allowed, and the next one; the largest one where it is quick to make.
LIMITS = [
    ("qcow2", {}, 1 << 51, True),
    ("qcow2", {"cluster_size": 512}, 1 << 37, False),
    ("qcow2", {"cluster_size": "4K"}, 1 << 43, True),
    ("qcow2", {"extended_l2": True}, 1 << 50, True),
    ("qcow2", {"cluster_size": "2M"}, 1 << 61, False),
    ("vdi", {}, 0x1FFFFF8000000, False),
    ("vhdx", {}, 64 << 40, True),
    ("vpc", {}, 2040 << 30, True),
    ("vpc", {"force_size": True}, 2040 << 30, True),
    ("qed", {}, 64 << 40, True),
    ("qed", {"cluster_size": "4K"}, 1 << 34, True),
    ("qed", {"table_size": 2}, 1 << 44, True),
    ("vmdk", {}, (256 << 40) - (32 << 20), True),
    ("parallels", {}, (512 << 40) - (1 << 20), False),
]


@pytest.mark.parametrize(("format", "options", "most", "make"), LIMITS)
def test_the_limit_of_a_format(format: str, options: dict[str, str], most: int, make: bool):  # noqa: A002
    def image(size: int) -> DiskImage:
        return DiskImage("disk", format=format, options=options, size=size)

    if make:
        assert image(most).create().info().virtual_size == most
        assert keeps(format, 0, most - 512)
        Path("disk").unlink()
    argv = image(most).create_argv()
    with pytest.raises(InvalidOption):
        image(most + 512)
    # qemu-img refuses it too, or makes an image that keeps nothing.
    created = subprocess.run([*argv[:-1], str(most + 512)], check=False, capture_output=True)
    assert created.returncode or not keeps(format, 0, most)


def keeps(format: str, *places: int) -> bool:  # noqa: A002
    """Whether what is written at each place of the image is read there by the next who opens it."""
    said = ""
    for verb in ("write", "read"):
        commands = [word for place in places for word in ("-c", f"{verb} -P 7 {place} 512")]
        argv = [QEMU_IO, "-f", format, *commands, "disk"]
        done = subprocess.run(argv, check=False, capture_output=True, text=True)
        said += done.stdout
    return said.count("wrote 512/512") == said.count("read 512/512") == len(places) and (
        "failed" not in said
    )


@pytest.mark.parametrize("format", ["vmdk", "qcow"])
def test_formats_that_cannot_be_empty(format: str):  # noqa: A002
    with pytest.raises(InvalidOption):
        DiskImage("disk", format=format, size=0)
    created = subprocess.run(
        [QEMU_IMG, "create", "-f", format, "disk", "0"], check=False, capture_output=True
    )
    opened = subprocess.run(
        [QEMU_IO, "-f", format, "-c", "length", "disk"], check=False, capture_output=True
    )
    assert created.returncode or opened.returncode or opened.stdout.startswith(b"0")


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_names(here: Path, part: int):
    (here / "images").mkdir()
    os.chdir("images")
    for name in NAMES[part::PARTS]:
        disk = DiskImage(name, size="3M", format="qcow2").create()
        assert os.listdir(b".") == [os.fsencode(name)], repr(name)
        assert Path(name).read_bytes()[:4] == b"QFI\xfb", repr(name)
        assert disk.info().virtual_size == 3 << 20, repr(name)
        Path(name).unlink()


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_backing_names(here: Path, part: int):
    (here / "images").mkdir()
    os.chdir("images")
    subprocess.run([QEMU_IMG, "create", "-q", "-f", "raw", "../base", "1M"], check=True)
    subprocess.run(
        [QEMU_IO, "-f", "raw", "-c", "write -P 7 0 512", "../base"], check=True, capture_output=True
    )
    for name in NAMES[part::PARTS]:
        shutil.copyfile("../base", name)
        overlay = DiskImage("../overlay.qcow2", backing=DiskImage(name, format="raw"))
        assert overlay.create(overwrite=True).virtual_size == 1 << 20, repr(name)
        read = subprocess.run(
            [QEMU_IO, "-f", "qcow2", "-c", "read -P 7 0 512", "../overlay.qcow2"],
            check=True,
            capture_output=True,
        )
        assert b"read 512/512" in read.stdout, repr(name)
        assert b"failed" not in read.stdout, repr(name)
        Path(name).unlink()


def test_a_long_path():
    for _ in range(15):
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    os.chdir("../" * 15)
    path = ("d" * 250 + "/") * 15 + "disk.qcow2"
    assert DiskImage(path, size="1M").create().info().virtual_size == 1 << 20


@pytest.mark.parametrize("length", [5000, 200_000])
def test_a_path_that_is_too_long(length: int):
    disk = DiskImage("n" * length, size="1M")
    with pytest.raises(ImageError):
        disk.create()
    with pytest.raises(ImageError):
        disk.info()


class TestOverlay:
    def test_it_takes_its_size_from_its_base(self):
        base = DiskImage("base.qcow2", size="50G").create()
        overlay = DiskImage("vm.qcow2", backing=base).create()
        assert overlay.size == overlay.virtual_size == 50 << 30
        info = overlay.info()
        assert (info.backing_file, info.backing_format) == ("base.qcow2", "qcow2")
        assert info.virtual_size == 50 << 30
        assert info.snapshots == ()

    def test_the_size_is_not_read_from_a_name(self):
        directory = Path("', fmt=qcow2 size=1 backing_file=")
        directory.mkdir()
        base = DiskImage(directory / "base.qcow2", size="50G").create()
        assert DiskImage(directory / "vm.qcow2", backing=base).create().size == 50 << 30

    @pytest.mark.parametrize("format", ["qcow2", "qed", "qcow", "vmdk"])
    def test_every_format_that_can(self, format: str):  # noqa: A002
        base = DiskImage("base", format=format, size="3M").create()
        overlay = DiskImage("overlay", format=format, backing=base).create()
        assert overlay.virtual_size == 3 << 20
        assert overlay.info().backing_file == "base"

    @pytest.mark.parametrize("format", ["raw", "vdi", "vhdx", "vpc", "parallels"])
    def test_those_that_cannot_by_qemu_img_too(self, format: str):  # noqa: A002
        DiskImage("base.raw", size="1M").create()
        with pytest.raises(InvalidOption):
            DiskImage("a", format=format, backing="base.raw")
        argv = [QEMU_IMG, "create", "-f", format, "-F", "raw", "-b", "base.raw", "a", "1M"]
        assert subprocess.run(argv, check=False, capture_output=True).returncode

    def test_images_in_different_directories(self):
        for directory in ("vms", "bases"):
            Path(directory).mkdir()
        base = DiskImage("bases/base.qcow2", size="1G").create()
        overlay = DiskImage("vms/vm.qcow2", backing=base).create()
        assert overlay.info().backing_path == os.path.abspath(base)

    def test_a_base_that_is_not_there(self):
        with pytest.raises(ImageError, match="backing") as caught:
            DiskImage("vm.qcow2", backing="base.qcow2").create()
        assert "directory of the image" in caught.value.hint
        assert files() == []

    def test_a_base_of_another_format(self):
        DiskImage("base.qcow2", size="1M", format="vdi").create()
        with pytest.raises(ImageError, match="not in qcow2 format"):
            DiskImage("vm.qcow2", backing="base.qcow2").create()
        assert files() == ["base.qcow2"]


class TestNothingIsLost:
    def test_a_file_that_is_there(self):
        Path("a.qcow2").write_text("precious")
        with pytest.raises(ImageError, match="is there already") as caught:
            DiskImage("a.qcow2", size="1M").create()
        assert caught.value.argv == ("qemu-img", "create", "-f", "qcow2", "a.qcow2", "1M")
        assert caught.value.exit_code is None
        assert Path("a.qcow2").read_text() == "precious"

    def test_it_is_overwritten_when_told(self):
        Path("a.qcow2").write_text("old")
        disk = DiskImage("a.qcow2", size="1M").create(overwrite=True)
        assert disk.info().virtual_size == 1 << 20

    @pytest.mark.parametrize("path", ["a.qcow2", "./a.qcow2", "link/a.qcow2"])
    def test_an_overlay_of_itself(self, here: Path, path: str):
        Path("link").symlink_to(here)
        DiskImage("a.qcow2", size="1M").create()
        before = Path("a.qcow2").read_bytes()
        with pytest.raises(ImageError, match="its own backing file"):
            DiskImage(path, backing=DiskImage("a.qcow2")).create(overwrite=True)
        assert Path("a.qcow2").read_bytes() == before

    @pytest.mark.parametrize("old", [False, True])
    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"colour": "red"}, "Invalid parameter 'colour'"),
            ({"encrypt.format": "luks"}, "key-secret"),
        ],
    )
    def test_a_refused_option(self, options: dict[str, str], reason: str, old: bool):
        if old:
            Path("a.qcow2").write_text("precious")
        with pytest.raises(ImageError, match=reason) as caught:
            DiskImage("a.qcow2", size="1M", options=options).create(overwrite=old)
        assert caught.value.exit_code == 1
        assert ".qemubuild-" not in str(caught.value)
        assert files() == (["a.qcow2"] if old else [])
        assert not old or Path("a.qcow2").read_text() == "precious"

    def test_no_room(self):
        # A limit on the size of files stands for a full disk: qemu-img meets it while it writes.
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        try:
            with pytest.raises(ImageError, match="create failed") as caught:
                DiskImage("a.raw", size="8M", options={"preallocation": "full"}).create()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "ulimit" in caught.value.hint
        assert files() == []

    @pytest.mark.parametrize("path", ["missing/a.qcow2", "/sys/a.qcow2"])
    def test_a_directory_that_cannot_be_written_to(self, path: str):
        with pytest.raises(ImageError, match=path) as caught:
            DiskImage(path, size="1M").create()
        assert caught.value.hint

    @pytest.mark.parametrize("overwrite", [False, True])
    def test_an_image_in_use(self, overwrite: bool):
        disk = DiskImage("a.qcow2", size="1M").create()

        def ask() -> None:
            with pytest.raises(ImageError, match="in use" if overwrite else "already"):
                disk.create(overwrite=overwrite)

        while_running("file=a.qcow2,format=qcow2", ask=ask)
        disk.create(overwrite=True)

    def test_the_base_of_an_image_in_use(self):
        base = DiskImage("base.qcow2", size="1M").create()
        DiskImage("vm.qcow2", backing=base).create()

        def ask() -> None:
            with pytest.raises(ImageError, match="in use"):
                base.create(overwrite=True)

        while_running("file=vm.qcow2,format=qcow2", ask=ask)


class TestFaults:
    def test_killed(self, stand_in):
        stand_in(after="kill -9 $$")
        with pytest.raises(ImageError, match="ended by signal 9") as caught:
            DiskImage("a.qcow2", size="1M").create()
        assert caught.value.exit_code == -9
        assert files() == []

    @pytest.mark.parametrize("link_error", [None, errno.EPERM, errno.EOPNOTSUPP])
    def test_a_file_that_appears_meanwhile(
        self, stand_in, monkeypatch: pytest.MonkeyPatch, link_error: int | None
    ):
        if link_error is not None:

            def link(*_: object) -> None:
                raise OSError(link_error, os.strerror(link_error))

            monkeypatch.setattr(os, "link", link)
            monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY)  # nor files without a name
        stand_in(after="printf precious > a.qcow2")
        with pytest.raises(ImageError, match="appeared"):
            DiskImage("a.qcow2", size="1M").create()
        assert Path("a.qcow2").read_text() == "precious"
        assert files() == ["a.qcow2"]

    def test_not_installed(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("PATH", "/nowhere")
        for call in (DiskImage("a.qcow2", size="1M").create, DiskImage("a.qcow2").info):
            with pytest.raises(NotInstalled) as caught:
                call()
            assert caught.value.program == "qemu-img"
            assert "qemu-utils" in caught.value.hint

    def test_another_language_changes_nothing(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
        with pytest.raises(ImageError) as caught:
            DiskImage("missing/a.qcow2", size="1M").create()
        assert "directory there" in caught.value.hint


class TestInfo:
    def test_while_a_machine_runs(self):
        disk = DiskImage("a.qcow2", size="1G").create()
        raw = DiskImage("b.raw", size="1M").create()

        def ask() -> None:
            assert disk.info().virtual_size == 1 << 30
            assert raw.info().virtual_size == 1 << 20

        while_running("file=a.qcow2,format=qcow2", "file=b.raw,format=raw", ask=ask)

    def test_snapshots(self):
        disk = DiskImage("a.qcow2", size="1M").create()
        for name in ("first", "s p,a=c'e"):
            qemu_img("snapshot", "-c", name, "a.qcow2")
        snapshots = disk.info().snapshots
        assert [(snapshot.id, snapshot.name) for snapshot in snapshots] == [
            ("1", "first"),
            ("2", "s p,a=c'e"),
        ]
        for snapshot in snapshots:
            assert abs(datetime.now(UTC) - snapshot.date) < timedelta(minutes=5)
            assert snapshot.vm_state_size == 0

    def test_an_encrypted_image(self):
        argv = [QEMU_IMG, "create", "-q", "--object", "secret,id=s,data=x", "-f", "qcow2"]
        argv += ["-o", "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10"]
        for _ in range(20):
            # It times the processor for LUKS, and gives up where that is too busy to tell.
            said = subprocess.run(
                [*argv, "a.qcow2", "1M"], check=False, capture_output=True, text=True
            )
            if "CPU usage" not in said.stderr:
                break
        assert not said.stderr
        info = DiskImage("a.qcow2").info()
        assert info.encrypted
        assert info.format_specific["encrypt"]["format"] == "luks"

    def test_one_that_is_not_there(self):
        with pytest.raises(ImageError, match="No such file") as caught:
            DiskImage("a.qcow2").info()
        assert caught.value.argv[:2] == ("qemu-img", "info")
        assert caught.value.exit_code == 1

    def test_one_of_another_format(self):
        DiskImage("a.qcow2", size="1M", format="vdi").create()
        with pytest.raises(ImageError, match="not in qcow2 format") as caught:
            DiskImage("a.qcow2").info()
        assert "format=" in caught.value.hint
        assert DiskImage("a.qcow2", format="vdi").info().virtual_size == 1 << 20

    def test_a_name_that_tells_no_format_is_looked_into(self):
        qemu_img("create", "-q", "-f", "vdi", "disk", "1M")
        assert DiskImage("disk").info().format == "vdi"

    @pytest.mark.parametrize("format", ["qcow2", "vmdk", "vdi", "vhdx", "vpc", "qed"])
    def test_a_raw_image_in_which_a_guest_wrote_another(self, format: str):  # noqa: A002
        DiskImage("inner", size="1M", format=format).create()
        raw = DiskImage("a.img", size=os.stat("inner").st_size).create()
        with Path("a.img").open("r+b") as disk:
            disk.write(Path("inner").read_bytes())
        assert raw.info().format == "raw"  # what was created as raw stays raw
        assert DiskImage("a.img", format=format).info().format == format
        with pytest.raises(ImageError, match=f"begins as a {format} image") as caught:
            DiskImage("a.img").info()
        assert f"format={format!r}" in caught.value.hint
        with pytest.raises(ImageError, match=f"begins as a {format} image"):
            DiskImage("vm.qcow2", backing="a.img").create()
        assert DiskImage("vm.qcow2", backing="a.img", backing_format="raw").create()

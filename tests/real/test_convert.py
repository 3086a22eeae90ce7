"""``convert``, by the real qemu-img: what arrives, and that nothing else is ever left."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage
from qemubuild.errors import ImageError, InvalidOption
from qemubuild.locks import in_use
from tests.hostile import NAMES
from tests.real.images import (
    MIB,
    files,
    here,
    holds,
    in_memory,
    qemu_img,
    qemu_io,
    told,
    while_running,
    written,
)
from tests.real.others import wait_for

__all__ = ["here", "in_memory"]
pytestmark = pytest.mark.usefixtures("here")
FORMATS = ["qcow2", "raw", "vmdk", "vdi", "vhdx", "vpc", "qed", "qcow", "parallels"]


def same(one: DiskImage, other: DiskImage) -> bool:
    argv = ["compare", "-f", one.format, "-F", other.format, f"./{one.path}", f"./{other.path}"]
    return "identical" in qemu_img(*argv)


@pytest.mark.parametrize("format", FORMATS)
def test_any_format_and_back(format: str):  # noqa: A002
    disk = written("disk.qcow2")
    other = disk.convert("other", format=format)
    assert other.format == format == told("info", "-f", format, "other")["format"]
    back = other.convert("back.qcow2")
    assert same(disk, other)
    assert same(disk, back)
    if format not in {"vhdx", "vpc", "parallels", "qcow"}:
        assert back.virtual_size == other.virtual_size == 8 * MIB
    assert files() == ["back.qcow2", "disk.qcow2", "other"]


def test_its_command():
    disk = DiskImage("disk.qcow2")
    assert disk.convert_argv("a:b.raw", sparse="64K", snapshot="a,b", force_share=True) == [
        *("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", "-S", "64K"),
        *("-l", "snapshot.name=a,,b", "disk.qcow2", "./a:b.raw"),
    ]
    assert disk.convert_argv("-b.qcow2", compress="zstd", options={"cluster_size": "2M"}) == [
        *("qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", "-c", "-m", "16", "-W"),
        *("-o", "cluster_size=2M,compression_type=zstd", "disk.qcow2", "./-b.qcow2"),
    ]


@pytest.mark.usefixtures("in_memory")
def test_hostile_names():
    written("source.raw", "64K", "7 0 512")
    for name in NAMES:
        shutil.copy("source.raw", f"./{name}")
        raw, disk = DiskImage(name, format="raw"), DiskImage(name, format="qcow2")
        assert raw.convert(disk, overwrite=True).virtual_size == 1 << 16, repr(name)
        assert Path(name).read_bytes()[:4] == b"QFI\xfb", repr(name)
        Path(name).unlink()
    assert files() == ["source.raw"]


@pytest.mark.parametrize("subformat", ["monolithicSparse", "streamOptimized"])
@pytest.mark.parametrize("name", ["a.vmdk", "n" * 250 + ".vmdk", "caf\xe9.vmdk"])
def test_vmdk_images_name_themselves(name: str, subformat: str):
    options = {"subformat": subformat}
    disk = DiskImage(name, size="8M", options=options).create()
    made = Path(disk).read_bytes()
    copy = written("disk.qcow2").convert(DiskImage(name, options=options), overwrite=True)
    for content in (made, Path(copy).read_bytes()):
        assert content.count(f'SPARSE "{name}"'.encode()) == 1
    assert holds(copy)
    qemu_img("create", "-q", "-f", "vmdk", "-o", f"subformat={subformat}", f"./{name}", "8M")
    theirs = Path(name).read_bytes()
    assert descriptor(made) == descriptor(theirs)
    assert made[:512] == theirs[:512]
    assert made[21 * 512 :] == theirs[21 * 512 :]


def descriptor(image: bytes) -> bytes:
    """The text in an image, without what is new each time and what is beyond its end."""
    return re.sub(rb"\nCID=[0-9a-f]+", b"", image[512 : 21 * 512].partition(b"\0")[0])


@pytest.mark.parametrize("format", ["qcow2", "vmdk"])
def test_compressed(format: str):  # noqa: A002
    disk = written("disk.raw", "8M", "7 0 8M")
    target = DiskImage("small", format=format)
    if format == "vmdk":
        target = DiskImage("small", format=format, options={"subformat": "streamOptimized"})
    small = disk.convert(target, compress=True)
    assert os.stat("small").st_size < MIB
    assert same(disk, small)


def test_compressed_another_way():
    small = written("disk.raw", "8M", "7 0 8M").convert("small.qcow2", compress="zstd")
    assert small.info().format_specific["compression-type"] == "zstd"
    assert dict(small.options) == {"compression_type": "zstd"}


def test_sparse_or_not():
    disk = written("disk.qcow2")
    assert disk.convert("sparse.raw").info().actual_size < MIB
    assert disk.convert("whole.raw", sparse=0).info().actual_size == 8 * MIB


@pytest.mark.parametrize("name", ["before", "a,b=c", "1", "-x", " ", "caf\xe9"])
def test_a_snapshot(name: str):
    disk = written("disk.qcow2")
    qemu_img("snapshot", "-c", "2", "disk.qcow2")
    qemu_img("snapshot", "-c", name, "disk.qcow2")
    qemu_io(disk, "write -P 9 1M 64K")
    assert holds(disk.convert("then.raw", snapshot=name), "7 1M 64K")
    assert holds(disk.convert("now.raw"), "9 1M 64K")


class TestBacking:
    def test_a_chain_becomes_one_image(self):
        base = written("base.qcow2")
        overlay = DiskImage("vm.qcow2", backing=base).create()
        flat = overlay.convert("flat.qcow2")
        assert flat.info().backing_file is None
        assert holds(flat)

    def test_a_copy_on_the_same_base(self):
        base = written("base.qcow2")
        overlay = DiskImage("vm.qcow2", backing=base).create()
        copy = overlay.convert(DiskImage("copy.qcow2", backing=base))
        assert copy.info().backing_file == "base.qcow2"
        assert copy.info().backing_format == "qcow2"
        assert holds(copy)

    @pytest.mark.parametrize("path", ["vm.qcow2", "base.qcow2", "missing.qcow2"])
    def test_another_base_would_show_through(self, path: str):
        base = written("base.qcow2")
        DiskImage("vm.qcow2", backing=base).create()
        other = written("other.qcow2", "8M", "9 2M 64K")
        before = files()
        with pytest.raises(ImageError, match="show through") as caught:
            DiskImage(path).convert(DiskImage("copy.qcow2", backing=other))
        assert "rebase" in caught.value.hint
        assert files() == before


@pytest.mark.parametrize(
    ("options", "about"),
    [
        ({"target": "a.raw", "compress": True}, "compress"),
        ({"target": "a.vdi", "compress": "zstd"}, "compress"),
        ({"target": DiskImage("a.qcow2", size="1G")}, "size"),
        ({"target": "a.qcow2", "sparse": "4 K"}, ""),
        ({"target": "a.qcow2", "snapshot": ""}, ""),
        ({"target": "a.qcow2", "format": "qcwo2"}, "format"),
        ({"target": "a.qcow2", "options": {"size": "1G"}}, "options"),
    ],
)
def test_what_can_never_be(options: dict[str, object], about: str):
    for verb in DiskImage("disk.qcow2").convert, DiskImage("disk.qcow2").convert_argv:
        with pytest.raises(InvalidOption) as caught:
            verb(**options)  # type: ignore[operator]
        assert caught.value.field == about
        assert caught.value.hint


class TestNothingIsLost:
    def test_a_file_that_is_there(self):
        disk = written("disk.qcow2")
        Path("a.raw").write_text("precious")
        with pytest.raises(ImageError, match="is there already"):
            disk.convert("a.raw")
        assert Path("a.raw").read_text() == "precious"
        assert disk.convert("a.raw", overwrite=True).virtual_size == 8 * MIB

    def test_onto_itself(self):
        disk = written("disk.qcow2")
        assert disk.convert("disk.qcow2", compress=True, overwrite=True) == disk.convert(
            "disk.qcow2", overwrite=True
        )
        assert holds(disk)

    def test_a_source_in_use_is_refused_and_its_user_named(self):
        disk = written("disk.qcow2")

        def ask() -> None:
            with pytest.raises(ImageError, match="Is another process") as caught:
                disk.convert("a.raw")
            assert "qemu-system-x86_64 (process " in caught.value.hint
            assert files() == ["disk.qcow2"]
            assert disk.convert("a.raw", force_share=True).virtual_size == 8 * MIB

        while_running("file=disk.qcow2,format=qcow2", ask=ask)

    def test_a_raw_image_in_which_a_guest_wrote_another(self):
        os.rename(written("inner.qcow2").path, "a.img")
        with pytest.raises(ImageError, match="begins as a qcow2 image"):
            DiskImage("a.img").convert("b.qcow2")
        assert DiskImage("a.img", format="raw").convert("b.qcow2")

    def test_a_source_of_another_format(self):
        written("disk.vdi")
        with pytest.raises(ImageError, match="not in qcow2 format") as caught:
            DiskImage("disk.vdi", format="qcow2").convert("a.raw")
        assert "format=" in caught.value.hint
        assert files() == ["disk.vdi"]

    def test_a_source_that_is_not_there(self):
        with pytest.raises(ImageError, match="No such file"):
            DiskImage("disk.qcow2").convert("a.raw")
        assert files() == []

    @pytest.mark.parametrize("old", [False, True])
    def test_no_room(self, old: bool):
        # A limit on the size of files stands for a full disk: qemu-img meets it while it writes.
        disk = written("disk.qcow2", "8M", "7 0 8M")
        if old:
            Path("a.raw").write_text("precious")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 * MIB, limits[1]))
        try:
            with pytest.raises(ImageError, match="convert failed") as caught:
                disk.convert("a.raw", overwrite=old)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert "ulimit" in caught.value.hint
        assert files() == (["a.raw", "disk.qcow2"] if old else ["disk.qcow2"])
        assert not old or Path("a.raw").read_text() == "precious"
        assert holds(disk, "7 0 8M")


class TestProgress:
    def test_it_is_told(self):
        disk = written("disk.qcow2", "8M", "7 0 8M")
        heard = []
        disk.convert("a.raw", progress=heard.append)
        assert [done.percent for done in heard] == sorted(heard)
        assert heard[0] == 0
        assert heard[-1] == 100
        assert len(heard) > 3

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError, OSError])
    def test_whoever_is_told_can_end_it(self, error: type[BaseException]):
        disk = written("disk.qcow2", "8M", "7 0 8M")

        def stop(done: float) -> None:
            if done > 20:
                raise error

        with pytest.raises(error):
            disk.convert("a.raw", progress=stop)
        assert files() == ["disk.qcow2"]
        assert holds(disk, "7 0 8M")

    def test_a_bar(self, capfd: pytest.CaptureFixture[str]):
        assert written("disk.qcow2").convert("a.raw", progress=True)
        said = capfd.readouterr()
        assert "100%" in said.err
        assert "disk.qcow2" in said.err
        assert not said.out


def test_killed_in_the_middle():
    written("disk.qcow2", "8M", "7 0 8M")
    code = """
import os, signal
from qemubuild import DiskImage
def stop(done):
    if done > 20:
        os.kill(os.getpid(), signal.SIGKILL)
DiskImage("disk.qcow2").convert("a.raw", progress=stop)
"""
    ended = subprocess.run([sys.executable, "-c", code], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert files() == ["disk.qcow2"]
    wait_for(lambda: not in_use("disk.qcow2"))  # Linux ends what it had started
    assert holds(DiskImage("disk.qcow2"), "7 0 8M")


class TestPart:
    def test_a_part_of_the_disk(self):
        disk = written("disk.qcow2")
        part = disk.dd("part.raw", start="1M", length=512)
        assert Path(part).read_bytes() == b"\7" * 512
        assert part.size == 512
        rest = disk.dd("rest.qcow2", start=7 * MIB)
        assert rest.virtual_size == rest.info().virtual_size == MIB
        assert disk.dd("all.raw").size == 8 * MIB

    def test_of_a_chain(self):
        overlay = written("base.raw").overlay("vm.qcow2")
        assert Path(overlay.dd("part.raw", start="1M", length="1K")).read_bytes() == b"\7" * 1024

    def test_its_command(self):
        assert DiskImage("a,b.qcow2").dd_argv("c.raw", start=512, length="1M") == [
            *("qemu-img", "convert", "--image-opts", "-O", "raw"),
            "driver=raw,offset=512,size=1048576,file.driver=qcow2,file.file.filename=a,,b.qcow2",
            "c.raw",
        ]

    @pytest.mark.usefixtures("in_memory")
    def test_hostile_names(self):
        written("source.raw", "64K", "7 0 512")
        for name in NAMES:
            shutil.copy("source.raw", f"./{name}")
            part = DiskImage(name, format="raw").dd(name, length=512, format="raw", overwrite=True)
            assert Path(part).read_bytes() == b"\7" * 512, repr(name)
            Path(name).unlink()

    def test_beyond_the_end(self):
        with pytest.raises(ImageError, match="convert failed"):
            written("disk.qcow2").dd("part.raw", start="7M", length="2M")
        assert files() == ["disk.qcow2"]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"start": 1},
            {"length": 100},
            {"length": 0},
            {"start": "-1"},
            {"target": DiskImage("a.qcow2", backing="b.qcow2")},
        ],
    )
    def test_what_can_never_be(self, arguments: dict[str, object]):
        with pytest.raises(InvalidOption) as caught:
            DiskImage("disk.qcow2").dd_argv(**{"target": "a.raw", **arguments})  # type: ignore[arg-type]
        assert caught.value.hint

"""``resize``, ``overlay``, ``rebase``, ``commit``, ``amend``, by the real qemu-img."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage
from qemubuild.disk.able import ABLE
from qemubuild.errors import ImageError, InvalidOption
from tests.hostile import NAMES
from tests.real.images import (
    MIB,
    QEMU_IMG,
    files,
    here,
    holds,
    in_memory,
    qemu_io,
    told,
    while_running,
    written,
)

__all__ = ["here", "in_memory"]
pytestmark = pytest.mark.usefixtures("here")
FORMATS = ["qcow2", "raw", "vmdk", "vdi", "vhdx", "vpc", "qed", "qcow", "parallels"]

ASKED = {
    "amend": ["amend", "-f", "{}", "-o", "compat=1.1", "disk"],
    "bitmap": ["bitmap", "--add", "-f", "{}", "disk", "b"],
    "check": ["check", "-f", "{}", "disk"],
    "compress": ["convert", "-c", "-f", "{}", "-O", "{}", "disk", "small"],
    "rebase": ["rebase", "-u", "-f", "{}", "-b", "", "disk"],
    "resize": ["resize", "-f", "{}", "disk", "+1M"],
    "shrink": ["resize", "--shrink", "-f", "{}", "disk", "-1M"],
    "snapshot": ["snapshot", "-c", "s", "disk"],
}


@pytest.mark.parametrize("format", FORMATS)
def test_qemu_img_is_able_to_the_same(format: str):  # noqa: A002
    written("disk", size="4M", format=format)
    for verb, words in ASKED.items():
        argv = [QEMU_IMG, *(word.format(format) for word in words)]
        ended = subprocess.run(argv, check=False, capture_output=True)
        assert (ended.returncode == 0) == (format in ABLE[verb]), verb


def test_what_no_image_of_a_format_can_do():
    disk = DiskImage("disk.vdi")
    for call in (
        lambda: disk.resize_argv("1G"),
        lambda: DiskImage("disk.qed").resize_argv("1G", shrink=True),
        lambda: disk.rebase_argv(None),
        lambda: disk.amend_argv({"static": True}),
        lambda: disk.snapshot_argv("s"),
        disk.snapshots,
        lambda: disk.bitmap_argv("add", "b"),
        disk.bitmaps,
        lambda: disk.convert_argv("a.vdi", compress=True),
        lambda: DiskImage("disk.raw").check_argv(),
    ):
        with pytest.raises(InvalidOption) as caught:
            call()
        assert "convert()" in caught.value.hint or "info()" in caught.value.hint


class TestResize:
    @pytest.mark.parametrize("path", ["a.qcow2", "a.raw", "a.qed"])
    def test_larger(self, path: str):
        disk = written(path).resize("16M")
        assert disk.size == disk.virtual_size == disk.info().virtual_size == 16 * MIB
        assert disk.resize("+1M").size == 17 * MIB
        assert disk.resize(18 * MIB + 1).size == 18 * MIB + 512
        assert holds(disk, "7 1M 64K", "0 8M 8M")

    @pytest.mark.parametrize("path", ["a.qcow2", "a.raw"])
    @pytest.mark.parametrize("size", ["2M", "-6M", 2 * MIB])
    def test_smaller_only_when_told(self, path: str, size: int | str):
        disk = written(path)
        with pytest.raises(ImageError) as caught:
            disk.resize(size)
        assert f"last {6 * MIB} bytes (6 MiB) of the 8 MiB" in caught.value.message
        assert "shrink=True" in caught.value.hint
        assert disk.info().virtual_size == 8 * MIB
        assert disk.resize(size, shrink=True).size == 2 * MIB
        assert holds(disk, "7 1M 64K")

    def test_a_format_that_only_grows(self):
        with pytest.raises(InvalidOption, match="never becomes smaller"):
            written("a.qed").resize("1M")

    @pytest.mark.parametrize("path", ["a.qcow2", "a.raw"])
    def test_with_its_room_taken_at_once(self, path: str):
        disk = written(path).resize("16M", preallocation="full")
        assert disk.info().actual_size >= 8 * MIB

    @pytest.mark.parametrize("path", ["a.qcow2", "a.raw"])
    def test_no_room(self, path: str):
        disk = written(path)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (12 * MIB, limits[1]))
        try:
            with pytest.raises(ImageError, match="resize failed"):
                disk.resize("32M", preallocation="full")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert disk.info().virtual_size == 8 * MIB
        assert holds(disk)

    def test_an_image_in_use(self):
        disk = written("a.qcow2")

        def ask() -> None:
            with pytest.raises(ImageError, match="Is another process") as caught:
                disk.resize("16M")
            assert "qemu-system-x86_64 (process " in caught.value.hint

        while_running("file=a.qcow2,format=qcow2", ask=ask)
        assert disk.resize("16M")

    @pytest.mark.parametrize("size", ["50GB", "+", "--1M", "+-1M", -1, "4P", "16E", 1.5])
    def test_what_is_no_size(self, size: object):
        with pytest.raises(InvalidOption) as caught:
            DiskImage("a.qcow2").resize_argv(size)  # type: ignore[arg-type]
        assert caught.value.hint

    def test_its_command(self):
        assert DiskImage("-a.raw").resize_argv("-1M", shrink=True, preallocation="off") == [
            *("qemu-img", "resize", "-f", "raw", "--shrink", "--preallocation=off"),
            *("./-a.raw", "-1M"),
        ]

    def test_a_raw_image_in_which_a_guest_wrote_another(self):
        os.rename(written("inner.qcow2").path, "a.img")
        with pytest.raises(ImageError, match="begins as a qcow2 image"):
            DiskImage("a.img").resize("+1M")


class TestOverlay:
    def test_it_stands_on_the_image(self):
        overlay = written("base.qcow2").overlay("vm.qcow2")
        info = overlay.info()
        assert (info.backing_file, info.backing_format) == ("base.qcow2", "qcow2")
        assert overlay.size == 8 * MIB
        assert holds(overlay)
        qemu_io(overlay, "write -P 9 1M 64K")
        assert holds(DiskImage("base.qcow2"))

    def test_a_size_and_options_of_its_own(self):
        overlay = written("base.raw").overlay("vm", size="1G", options={"cluster_size": "2M"})
        assert overlay.info().virtual_size == 1 << 30
        assert overlay.info().cluster_size == 2 << 20
        assert overlay.info().backing_format == "raw"

    def test_its_command(self):
        assert DiskImage("base.raw").overlay_argv("vm.qcow2", size="1G") == [
            *("qemu-img", "create", "-f", "qcow2", "-F", "raw", "-b", "base.raw"),
            *("vm.qcow2", "1G"),
        ]

    def test_a_format_that_nobody_said(self):
        with pytest.raises(InvalidOption) as caught:
            DiskImage("base").overlay_argv("vm.qcow2")
        assert "DiskImage('base', format='qcow2')" in caught.value.hint
        with pytest.raises(InvalidOption, match="has no backing file"):
            DiskImage("base.raw").overlay_argv("vm.img")


class TestRebase:
    @pytest.mark.parametrize("format", ABLE["rebase"])
    def test_the_guest_sees_the_same(self, format: str):  # noqa: A002
        base, other = written("base.raw"), written("other.raw", "8M", "9 0 8M")
        disk = base.overlay("vm", format=format)
        moved = disk.rebase(other)
        assert moved.backing == other
        assert told("info", "-f", format, "vm")["backing-filename"] == "other.raw"
        assert holds(moved)
        alone = moved.rebase(None)
        assert alone.backing is None
        other_path = Path(other)
        other_path.unlink()
        assert alone.info().backing_file is None
        assert holds(alone)

    def test_only_the_name(self):
        disk = written("base.qcow2").overlay("vm.qcow2")
        os.rename("base.qcow2", "moved")
        assert disk.rebase("moved", backing_format="qcow2", unsafe=True)
        info = disk.info()
        assert (info.backing_file, info.backing_format) == ("moved", "qcow2")
        assert holds(disk)

    def test_on_itself_or_what_stands_on_it(self):
        base = written("base.qcow2")
        top = base.overlay("vm.qcow2").overlay("top.qcow2")
        for backing in (base, DiskImage("vm.qcow2"), top):
            for unsafe in (False, True):
                with pytest.raises(ImageError, match=r"own backing file|stands on"):
                    base.rebase(backing, unsafe=unsafe)
        assert holds(top)

    def test_progress(self):
        base, other = written("base.raw", "8M", "7 0 8M"), written("other.raw")
        heard: list[float] = []
        base.overlay("vm.qcow2").rebase(other, progress=heard.append)
        assert heard == sorted(heard)
        assert heard[-1] == 100

    def test_interrupted(self):
        base, other = written("base.raw", "8M", "7 0 8M"), written("other.raw")
        disk = base.overlay("vm.qcow2")

        def stop(done: float) -> None:
            if done > 20:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            disk.rebase(other, progress=stop)
        assert disk.info().backing_file == "base.raw"
        assert holds(disk, "7 0 8M")
        assert not disk.check().corruptions

    def test_a_base_that_is_not_there(self):
        disk = written("base.qcow2").overlay("vm.qcow2")
        with pytest.raises(ImageError, match="No such file"):
            disk.rebase("missing.qcow2")
        assert holds(disk)


class TestCommit:
    @pytest.mark.parametrize("format", ["qcow2", "qed", "vmdk"])
    def test_what_was_written_is_in_the_base(self, format: str):  # noqa: A002
        base = written("base", format=format)
        disk = base.overlay("vm", format=format)
        qemu_io(disk, "write -P 9 2M 64K")
        assert disk.commit() == base
        assert holds(base, "7 1M 64K", "9 2M 64K")
        assert format == "vmdk" or holds(disk, "7 1M 64K", "9 2M 64K")

    def test_into_one_further_down(self):
        base = written("base.raw")
        Path("sub").mkdir()
        middle = base.overlay("sub/middle.qcow2")
        top = middle.overlay("sub/top.qcow2")
        qemu_io(top, "write -P 9 2M 64K")
        assert top.commit(base="base.raw") == base
        assert holds(base, "7 1M 64K", "9 2M 64K")

    def test_it_can_keep_what_it_holds(self):
        disk = written("base.raw").overlay("vm.qcow2")
        qemu_io(disk, "write -P 9 2M 64K")
        disk.commit(keep=True)
        assert disk.map()[1].depth == 1
        assert any(extent.data and not extent.depth for extent in disk.map())
        disk.commit()
        assert not any(extent.data and not extent.depth for extent in disk.map())

    def test_a_format_that_nobody_said(self):
        written("base.raw").overlay("vm.qcow2")
        # qemu-img makes no such image any more: what says the format becomes an unknown extension.
        before = Path("vm.qcow2").read_bytes()
        Path("vm.qcow2").write_bytes(before.replace(b"\xe2\x79\x2a\xca", b"none", 1))
        disk = DiskImage("vm.qcow2")
        with pytest.raises(ImageError, match="does not say the format") as caught:
            disk.commit()
        assert "rebase()" in caught.value.hint
        disk.rebase("base.raw", unsafe=True)
        assert disk.commit() == DiskImage("base.raw", size="8M")

    def test_it_is_read_nevertheless_and_logged(self, caplog: pytest.LogCaptureFixture):
        disk = written("base.raw").overlay("vm.qcow2")
        for call in (
            lambda: disk.convert("a.raw", overwrite=True),
            disk.map,
            disk.measure,
            lambda: disk.compare("base.raw"),
        ):
            assert call()
            assert caplog.text == ""
        before = Path("vm.qcow2").read_bytes()
        Path("vm.qcow2").write_bytes(before.replace(b"\xe2\x79\x2a\xca", b"none", 1))
        for call in (
            lambda: disk.convert("a.raw", overwrite=True),
            disk.map,
            disk.measure,
            lambda: disk.compare("base.raw"),
        ):
            caplog.clear()
            assert call()
            assert (
                "'vm.qcow2' does not say the format of its backing file 'base.raw'" in caplog.text
            )

    def test_an_image_that_stands_alone(self):
        with pytest.raises(ImageError, match="does not have a backing file"):
            written("a.qcow2").commit()

    def test_a_base_in_use(self):
        disk = written("base.qcow2").overlay("vm.qcow2")
        shutil.copy("vm.qcow2", "other.qcow2")

        def ask() -> None:
            with pytest.raises(ImageError, match="Is another process") as caught:
                disk.commit()
            assert "qemu-system-x86_64 (process " in caught.value.hint

        while_running("file=other.qcow2,format=qcow2", ask=ask)


class TestAmend:
    def test_what_it_was_created_with(self):
        disk = written("a.qcow2", options={"compat": "1.1"})
        heard: list[float] = []
        amended = disk.amend({"lazy_refcounts": True, "compat": "v3"}, progress=heard.append)
        assert dict(amended.options) == {"compat": "v3", "lazy_refcounts": "on"}
        assert amended.info().format_specific["lazy-refcounts"] is True
        assert heard[-1] == 100
        assert holds(amended)

    def test_what_cannot_be_changed(self):
        with pytest.raises(ImageError, match="only supported for image creation"):
            written("a.qcow2").amend({"cluster_size": "2M"})
        with pytest.raises(InvalidOption, match="nothing to change"):
            DiskImage("a.qcow2").amend_argv({})
        assert files() == ["a.qcow2"]


# What each verb does to an image of any name, 64 KiB large, beside an overlay of it.
CALLS = {
    "resize": lambda disk: disk.resize("+64K"),
    "snapshot": lambda disk: disk.snapshot("s"),
    "snapshots": lambda disk: disk.snapshots(),
    "check": lambda disk: disk.check(),
    "compare": lambda disk: disk.compare(disk),
    "measure": lambda disk: disk.measure("raw"),
    "map": lambda disk: disk.map(),
    "amend": lambda disk: disk.amend({"lazy_refcounts": True}),
    "bitmap": lambda disk: disk.add_bitmap("b"),
    "merge": lambda disk: (
        disk.add_bitmap("b"),
        DiskImage("../bitmaps.qcow2").merge_bitmap("all", "b", source_image=disk),
    ),
    "overlay": lambda disk: disk.overlay("../top.qcow2", overwrite=True),
    "rebase": lambda disk: (
        DiskImage("../other.qcow2").overlay("../vm.qcow2", overwrite=True).rebase(disk)
    ),
    "rebased": lambda disk: disk.rebase("../other.qcow2"),
    "commit": lambda disk: disk.overlay("../top.qcow2", overwrite=True).commit(base=disk.path),
}


@pytest.mark.usefixtures("in_memory")
def test_hostile_names():
    """Every second name with one verb: each has many, and all the same way to write a path."""
    DiskImage("other.qcow2", size="64K").create()
    DiskImage("bitmaps.qcow2", size="64K").create().add_bitmap("all")
    Path("images").mkdir()
    os.chdir("images")
    calls = list(CALLS.items())
    for number, name in enumerate(NAMES[::2]):
        shutil.copy("../other.qcow2", f"./{name}")
        verb, call = calls[number % len(calls)]
        call(DiskImage(name, format="qcow2"))
        assert os.listdir(b".") == [os.fsencode(name)], (verb, name)
        Path(name).unlink()


def test_a_name_is_one_word_of_each_command():
    for name in NAMES:
        disk = DiskImage(name, format="qcow2")
        path = disk.convert_argv("x")[-2]
        assert path in {name, f"./{name}"}
        for argv in (
            disk.resize_argv("1G"),
            disk.rebase_argv(None),
            disk.commit_argv(),
            disk.amend_argv({"compat": "v3"}),
            disk.check_argv(),
            disk.compare_argv("x"),
            disk.measure_argv(),
            disk.map_argv(),
            disk.snapshot_argv("s"),
            disk.restore_argv("s"),
            disk.delete_snapshot_argv("s"),
            disk.snapshots_argv(),
            disk.bitmap_argv("add", "b"),
            disk.info_argv(),
        ):
            assert path in argv[2:]
        assert DiskImage("a.qcow2").snapshot_argv(name)[3] == name
        assert DiskImage("a.qcow2").bitmap_argv("add", name)[-1] == name

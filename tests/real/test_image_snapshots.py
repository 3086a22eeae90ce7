"""Snapshots and bitmaps, by the real qemu-img; their names arrive as they are given."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qemubuild.disk import Bitmap, DiskImage, ImageSnapshot
from qemubuild.errors import ImageError, InvalidOption
from tests.hostile import NAMES
from tests.real.images import (
    here,
    holds,
    in_memory,
    qemu_img,
    qemu_io,
    told,
    while_running,
    written,
)

__all__ = ["here", "in_memory"]
pytestmark = pytest.mark.usefixtures("here")


def then_and_now(disk: DiskImage, name: str) -> ImageSnapshot:
    snapshot = disk.snapshot(name)
    qemu_io(disk, "write -P 9 1M 64K")
    return snapshot


class TestSnapshots:
    def test_there_and_back(self):
        disk = written("a.qcow2")
        then = then_and_now(disk, "before")
        assert (then.id, then.name, then.vm_state_size) == ("1", "before", 0)
        assert abs(datetime.now(UTC) - then.date) < timedelta(minutes=5)
        assert holds(disk, "9 1M 64K")
        disk.restore("before")
        assert holds(disk, "7 1M 64K")
        disk.delete_snapshot("before")
        assert disk.snapshots() == ()
        assert holds(disk, "7 1M 64K")

    def test_all_that_info_tells(self):
        disk = written("a.qcow2")
        assert disk.snapshots() == disk.info().snapshots == ()
        for name in ("first", "a,b=c", "caf\xe9", "n" * 255):
            disk.snapshot(name)
        assert disk.snapshots() == disk.info().snapshots
        assert [one.name for one in disk.snapshots()] == ["first", "a,b=c", "caf\xe9", "n" * 255]

    def test_a_name_is_no_id(self):
        disk = written("a.qcow2")
        disk.snapshot("2")  # whose id is 1
        then_and_now(disk, "1")  # whose id is 2
        assert [(one.id, one.name) for one in disk.snapshots()] == [("1", "2"), ("2", "1")]
        qemu_io(disk, "write -P 8 1M 64K")
        disk.snapshot("3")
        qemu_io(disk, "write -P 9 1M 64K")
        disk.restore("3")
        assert holds(disk, "8 1M 64K")
        disk.restore("1")
        assert holds(disk, "7 1M 64K")
        disk.delete_snapshot("1")
        assert [one.name for one in disk.snapshots()] == ["2", "3"]

    @pytest.mark.usefixtures("in_memory")
    def test_hostile_names(self):
        disk = DiskImage("a.qcow2", size="1M").create()
        for name in NAMES[::5]:  # it stands alone in each command, and each takes time
            assert disk.snapshot(name).name == name
            disk.restore(name)
            assert disk.convert("then.raw", snapshot=name, overwrite=True), repr(name)
            disk.delete_snapshot(name)
            assert disk.snapshots() == (), repr(name)

    def test_one_that_is_not_there(self):
        disk = written("a.qcow2")
        for call in (disk.restore, disk.delete_snapshot):
            with pytest.raises(ImageError, match="has no snapshot 'before'") as caught:
                call("before")
            assert caught.value.hint == "it has none"
        disk.snapshot("befor")
        then = disk.snapshots()[0]
        for call in (
            disk.restore,
            disk.delete_snapshot,
            lambda name: disk.convert("b.raw", snapshot=name),
        ):
            with pytest.raises(ImageError, match="has no snapshot") as caught:
                call("before")
            assert "did you mean 'befor'? it has 'befor'" in caught.value.hint
        disk.delete_snapshot(then)
        with pytest.raises(ImageError, match="has no snapshot 'befor'"):
            disk.restore(then)

    def test_one_that_is_there_already(self):
        disk = written("a.qcow2")
        disk.snapshot("before")
        with pytest.raises(ImageError, match="has a snapshot 'before' already"):
            disk.snapshot("before")
        assert len(disk.snapshots()) == 1

    def test_two_of_one_name(self):
        disk = written("a.qcow2")
        qemu_img("snapshot", "-c", "twin", "a.qcow2")
        qemu_io(disk, "write -P 8 1M 64K")
        qemu_img("snapshot", "-c", "twin", "a.qcow2")
        qemu_io(disk, "write -P 9 1M 64K")
        with pytest.raises(ImageError, match="2 snapshots called 'twin'") as caught:
            disk.restore("twin")
        assert "snapshots()" in caught.value.hint
        first, second = disk.snapshots()
        disk.restore(second)
        assert holds(disk, "8 1M 64K")
        assert holds(disk.convert("first.raw", snapshot=first), "7 1M 64K")
        with pytest.raises(ImageError, match="deletes the first"):
            disk.delete_snapshot(second)
        disk.delete_snapshot(first)
        assert [one.id for one in disk.snapshots()] == [second.id]
        disk.delete_snapshot("twin")

    @pytest.mark.parametrize("name", ["", "n" * 256, "\u00e9" * 128, "a\0b"])
    def test_what_is_no_name(self, name: str):
        with pytest.raises(InvalidOption):
            DiskImage("a.qcow2").snapshot_argv(name)

    def test_an_image_in_use(self):
        disk = written("a.qcow2")
        disk.snapshot("before")

        def ask() -> None:
            assert [one.name for one in disk.snapshots()] == ["before"]
            for call in (disk.snapshot, disk.restore, disk.delete_snapshot):
                with pytest.raises(ImageError, match=r"Is another process|already"):
                    call("before")
            with pytest.raises(ImageError, match="Is another process") as caught:
                disk.snapshot("after")
            assert "qemu-system-x86_64 (process " in caught.value.hint

        while_running("file=a.qcow2,format=qcow2", ask=ask)

    def test_what_is_no_qcow2_image(self):
        written("a.vdi")
        with pytest.raises(ImageError, match="not in qcow2 format"):
            DiskImage("a.vdi", format="qcow2").snapshots()
        with pytest.raises(ImageError, match="No such file"):
            DiskImage("missing.qcow2").snapshot("before")

    def test_its_commands(self):
        disk = DiskImage("a:b.qcow2")
        then = ImageSnapshot("3", "x", datetime.now(UTC), 0, timedelta())
        assert disk.snapshot_argv("-x") == ["qemu-img", "snapshot", "-c", "-x", "./a:b.qcow2"]
        assert disk.restore_argv("x")[2:4] == ["-a", "x"]
        assert disk.restore_argv(then)[2:4] == ["-a", "3"]
        assert disk.delete_snapshot_argv(then)[2:4] == ["-d", "x"]
        assert disk.snapshots_argv() == ["qemu-img", "snapshot", "-U", "-l", "./a:b.qcow2"]

    def test_a_table_that_is_cut_off(self):
        disk = written("a.qcow2")
        disk.snapshot("before")
        whole = Path("a.qcow2").read_bytes()
        start = int.from_bytes(whole[64:72], "big")
        for size in (start, start + 20, start + 41):
            Path("cut.qcow2").write_bytes(whole[:size])
            assert {one.id for one in DiskImage("cut.qcow2").snapshots()} <= {"", "1"}
        Path("cut.qcow2").write_bytes(whole[:60])
        with pytest.raises(ImageError, match="not in qcow2 format"):
            DiskImage("cut.qcow2").snapshots()


class TestBitmaps:
    def test_what_becomes_of_one(self):
        disk = written("a.qcow2")
        assert disk.bitmaps() == ()
        disk.add_bitmap("backup", granularity="128K")
        expected = Bitmap("backup", granularity=128 << 10, enabled=True, in_use=False)
        assert disk.bitmaps() == (expected,)
        disk.disable_bitmap("backup")
        assert [one.enabled for one in disk.bitmaps()] == [False]
        disk.enable_bitmap("backup")
        assert disk.bitmaps() == (expected,)
        disk.clear_bitmap("backup")
        disk.remove_bitmap("backup")
        assert disk.bitmaps() == ()

    def test_merged(self):
        disk, other = written("a.qcow2"), written("b.qcow2")
        for one in disk, other:
            one.add_bitmap("backup")
        disk.add_bitmap("all")
        disk.merge_bitmap("all", "backup")
        disk.merge_bitmap("all", "backup", source_image=disk)
        disk.merge_bitmap("all", "backup", source_image=other)
        assert [one.name for one in disk.bitmaps()] == ["backup", "all"]

    @pytest.mark.usefixtures("in_memory")
    def test_hostile_names(self):
        disk = DiskImage("a.qcow2", size="1M").create()
        for name in NAMES[::8]:
            try:
                name.encode()
            except UnicodeEncodeError:
                continue  # qemu-img's JSON tells of no such name
            disk.add_bitmap(name)
            found = told("info", "a.qcow2")["format-specific"]["data"]["bitmaps"]
            assert len(found) == 1, repr(name)
            disk.remove_bitmap(name)
            assert disk.bitmaps() == (), repr(name)

    def test_one_that_is_not_there(self):
        disk = written("a.qcow2")
        with pytest.raises(ImageError) as caught:
            disk.remove_bitmap("backup")
        assert caught.value.hint == "the image has no bitmaps"
        disk.add_bitmap("backups")
        with pytest.raises(ImageError) as caught:
            disk.clear_bitmap("backup")
        assert "did you mean 'backups'" in caught.value.hint
        with pytest.raises(ImageError, match="already exists") as caught:
            disk.add_bitmap("backups")
        assert "another name" in caught.value.hint

    @pytest.mark.parametrize(
        ("arguments", "about"),
        [
            ({"action": "add", "name": ""}, ""),
            ({"action": "add", "name": "n" * 1024}, ""),
            ({"action": "adds", "name": "n"}, ""),
            ({"action": "add", "name": "n", "source": "m"}, "source"),
            ({"action": "merge", "name": "n"}, "source"),
            ({"action": "clear", "name": "n", "granularity": "64K"}, "granularity"),
            ({"action": "add", "name": "n", "source_image": DiskImage("b")}, "source_image"),
        ],
    )
    def test_what_can_never_be(self, arguments: dict[str, object], about: str):
        with pytest.raises(InvalidOption) as caught:
            DiskImage("a.qcow2").bitmap_argv(**arguments)  # type: ignore[arg-type]
        assert caught.value.field == about
        assert caught.value.hint

    def test_one_that_was_not_closed(self):
        disk = written("a.qcow2")
        disk.add_bitmap("backup")
        argv = ["qemu-io", "-f", "qcow2", "-c", "write 0 512", "-c", "sigraise 9", "a.qcow2"]
        assert subprocess.run(argv, check=False, capture_output=True).returncode == -9
        assert [one.in_use for one in disk.bitmaps()] == [True]

"""``check``, ``compare``, ``measure`` and ``map``, by the real qemu-img."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage
from qemubuild.errors import ImageError, InvalidOption
from tests.real.images import MIB, files, here, holds, qemu_img, qemu_io, while_running, written

__all__ = ["here"]
pytestmark = pytest.mark.usefixtures("here")

CLUSTER = 1 << 16


def leaked() -> DiskImage:
    """A qcow2 image with a cluster that nothing uses: the last entry of its first table is gone."""
    disk = written("leaky.qcow2")
    with Path(disk).open("r+b") as file:
        file.seek(3 * CLUSTER)  # the first table comes after the header and the two of references
        file.write(bytes(8))
    return disk


def corrupt() -> DiskImage:
    """One in which the count of references to a cluster that is used is zero."""
    disk = written("corrupt.qcow2")
    with Path(disk).open("r+b") as file:
        file.seek(2 * CLUSTER + 2 * 4)
        file.write(bytes(4))
    return disk


class TestCheck:
    @pytest.mark.parametrize("format", ["qcow2", "qed", "vdi", "vhdx", "vmdk", "parallels"])
    def test_a_whole_image(self, format: str):  # noqa: A002
        found = written("a", format=format).check()
        assert found.ok
        assert str(found) == "a: nothing is wrong"

    def test_what_it_counts(self):
        found = written("a.qcow2").check()
        assert (found.total_clusters, found.allocated_clusters) == (128, 1)
        assert found.image_end_offset == os.stat("a.qcow2").st_size

    def test_leaks(self):
        disk = leaked()
        found = disk.check()
        assert found.leaks == 2
        assert not found.corruptions
        assert not found.ok
        assert "2 leaked clusters" in str(found)
        mended = disk.check(repair="leaks")
        assert (mended.ok, mended.leaks_fixed, mended.corruptions_fixed) == (True, 2, 0)
        assert disk.check().ok

    def test_corruptions(self):
        disk = corrupt()
        found = disk.check()
        assert found.corruptions
        assert f"{found.corruptions} corruptions" in str(found)
        mended = disk.check(repair="all")
        assert mended.ok
        assert mended.corruptions_fixed
        assert holds(disk)

    def test_what_cannot_be_looked_at(self):
        Path("a.qcow2").write_bytes(b"QFI\xfb\0\0\0\3" + bytes(100))
        with pytest.raises(ImageError, match="check failed"):
            DiskImage("a.qcow2").check()
        with pytest.raises(ImageError, match="No such file"):
            DiskImage("missing.qcow2").check()

    def test_an_image_in_use(self):
        disk = written("a.qcow2")

        def ask() -> None:
            with pytest.raises(ImageError, match="Is another process") as caught:
                disk.check()
            assert "qemu-system-x86_64 (process " in caught.value.hint
            assert disk.check(force_share=True).total_clusters == 128

        while_running("file=a.qcow2,format=qcow2", ask=ask)

    def test_a_wrong_word(self):
        with pytest.raises(InvalidOption) as caught:
            DiskImage("a.qcow2").check_argv(repair="leak")  # type: ignore[arg-type]
        assert "did you mean 'leaks'" in caught.value.hint


class TestCompare:
    def test_the_same_in_another_format(self):
        disk = written("a.qcow2")
        heard: list[float] = []
        found = disk.compare(disk.convert("a.raw"), progress=heard.append)
        assert found
        assert str(found) == "they are identical"
        assert heard[-1] == 100
        assert disk.compare("a.raw") == found

    def test_where_they_differ(self):
        disk = written("a.qcow2")
        other = disk.convert("b.raw")
        qemu_io(other, "write -P 9 1M 512")
        found = disk.compare(other, progress=lambda _: None)
        assert not found
        assert found.offset == MIB
        assert str(found) == f"they differ at byte {MIB} of the disk"

    def test_sizes(self):
        disk, larger = written("a.qcow2"), written("b.qcow2", "16M")
        found = disk.compare(larger)
        assert found
        assert not found.same_size
        assert "zeroes" in str(found)
        assert not disk.compare(larger, strict=True)
        qemu_io(larger, "write -P 9 12M 512")
        assert disk.compare(larger).offset == 12 * MIB

    def test_what_is_allocated(self):
        disk = written("a.raw", "8M", "7 1M 64K")
        other = disk.convert("b.raw", sparse=0)
        assert disk.compare(other)
        assert not disk.compare(other, strict=True)

    def test_what_cannot_be_read(self):
        with pytest.raises(ImageError, match="No such file"):
            written("a.qcow2").compare("missing.qcow2")

    def test_a_raw_image_in_which_a_guest_wrote_another(self):
        os.rename(written("inner.qcow2").path, "a.img")
        with pytest.raises(ImageError, match="begins as a qcow2 image"):
            written("b.qcow2").compare("a.img")


class TestMeasure:
    @pytest.mark.parametrize("format", ["qcow2", "raw"])
    def test_what_it_would_take(self, format: str):  # noqa: A002
        disk = written("a.qcow2")
        found = disk.measure(format)
        assert found.required <= found.fully_allocated
        made = disk.convert("b", format=format)
        assert os.stat(made).st_size <= found.required
        assert "when the disk is full" in str(found)

    def test_an_image_that_is_not_there_yet(self):
        disk = DiskImage("a.qcow2", size="1G")
        found = disk.measure(new=True)
        assert found.required < MIB < found.fully_allocated
        whole = disk.measure(new=True, options={"preallocation": "full"})
        assert whole.required == whole.fully_allocated
        assert files() == []
        with pytest.raises(InvalidOption, match="needs a size"):
            DiskImage("a.qcow2").measure_argv(new=True)

    def test_a_snapshot(self):
        disk = DiskImage("a.qcow2", size="8M").create()
        disk.snapshot("empty, at first")
        qemu_io(disk, "write -P 7 0 4M")
        then = disk.measure(snapshot="empty, at first").required
        assert then < disk.measure().required

    def test_its_command(self):
        argv = DiskImage("a.raw").measure_argv("luks", options={"key-secret": "s"})
        assert argv[2:] == [
            "--output=json",
            "-f",
            "raw",
            "-O",
            "luks",
            "-o",
            "key-secret=s",
            "a.raw",
        ]


class TestMap:
    def test_where_each_part_is(self):
        overlay = written("base.qcow2").overlay("vm.qcow2")
        qemu_io(overlay, "write -P 9 2M 64K")
        extents = overlay.map()
        assert [(one.start, one.end) for one in extents if one.data] == [
            (MIB, MIB + CLUSTER),
            (2 * MIB, 2 * MIB + CLUSTER),
        ]
        assert [one.depth for one in extents if one.data] == [1, 0]
        assert [one.end for one in extents] == [*(one.start for one in extents[1:]), 8 * MIB]
        own = next(one for one in extents if one.data and not one.depth)
        assert own.offset is not None
        with Path("vm.qcow2").open("rb") as file:
            file.seek(own.offset)
            assert file.read(CLUSTER) == b"\11" * CLUSTER
        assert not extents[0].present
        assert extents[0].zero
        assert str(own) == f"{2 * MIB}: 64 KiB of data"
        assert "of the image 1 below" in str(extents[1])

    def test_a_part(self):
        (found,) = written("a.raw").map(start="1M", length=4096)
        assert (found.start, found.length, found.data, found.offset) == (MIB, 4096, True, MIB)

    def test_compressed(self):
        small = written("a.raw", "1M", "7 0 1M").convert("b.qcow2", compress=True)
        assert all(one.offset is None and one.data for one in small.map())


def test_looking_changes_nothing():
    disk = written("a.qcow2")
    before = Path("a.qcow2").read_bytes()
    disk.check()
    disk.compare(disk.path)
    disk.measure()
    disk.map()
    disk.snapshots()
    disk.bitmaps()
    assert Path("a.qcow2").read_bytes() == before
    assert qemu_img("info", "a.qcow2")

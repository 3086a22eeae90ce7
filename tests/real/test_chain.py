"""What an image stands on, by the real qemu-img: who backs whom, how full, what is missing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from qemubuild import Chain, DiskImage, ImageError
from tests.hostile import NAMES
from tests.real.judge import needs

QEMU_IMG = needs("qemu-img")
QEMU_IO = needs("qemu-io")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def top() -> DiskImage:
    """An image that stands on one in another folder, and that on a third."""
    Path("bases").mkdir()
    golden = DiskImage("bases/golden.qcow2", size="4M").create()
    argv = [QEMU_IO, "-f", "qcow2", "-c", "write 0 1M", golden.path]
    subprocess.run(argv, check=True, capture_output=True)
    return golden.clone("bases/base.qcow2").clone("vm.qcow2", size="8M")


def rebase(image: str, *arguments: str) -> None:
    subprocess.run([QEMU_IMG, "rebase", "-u", "-f", "qcow2", *arguments, image], check=True)


def test_a_chain(here: Path, top: DiskImage):
    chain = top.info(chain=True)
    assert isinstance(chain, Chain)
    folder = str(here / "bases")
    assert [image.path for image in chain] == [
        "vm.qcow2", f"{folder}/base.qcow2", f"{folder}/golden.qcow2",
    ]  # fmt: skip
    assert [image.virtual_size >> 20 for image in chain] == [8, 4, 4]
    assert chain[0] == top.info()
    assert len(chain) == 3
    assert chain.complete
    assert chain.missing is None
    assert chain.actual_size == sum(image.actual_size or 0 for image in chain) > 1 << 20
    assert top.show() == chain


def test_it_is_drawn(here: Path, top: DiskImage):
    lines = str(top.show()).replace(str(here), "").splitlines()
    assert [line.partition(",")[0] for line in lines[:-1]] == [
        "vm.qcow2: qcow2",
        "└─ /bases/base.qcow2: qcow2",
        "   └─ /bases/golden.qcow2: qcow2",
    ]
    assert "8 MiB for the guest" in lines[0]
    assert "(3" in lines[2]  # about a third of it is there
    assert "on this host in all" in lines[3]


def test_an_image_that_stands_alone():
    disk = DiskImage("a.qcow2", size="1M").create()
    assert tuple(disk.show()) == (disk.info(),)
    assert "\n" not in str(disk.show())


def test_a_part_that_is_missing(top: DiskImage):
    os.unlink("bases/golden.qcow2")
    chain = top.show()
    assert len(chain) == 2
    assert not chain.complete
    assert chain.missing is not None
    assert (chain.missing.name, chain.missing.format) == ("golden.qcow2", "qcow2")
    assert "golden.qcow2: qcow2, missing: there is no such file" in str(chain)
    shown = chain._repr_mimebundle_()
    assert shown["text/plain"] == str(chain)
    assert "golden.qcow2" in shown["text/html"]
    assert "there is no such file" in shown["text/html"]
    os.unlink("bases/base.qcow2")
    assert len(top.show()) == 1
    os.unlink("vm.qcow2")
    with pytest.raises(ImageError):
        top.show()


def test_a_part_that_is_something_else(top: DiskImage):
    Path("bases/golden.qcow2").write_text("no image\n" * 100)
    chain = top.show()
    assert chain.missing is not None
    assert "not in qcow2 format" in chain.missing.reason


def test_a_circle(top: DiskImage):
    rebase("bases/golden.qcow2", "-b", os.path.abspath("vm.qcow2"), "-F", "qcow2")
    chain = top.show()
    assert len(chain) == 3
    assert chain.missing is not None
    assert "in turn" in chain.missing.reason


def test_a_format_that_is_guessed(top: DiskImage):
    # As images made before QEMU 6.1 have it: the extension with the format taken out.
    data = Path("vm.qcow2").read_bytes()
    start = data.index(b"\xe2\x79\x2a\xca")
    Path("vm.qcow2").write_bytes(data[:start] + b"\0\0\0\x01" + data[start + 4 :])
    chain = top.show()
    assert chain[0].backing_format is None
    assert "golden" in str(chain)
    assert "format guessed" in str(chain).splitlines()[1]


def test_hostile_names():
    base = DiskImage("base.qcow2", size="1M").create()
    Path("images").mkdir()
    os.chdir("images")
    for name in NAMES[::9]:
        middle = DiskImage("../base.qcow2", format=base.format).clone(name, format="qcow2")
        chain = middle.clone("top.qcow2").show()
        assert len(chain) == 3, name
        assert chain.complete, name
        assert os.path.samefile(chain[1].path, name), name
        os.unlink(name)
        assert DiskImage("top.qcow2").show().missing is not None
        os.unlink("top.qcow2")

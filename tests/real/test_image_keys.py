"""Each verb on encrypted images, by the real qemu-img: a passphrase is in no argument."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage, Luks
from qemubuild.errors import ImageError
from tests.real.images import MIB, here, holds

__all__ = ["here"]
pytestmark = pytest.mark.usefixtures("here")

WORD = "a,b 'secret' \u00e9"


@functools.cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="qemubuild-keys-")  # removed when Python ends


@functools.cache
def _made(form: str) -> Path:
    """An encrypted image of something: qemu-img takes seconds to make one."""
    path = Path(_kept().name, f"vault.{form}")
    target = DiskImage(path, format=form, encryption=Luks(WORD, iter_time=10))
    assert plain("made.raw").convert(target).encryption == target.encryption
    return path


def plain(path: str = "plain.raw") -> DiskImage:
    """64 KiB of sevens from 1 MiB on."""
    disk = DiskImage(path, size="8M").create()
    with Path(disk).open("r+b") as file:
        file.seek(MIB)
        file.write(b"\7" * 65536)
    return disk


def vault(path: str, form: str = "qcow2", encryption: Luks | None = None) -> DiskImage:
    """The same, encrypted."""
    shutil.copy(_made(form), path)
    return DiskImage(path, format=form, encryption=encryption or Luks(WORD))


@pytest.mark.parametrize("form", ["qcow2", "luks"])
def test_there_and_back(form: str):
    disk = vault("vault", form)
    plain()
    assert disk.info().encrypted
    assert b"\7" * 512 not in Path("vault").read_bytes()
    assert holds(disk.convert("back.raw"))
    assert disk.compare("plain.raw")
    assert DiskImage("plain.raw").compare(disk)
    assert Path(disk.dd("part.raw", start="1M", length=512)).read_bytes() == b"\7" * 512


def test_another_passphrase():
    disk = vault("vault.qcow2")
    other = DiskImage("vault.qcow2", encryption=Luks("other", iter_time=10))
    again = disk.convert(other, overwrite=True)
    assert holds(again.convert("back.raw"))
    with pytest.raises(ImageError, match="Invalid password"):
        disk.convert("back.raw", overwrite=True)


@pytest.mark.parametrize("form", ["qcow2", "luks"])
def test_every_verb(form: str):
    disk = vault("vault", form)
    assert disk.resize("16M").size == 16 * MIB
    assert disk.measure("raw").required
    assert disk.map()[0].start == 0
    if form == "luks":
        return
    then = disk.snapshot("before")
    disk.restore(then)
    disk.delete_snapshot("before")
    assert disk.check().ok
    assert disk.amend({"lazy_refcounts": True}).info()
    disk.add_bitmap("backup")
    disk.remove_bitmap("backup")
    assert holds(disk.convert("back.raw"), "7 1M 64K", "0 8M 8M")


def test_an_overlay_is_encrypted_by_itself():
    argv = DiskImage("base.raw").overlay_argv("vm.qcow2", encryption=Luks("top"))
    assert "encrypt.format=luks,encrypt.key-secret=key0" in argv


def test_a_chain():
    overlay = vault("base.qcow2").overlay("vm.qcow2")
    assert holds(overlay.convert("back.raw"))
    assert overlay.compare("back.raw")
    assert overlay.commit(keep=True)


def test_no_passphrase_is_in_an_argument():
    disk = DiskImage("vault.qcow2", encryption=Luks(WORD))
    target = DiskImage("new.qcow2", encryption=Luks("other"))
    for argv in (disk.convert_argv(target), disk.check_argv(), disk.resize_argv("1G")):
        assert "file=/dev/stdin" in " ".join(argv)
        assert WORD not in " ".join(argv)
    key = disk.secret_keys["encrypt.key-secret"]
    assert disk.check_argv()[2:] == [
        *("--output=json", "--object", f"secret,id={key},file=/dev/stdin", "--image-opts"),
        f"driver=qcow2,encrypt.key-secret={key},file.filename=vault.qcow2",
    ]


def test_a_passphrase_in_a_file():
    Path("key,1").write_bytes(WORD.encode())
    disk = vault("vault.qcow2", encryption=Luks(file="key,1"))
    assert disk.check().ok
    assert "file=key,,1" in " ".join(disk.check_argv())


def test_a_wrong_one_is_said_and_not_shown():
    vault("vault.qcow2")
    with pytest.raises(ImageError, match="Invalid password") as caught:
        DiskImage("vault.qcow2", encryption=Luks("wrong one")).check()
    assert "wrong one" not in repr(caught.value) + str(caught.value)

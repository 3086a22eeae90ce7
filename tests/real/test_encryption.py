"""Encrypted images by the real qemu-img, and guests that boot from them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import talking_disk

from qemubuild import (
    DiskImage,
    Host,
    ImageError,
    InvalidMachine,
    InvalidOption,
    LaunchError,
    Luks,
    Machine,
)
from tests.real.judge import needs

QEMU_IMG = needs("qemu-img")
PASSPHRASE = "correct horse, battery = ünïcode"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an image that talks, encrypted; making one takes seconds (LUKS is slow)."""
    folder = tmp_path_factory.mktemp("vault")
    talking_disk.build(folder / "plain.img")
    key = folder / "key.txt"
    key.write_text(PASSPHRASE, "utf-8")
    for name, lock in (
        ("vault.qcow2", Luks(PASSPHRASE, iter_time=10)),
        ("vault.luks", Luks(file=key, iter_time=10, cipher_alg="aes-128")),
    ):
        path = folder / name
        form = path.suffix[1:]
        vault = DiskImage(path, size="1M", format=form, encryption=lock).create()
        target = f"driver={form},file.filename={vault.path},"
        target += "encrypt.key-secret=k" if form == "qcow2" else "key-secret=k"
        argv = [QEMU_IMG, "convert", "-n", "--object", f"secret,id=k,file={key}", "-f", "raw"]
        subprocess.run(
            [*argv, folder / "plain.img", "--target-image-opts", target],
            check=True,
        )
    key.unlink()
    return folder


@pytest.fixture(autouse=True)
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in made.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)


def opened(name: str, passphrase: str = PASSPHRASE) -> DiskImage:
    return DiskImage(name, format=Path(name).suffix[1:], encryption=Luks(passphrase))


def machine(disk: DiskImage) -> Machine:
    return Machine().accel("tcg").memory("64M").display("none").drive(disk, interface="virtio")


@pytest.mark.parametrize("name", ["vault.qcow2", "vault.luks"])
def test_what_it_is(name: str):
    info = DiskImage(name, format=Path(name).suffix[1:]).info()  # without a passphrase
    assert info.encrypted
    assert info.virtual_size == 1 << 20
    content = Path(name).read_bytes()
    assert b"ready" not in content
    assert PASSPHRASE.encode() not in content
    assert "encrypted" in str(info)
    if name == "vault.luks":
        assert info.format_specific["cipher-alg"] == "aes-128"


@pytest.mark.parametrize("name", ["vault.qcow2", "vault.luks"])
def test_a_guest_boots_from_it(name: str):
    with machine(opened(name)).launch(console=True) as vm:
        assert vm.console.expect("ready", timeout=30)
        said = "\0".join(vm.argv)
        for what in ("cmdline", "environ"):
            said += os.fsdecode(Path(f"/proc/{vm.pid}/{what}").read_bytes())
        assert PASSPHRASE not in said
        assert "/dev/fd/" in said
    assert sorted(os.listdir()) == ["plain.img", "vault.luks", "vault.qcow2"]


def test_a_guest_boots_from_a_clone_of_it():
    clone = opened("vault.qcow2").clone("vm.qcow2")
    chain = clone.show()
    assert [image.encrypted for image in chain] == [False, True]
    assert "encrypted" in str(chain).splitlines()[1]
    with machine(clone).launch(console=True) as vm:
        assert vm.console.expect("ready", timeout=30)


def test_by_a_command_line():
    # The passphrase comes by standard input, as the command says.
    argv = [*machine(opened("vault.qcow2")).argv(), "-S", "-qmp", "unix:q,server=on,wait=off"]
    for passphrase, code in ((PASSPHRASE, None), ("wrong", 1)):
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdin
        try:
            process.stdin.write(passphrase.encode())
            process.stdin.close()
            if code is None:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.5)
            else:
                assert process.wait(20) == code
        finally:
            process.kill()
            process.wait()
            assert process.stderr
            process.stderr.close()


def test_a_wrong_passphrase():
    with pytest.raises(LaunchError) as caught:
        machine(opened("vault.qcow2", "wrong")).launch()
    assert "passphrase" in caught.value.hint
    assert "wrong" not in str(caught.value)


def test_no_passphrase():
    with pytest.raises(InvalidMachine) as caught:
        machine(DiskImage("vault.qcow2")).launch()
    assert caught.value.findings.errors[0].code == "image-without-key"
    assert "Luks" in caught.value.findings.errors[0].hint
    base = DiskImage("vault.qcow2")  # not said to be encrypted
    found = machine(base.clone("vm.qcow2")).check(host=Host())
    assert [one.code for one in found.errors] == ["image-without-key"]


@pytest.mark.parametrize("name", ["vault.qcow2", "vault.luks"])
def test_the_passphrase_is_changed(name: str):
    old = opened(name)
    new = old.change_passphrase(Luks("another", iter_time=10))
    assert new == DiskImage(name, format=old.format, encryption=Luks("another", iter_time=10))
    with machine(new).launch(console=True) as vm:
        assert vm.console.expect("ready", timeout=30)
    with pytest.raises(LaunchError):
        machine(old).launch()
    with pytest.raises(ImageError, match="keyslot") as caught:
        old.change_passphrase("third")
    assert "passphrase" in caught.value.hint
    assert not {PASSPHRASE, "third"} & set(str(caught.value).split())
    with machine(new).launch(), pytest.raises(ImageError):
        new.change_passphrase("third")  # while a machine has it


@pytest.mark.parametrize(
    ("image", "new"),
    [
        (DiskImage("vault.qcow2"), "new"),
        (opened("vault.qcow2"), PASSPHRASE),
        (opened("vault.qcow2"), ""),
        (opened("vault.qcow2"), Luks("new", cipher_alg="aes-128")),
    ],
)
def test_a_passphrase_that_cannot_be_changed_so(image: DiskImage, new: str | Luks):
    with pytest.raises(InvalidOption) as caught:
        image.change_passphrase(new)
    assert caught.value.hint


def test_a_file_that_is_not_there():
    with pytest.raises(ImageError, match=r"key\.txt"):
        DiskImage("new.qcow2", size="1M", encryption=Luks(file="key.txt")).create()
    assert not os.path.exists("new.qcow2")

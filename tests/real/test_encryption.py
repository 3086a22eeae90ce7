"""Encrypted images by the real qemu-img, and guests that boot from them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import talking_disk

from qemubuild import DiskImage, Host, ImageError, InvalidMachine, LaunchError, Luks, Machine
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
    lock = Luks(PASSPHRASE, iter_time=10)
    for name in ("vault.qcow2", "vault.luks"):
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


def test_a_new_one_is_opened_by_its_file(tmp_path: Path):
    key = tmp_path / "key.txt"
    key.write_text("word")
    lock = Luks(file=key, iter_time=10, cipher_alg="aes-128")
    disk = DiskImage("new.luks", size="1M", format="luks", encryption=lock).create()
    assert disk.info().format_specific["cipher-alg"] == "aes-128"
    argv = [QEMU_IMG, "check", "--object", f"secret,id=k,file={key}", "--image-opts"]
    said = subprocess.run(
        [*argv, "driver=luks,file.filename=new.luks,key-secret=k"], check=False, capture_output=True
    )
    assert b"does not support checks" in said.stderr  # it was opened


def test_a_file_that_is_not_there():
    with pytest.raises(ImageError, match=r"key\.txt"):
        DiskImage("new.qcow2", size="1M", encryption=Luks(file="key.txt")).create()
    assert not os.path.exists("new.qcow2")

"""Encrypted images: what is written of them, and that no passphrase is to be seen."""

from __future__ import annotations

import copy
import pickle

import pytest

from qemubuild import Blockdev, DiskImage, Drive, InvalidOption, Luks, Machine, Secret

PASSPHRASE = "correct horse"
VAULT = DiskImage("vault.qcow2", size="1G", encryption=Luks(PASSPHRASE))


@pytest.mark.parametrize(
    ("image", "written"),
    [
        (
            VAULT,
            (
                "--object secret,id=key0,file=/dev/stdin -f qcow2"
                " -o encrypt.format=luks,encrypt.key-secret=key0 vault.qcow2 1G"
            ),
        ),
        (
            DiskImage("a.luks", size="1G", format="luks", encryption=Luks(file="a,b")),
            "--object secret,id=key0,file=a,,b -f luks -o key-secret=key0 a.luks 1G",
        ),
        (
            DiskImage(
                "a.qcow2",
                size="1G",
                options={"cluster_size": "2M"},
                encryption=Luks(
                    file="k",
                    cipher_alg="aes-128",
                    cipher_mode="cbc",
                    ivgen_alg="essiv",
                    ivgen_hash_alg="sha256",
                    hash_alg="sha512",
                    iter_time=100,
                ),
            ),
            (
                "--object secret,id=key0,file=k -f qcow2 -o encrypt.format=luks,"
                "encrypt.key-secret=key0,encrypt.cipher-alg=aes-128,encrypt.cipher-mode=cbc,"
                "encrypt.hash-alg=sha512,encrypt.ivgen-alg=essiv,encrypt.ivgen-hash-alg=sha256,"
                "encrypt.iter-time=100,cluster_size=2M a.qcow2 1G"
            ),
        ),
    ],
)
def test_its_command(image: DiskImage, written: str):
    argv = image.create_argv()
    assert argv == ["qemu-img", "create", *written.split()]
    assert DiskImage.from_argv(argv).create_argv() == argv


@pytest.mark.parametrize("said", [repr, str, lambda image: " ".join(image.create_argv())])
def test_no_passphrase_is_to_be_seen(said):
    machine = Machine().drive(VAULT, interface="virtio")
    for one in (VAULT, DiskImage("o.qcow2", backing=VAULT)):
        assert PASSPHRASE not in said(one)
    assert PASSPHRASE not in repr(VAULT.encryption)
    assert PASSPHRASE not in f"{machine!r} {machine} {machine.explain()} {machine.to_dict()}"


def test_it_is_a_value():
    for twin in (copy.deepcopy(VAULT), pickle.loads(pickle.dumps(VAULT))):
        assert twin == VAULT
        assert hash(twin) == hash(VAULT)
    assert DiskImage("vault.qcow2", size="1G", encryption=Luks("other")) != VAULT


@pytest.mark.parametrize(
    ("keys", "about"),
    [
        ({}, "passphrase"),
        ({"passphrase": "a", "file": "b"}, "passphrase"),
        ({"passphrase": ""}, "passphrase"),
        ({"passphrase": "geheim\0nis"}, "passphrase"),
        ({"passphrase": "geheimnis\ud800"}, "passphrase"),
        ({"passphrase": b"geheimnis"}, "passphrase"),
        ({"file": ""}, "file"),
        ({"passphrase": "a", "id": "1"}, "id"),
        ({"passphrase": "a", "cipher_alg": "aes"}, "cipher_alg"),
        ({"passphrase": "a", "iter_time": 0}, "iter_time"),
    ],
)
def test_what_is_refused(keys: dict[str, object], about: str):
    with pytest.raises(InvalidOption) as caught:
        Luks(**keys)  # type: ignore[arg-type]
    assert (caught.value.option, caught.value.field) == ("Luks", about)
    assert caught.value.hint
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "mend"),
    [
        ({"format": "raw"}, "qcow2"),
        ({"format": "vmdk"}, "luks"),
        ({"format": "qcow2", "options": {"encrypt.format": "luks"}}, "leave those"),
    ],
)
def test_images_that_cannot_be_encrypted_so(keys: dict[str, object], mend: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage("a", size="1M", encryption=Luks("a"), **keys)  # type: ignore[arg-type]
    assert caught.value.field == "encryption"
    assert mend in caught.value.hint


def test_the_commands_of_another_passphrase():
    vault = DiskImage("a,b.qcow2", encryption=Luks(file="old"))
    add, erase = vault.change_passphrase_argv(Luks(file="new", iter_time=100))
    secrets = ["--object", "secret,id=key0,file=old", "--object", "secret,id=key1,file=new"]
    assert add == [
        *("qemu-img", "amend", *secrets, "--image-opts", "-o"),
        "encrypt.state=active,encrypt.new-secret=key1,encrypt.iter-time=100",
        "driver=qcow2,encrypt.key-secret=key0,file.filename=a,,b.qcow2",
    ]
    assert erase == [
        *("qemu-img", "amend", *secrets, "--image-opts", "-o"),
        "encrypt.state=inactive,encrypt.old-secret=key0",
        "driver=qcow2,encrypt.key-secret=key1,file.filename=a,,b.qcow2",
    ]
    assert PASSPHRASE not in str(VAULT.change_passphrase_argv("new"))


class TestMachine:
    def test_a_drive_brings_its_secret(self):
        machine = Machine().memory("1G").drive(VAULT, interface="virtio")
        secret = machine.find(Secret)
        assert secret is not None
        assert secret.file == "/dev/stdin"
        assert f"encrypt.key-secret={secret.id}" in machine.argv()[-1]
        assert machine.argv().index("-object") < machine.argv().index("-drive")
        assert machine.check().ok

    def test_one_image_one_secret(self):
        machine = Machine().drive(VAULT, readonly=True).drive(VAULT, readonly=True)
        assert len(machine.find_all(Secret)) == 1

    def test_a_secret_of_ones_own(self):
        vault = DiskImage("vault.qcow2", encryption=Luks(PASSPHRASE, id="mine"))
        machine = Machine().memory("1G").secret("mine", file="key.txt").drive(vault)
        assert machine.find_all(Secret) == (Secret("mine", file="key.txt"),)
        key = {"encrypt.key-secret": "other"}
        drive = Machine().drive(vault, extra=key).find(Drive)
        assert drive is not None
        assert drive.extra["encrypt.key-secret"] == "other"

    def test_a_file(self):
        vault = DiskImage("v.luks", format="luks", encryption=Luks(file="key.txt", id="k"))
        machine = Machine().drive(vault)
        assert machine.argv(check=False)[1:] == [
            "-object",
            "secret,id=k,file=key.txt",
            "-drive",
            "file=v.luks,format=luks,key-secret=k",
        ]

    def test_what_an_overlay_stands_on(self):
        base = DiskImage("base.qcow2", encryption=Luks(file="key.txt", id="k"))
        machine = Machine().drive(DiskImage("vm.qcow2", backing=base))
        assert machine.argv(check=False)[-1] == (
            "file=vm.qcow2,format=qcow2,backing.encrypt.key-secret=k"
        )
        assert machine.find(Secret) == Secret("k", file="key.txt")

    @pytest.mark.parametrize("form", ["qcow2", "luks"])
    def test_a_node(self, form: str):
        vault = DiskImage("v", format=form, encryption=Luks(file="key.txt", id="k"))
        machine = Machine().memory("1G").blockdev(vault, node_name="d0")
        machine = machine.device("virtio-blk-pci", drive="d0")
        assert machine.find(Secret) == Secret("k", file="key.txt")
        node = machine.find(Blockdev)
        assert node is not None
        assert "key-secret=k" in node.words[1]
        assert machine.check().ok

    def test_a_key_that_nothing_defines(self):
        machine = (
            Machine()
            .memory("1G")
            .drive("v.qcow2", format="qcow2", extra={"encrypt.key-secret": "k"})
        )
        assert "id-undefined" in machine.check().codes
        assert machine.secret("k", file="key.txt").check().ok

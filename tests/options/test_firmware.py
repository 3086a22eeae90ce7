"""``-bios`` and ``-L``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.host import Host
from qemubuild.machine import Machine
from qemubuild.options.firmware import Bios, DataDir
from tests.real.judge import needs

PC = Machine("x86_64").memory("1G")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Bios("OVMF.fd"), ("-bios", "OVMF.fd")),
        (Bios("/a,b:c"), ("-bios", "/a,b:c")),
        (DataDir("/share"), ("-L", "/share")),
        (DataDir(""), ("-L", "")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


def test_firmware_needs_a_name():
    with pytest.raises(InvalidOption, match="empty"):
        Bios("")


def test_a_name_may_be_one_of_qemus_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    qemu = needs("qemu-system-x86_64")
    for name, codes in (("bios-256k.bin", []), ("no-such.bin", ["file-missing"])):
        machine = PC.bios(name)
        assert [one.code for one in machine.check(qemu=qemu, host=Host()).errors] == codes
        # Which files QEMU has, only QEMU knows.
        assert machine.check(host=Host()).ok
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "no-such.bin").write_bytes(b"\0" * 65536)
    assert PC.bios("no-such.bin").data_dir("own").check(qemu=qemu, host=Host()).ok
    assert not PC.bios("./no-such.bin").check(host=Host()).ok


def test_several_directories_are_looked_in():
    assert PC.data_dir("a").data_dir("b").argv()[-4:] == ["-L", "a", "-L", "b"]


@pytest.mark.parametrize("word", ["help", "?"])
def test_asking_for_the_directories_starts_nothing(word):
    assert [one.code for one in PC.data_dir(word).check().errors] == ["help-asked"]


def test_explain():
    assert "firmware OVMF.fd" in Bios("OVMF.fd").explain()
    assert "/share" in DataDir("/share").explain()

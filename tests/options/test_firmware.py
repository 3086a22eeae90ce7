"""``-bios`` and ``-L``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.firmware import Bios, DataDir

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


def test_only_a_path_is_a_file_for_certain():
    assert not PC.bios("bios-256k.bin").claims(Opens)
    assert [claim.path for _, claim in PC.bios("./flash.bin").claims(Opens)] == ["./flash.bin"]


def test_several_directories_are_looked_in():
    assert PC.data_dir("a").data_dir("b").argv()[-4:] == ["-L", "a", "-L", "b"]


@pytest.mark.parametrize("word", ["help", "?"])
def test_asking_for_the_directories_starts_nothing(word):
    assert [one.code for one in PC.data_dir(word).check().errors] == ["help-asked"]


def test_explain():
    assert "firmware OVMF.fd" in Bios("OVMF.fd").explain()
    assert "/share" in DataDir("/share").explain()

"""``-boot``: what is written, what is refused, what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.boot import Boot

BARE = Machine("x86_64").memory("1G")
PC = BARE.drive("disk.img", interface="virtio", format="raw").cdrom("a.iso")

EXAMPLES = {
    "boot-letter-unknown": (PC.boot("e"), PC.boot("d")),
    "boot-letters-too-many": (PC.boot("abcd"), PC.boot("acd")),
    "boot-once-unsupported": (
        BARE.machine_type("microvm").boot(once="c"),
        BARE.machine_type("microvm").boot("c"),
    ),
    "boot-cdrom-missing": (BARE.boot("d"), BARE.cdrom("a.iso").boot("d")),
    "boot-disk-missing": (BARE.boot("c"), PC.boot("c")),
    "boot-floppy-missing": (BARE.boot("a"), PC.boot("ac")),
    "boot-network-missing": (BARE.nodefaults().boot("n"), BARE.boot("n")),
    "boot-splash-unseen": (PC.boot(splash_time=500), PC.boot(menu=True, splash_time=500)),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Boot("d"), "d"),
        (Boot("dc", menu=True), "dc,menu=on"),
        (Boot(once="d", strict=False), "once=d,strict=off"),
        (
            Boot("c", menu=True, splash="a,b.bmp", splash_time=5000, reboot_timeout=-1),
            "c,menu=on,splash=a,,b.bmp,splash-time=5000,reboot-timeout=-1",
        ),
        (Boot(menu=True, splash=Path("x.jpg")), "menu=on,splash=x.jpg"),
        (Boot(""), "order="),
    ],
)
def test_argv(option, value):
    assert option.words == ("-boot", value)
    assert Boot.parse(value) == option


@pytest.mark.parametrize(
    ("keys", "mend"),
    [
        ({"order": "D"}, "write 'd'"),
        ({"order": "dd"}, "each letter once"),
        ({"once": "q"}, "write letters"),
        ({"splash_time": 65536}, "0 to 65535"),
        ({"splash_time": -1}, "0 to 65535"),
        ({"reboot_timeout": -2}, "-1 to 65535"),
        ({"menu": 1}, "True or False"),
        ({"order": 4}, "string"),
    ],
)
def test_what_can_never_be_right_is_refused(keys, mend):
    with pytest.raises(InvalidOption, match=mend):
        Boot(**keys)


def test_a_word_alone_is_refused():
    with pytest.raises(CommandSyntaxError, match="key=value"):
        Boot.parse("menu=on,dc")


@pytest.mark.parametrize(
    "machine",
    [
        BARE.cdrom("a.iso").boot("cd"),
        BARE.boot("c").device("virtio-blk-pci", drive="none0"),
        BARE.boot("d").raw("-kernel", "vmlinuz"),
        BARE.boot("n"),
        BARE.nodefaults().boot("n").netdev("user", id="n0").device("e1000", netdev="n0"),
        Machine("ppc64").memory("1G").boot("e"),
        PC.machine_type("microvm").boot("z"[:0]),
        BARE.add(Boot.parse("$ORDER")),
    ],
)
def test_what_may_be_right_is_not_found_fault_with(machine):
    assert not any(code.startswith("boot-") for code in machine.check().codes)


def test_an_empty_drive_is_not_booted_from():
    assert "boot-cdrom-missing" in BARE.cdrom().boot("d").check().codes


def test_a_second_one_adds_keys():
    assert Boot("d").merged(Boot(menu=True)) == Boot("d", menu=True)


def test_explain():
    assert Boot("d").explain().startswith("Boots from the first CD-ROM.")
    assert "then" in Boot("dc").explain()
    assert "after a reboot as usual" in Boot(once="d").explain()
    assert "menu" in Boot(menu=True).explain()

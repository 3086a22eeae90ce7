"""``-cdrom``, ``-hda`` and the others: a file name that nothing may change."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from qemubuild.claims import Image, Locks, Opens, Slot
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.media import Cdrom, Fda, Fdb, Hda, Hdb, Hdc, Hdd, Mtdblock, Pflash, Sd
from qemubuild.values import Url
from qemubuild.view import View

ALL = [Cdrom, Hda, Hdb, Hdc, Hdd, Fda, Fdb, Pflash, Sd, Mtdblock]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("file", "value"),
    [
        ("/path/to/iso", "/path/to/iso"),
        (Path("a.img"), "a.img"),
        ("a,b=c.img", "a,b=c.img"),
        ("-snapshot", "-snapshot"),
        ("nbd:x", "./nbd:x"),
        (Url("nbd:x"), "nbd:x"),
        (None, ""),
    ],
)
def test_argv(kind, file, value):
    option = kind(file)
    assert option.words == (kind.flag, value)
    assert kind.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option
    assert option.explain()


def test_each_has_a_method_of_its_name():
    machine = Machine("x86_64")
    for kind in ALL:
        assert getattr(machine, kind.flag[1:])("x").options == (kind("x"),)


@pytest.mark.parametrize("file", ["", 3, "a\0b", "\ud800"])
def test_what_names_no_file_is_refused(file):
    with pytest.raises(InvalidOption) as caught:
        Cdrom(file)
    assert (caught.value.option, caught.value.field) == ("-cdrom", "file")


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (Cdrom("a"), {Slot("", 2, cdrom=True), Opens("a", "CD-ROM image")}),
        (Cdrom(), {Slot("", 2, cdrom=True, empty=True)}),
        (Hdc("a"), {Slot("", 2), Opens("a", "disk image", writes=True)}),
        (Fdb("a"), {Slot("floppy", 1), Opens("a", "disk image", writes=True)}),
        (Pflash(Url("nbd:a")), {Slot("pflash")}),
    ],
)
def test_claims(option, claims):
    # What rules make of the others, tests/rules shows.
    assert {claim for claim in option.claims() if not isinstance(claim, Image | Locks)} == claims


def test_a_raw_disk_is_better_named_by_drive():
    (found,) = [
        one for one in Hdb("a.img").findings(View.of(Machine())) if one.code.endswith("probed")
    ]
    assert "drive(..., index=1, format='raw')" in found.hint
    assert "drive-physical-device" in Machine().hda("/dev/sdb").check().codes
    assert not list(Cdrom("/dev/cdrom").findings(View.of(Machine())))


def test_one_disk_replaces_another_in_place():
    machine = Machine().cdrom("a.iso").hda("b.img").cdrom("c.iso").pflash("d").pflash("e")
    assert machine.options == (Cdrom("c.iso"), Hda("b.img"), Pflash("d"), Pflash("e"))

"""What a DiskImage is, and the command that creates it; nothing is run here."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import attrs
import pytest

from qemubuild.disk import DiskImage
from qemubuild.errors import InvalidOption

CREATE = ["qemu-img", "create", "-f"]


def words(image: DiskImage) -> list[str]:
    """The command without its beginning, which is always the same."""
    argv = image.create_argv()
    assert argv[:3] == CREATE
    return argv[3:]


def test_the_lesson():
    assert DiskImage("mydisk.qcow2", size="50G").create_argv() == [
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "mydisk.qcow2",
        "50G",
    ]


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("a.qcow2", "qcow2"),
        ("a.img", "raw"),
        ("a.raw", "raw"),
        ("a.vmdk", "vmdk"),
        ("a.vdi", "vdi"),
        ("a.vhdx", "vhdx"),
        ("a.vhd", "vpc"),
        ("a.vpc", "vpc"),
        ("a.qed", "qed"),
        ("A.IMG", "raw"),
        ("a.Qcow2", "qcow2"),
        ("a", "qcow2"),
        ("a.disk", "qcow2"),
        ("a.img.bak", "qcow2"),
        ("dir.img/a", "qcow2"),
        (".img", "qcow2"),  # a hidden file, not a suffix
    ],
)
def test_the_suffix_tells_the_format(path: str, format: str):  # noqa: A002
    image = DiskImage(path, size="1M")
    assert image.format == format
    assert words(image) == [format, path, "1M"]


def test_the_argument_tells_it_better():
    assert words(DiskImage("a.img", format="qcow2", size="1M")) == ["qcow2", "a.img", "1M"]


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("qcwo2", "did you mean 'qcow2'"),
        ("QCOW2", "QEMU calls it 'qcow2'"),
        ("vhd", "QEMU calls it 'vpc'"),
        ("IMG", "QEMU calls it 'raw'"),
        (".vmdk", "QEMU calls it 'vmdk'"),
        ("", "QEMU has qcow2"),
        ("nbd", "QEMU has qcow2"),
    ],
)
def test_an_unknown_format_is_refused(name: str, mend: str):
    with pytest.raises(InvalidOption, match="is not a format") as caught:
        DiskImage("a", format=name)
    assert caught.value.field == "format"
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    ("size", "written", "virtual"),
    [
        ("50G", "50G", 50 << 30),
        ("1.5T", "1.5T", 3 << 39),
        (50 << 30, str(50 << 30), 50 << 30),
        ("0x1000", "0x1000", 4096),
        (1, "1", 512),
        ("513", "513", 1024),
        (0, "0", 0),
    ],
)
def test_sizes(size: int | str, written: str, virtual: int):
    image = DiskImage("a.qcow2", size=size)
    assert words(image) == ["qcow2", "a.qcow2", written]
    assert image.size == size
    assert image.virtual_size == virtual


@pytest.mark.parametrize(
    ("size", "mend"),
    [
        ("50GB", "'50G'"),
        ("50 GiB", "'50G'"),
        ("-1", "digits and one suffix"),
        ("", "digits and one suffix"),
        ("big", "digits and one suffix"),
        ("16E", "smaller"),
        (-1, "'8G'"),
        (1.5, "'8G'"),
        (True, "'8G'"),
    ],
)
def test_what_is_no_size_is_refused(size: object, mend: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage("a.qcow2", size=size)  # type: ignore[arg-type]
    assert caught.value.field == "size"
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        ({"size": "4P"}, "cluster_size"),
        ({"size": "2049T", "options": {"cluster_size": "65536"}}, "cluster_size"),
        ({"size": "129G", "options": {"cluster_size": 512}}, "cluster_size"),
        ({"size": "2P", "options": {"extended_l2": True}}, "cluster_size"),
        ({"size": "4E"}, "write a smaller size"),
        ({"size": "2041G", "format": "vpc"}, "format='qcow2'"),
        ({"size": "65T", "format": "vhdx"}, "format='qcow2'"),
        ({"size": "65T", "format": "qed"}, "format='qcow2'"),
        ({"size": "17T", "format": "qed", "options": {"table_size": 2}}, "format='qcow2'"),
        ({"size": "256T", "format": "vmdk"}, "format='qcow2'"),
        ({"size": "512T", "format": "vdi"}, "format='qcow2'"),
        ({"size": 0, "format": "vmdk"}, "50G"),
        ({"size": "8191.9999999P", "format": "raw"}, "write a smaller size"),
    ],
)
def test_a_size_that_the_format_cannot_have_is_refused(options: dict[str, object], mend: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage("a", **options)  # type: ignore[arg-type]
    assert caught.value.field == "size"
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    "options",
    [
        {"size": "2P"},
        {"size": "4P", "options": {"cluster_size": "2M"}},
        {"size": "128G", "options": {"cluster_size": 512}},
        {"size": "64T", "format": "qed"},
        {"size": "2040G", "format": "vpc"},
        {"size": "255T", "format": "vmdk"},
        {"size": "7E", "format": "raw"},
    ],
)
def test_a_size_that_it_can_have(options: dict[str, object]):
    assert DiskImage("a", **options).create_argv()  # type: ignore[arg-type]


def test_a_new_image_needs_a_size():
    image = DiskImage("a.qcow2")
    assert image.virtual_size is None
    with pytest.raises(InvalidOption, match="needs one") as caught:
        image.create_argv()
    assert caught.value.hint == "write DiskImage('a.qcow2', size='50G')"


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({"cluster_size": "2M", "compat": "v3"}, "cluster_size=2M,compat=v3"),
        ({"preallocation": "off", "cluster_size": 65536}, "preallocation=off,cluster_size=65536"),
        ({"lazy_refcounts": True, "extended_l2": False}, "lazy_refcounts=on,extended_l2=off"),
        ({"encrypt.key-secret": "a,b"}, "encrypt.key-secret=a,,b"),
        ([("compat", "1.1")], "compat=1.1"),
    ],
)
def test_options(options: dict[str, str], written: str):
    image = DiskImage("a.qcow2", size="1M", options=options)
    assert words(image) == ["qcow2", "-o", written, "a.qcow2", "1M"]


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        ({"size": "1M"}, "write size= instead"),
        ({"backing_file": "b"}, "write backing= instead"),
        ({"backing_fmt": "raw"}, "write backing_format= instead"),
        ({"data_file": "d"}, "leave out"),
        ({"subformat": "monolithicFlat"}, "monolithicSparse"),
        ({"help": "\0"}, "NUL"),
        ({"a=b": "c"}, "cluster_size"),
        ({"a,b": "c"}, "cluster_size"),
        ({"": "c"}, "cluster_size"),
        ({1: "c"}, "cluster_size"),
        ("cluster_size=2M", "dictionary"),
        (5, "dictionary"),
    ],
)
def test_options_that_are_refused(options: object, mend: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage("a.qcow2", size="1M", options=options)  # type: ignore[arg-type]
    assert caught.value.field == "options"
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("-f", "./-f"),
        ("-", "./-"),
        ("nbd:x", "./nbd:x"),
        ("json:{}", "./json:{}"),
        (":", "./:"),
        ("a:b/c", "./a:b/c"),
        ("dir/a:b", "dir/a:b"),
        ("/a:b", "/a:b"),
        ("dir/-f", "dir/-f"),
        ("a,b", "a,b"),
        ("~/a", "~/a"),
        ("a\nb", "a\nb"),
        ("\udcff", "\udcff"),
        (Path("dir") / "a", "dir/a"),
    ],
)
def test_a_name_arrives_as_given(path: str | Path, written: str):
    assert words(DiskImage(path, size="1M")) == ["qcow2", written, "1M"]


@pytest.mark.parametrize("path", ["", "a\0b", "\ud800", None, 5, b"bytes"])
def test_what_is_no_name_is_refused(path: object):
    with pytest.raises(InvalidOption) as caught:
        DiskImage(path)  # type: ignore[arg-type]
    assert caught.value.field == "path"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("path", "backing", "written"),
    [
        ("vm.qcow2", "base.qcow2", "base.qcow2"),
        ("vms/vm.qcow2", "base.qcow2", "base.qcow2"),  # text: from the image's own directory
        ("vm.qcow2", "/a/base.qcow2", "/a/base.qcow2"),
        ("vm.qcow2", "a:b.qcow2", "./a:b.qcow2"),
        ("vm.qcow2", "-b.qcow2", "./-b.qcow2"),
        ("vm.qcow2", Path("a,b.qcow2"), "a,b.qcow2"),
        ("vms/vm.qcow2", DiskImage("vms/base.qcow2"), "base.qcow2"),
        ("vms/vm.qcow2", DiskImage("vms/a:b.qcow2"), "./a:b.qcow2"),
        ("/vms/vm.qcow2", DiskImage("/vms/base.qcow2"), "/vms/base.qcow2"),
    ],
)
def test_an_overlay(path: str, backing: str | DiskImage, written: str):
    image = DiskImage(path, backing=backing)
    assert words(image) == ["qcow2", "-F", "qcow2", "-b", written, path]
    assert image.backing_format == "qcow2"


def test_a_backing_image_elsewhere_is_found_from_here(monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    image = DiskImage("vms/vm.qcow2", backing=DiskImage("base.qcow2"))
    assert words(image)[4] == str(tmp_path / "base.qcow2")


def test_an_overlay_of_its_own_size():
    image = DiskImage("vm.qcow2", size="9G", backing="base", backing_format="raw")
    assert words(image) == ["qcow2", "-F", "raw", "-b", "base", "vm.qcow2", "9G"]


@pytest.mark.parametrize(
    ("image", "about"),
    [
        ({"path": "a.qcow2", "backing": "base"}, "backing_format"),
        ({"path": "a.qcow2", "backing": DiskImage("base")}, "backing_format"),
        ({"path": "a.qcow2", "backing_format": "raw"}, "backing_format"),
        ({"path": "a.qcow2", "backing": "b.raw", "backing_format": "vhd"}, "backing_format"),
        ({"path": "a.img", "backing": "base.qcow2"}, "backing"),
        ({"path": "a.vdi", "backing": "base.vdi"}, "backing"),
        ({"path": "a.vmdk", "backing": "base.qcow2"}, "backing"),
        ({"path": "a.qcow2", "backing": ""}, "backing"),
        ({"path": "a.qcow2", "backing": "d/" * 510 + ".qcow2"}, "backing_format"),
        ({"path": "a.qcow2", "backing": "d/" * 510 + "b.qcow2"}, "backing"),
    ],
)
def test_an_overlay_that_cannot_be(image: dict[str, object], about: str):
    with pytest.raises(InvalidOption) as caught:
        DiskImage(**image)  # type: ignore[arg-type]
    assert caught.value.field == about
    assert caught.value.hint


def test_it_is_a_path():
    assert Path(DiskImage("./a//b.qcow2")) == Path("a/b.qcow2")
    assert DiskImage("./a//b.qcow2").__fspath__() == "./a//b.qcow2"


def test_it_is_a_value():
    image = DiskImage("a.qcow2", size="1G", options={"compat": "1.1"}, backing="b.raw")
    for twin in (
        pickle.loads(pickle.dumps(image)),
        copy.deepcopy(image),
        attrs.evolve(image),
        DiskImage(
            Path("a.qcow2"),
            size=1 << 30,
            format="qcow2",
            options=[("compat", "1.1")],
            backing="b.raw",
            backing_format="raw",
        ),
    ):
        assert twin == image
        assert hash(twin) == hash(image)
    for other in (
        attrs.evolve(image, path="c.qcow2"),
        attrs.evolve(image, size="2G"),
        attrs.evolve(image, backing="c.raw"),
        attrs.evolve(image, backing_format="qcow2"),
        attrs.evolve(image, options={}),
        "a.qcow2",
    ):
        assert other != image
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        image.path = "b"  # type: ignore[misc]


def test_its_repr_makes_it_again():
    image = DiskImage("a", size="1G", backing=DiskImage("b.raw"), options={"compat": "1.1"})
    assert eval(repr(image), {"DiskImage": DiskImage}) == image
    assert repr(DiskImage("a.qcow2", size="50G")) == "DiskImage('a.qcow2', size='50G')"

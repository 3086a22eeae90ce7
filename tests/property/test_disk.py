"""What holds for every image, whatever its name, its size and its options."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from qemubuild import grammar
from qemubuild.disk import DiskImage
from qemubuild.units import parse_size

# What a path can be made of: any bytes but NUL.
paths = st.binary(min_size=1, max_size=40).filter(lambda raw: 0 not in raw).map(os.fsdecode)
texts = st.binary(max_size=20).filter(lambda raw: 0 not in raw).map(os.fsdecode)
keys = st.from_regex(r"x-[a-z0-9_.-]{0,8}", fullmatch=True)


@given(paths)
def test_the_path_is_neither_an_option_nor_a_url_and_the_same_file(path: str):
    argv = DiskImage(path, format="qcow2", size="1M").create_argv()
    written = argv[4]
    assert written in {path, f"./{path}"}
    assert not written.startswith("-")
    assert ":" not in written.partition("/")[0]


@given(paths, paths)
def test_a_backing_name_is_the_same_file_from_the_image(path: str, backing: str):
    image = DiskImage(path, format="qcow2", backing=backing, backing_format="raw")
    written = image.create_argv()[7]
    assert written in {backing, f"./{backing}"}
    assert ":" not in written.partition("/")[0]


@given(st.integers(0, 1 << 51))
def test_a_size_is_rounded_up_to_whole_sectors(size: int):
    rounded = DiskImage("a", size=size).virtual_size
    assert rounded is not None
    assert rounded % 512 == 0
    assert 0 <= rounded - size < 512


@given(st.integers(1, 2000), st.sampled_from("KMGkmg"))
def test_a_size_is_written_as_given(number: int, suffix: str):
    text = f"{number}{suffix}"
    image = DiskImage("a", size=text)
    assert image.create_argv()[-1] == text
    assert image.virtual_size == parse_size(text)


@given(st.dictionaries(keys, texts, min_size=1, max_size=4))
def test_options_are_read_back_as_they_were_given(options: dict[str, str]):
    argv = DiskImage("a", size="1M", options=options).create_argv()
    written = grammar.parse(argv[argv.index("-o") + 1])
    assert [(item.key, item.value) for item in written] == list(options.items())


@given(paths, st.none() | st.integers(0, 1 << 50), st.dictionaries(keys, texts, max_size=3))
def test_its_repr_makes_it_again(path: str, size: int | None, options: dict[str, str]):
    image = DiskImage(path, size=size, format="qcow2", options=options)
    assert eval(repr(image), {"DiskImage": DiskImage}) == image


@given(paths, texts.filter(bool))
def test_no_command_takes_a_path_or_a_name_for_anything_else(path: str, name: str):
    disk = DiskImage(path, format="qcow2")
    written = DiskImage(path, format="qcow2", size=0).create_argv()[4]
    for argv in (
        disk.convert_argv("target"),
        disk.resize_argv("+1G"),
        disk.rebase_argv(None),
        disk.commit_argv(keep=True),
        disk.amend_argv({"compat": "v3"}),
        disk.check_argv(repair="all"),
        disk.compare_argv("other", strict=True),
        disk.measure_argv("raw"),
        disk.map_argv(start=512),
        disk.snapshot_argv(name),
        disk.restore_argv(name),
        disk.delete_snapshot_argv(name),
        disk.bitmap_argv("merge", name, source=name),
        disk.info_argv(),
    ):
        assert written in argv[3:]
        assert not written.startswith("-")
    assert disk.snapshot_argv(name)[2:4] == ["-c", name]
    assert disk.bitmap_argv("add", name)[-3:] == ["--", written, name]


@given(paths, st.integers(0, 1 << 40), st.none() | st.integers(1, 1 << 40))
def test_a_part_is_read_back_as_it_was_given(path: str, start: int, length: int | None):
    size = None if length is None else 512 * length
    argv = DiskImage(path, format="qcow2").dd_argv("part", start=512 * start, length=size)
    keys = {item.key: item.value for item in grammar.parse(argv[-2])}
    assert keys.pop("file.file.filename") in {path, f"./{path}"}
    assert keys.pop("size", None) == (None if size is None else str(size))
    assert keys == {"driver": "raw", "offset": str(512 * start), "file.driver": "qcow2"}

"""Options of each format: typed or by name, what can never be right is refused at once."""

from __future__ import annotations

import pytest

from qemubuild import (
    DiskImage,
    InvalidOption,
    Qcow2Options,
    QedOptions,
    RawOptions,
    VdiOptions,
    VhdxOptions,
    VmdkOptions,
    VpcOptions,
)

# Options that can never be right, by QEMU's names; tests/real asks the real qemu-img of each.
WRONG = [
    ("qcow2", {"cluster_size": "3K"}, "write '4K'"),
    ("qcow2", {"cluster_size": 256}, "write '512'"),
    ("qcow2", {"cluster_size": "4M"}, "write '2M'"),
    ("qcow2", {"cluster_size": "huge"}, "such as '8G'"),
    ("qcow2", {"preallocation": "ful"}, "'full'"),
    ("qcow2", {"lazy_refcounts": "1"}, "on"),
    ("qcow2", {"compat": "3"}, "1.1"),
    ("qcow2", {"refcount_bits": 3}, "16, 32 or 64"),
    ("qcow2", {"refcount_bits": "016"}, "16, 32 or 64"),
    ("qcow2", {"compression_type": "lz4"}, "zstd"),
    ("qcow2", {"extended_l2": True, "cluster_size": "8K"}, "128K"),
    ("qcow2", {"extended_l2": True, "compat": "v2"}, "leave compat out"),
    ("qcow2", {"lazy_refcounts": True, "compat": "0.10"}, "leave compat out"),
    ("qcow2", {"refcount_bits": 8, "compat": "0.10"}, "leave compat out"),
    ("qcow2", {"compression_type": "zstd", "compat": "v2"}, "leave compat out"),
    ("qcow2", {"extent_size_hint": "4G"}, "write '3G'"),
    ("raw", {"preallocation": "metadata"}, "falloc"),
    ("vmdk", {"adapter_type": "lsi"}, "lsilogic"),
    ("vmdk", {"subformat": "sparse"}, "monolithicSparse"),
    ("vmdk", {"compat6": True, "hwversion": "10"}, "leave one"),
    ("vdi", {"static": "1"}, "True or False"),
    ("vhdx", {"block_size": "3M"}, "write '4M'"),
    ("vhdx", {"subformat": "fix"}, "fixed"),
    ("vhdx", {"log_size": 0}, "write '1M'"),
    ("vpc", {"subformat": "static"}, "dynamic"),
    ("qed", {"cluster_size": "2K"}, "write '4K'"),
    ("qed", {"table_size": 32}, "8 or 16"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "options", "mend"), WRONG)
def test_what_can_never_be_right(format: str, options: dict[str, object], mend: str):  # noqa: A002
    with pytest.raises(InvalidOption) as caught:
        DiskImage("disk", size="1M", format=format, options=options)  # type: ignore[arg-type]
    assert caught.value.field == "options"
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    ("options", "written"),
    [
        (Qcow2Options(cluster_size="2M", lazy_refcounts=True), "cluster_size=2M,lazy_refcounts=on"),
        (Qcow2Options(cluster_size=65536, compat="1.1"), "cluster_size=65536,compat=1.1"),
        (Qcow2Options(nocow=True, extended_l2=False), "nocow=on,extended_l2=off"),
        (Qcow2Options(refcount_bits=1, compression_type="zstd"),
         "refcount_bits=1,compression_type=zstd"),
        (RawOptions(preallocation="falloc", extent_size_hint="1M"),
         "extent_size_hint=1M,preallocation=falloc"),
        (VmdkOptions(adapter_type="lsilogic", subformat="streamOptimized"),
         "adapter_type=lsilogic,subformat=streamOptimized"),
        (VdiOptions(static=True), "static=on"),
        (VhdxOptions(block_size="8M", subformat="fixed"), "subformat=fixed,block_size=8M"),
        (VpcOptions(subformat="fixed", force_size=True), "subformat=fixed,force_size=on"),
        (QedOptions(cluster_size="4K", table_size=1), "cluster_size=4K,table_size=1"),
    ],
)  # fmt: skip
def test_typed_ones_are_written_by_qemus_names(options, written):
    image = DiskImage("disk", size="1M", format=options.format, options=options)
    assert image.create_argv()[4:6] == ["-o", written]
    by_name = dict(item.split("=") for item in written.split(","))
    assert image == DiskImage("disk", size="1M", format=options.format, options=by_name)


def test_a_typed_one_is_refused_where_it_is_written():
    with pytest.raises(InvalidOption) as caught:
        Qcow2Options(cluster_size="3M")
    assert (caught.value.option, caught.value.field) == ("Qcow2Options", "cluster_size")
    with pytest.raises(InvalidOption):
        VhdxOptions(block_size="512M")
    with pytest.raises(InvalidOption):
        Qcow2Options(lazy_refcounts="on")  # type: ignore[arg-type]


def test_options_of_another_format():
    with pytest.raises(InvalidOption, match="for qcow2 images, and this one is raw") as caught:
        DiskImage("disk.img", size="1M", options=Qcow2Options())
    assert "format='qcow2'" in caught.value.hint
    assert "RawOptions" in caught.value.hint


@pytest.mark.parametrize("allocation", ["metadata", "falloc", "full"])
def test_an_overlay_that_takes_its_room_at_once(allocation):
    with pytest.raises(InvalidOption) as caught:
        DiskImage("a.qcow2", backing="b.qcow2", options={"preallocation": allocation})
    assert "extended_l2" in caught.value.hint
    both = Qcow2Options(preallocation=allocation, extended_l2=True)
    assert DiskImage("a.qcow2", backing="b.qcow2", options=both).create_argv()


def test_what_is_not_known_here_is_left_to_qemu_img():
    image = DiskImage("a.qcow2", size="1M", options={"colour": "red"})
    assert "colour=red" in image.create_argv()


def test_a_variable_of_a_script_is_kept():
    argv = ["qemu-img", "create", "-f", "qcow2", "-o", "cluster_size=$CLUSTER", "a.qcow2", "1M"]
    assert DiskImage.from_argv(argv).create_argv() == argv

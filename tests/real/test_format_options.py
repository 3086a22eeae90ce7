"""What is refused of a format's options is refused by the real qemu-img, and the rest is made."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from qemubuild import (
    DiskImage,
    ImageError,
    Qcow2Options,
    QedOptions,
    RawOptions,
    VdiOptions,
    VhdxOptions,
    VmdkOptions,
    VpcOptions,
)
from tests.disk.test_format_options import WRONG
from tests.real.judge import needs

if TYPE_CHECKING:
    from pathlib import Path

QEMU_IMG = needs("qemu-img")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_is_refused():
    accepted = []
    for form, options, _ in WRONG:
        written = ",".join(
            f"{key}={'on' if value is True else value}" for key, value in options.items()
        )
        argv = [QEMU_IMG, "create", "-f", form, "-o", written, "disk", "1M"]
        if not subprocess.run(argv, check=False, capture_output=True).returncode:
            accepted.append((form, written))
    assert accepted == []


def test_what_is_taken():
    for options in [
        Qcow2Options(cluster_size=512, preallocation="metadata", refcount_bits=64),
        Qcow2Options(cluster_size="2M", extended_l2=True, lazy_refcounts=True),
        Qcow2Options(compat="0.10", refcount_bits=16, extended_l2=False, nocow=True),
        RawOptions(preallocation="full", extent_size_hint="1M"),
        VmdkOptions(adapter_type="legacyESX", subformat="streamOptimized", zeroed_grain=True),
        VmdkOptions(compat6=True, toolsversion="1"),
        VmdkOptions(hwversion="10"),
        VdiOptions(static=True),
        VhdxOptions(block_size="256M", log_size="2M", subformat="fixed", block_state_zero=True),
        VhdxOptions(block_size=0),
        VpcOptions(subformat="fixed", force_size=True),
        QedOptions(cluster_size="4K", table_size=16),
    ]:
        disk = DiskImage("disk", size="3M", format=options.format, options=options)
        info = disk.create(overwrite=True).info()
        assert info.format == options.format
        if (cluster := getattr(options, "cluster_size", None)) is not None:
            assert info.cluster_size == {"2M": 2 << 20, "4K": 4096}.get(cluster, cluster)


def test_an_option_that_this_qemu_img_has_not():
    with pytest.raises(ImageError, match="Invalid parameter 'custer_size'") as caught:
        DiskImage("a.qcow2", size="1M", options={"custer_size": "2M"}).create()
    hint = caught.value.hint
    assert "this qemu-img has no option 'custer_size' for qcow2 images" in hint
    assert "did you mean 'cluster_size'?" in hint
    assert "preallocation" in hint
    assert "nocow" in hint  # of the file, and not of the format
    with pytest.raises(ImageError) as caught:
        DiskImage("a.vdi", size="1M", options={"cluster_size": "2M"}).create()
    assert "it has" in caught.value.hint
    assert "static" in caught.value.hint


def test_a_format_that_this_qemu_img_has_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
):
    # A qemu-img that was built without qed: what it says then, and its own help.
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "qemu-img"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --help ] && exec "{QEMU_IMG}" --help\n'
        "echo \"qemu-img: a.qed: Unknown file format 'qed'\" >&2\nexit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    with pytest.raises(ImageError) as caught:
        DiskImage("a.qed", size="1M").create()
    assert "no format 'qed'" in caught.value.hint
    assert "qcow2" in caught.value.hint


def test_the_bare_tool_agrees_on_overlays():
    DiskImage("base.qcow2", size="1M").create()
    for allocation, code in (("metadata", 1), ("off", 0)):
        argv = [QEMU_IMG, "create", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", "-o"]
        done = subprocess.run(
            [*argv, f"preallocation={allocation}", "o.qcow2"], check=False, capture_output=True
        )
        assert done.returncode == code
    both = Qcow2Options(preallocation="metadata", extended_l2=True)
    made = DiskImage("p.qcow2", backing=DiskImage("base.qcow2"), options=both).create()
    assert made.info().format_specific["extended-l2"] is True

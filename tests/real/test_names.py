"""Whatever a file is called, QEMU opens that very file.

Each file of the hostile list has a size of its own, so that what QEMU says of an image tells which
file it has open. The names are relative, so that nothing stands before them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from qemubuild.machine import Machine
from qemubuild.options.drive import Drive
from qemubuild.options.media import Cdrom, Hda, Hdb, Hdd
from qemubuild.options.raw import Raw
from tests.hostile import NAMES
from tests.real.judge import needs, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qemubuild.option import Option

SIZES = {name: 512 * number for number, name in enumerate(NAMES, 1)}
# A machine type without devices, which starts fast and leaves every drive alone.
NOTHING = Raw("-machine", "none")
FOUR = (Hda, Hdb, Cdrom, Hdd)


class Image:
    """A file that knows its format, as a disk image of the library's does."""

    format = "raw"

    def __init__(self, path: str) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return self.path


@pytest.fixture
def folder(tmp_path):
    for name, size in SIZES.items():
        with open(os.path.join(tmp_path, name), "wb") as file:
            file.truncate(size)
    return tmp_path


def opened(options: Iterable[Option], folder) -> dict[str, int]:
    """The size of each image that QEMU has open, by the drive's name."""
    sizes = {}

    def ask(monitor):
        for block in monitor.execute("query-block"):
            if "inserted" in block:
                sizes[block["device"]] = block["inserted"]["image"]["virtual-size"]

    needs("qemu-system-x86_64")
    argv = Machine("x86_64", [NOTHING, *options]).argv(check=False)
    assert refusal(argv, cwd=folder, ask=ask) is None
    return sizes


def test_the_list_is_long():
    assert len(NAMES) > 250


@pytest.mark.parametrize("made", [str, Image])
def test_drive_opens_the_very_file(made, folder):
    drives = [
        Drive(made(name), interface="none", id=f"d{size}", format="raw", readonly=True)
        for name, size in SIZES.items()
    ]
    assert opened(drives, folder) == {f"d{size}": size for size in SIZES.values()}


def test_a_whole_path_opens_the_very_file(folder):
    drives = [
        Drive(folder / name, interface="none", id=f"d{size}", format="raw", readonly=True)
        for name, size in SIZES.items()
    ]
    assert opened(drives, folder.parent) == {f"d{size}": size for size in SIZES.values()}


@pytest.mark.parametrize("turn", range(len(FOUR)))
def test_hda_and_cdrom_open_the_very_file(turn, folder):
    # Four files in each QEMU, and in the end each of them in each place.
    kinds = (*FOUR[turn:], *FOUR[:turn])
    for start in range(0, len(NAMES), len(FOUR)):
        names = NAMES[start : start + len(FOUR)]
        options = [kind(name) for kind, name in zip(kinds, names, strict=False)]
        places = [f"none{option.place.index}" for option in options]
        assert opened(options, folder) == dict(
            zip(places, (SIZES[name] for name in names), strict=True)
        )

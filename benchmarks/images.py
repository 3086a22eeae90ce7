"""Make, ask and copy images: by the library, and by the bare qemu-img; clone by the hundred."""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qemubuild import DiskImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLONES = 200
CONVERTED = 64 << 20


@contextmanager
def contestants() -> Iterator[dict[str, dict[str, Callable[[], float]]]]:
    """The seconds of each verb, by the library and by its bare command."""
    with tempfile.TemporaryDirectory(prefix="qemubuild-bench-") as name:
        folder = Path(name)
        disk = DiskImage(folder / "disk.qcow2", size="50G").create()
        full = DiskImage(folder / "full.raw", size=CONVERTED)
        with open(full, "wb") as file:
            file.write(b"\1" * CONVERTED)
        numbers = itertools.count()

        def new(suffix: str) -> Path:
            return folder / f"{next(numbers)}.{suffix}"

        yield {
            "create": {
                "qemubuild": timed(lambda: DiskImage(new("qcow2"), size="50G").create()),
                "qemu-img": timed(lambda: run("create", "-f", "qcow2", new("qcow2"), "50G")),
            },
            "info": {
                "qemubuild": timed(disk.info),
                "qemu-img": timed(
                    lambda: run("info", "--output=json", "-U", "-f", "qcow2", disk.path)
                ),
            },
            "convert": {
                "qemubuild": timed(lambda: full.convert(copy := new("qcow2")) and copy.unlink()),
                # The library has the copy on the disk before it has its name.
                "qemu-img": timed(lambda: copied(full.path, new("qcow2"), sync=True)),
                "unsynced": timed(lambda: copied(full.path, new("qcow2"), sync=False)),
            },
        }


def copied(source: str, target: Path, *, sync: bool) -> None:
    """Copy an image by the bare command, and remove it as the other contestant does."""
    run("convert", "-f", "raw", "-O", "qcow2", source, target)
    if sync:
        with target.open("rb") as file:
            os.fdatasync(file.fileno())
    target.unlink()


def run(*arguments: str | Path) -> None:
    """Run the bare command, and read what it says."""
    subprocess.run(["qemu-img", *arguments], check=True, capture_output=True)


def timed(act: Callable[[], object]) -> Callable[[], float]:
    """The seconds of one."""

    def once() -> float:
        begin = time.perf_counter()
        act()
        return time.perf_counter() - begin

    return once


def cloning() -> dict[str, Callable[[], float]]:
    """The seconds of many clones: all in one call, and the same calls in a row."""

    def clones(make: Callable[[DiskImage, list[str]], object]) -> Callable[[], float]:
        def once() -> float:
            with tempfile.TemporaryDirectory(prefix="qemubuild-bench-") as folder:
                base = DiskImage(f"{folder}/base.qcow2", size="50G").create()
                names = [f"{folder}/vm{number}.qcow2" for number in range(CLONES)]
                return timed(lambda: make(base, names))()

        return once

    return {
        "qemubuild": clones(DiskImage.clone_many),
        "one by one": clones(lambda base, names: [base.clone(name) for name in names]),
    }

"""What tests of disk images have: the real tools, and images that hold something."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qemubuild.disk import DiskImage
from tests.real.judge import needs, refusal

QEMU_IMG = needs("qemu-img")
QEMU_IO = needs("qemu-io")
QEMU = needs("qemu-system-x86_64")
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIB = 1 << 20


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory to be in, so that names stand as they are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def in_memory(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same in memory, where there is any, for what makes images by the hundred."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield here
        return
    with tempfile.TemporaryDirectory(dir=memory) as directory:
        monkeypatch.chdir(directory)
        yield Path(directory)
        os.chdir(here)


@pytest.fixture
def stand_in(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """A program first in PATH that does what a fault does, around the real qemu-img."""
    directory = tmp_path_factory.mktemp("bin")

    def write(*, before: str = "", after: str = "") -> None:
        program = directory / "qemu-img"
        program.write_text(f'#!/bin/sh\n{before}\n"{QEMU_IMG}" "$@"\n{after}\n')
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(directory), prepend=os.pathsep)
    return write


def qemu_img(*arguments: str) -> str:
    """What the tool itself says."""
    done = subprocess.run([QEMU_IMG, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def told(*arguments: str) -> dict:
    """The same, of what it says as JSON."""
    return json.loads(qemu_img(*arguments, "--output=json"))


def qemu_io(disk: DiskImage, *commands: str) -> str:
    """Read and write as a guest does."""
    words = [word for command in commands for word in ("-c", command)]
    argv = [QEMU_IO, "-f", disk.format, *words, os.path.join(".", disk)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    assert "failed" not in done.stdout, done.stdout
    return done.stdout


def written(path: str, size: int | str = "8M", *places: str, **more) -> DiskImage:
    """A new image with something in it: 64 KiB of sevens from 1 MiB on, where nothing is said."""
    disk = DiskImage(path, size=size, **more).create()
    qemu_io(disk, *(f"write -P {place}" for place in places or ["7 1M 64K"]))
    return disk


def holds(disk: DiskImage, *places: str) -> bool:
    """Whether an image reads so."""
    qemu_io(disk, *(f"read -P {place}" for place in places or ["7 1M 64K", "0 0 1M"]))
    return True


def files() -> list[str]:
    return sorted(os.listdir())


def while_running(*drives: str, ask) -> None:
    """Call ``ask`` while a QEMU, paused before its first instruction, has these drives."""
    argv = [QEMU, "-machine", "pc", "-nodefaults"]
    for drive in drives:
        argv += ["-drive", drive]
    said = refusal(argv, ask=lambda _: ask())
    assert said is None, said

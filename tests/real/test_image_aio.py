"""Images in an event loop: what is cancelled is ended, and leaves nothing."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from qemubuild.disk import DiskImage, in_thread
from qemubuild.errors import ImageError
from tests.real.images import MIB, files, here, holds, written

__all__ = ["here"]
pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def hanging(
    here: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A qemu-img that says that it is there, in a pipe, and does nothing more."""
    program = tmp_path_factory.mktemp("bin") / "qemu-img"
    program.write_text("#!/bin/sh\necho >there\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    os.mkfifo("there")


def children() -> list[str]:
    """Of all threads: each has its own."""
    lists = Path("/proc/self/task").glob("*/children")
    return sorted(pid for children in lists for pid in children.read_text().split())


def test_it_is_awaited():
    disk = written("disk.qcow2")

    async def work() -> tuple[DiskImage, DiskImage]:
        return await asyncio.gather(
            in_thread(disk.convert, "a.raw", progress=lambda _: None),
            in_thread(disk.convert, "b.raw"),
        )

    first, second = asyncio.run(work())
    assert first.size == second.size == 8 * MIB
    assert holds(first)


def test_what_it_raises():
    with pytest.raises(ImageError, match="No such file"):
        asyncio.run(in_thread(DiskImage("missing.qcow2").check))


@pytest.mark.usefixtures("hanging")
@pytest.mark.parametrize("twice", [False, True])
def test_it_is_cancelled(twice: bool):
    disk = DiskImage("disk.qcow2")
    before = len(os.listdir("/proc/self/fd"))
    others = children()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(in_thread(disk.convert, "a.raw"))
        await loop.run_in_executor(None, Path("there").read_text)
        task.cancel()
        if twice:
            loop.call_soon(task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert children() == others
        assert files() == ["there"]

    asyncio.run(work())
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.usefixtures("hanging")
def test_it_takes_too_long():
    async def work() -> None:
        async with asyncio.timeout(0.05):
            await in_thread(DiskImage("disk.qcow2").check)

    reading = os.open("there", os.O_RDWR)
    with pytest.raises(TimeoutError):
        asyncio.run(work())
    os.close(reading)
    assert files() == ["there"]

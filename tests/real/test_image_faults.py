"""What goes wrong while an image is worked on: full disks, files that vanish, processes killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qemubuild.errors import ImageError
from qemubuild.locks import in_use
from tests.real.images import MIB, files, here, holds, qemu_io, stand_in, written
from tests.real.others import wait_for

if TYPE_CHECKING:
    from qemubuild.disk import DiskImage

__all__ = ["here", "stand_in"]
pytestmark = pytest.mark.usefixtures("here")

FULL = "7 0 8M"


def python(code: str, *before: str) -> subprocess.CompletedProcess[str]:
    preamble = "import os, signal\nfrom qemubuild import DiskImage, ImageError\n"
    argv = [*before, sys.executable, "-X", "dev", "-c", preamble + code]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


class TestFullDisk:
    """A disk of its own of 4 MiB."""

    @pytest.fixture
    def small(self, here: Path):
        def run(code: str) -> str:
            (here / "small").mkdir(exist_ok=True)
            inner = 'mount -t tmpfs -o size=4m none "$1" && shift && exec "$@"'
            mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inner, "sh"]
            ran = python(code, *mount, str(here / "small"))
            if "unshare" in ran.stderr or "mount:" in ran.stderr:
                pytest.skip(f"no disk of its own here: {ran.stderr}")
            assert ran.stderr == ""
            return ran.stdout

        return run

    @pytest.mark.parametrize(
        "call",
        [
            'disk.convert("small/a.raw")',
            'disk.convert("small/a.qcow2")',
            'disk.dd("small/a.raw")',
            'DiskImage("small/b.raw", size="8M", options={"preallocation": "full"}).create()',
        ],
    )
    def test_nothing_is_left_of_a_new_image(self, small, call: str):
        written("disk.qcow2", "8M", FULL)
        code = f"""
disk = DiskImage("disk.qcow2")
try:
    {call}
except ImageError as error:
    print(error.exit_code, "make room" in error.hint)
room = os.statvfs("small")
print(os.listdir("small"), room.f_bavail == room.f_blocks)
"""
        assert small(code) == "1 True\n[] True\n"

    @pytest.mark.parametrize(
        "call",
        [
            "overlay.rebase(None)",
            'overlay.rebase("../other.raw")',
            'overlay.resize("64M", preallocation="full")',
            'overlay.convert("small/vm.qcow2", overwrite=True)',
        ],
    )
    def test_an_image_that_is_there_reads_as_before(self, small, call: str):
        written("base.raw", "8M", FULL)
        written("other.raw", "8M", "9 0 8M")
        code = f"""
overlay = DiskImage("base.raw").overlay("small/vm.qcow2")
try:
    {call}
except ImageError as error:
    print(error.exit_code)
print(overlay.compare("base.raw").identical, overlay.check().corruptions, os.listdir("small"))
"""
        assert small(code) == "1\nTrue 0 ['vm.qcow2']\n"


class TestKilled:
    @pytest.mark.parametrize(
        "call",
        [
            'disk.convert("new.raw", progress=stop)',
            'disk.rebase("other.raw", progress=stop)',
            "disk.commit(progress=stop)",
        ],
    )
    def test_with_its_python(self, call: str):
        base = written("base.raw", "8M", FULL)
        written("other.raw", "8M", "9 0 8M")
        overlay = base.overlay("vm.qcow2")
        if "commit" in call:
            qemu_io(overlay, "write -P 5 0 8M")
        copy = overlay.convert("copy.raw")
        code = f"""
def stop(done):
    if done > 20:
        os.kill(os.getpid(), signal.SIGKILL)
disk = DiskImage("vm.qcow2")
{call}
"""
        assert python(code).returncode == -signal.SIGKILL
        assert files() == ["base.raw", "copy.raw", "other.raw", "vm.qcow2"]
        wait_for(lambda: not in_use("vm.qcow2"))  # Linux ends what it had started
        assert overlay.compare(copy)
        assert not overlay.check().corruptions

    def test_by_somebody_else(self, stand_in):
        disk = written("disk.qcow2", "8M", FULL)
        stand_in(before="kill -9 $$")
        for call in (
            lambda: disk.convert("a.raw"),
            lambda: disk.resize("16M"),
            lambda: disk.snapshot("s"),
            disk.check,
            disk.map,
        ):
            with pytest.raises(ImageError, match="ended by signal 9") as caught:
                call()
            assert caught.value.exit_code == -9
        assert files() == ["disk.qcow2"]
        assert disk.snapshots() == ()

    def test_one_that_hangs_is_ended_by_who_follows(self, stand_in):
        disk = written("disk.qcow2")
        stand_in(before="exec sleep 60")

        def stop(_: float) -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            disk.convert("a.raw", progress=stop)
        assert files() == ["disk.qcow2"]

    def test_ctrl_c(self, stand_in):
        written("disk.qcow2")
        os.mkfifo("there")
        stand_in(before="echo >there; exec sleep 60")
        code = """
try:
    DiskImage("disk.qcow2").convert("a.raw")
except KeyboardInterrupt:
    print(open(f"/proc/self/task/{os.getpid()}/children").read(), len(os.listdir()))
"""
        preamble = "import os\nfrom qemubuild import DiskImage\n"
        argv = [sys.executable, "-c", preamble + code]
        with subprocess.Popen(argv, text=True, stdout=subprocess.PIPE) as waiting:
            Path("there").read_text()
            waiting.send_signal(signal.SIGINT)
            said = waiting.communicate()[0]
        assert said == " 2\n"


class TestVanishing:
    def test_a_source_before_it_is_opened(self, stand_in):
        disk = written("disk.qcow2")
        stand_in(before="rm disk.qcow2")
        for call in (lambda: disk.convert("a.raw"), disk.map, lambda: disk.compare("b.raw")):
            with pytest.raises(ImageError, match="No such file") as caught:
                call()
            assert caught.value.hint
            assert files() == []

    def test_a_source_once_it_is_open(self):
        disk = written("disk.qcow2", "8M", FULL)

        def remove(done: float) -> None:
            if done > 20:
                Path("disk.qcow2").unlink(missing_ok=True)

        assert holds(disk.convert("a.raw", progress=remove), FULL)

    def test_a_backing_file(self):
        overlay = written("base.qcow2").overlay("vm.qcow2")
        Path("base.qcow2").unlink()
        for call in (
            lambda: overlay.convert("a.raw"),
            lambda: overlay.rebase(None),
            overlay.commit,
            overlay.map,
        ):
            with pytest.raises(ImageError, match="No such file") as caught:
                call()
            assert "backing name" in caught.value.hint
        assert files() == ["vm.qcow2"]

    def test_the_directory_of_a_new_image(self, stand_in):
        disk = written("disk.qcow2")
        Path("sub").mkdir()
        stand_in(before="rmdir sub")
        with pytest.raises(ImageError, match="cannot be made: No such file"):
            disk.convert("sub/a.raw")
        assert files() == ["disk.qcow2"]


class TestPermission:
    """As somebody who obeys the modes of files, which root does not."""

    def obedient(self, code: str) -> str:
        powers = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
        ran = python(code, *(powers if os.getuid() == 0 else []))
        if "setpriv" in ran.stderr:
            pytest.skip(f"root obeys no modes here: {ran.stderr}")
        assert ran.stderr == ""
        return ran.stdout

    def test_what_may_only_be_read(self):
        written("disk.qcow2")
        os.chmod("disk.qcow2", 0o444)
        os.chmod(".", 0o555)
        code = """
disk = DiskImage("disk.qcow2")
print(disk.check().ok, len(disk.map()), disk.compare("disk.qcow2").identical)
for call in (
    lambda: disk.convert("a.raw"),
    lambda: disk.overlay("vm.qcow2"),
    lambda: disk.resize("16M"),
    lambda: disk.snapshot("s"),
    lambda: disk.amend({"lazy_refcounts": True}),
    lambda: disk.add_bitmap("b"),
):
    try:
        call()
    except ImageError as error:
        print("Permission denied" in str(error), bool(error.hint))
"""
        try:
            assert self.obedient(code) == "True 3 True\n" + "True True\n" * 6
        finally:
            os.chmod(".", 0o755)
        assert files() == ["disk.qcow2"]

    def test_what_may_not_be_read(self):
        written("disk.qcow2")
        os.chmod("disk.qcow2", 0)
        code = """
for call in DiskImage("disk.qcow2").check, DiskImage("disk.qcow2").snapshots:
    try:
        call()
    except ImageError as error:
        print("Permission denied" in str(error), bool(error.hint))
"""
        assert self.obedient(code) == "True True\n" * 2


def test_many_threads():
    disk = written("disk.qcow2")
    made: list[DiskImage] = []

    def make(number: int) -> None:
        made.append(disk.convert(f"{number}.raw"))

    threads = [threading.Thread(target=make, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.path for one in made} == {f"{number}.raw" for number in range(8)}
    assert all(one.size == 8 * MIB for one in made)

"""A file appears whole or not at all, and nothing is lost unasked."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from qemubuild.disk import replace
from qemubuild.errors import ImageError

OLD, NEW = "precious", "new"


def write(
    path: Path, *, overwrite: bool = False, meanwhile: str | None = None, nameless: bool = False
) -> None:
    with replace.whole(
        os.fspath(path), overwrite=overwrite, argv=["qemu-img"], nameless=nameless
    ) as beside:
        assert nameless or Path(beside).parent == path.parent
        Path(beside).write_text(NEW)
        if meanwhile is not None:
            path.write_text(meanwhile)


@pytest.fixture
def target(tmp_path: Path):
    """A path in a directory that holds that file, or nothing at all, in the end."""
    path = tmp_path / "disk"
    yield path
    assert set(os.listdir(tmp_path)) <= {"disk"}


@pytest.fixture(params=["hard links", "no hard links"])
def file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    if request.param == "no hard links":

        def link(*_: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")  # as vfat says

        monkeypatch.setattr(replace.os, "link", link)


@pytest.mark.usefixtures("file_system")
def test_a_new_file(target: Path):
    write(target)
    assert target.read_text() == NEW


class TestWithoutAName:
    def test_a_new_file(self, target: Path):
        write(target, nameless=True)
        assert target.read_text() == NEW

    def test_overwriting_keeps_who_may_use_it(self, target: Path):
        target.write_text(OLD)
        target.chmod(0o600)
        write(target, overwrite=True, nameless=True)
        assert target.read_text() == NEW
        assert target.stat().st_mode & 0o777 == 0o600

    def test_a_file_that_appears_meanwhile_stays(self, target: Path):
        with pytest.raises(ImageError, match="appeared"):
            write(target, meanwhile=OLD, nameless=True)
        assert target.read_text() == OLD

    def test_whoever_is_killed_leaves_nothing(self, target: Path):
        pid = os.fork()
        if not pid:
            with replace.whole(
                os.fspath(target), overwrite=False, argv=[], nameless=True
            ) as beside:
                Path(beside).write_text(NEW)
                os.kill(os.getpid(), signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        assert os.listdir(target.parent) == []

    def test_its_mode_is_what_qemu_img_gives(self, target: Path):
        write(target, nameless=True)
        other = target.with_name("other")
        other.touch(0o644)
        assert target.stat().st_mode == other.stat().st_mode
        other.unlink()

    def test_where_there_is_no_such_thing(self, target: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(replace.os, "O_TMPFILE", os.O_DIRECTORY)  # as a file system without it
        write(target, nameless=True)
        assert target.read_text() == NEW


@pytest.mark.usefixtures("file_system")
def test_a_file_that_appears_meanwhile_stays(target: Path):
    with pytest.raises(ImageError, match="appeared"):
        write(target, meanwhile=OLD)
    assert target.read_text() == OLD


@pytest.mark.usefixtures("file_system")
def test_a_file_that_is_there_stays(target: Path):
    target.write_text(OLD)
    with pytest.raises(ImageError, match="is there already") as caught:
        write(target)
    assert "overwrite=True" in caught.value.hint
    assert target.read_text() == OLD


def test_overwriting_keeps_who_may_use_it(target: Path):
    target.write_text(OLD)
    target.chmod(0o600)
    write(target, overwrite=True)
    assert target.read_text() == NEW
    assert target.stat().st_mode & 0o777 == 0o600


def test_overwriting_what_is_not_there(target: Path):
    write(target, overwrite=True)
    assert target.read_text() == NEW


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_failure_leaves_everything_as_it_was(target: Path, overwrite: bool):
    if overwrite:
        target.write_text(OLD)

    def interrupted() -> None:
        with replace.whole(os.fspath(target), overwrite=overwrite, argv=["qemu-img"]) as beside:
            Path(beside).write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.exists() == overwrite
    assert not overwrite or target.read_text() == OLD


def test_an_error_of_whoever_writes_goes_on_as_it_is(target: Path):
    def fails() -> None:
        with replace.whole(os.fspath(target), overwrite=False, argv=["qemu-img"]):
            raise OSError(errno.ECONNRESET, "not ours")

    with pytest.raises(ConnectionResetError):
        fails()


def test_a_failure_to_take_the_name_leaves_no_empty_file(target: Path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(replace.os, "link", fail)
    monkeypatch.setattr(replace.os, "rename", fail)
    with pytest.raises(ImageError, match="Operation not permitted"):
        write(target)
    assert not target.exists()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("kind", ["directory", "link", "dangling link", "fifo", "device"])
def test_what_is_never_overwritten(tmp_path: Path, kind: str, overwrite: bool):
    target, other = tmp_path / "disk", tmp_path / "other"
    if kind == "directory":
        target.mkdir()
    elif kind == "fifo":
        os.mkfifo(target)
    elif kind == "device":
        target = Path("/dev/null")
    else:
        target.symlink_to(other)
        if kind == "link":
            other.write_text(OLD)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(ImageError, match=r"directory|symbolic link|no regular file") as caught:
        write(target, overwrite=overwrite)
    assert "link" not in kind or str(other) in caught.value.hint
    assert sorted(os.listdir(tmp_path)) == before
    assert kind != "link" or other.read_text() == OLD


@pytest.mark.parametrize("name", ["n" * 255, "n" * 256, "file/disk"])
def test_names_at_the_limits(tmp_path: Path, name: str):
    (tmp_path / "file").touch()
    if len(name) == 255:
        write(tmp_path / name)
        assert (tmp_path / name).read_text() == NEW
    else:
        with pytest.raises(ImageError, match=r"Not a directory|File name too"):
            write(tmp_path / name)

"""The demonstration: the whole lesson on a real QEMU, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import installer_cd
import lesson
import pytest

from tests.real.guests import media

LESSON = Path(lesson.__file__)


def demonstrate(*options: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, LESSON, *options],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_installs_and_boots_what_it_installed(tmp_path: Path) -> None:
    ended = demonstrate("--directory", tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "qemu-img create -f qcow2 mydisk.qcow2 50G" in ended.stdout
    assert "  |    Booted from  CD-ROM, BIOS drive E0" in ended.stdout
    assert "  |    Booted from  hard disk, BIOS drive 80" in ended.stdout
    assert ended.stdout.count(" right ") == 10
    assert "WRONG" not in ended.stdout
    for picture in ("installer.png", "installed.png"):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")


def test_an_installer_of_ones_own_is_left_to_the_person(tmp_path: Path) -> None:
    ended = demonstrate("--directory", tmp_path, "--iso", media.installer_iso())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Look at the screen with a VNC client, at 127.0.0.1:59" in ended.stdout
    assert "-boot c" in ended.stdout


def test_a_disk_that_is_there_is_not_lost(tmp_path: Path) -> None:
    disk = tmp_path / "mydisk.qcow2"
    disk.write_text("precious")
    ended = demonstrate("--directory", tmp_path)
    assert ended.returncode == 1
    assert "mydisk.qcow2" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert disk.read_text() == "precious"


def test_a_guest_that_found_something_else_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"vCPUs": "4", "Memory": "8192 MiB"}
    assert lesson.agree("A guest", {"vCPUs": "4", "Memory": "8192 MiB (8191 free)"}, given)
    assert "WRONG" not in capsys.readouterr().out
    assert not lesson.agree("A guest", {"vCPUs": "1", "Memory": "8192 MiB"}, given)
    assert not lesson.agree("A guest", {"vCPUs": "4"}, given)
    assert capsys.readouterr().out.count("WRONG") == 2


def test_a_missing_assembler_is_said_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(installer_cd.MissingAssembler, match="apt-get install nasm"):
        installer_cd.build(tmp_path / "installer.iso")

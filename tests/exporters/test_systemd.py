"""A machine as a systemd unit: read back it is the same command, whatever is in its names."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from qemubuild import InvalidMachine, InvalidOption, Machine
from tests.exporters.unit import command, settings
from tests.hostile import NAMES

SPECIFIERS = {"t": "/run/user/1000", "N": "web"}
POWER_BUTTON = [
    *("-chardev", "pipe,id=qemubuild-stop,path=/run/user/1000/qemu-web/monitor"),
    *("-mon", "chardev=qemubuild-stop,mode=readline"),
]
NAMES = [
    *NAMES,
    "$HOME",
    "${HOME}",
    "$$",
    "%n",
    "%%",
    "a;b",
    ";",
    "#",
    "\\",
    "\\x41",
    "'",
    '"',
    "@",
]


def start(unit):
    return command(settings(unit)["ExecStart"], {"HOME": "wrong"}, SPECIFIERS)


def test_the_unit_runs_the_machine():
    machine = Machine().memory("1G").smp(2).vnc("auto", host="127.0.0.1")
    unit = machine.to_systemd_unit("web", stop_timeout=20)
    assert start(unit) == [*machine.argv(), *POWER_BUTTON]
    found = settings(unit)
    assert found["Description"] == "QEMU guest web"
    assert (found["Type"], found["Restart"]) == ("exec", "on-failure")
    assert found["WantedBy"] == "default.target"
    assert command(found["ExecStop"], {"MAINPID": "7"}, SPECIFIERS)[:3] == ["timeout", "20", "sh"]
    assert int(found["TimeoutStopSec"]) > 20
    assert "loginctl enable-linger" in unit


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_they_are(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    machine = Machine().drive(name, format="raw").name(f"-{name}").raw(name)
    assert start(machine.to_systemd_unit("web")) == [*machine.argv(), *POWER_BUTTON]


@pytest.mark.parametrize("path", ["/opt/my qemu", "/opt/100%n/$HOME/é", "./here;now", "/@opt/#"])
def test_the_program_comes_back_as_it_is(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = f"{tmp_path}/{path[2:]}" if path.startswith("./") else path
    assert start(Machine(path).to_systemd_unit("web")) == [whole, *POWER_BUTTON]


@pytest.mark.parametrize("folder", ["a b", "100%", "'", 'a"b', "a\\b", "é"])
def test_relative_names_are_those_of_here(folder, tmp_path, monkeypatch):
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)
    written = settings(Machine().to_systemd_unit("web"))["WorkingDirectory"]
    assert written.replace("%%", "%") == f"{tmp_path}/{folder}"


@pytest.mark.parametrize("folder", ["a ", "a\\", "a\nb", "\udcff"])
def test_a_directory_that_cannot_be_written_is_refused(folder, tmp_path, monkeypatch):
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)
    with pytest.raises(InvalidOption, match="in this path"):
        Machine().to_systemd_unit("web")


@pytest.mark.parametrize("path", ['/opt/"', "/opt/'", "/opt/\\", "/opt/\n", "/opt/\udcff"])
def test_a_program_that_cannot_be_written_is_refused(path):
    with pytest.raises(InvalidOption, match="in this path"):
        Machine(path).to_systemd_unit("web")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a@b", "-a", "a\n", "n" * 300, "%n"])
def test_a_name_that_no_unit_can_have_is_refused(name):
    with pytest.raises(InvalidOption, match="a unit cannot be called"):
        Machine().to_systemd_unit(name)


def test_what_cannot_run_is_refused():
    with pytest.raises(InvalidMachine):
        Machine().cpu("host").to_systemd_unit("web")
    assert "-cpu host" in Machine().cpu("host").to_systemd_unit("web", check=False)
    with pytest.raises(InvalidOption, match="leave it out"):
        Machine().daemonize().to_systemd_unit("web")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_has_nothing_against_it(tmp_path, monkeypatch):
    folder = tmp_path / "a \"b' c%"
    folder.mkdir()
    monkeypatch.chdir(folder)
    shutil.copy(shutil.which("true"), tmp_path / "100% $HOME; é")
    machine = Machine(f"{tmp_path}/100% $HOME; é")
    for name in NAMES:
        machine = machine.raw("-name", name)
    unit = tmp_path / "web.service"
    unit.write_text(machine.to_systemd_unit("web"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    ran = subprocess.run(
        ["systemd-analyze", "--user", "verify", unit], capture_output=True, text=True, check=False
    )
    assert ran.stdout + ran.stderr == ""
    assert ran.returncode == 0

"""Scripts: a shell runs them with exactly the machine's argv, and a person can read them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from qemubuild import Drive, InvalidMachine, Machine, Raw
from tests.hostile import NAMES

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]


def program(path: Path) -> str:
    """A program that says what it was given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('#!/bin/sh\nprintf \'%s\\0\' "$0" "$@"\n')
    path.chmod(0o755)
    return str(path)


def run(script: str, shell: str, cwd: Path, *args: str) -> list[str]:
    file = cwd / "vm.sh"
    file.write_text(script, "utf-8", "surrogateescape")
    command = [shell, "sh"] if shell == "busybox" else [shell]
    said = subprocess.run([*command, file, *args], check=True, capture_output=True, cwd=cwd)
    assert said.stderr == b""
    return os.fsdecode(said.stdout).split("\0")[:-1]


def test_each_option_has_its_line_and_its_explanation():
    script = Machine("x86_64").nodefaults().memory("8G").to_script()
    assert script.splitlines()[:3] == [
        "#!/bin/sh",
        "# Starts a guest with the architecture x86_64.",
        "set --",
    ]
    assert (
        "\n\n# Gives the guest 8 GiB of memory. Without it QEMU gives 128 MiB, too little for\n"
        '# most systems.\nset -- "$@" -m 8G\n\n' in script
    )
    assert script.endswith('\nexec qemu-system-x86_64 "$@"\n')


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gives_exactly_the_argv_whatever_names_are_like(shell: str, tmp_path: Path):
    options = [option for name in NAMES for option in (Drive(name), Raw("-x", name))]
    machine = Machine(program(tmp_path / "qemu-system-x86_64"), options)
    argv = run(machine.to_script(check=False), shell, tmp_path)
    assert argv == machine.argv(check=False)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ["it's $HOME/q", "-c/q", "a=b/q", "new\nline/q", "caf\udce9/q"])
def test_the_program_may_be_anywhere(shell: str, name: str, tmp_path: Path):
    program(tmp_path / name)
    machine = Machine(name).memory("1G")
    ran, *arguments = run(machine.to_script(), shell, tmp_path)
    assert tmp_path.joinpath(ran).samefile(tmp_path / name)
    assert arguments == machine.argv()[1:]


def test_what_the_script_is_given_changes_nothing(tmp_path: Path):
    machine = Machine(program(tmp_path / "q")).memory("1G")
    assert run(machine.to_script(), "sh", tmp_path, "-m", "2G") == machine.argv()


def test_a_machine_that_cannot_work_is_refused_unless_asked_for():
    wrong = Machine().smp(4, sockets=3)
    with pytest.raises(InvalidMachine):
        wrong.to_script()
    assert "-smp 4,sockets=3" in wrong.to_script(check=False)

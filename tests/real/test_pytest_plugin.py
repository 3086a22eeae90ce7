"""The pytest plugin, in tests of its users: guests that end with a test, and say why it failed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qemubuild import Process
from tests.real.guests.serial import serial_disk

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("own_directory")

GUEST = """
    pc = machine("x86_64").nodefaults().accel("tcg").memory("64M").device("VGA").display("none")
    vm = pc.drive({disk!r}, format="raw", snapshot=True).launch("web", console=True)
    vm.console.expect("ready")
"""


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makepyfile(test.format(guest=GUEST.format(disk=str(serial_disk()))))
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_guests_end_with_their_test(pytester):
    result = run(
        pytester,
        """
from qemubuild import Process

def test_one(machine):{guest}
    vm.detach()
    pc.launch("other", detach=True)
    assert len(Process.running()) == 2

def test_two():
    assert Process.running() == ()
""",
    )
    result.assert_outcomes(passed=2)
    assert Process.running() == ()


def test_what_its_guests_said_is_in_the_report_of_a_failed_test(pytester):
    result = run(
        pytester,
        """
def test_passes(machine):{guest}

def test_fails(machine, tmp_path):{guest}
    pc.launch().kill()
    vm.console.write("no such file")
    vm.console.expect("file")
    assert 0
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- web: still runs -*",
            "*qemu-system-x86_64 -nodefaults *",
            "*- web: console -*",
            "ready",
            "no such file",
            "*- web: screen -*",
            "*guest-1.png",
            "*- guest 2: SIGKILL ended QEMU -*",
        ]
    )
    assert result.stdout.str().count("web: console") == 1
    (picture,) = pytester.path.parent.rglob("guest-1.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert Process.running() == ()


def test_the_one_on_the_page_passes(pytester):
    page = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8")
    shutil.copy(serial_disk(), pytester.path)
    pytester.makepyfile(page.partition("```python\n")[2].partition("```")[0])
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=1)


def test_those_who_do_not_use_it_load_nothing_that_runs_guests(pytester):
    pytester.makepyfile(
        """
import sys

def test_one():
    assert "qemubuild.pytest_plugin" in sys.modules
    assert "qemubuild.process" not in sys.modules
"""
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)

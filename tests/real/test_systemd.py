"""A machine's unit, with a shell in systemd's place: it starts, and ends by its power button."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from qemubuild import Machine
from tests.exporters.unit import command, settings
from tests.real.guests.power import obedient_disk

SECONDS = 30
PC = Machine().machine_type("pc").nodefaults().display("none").accel("tcg")


class Unit:
    """One that runs as systemd would run it."""

    def __init__(self, text, directory):
        self.settings = settings(text)
        self.specifiers = {"t": str(directory), "N": "web"}
        (directory / self.settings["RuntimeDirectory"].replace("%N", "web")).mkdir(mode=0o700)
        subprocess.run(self.words("ExecStartPre"), check=True)
        self.main = subprocess.Popen(
            self.words("ExecStart"), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def words(self, setting, **variables):
        return command(self.settings[setting], variables, self.specifiers)

    def stop(self, **variables):
        return subprocess.run(
            self.words("ExecStop", **variables), timeout=SECONDS, check=False
        ).returncode


@pytest.fixture
def unit(tmp_path):
    units = []

    def start(machine, **more):
        units.append(Unit(machine.to_systemd_unit("web", **more), tmp_path))
        return units[0]

    yield start
    for one in units:
        one.main.kill()
        one.main.communicate()


def test_the_power_button_ends_it(unit, tmp_path):
    said = tmp_path / "said"
    machine = PC.drive(str(obedient_disk()), format="raw", snapshot=True)
    running = unit(machine.raw("-debugcon", f"file:{said}"))
    deadline = time.monotonic() + SECONDS
    while not (said.exists() and said.read_bytes().endswith(b"U")):
        assert time.monotonic() < deadline
        assert running.main.poll() is None
        time.sleep(0.01)
    stopping = subprocess.Popen(running.words("ExecStop", MAINPID=str(running.main.pid)))
    assert running.main.wait(SECONDS) == 0
    assert b"signal" not in running.main.stderr.read()
    assert stopping.wait(SECONDS) == 0


def test_a_guest_that_does_not_hear_is_left_to_a_signal(unit):
    running = unit(PC, stop_timeout=1)
    assert running.stop(MAINPID=str(running.main.pid)) == 124
    assert running.main.poll() is None
    running.main.send_signal(signal.SIGTERM)
    assert running.main.wait(SECONDS) == 0


def test_one_that_has_ended_is_not_waited_for(unit):
    running = unit(PC)
    os.kill(running.main.pid, signal.SIGTERM)
    running.main.wait(SECONDS)
    begin = time.monotonic()
    running.stop()
    assert time.monotonic() - begin < 10

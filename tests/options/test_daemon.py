"""``-daemonize`` and ``-pidfile``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.daemon import Daemonize, Pidfile

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "daemonize-hides": (PC.daemonize(), PC),
    "daemonize-on-terminal": (
        PC.daemonize().serial("stdio"),
        PC.daemonize().serial(file="boot.log"),
    ),
    "daemonize-nographic": (PC.daemonize().nographic(), PC.daemonize().display("none")),
}


def test_argv():
    assert Daemonize().words == ("-daemonize",)
    assert Pidfile("/run/a,b.pid").words == ("-pidfile", "/run/a,b.pid")
    assert Pidfile.parse("/run/a,b.pid") == Pidfile("/run/a,b.pid")


def test_a_file_is_needed():
    with pytest.raises(InvalidOption, match="empty"):
        Pidfile("")


def test_it_can_be_written_for_a_script():
    assert PC.daemonize().argv()[-1] == "-daemonize"


def test_launch_refuses_it():
    with pytest.raises(InvalidOption, match="-daemonize"):
        PC.daemonize().launch(check=False)


@pytest.mark.parametrize(
    "machine",
    [PC.monitor("stdio"), PC.qmp("stdio"), PC.serial("mon:stdio"), PC.gdb("stdio")],
)
def test_the_terminal_is_left_behind(machine):
    assert machine.check().ok
    assert [one.code for one in machine.daemonize().check().errors] == ["daemonize-on-terminal"]


def test_without_what_nographic_adds_it_goes():
    assert PC.nodefaults().nographic().daemonize().check().ok


def test_the_file_is_stated():
    machine = PC.pidfile("a.pid")
    assert [claim for _, claim in machine.claims(Opens)] == [
        Opens("a.pid", "process number", writes=True, creates=True)
    ]


def test_explain():
    assert "in the background" in Daemonize().explain()
    assert "a.pid" in Pidfile("a.pid").explain()

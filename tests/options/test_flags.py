"""The options that are a flag and nothing more."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.option import REGISTRY, Flag
from qemubuild.options import flags
from qemubuild.options.gdb import GdbDefault

PC = Machine("x86_64").memory("1G")
KINDS = [
    kind
    for kind in vars(flags).values()
    if isinstance(kind, type) and kind.__module__ == flags.__name__
]

EXAMPLES = {
    "gdb-open-to-all": (PC.gdb_default(), PC.gdb(port=1234, host="127.0.0.1")),
    "fd-bootchk-unsupported": (
        PC.machine_type("microvm").no_fd_bootchk(),
        PC.machine_type("pc").no_fd_bootchk(),
    ),
    "preconfig-with-state": (
        PC.preconfig().incoming("tcp:127.0.0.1:4444"),
        PC.preconfig().incoming("defer"),
    ),
    "preconfig-with-screen": (
        PC.preconfig().device("VGA", id="v").vnc(1, host="127.0.0.1", display="v"),
        PC.device("VGA", id="v").vnc(1, host="127.0.0.1", display="v"),
    ),
    "gdb-twice": (PC.gdb_default().gdb(unix="/run/gdb", server=True), PC.gdb_default()),
}


@pytest.mark.parametrize("kind", [*KINDS, GdbDefault])
def test_a_flag_is_all(kind):
    assert issubclass(kind, Flag)
    assert kind().words == (kind.flag,)
    assert REGISTRY[kind.flag] is kind
    assert kind.parse(None) == kind()
    assert kind().explain().endswith(".")


@pytest.mark.parametrize("method", ["win2k_hack", "no_fd_bootchk"])
def test_some_are_of_pcs(method):
    assert getattr(PC, method)().check().ok
    arm = Machine("aarch64").memory("1G").machine_type("virt")
    assert [one.code for one in getattr(arm, method)().check().errors] == [
        "option-of-another-architecture"
    ]


def test_no_debugger_is_in_nobodys_way():
    assert PC.gdb_default().gdb("none").check().ok

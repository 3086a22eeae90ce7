"""The terminal: one user, or a monitor beside it by mon:."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G")

EXAMPLES = {
    "terminal-shared": (BASE.serial("stdio").monitor("stdio"), BASE.serial("mon:stdio")),
    "terminal-of-nographic": (
        BASE.nographic().serial("stdio"),
        BASE.nographic().serial("mon:stdio"),
    ),
}


@pytest.mark.parametrize(
    "machine",
    [
        BASE.nographic(),
        BASE.nographic().nodefaults().serial("stdio"),
        BASE.nographic().serial("stdio").monitor("none"),
        BASE.nographic().serial("mon:null").parallel("stdio"),
        BASE.nographic().serial("null").parallel("mon:stdio"),
        BASE.nographic().machine_type("none").monitor("stdio"),
        BASE.chardev("stdio", id="a", mux=True).serial(chardev="a").monitor(chardev="a"),
    ],
)
def test_one_user(machine):
    assert machine.check().codes == ()


def test_which_devices_stand_for_the_serial_port():
    taken = BASE.nographic().chardev("stdio", id="c").monitor("none")
    assert not taken.device("floppy").check().ok
    assert taken.device("isa-serial").check().ok


def test_what_nographic_adds_is_named():
    (found,) = BASE.nographic().monitor("stdio").check()
    assert "a serial port" in found.message

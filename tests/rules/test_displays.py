"""Displays, and what of the host they are shown on."""

from __future__ import annotations

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


class Bare(Host):
    """A host without graphics, a terminal and a session."""

    has_terminal = False
    has_session_bus = False

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return not path.startswith("/dev/dri/")


class Desk(Host):
    """A host with a session in a terminal."""

    has_terminal = True
    has_session_bus = True


EXAMPLES = {
    "display-without-bus": (PC.display("dbus"), PC.display("dbus", p2p=True), Bare()),
    "display-without-renderer": (PC.display("egl-headless"), PC.display("none"), Bare()),
    "display-without-terminal": (PC.display("curses"), PC.display("none"), Bare()),
}


def test_a_desk_has_more():
    assert PC.display("curses").check(host=Desk()).ok
    assert PC.display("dbus").check(host=Desk()).ok


def test_a_session_has_a_bus(monkeypatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus")
    assert PC.display("dbus").check(host=Host()).ok

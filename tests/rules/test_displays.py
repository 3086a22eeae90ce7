"""Displays, and what of the host they are shown on."""

from __future__ import annotations

from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


class Bare(Host):
    """A host without graphics."""

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return not path.startswith("/dev/dri/")


EXAMPLES = {
    "display-without-renderer": (PC.display("egl-headless"), PC.display("none"), Bare()),
    "display-without-terminal": (PC.display("curses"), PC.display("none"), Bare()),
}


def test_a_terminal_is_enough_for_text(monkeypatch):
    monkeypatch.setattr("os.isatty", lambda _: True)
    assert PC.display("curses").check(host=Host()).ok

"""``-gdb`` and ``-s``: where a debugger connects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Listens
from qemubuild.option import Flag
from qemubuild.options._character import Character
from qemubuild.targets import board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


class Gdb(Character):
    """Let a debugger stop and inspect the guest (``-gdb``); a TCP port here is always a server.

    Attributes:
        word: QEMU's own text: ``"tcp::1234"``, ``"stdio"``; see `Serial` for every other place.
    """

    flag = "-gdb"
    adds_up = True
    serves = True
    power = "can read and change the guest's memory"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the place, and whether there is a processor to stop."""
        yield from super().findings(machine)
        yield from _without_processor(self, machine)
        if _is_place(self) and any(map(_is_place, _before(self, machine))):
            yield self.error(
                "gdb-twice",
                "another -gdb is before it, and QEMU takes one place for a debugger",
                "leave one of them out",
            )

    def explain(self) -> str:
        """Say where a debugger connects."""
        return f"Lets gdb stop and inspect the guest, from {self._where()}."


class GdbDefault(Flag):
    """Let a debugger connect to TCP port 1234 of this host (``-s``), from anywhere."""

    flag = "-s"
    adds_up = True

    def claims(self) -> Iterator[Listens]:
        """State the port."""
        yield Listens("", 1234)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge who can connect, and whether -gdb says where, too."""
        yield from _without_processor(self, machine)
        places = [option.words[1] for option in machine.options if option.flag == "-gdb"]
        # A place of -chardev has a name of its own, and then QEMU waits at the last of the two.
        if any(place != "none" and not place.startswith("chardev:") for place in places):
            yield self.error(
                "gdb-twice",
                "-s is -gdb tcp::1234, and QEMU takes one place for a debugger",
                "leave gdb_default() out",
            )
        yield self.warning(
            "gdb-open-to-all",
            f"port 1234 listens on every interface: whoever reaches this host {Gdb.power}",
            "write gdb(port=1234, host='127.0.0.1') in place of it",
        )

    def explain(self) -> str:
        """Say where a debugger connects."""
        return (
            "Lets gdb stop and inspect the guest, from port 1234 of every network interface "
            "(target remote :1234). Without it no debugger can."
        )


def _before(option: Gdb, machine: MachineView) -> Iterator[Option]:
    for other in machine.options:
        if other is option:
            return
        if other.flag == option.flag:
            yield other


def _is_place(option: Option) -> bool:
    """Whether it is a place of its own: that of a -chardev has another name."""
    return option.words[1] != "none" and not option.words[1].startswith("chardev:")


def _without_processor(option: Option, machine: MachineView) -> Iterator[Finding]:
    board = board_of(machine)
    if board and board.name == "none":
        yield option.error(
            "gdb-without-processor",
            "the machine type none has no processor to stop and inspect",
            "leave it out, or choose another machine type, such as machine_type('q35')",
        )

"""What rules see: a machine's options and their claims, and the QEMU that it is judged for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from qemubuild.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.machine import Machine
    from qemubuild.option import Option


_NONE: Final = dict.fromkeys(get_args(Claim), ())


def gather(options: Iterable[Option]) -> dict[type, Sequence[tuple[Option, Claim]]]:
    """What options claim, in their order, by every kind of claim that there is."""
    found: dict[type, Any] = _NONE.copy()
    for option in options:
        for claim in option.claimed:
            kind = claim.__class__
            if known := found[kind]:
                known.append((option, claim))
            else:
                found[kind] = [(option, claim)]
    return found


class View:
    """A machine as `MachineView` has it: made for each check, and asked often."""

    __slots__ = ("arch", "binary", "claims", "find_all", "options", "qemu")

    def __init__(self, machine: Machine, qemu: Qemu | None) -> None:
        self.arch = machine.arch or (qemu.arch if qemu else "")
        self.binary = machine.binary
        self.options = machine.options
        self.find_all = machine.find_all
        self.claims = machine.claims
        self.qemu = qemu
        if not TYPE_CHECKING:
            self.claims = machine.claimed.__getitem__  # the same, without a call in between

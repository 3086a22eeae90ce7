"""What a QEMU still takes, and a later one will drop (its docs/about/deprecated.rst)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


class _Old(NamedTuple):
    """Something old: where it stands, since when it is deprecated, and what is written instead.

    Attributes:
        flag: the option.
        since: the version of QEMU.
        what: how to call it.
        mend: what to write instead.
        pattern: what its value has in it, if it is not the whole option.
    """

    flag: str
    since: tuple[int, int]
    what: str
    mend: str
    pattern: str = ""


_TABLE: Final = (
    _Old("-async-teardown", (8, 1), "-async-teardown", "write -run-with async-teardown=on"),
    _Old("-chardev", (6, 0), "tty", "write serial", r"^(backend=)?tty,"),
    _Old("-chardev", (6, 0), "parport", "write parallel", r"^(backend=)?parport,"),
    _Old("-chardev", (9, 2), "reconnect", "write reconnect-ms, 1000 times it", r",reconnect="),
    _Old("-chroot", (8, 1), "-chroot", "write -run-with chroot=..."),
    _Old("-device", (6, 2), "sga", "write machine_type(graphics=False)", r"^(driver=)?sga\b"),
    _Old("-machine", (7, 1), "dtb-kaslr-seed", "write dtb-randomness", r"dtb.kaslr.seed="),
    _Old("-netdev", (9, 2), "reconnect", "write reconnect-ms, 1000 times it", r",reconnect="),
    _Old("-no-acpi", (8, 0), "-no-acpi", "write machine_type(acpi=False)"),
    _Old("-no-hpet", (8, 0), "-no-hpet", "write machine_type(hpet=False)"),
    _Old("-portrait", (9, 2), "-portrait", "leave it out"),
    _Old("-rotate", (9, 2), "-rotate", "leave it out"),
    _Old("-runas", (9, 1), "-runas", "write -run-with user=..."),
    _Old("-singlestep", (8, 1), "-singlestep", "write accel('tcg', one_insn_per_tb=True)"),
)
_FLAGS: Final = frozenset(old.flag for old in _TABLE)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every option."""
    for option in machine.options:
        if option.flag not in _FLAGS:
            continue
        for old in _TABLE:
            if (
                old.flag == option.flag
                and qemu.version >= old.since
                and old.flag in qemu.flags
                and re.search(old.pattern, option.words[-1])
            ):
                yield option.warning(
                    "option-deprecated",
                    f"{old.what} is deprecated since QEMU {'.'.join(map(str, old.since))}, and a "
                    "later one will refuse it",
                    old.mend,
                )

"""Options: that this QEMU has every one of them, by its own ``-help``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# What QEMU takes, and -help does not list, or not at the beginning of a line.
_UNLISTED: Final = frozenset({"-M", "-fdb", "-hdb", "-hdd", "-preconfig", "-qtest", "-qtest-log"})


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the flag of every option."""
    for option in machine.options:
        name = option.words[0].replace("--", "-", 1)
        # Those of other architectures are judged without asking; a bare word is a disk.
        is_foreign = option.archs and machine.arch not in option.archs
        if name.startswith("-") and not is_foreign and not {name} & (qemu.flags | _UNLISTED):
            yield option.error(
                "option-unknown-to-qemu", f"{qemu.name} has no {name}", _mend(option, name, qemu)
            )


def _mend(option: Option, name: str, qemu: Qemu) -> str:
    if option.since:
        return f"run it with QEMU {option.since} or newer, or leave it out"
    return option.instead or f"{nearest(name, qemu.flags)}correct it, or leave it out"

"""Options that not every QEMU has: those of some architectures, newer ones, dropped ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.targets import is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# The oldest QEMU that machines are judged for.
_OLDEST: Final = (7, 2)


def findings(option: Option, machine: MachineView) -> Iterator[Finding]:
    """Judge which QEMU has an option; one that can be asked tells that itself."""
    if option.archs and machine.arch not in option.archs and is_known(machine.arch):
        yield option.error(
            "option-of-another-architecture",
            f"qemu-system-{machine.arch} has no {option.flag}",
            "leave it out",
        )
    if machine.qemu is not None:
        return
    if option.removed:
        yield _removed(option)
    elif option.since:
        yield option.warning(
            "option-newer",
            f"{option.flag} came with QEMU {option.since}, and any older one refuses it",
            f"run it with QEMU {option.since} or newer, or leave it out",
        )


def _removed(option: Option) -> Finding:
    version = tuple(map(int, option.removed.split(".")))
    if version <= _OLDEST:
        return option.error(
            "option-removed", f"QEMU {option.removed} dropped {option.flag}", option.instead
        )
    return option.warning(
        "option-removed-later",
        f"QEMU {option.removed} dropped {option.flag}; only an older one takes it",
        option.instead,
    )

"""Keys and values that QEMU learned after 7.2, or has forgotten since; what it began to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


def newer_keys(option: Option, machine: MachineView, since: Mapping[str, str]) -> Iterator[Finding]:
    """Judge each field that is given and came with the version of QEMU beside its name."""
    for field, version in since.items():
        if getattr(option, field) is not None:
            yield from newer(option, machine, field, version, field)


def newer(
    option: Option, machine: MachineView, what: str, version: str, field: str
) -> Iterator[Finding]:
    """Judge a key or value that came with a version of QEMU: warn where none is known."""
    qemu = machine.qemu
    if qemu is None or qemu.version < tuple(map(int, version.split("."))):
        finding = option.warning if qemu is None else option.error
        yield finding(
            "key-newer",
            f"{what} came with QEMU {version}, and any older one refuses it",
            f"run it with QEMU {version} or newer, or leave {what} out",
            field,
        )


def changed(
    option: Option,
    machine: MachineView,
    *,
    refused_by: tuple[int, int],
    taken_by: tuple[int, int],
) -> Callable[..., Finding] | None:
    """How to tell of what one version of QEMU refuses and another takes.

    Returns:
        `Option.error` for a QEMU on the side of the one that refuses; ``None`` on the other side;
        `Option.warning` in between, and where no QEMU is known.
    """
    if machine.qemu is None:
        return option.warning
    version = machine.qemu.version[:2]
    newer = refused_by > taken_by
    if (version >= refused_by) if newer else (version <= refused_by):
        return option.error
    return None if (version <= taken_by if newer else version >= taken_by) else option.warning

"""What a QEMU can do: all of it, folded away, for the browser's own search to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.display import parts
from qemubuild.display.markup import tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.capabilities import CpuModel, DeviceInfo, MachineInfo, Qemu
    from qemubuild.display.markup import Child, Markup

_KINDS = ("audiodev", "chardev", "display", "netdev")


def lists(qemu: Qemu) -> Markup:
    """Its version, and lists of what it has."""
    where = parts.code(qemu.binary) if qemu.binary else "a snapshot: not installed here"
    # What people look for comes first.
    machines = sorted(
        qemu.machine_types.values(), key=lambda one: (one.deprecated, not one.alias, one.name)
    )
    cpus = qemu.cpu_models.values()
    types = {one.type for one in cpus}
    devices = sorted(
        (one for one in qemu.devices.values() if one.name not in types),
        key=lambda one: (not one.bus, one.bus, one.name),
    )
    return parts.page(
        parts.heading(qemu.name, where, qemu.package),
        parts.facts([("Accelerators", ", ".join(qemu.accelerators))]),
        _list("machine type", ("Name", "Alias", "vCPUs", ""), map(_machine, machines)),
        _list("CPU model", ("Name", "Stands for", ""), map(_cpu, cpus)),
        _list("device", ("Name", "Bus", "What it is"), map(_device, devices)),
        *_names(qemu),
    )


def _list(noun: str, head: tuple[str, ...], rows: Iterable[tuple[Child, ...]]) -> Markup:
    rows = list(rows)
    return parts.fold(parts.count(len(rows), noun), parts.table(head, rows))


def _machine(one: MachineInfo) -> tuple[Child, ...]:
    notes = {"default": one.default, "deprecated": one.deprecated}
    return (
        parts.code(one.name),
        parts.code(one.alias) if one.alias else "",
        parts.number(one.max_cpus),
        ", ".join(note for note, holds in notes.items() if holds),
    )


def _cpu(one: CpuModel) -> tuple[Child, ...]:
    lacks = f"emulated without {', '.join(one.lacks)}" if one.lacks else ""
    return (
        parts.code(one.name),
        parts.code(one.alias_of) if one.alias_of else "",
        [parts.soft(lacks), " deprecated" if one.deprecated else None],
    )


def _device(one: DeviceInfo) -> tuple[Child, ...]:
    alias = parts.soft(f"or {one.alias}") if one.alias else None
    return [parts.code(one.name), " ", alias], one.bus, one.about


def _names(qemu: Qemu) -> Iterator[Markup]:
    named = {
        "object": qemu.objects,
        "command-line option": qemu.flags,
        "QMP command": qemu.commands,
        **{f"{kind} kind": qemu.kinds(kind) for kind in _KINDS},
    }
    for noun, names in named.items():
        listed = [
            (" " if place else None, parts.code(name)) for place, name in enumerate(sorted(names))
        ]
        yield parts.fold(parts.count(len(names), noun), tag("p", listed, class_="qb-names"))

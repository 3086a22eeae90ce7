"""Memory modules: each in a slot of its own, with memory of its own, within what was set aside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.board_words import is_off
from qemubuild.claims import BackedBy, Backend
from qemubuild.options.machine_type import MachineType
from qemubuild.options.memory import Memory
from qemubuild.options.overcommit import Overcommit
from qemubuild.units import MIB, format_size, size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_FIRST: Final = 4 << 30
"""Where memory that is plugged in begins at the earliest, on x86."""
_DRIVERS: Final = ("pc-dimm", "nvdimm")
# Arm's processors of 32 bits.
_NARROW: Final = re.compile(r"(cortex-(a(7|8|9|15)|[mr].*)|arm\w+|pxa.*|sa11\w+|ti925t)(,|$)")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge the modules among devices."""
    yield from _locked(machine, devices)
    modules = [device for device in devices if device.driver in _DRIVERS]
    if not modules:
        return
    for module in modules:
        if module.get("memdev") is None:
            yield module.error(
                "module-without-memory",
                "a module's memory comes from an object, and none is named",
                "add memory_backend_ram('dimm0', size='1G'), and memdev='dimm0'",
                "memdev",
            )
    yield from _told(machine, modules)
    is_known = _is_known(machine)
    if is_known:
        yield from _room(machine, modules)
    yield from _memory(machine, modules, is_known=is_known)


def _is_known(machine: MachineView) -> bool:
    """Whether it is known what the machine type asks of modules."""
    return targets.is_arms_virt(machine) or targets.grows(machine) is not None


def _locked(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge modules whose memory comes and goes, where QEMU is told to keep all of it."""
    locks = [one for one in machine.find_all(Overcommit) if one.mem_lock is not None]
    if locks and locks[-1].mem_lock is not False:
        for device in devices:
            if device.driver.startswith("virtio-mem"):
                yield locks[-1].error(
                    "module-locked",
                    f"{device.driver} gives memory back to the host, and mem_lock keeps it from "
                    "that",
                    "leave mem_lock out, or plug in a pc-dimm in its place",
                    "mem_lock",
                )


def _told(machine: MachineView, modules: Sequence[Device]) -> Iterator[Finding]:
    """Judge whether the guest can be told of modules."""
    if is_off(machine, "acpi"):
        yield modules[0].error(
            "module-without-acpi",
            "guests are told of memory modules by ACPI, which is off",
            "leave acpi out of machine_type()",
        )
    elif machine.arch in targets.ARM and not (targets.has_firmware(machine) and _is_wide(machine)):
        yield modules[0].error(
            "module-without-acpi",
            "guests are told of memory modules by ACPI, which comes with firmware alone, and with "
            "processors of 64 bits",
            "add firmware(), and cpu('max')",
        )


def _room(machine: MachineView, modules: Sequence[Device]) -> Iterator[Finding]:
    memory = next(iter(machine.find_all(Memory)), None)
    slots = memory.slots if memory and isinstance(memory.slots, int) else 0
    if len(modules) > slots:
        yield modules[slots].error(
            "module-without-slot",
            f"{len(modules)} memory modules, and slots for {slots}",
            f"add slots={len(modules)} and maxmem= to memory()",
        )
    board = next(iter(machine.find_all(MachineType)), None)
    for module in modules:
        if module.driver == "nvdimm" and not (board and board.nvdimm):
            yield module.error(
                "module-nvdimm-off",
                "the machine takes no persistent memory",
                "add machine_type(..., nvdimm=True)",
            )


def _is_wide(machine: MachineView) -> bool:
    models = [one.words[-1] for one in machine.options if one.flag == "-cpu"]
    return bool(models) and _NARROW.match(models[-1]) is None


def _placed(module: Device, backend: Backend) -> Iterator[Finding]:
    """Judge the address of a module."""
    addr = size_of(module.get("addr") or "") or 0
    grain = backend.grain or 1
    if addr % grain or 0 < addr < _FIRST:
        yield module.error(
            "module-address",
            f"addr={module.get('addr')} is no place for a module: they begin at 4 GiB, at "
            f"multiples of {format_size(grain)}",
            "leave addr out, for QEMU finds a place",
            "addr",
        )


def _labelled(module: Device, backend: Backend) -> Iterator[Finding]:
    """Judge what the label of a module leaves of its memory."""
    label = size_of(module.get("label-size") or "") or 0
    grain = backend.grain or 1
    if module.driver == "nvdimm" and label and (backend.size or label) - label < grain:
        yield module.error(
            "module-label-too-large",
            f"the label leaves nothing of the {format_size(backend.size or 0)} of memory",
            "write a lower label-size, such as '128K'",
            "label-size",
        )


def _memory(
    machine: MachineView, modules: Sequence[Device], *, is_known: bool
) -> Iterator[Finding]:
    backends = {claim.id: claim for _, claim in machine.claims(Backend)}
    used = {claim.id for _, claim in machine.claims(BackedBy)}
    total = 0
    for module in modules:
        name = module.get("memdev")
        if name is None:
            continue  # which is a finding already
        if name in used:
            yield module.error(
                "module-memory-in-use",
                f"the memory {name!r} is in use already",
                "give each module a memory backend of its own",
                "memdev",
            )
        elif (backend := backends.get(name)) and is_known:
            size, grain = backend.size or 0, backend.grain
            total += size
            if grain and size % grain:
                yield module.error(
                    "module-size-uneven",
                    f"{name!r} has {format_size(size)}, and such modules come in multiples of "
                    f"{format_size(grain)}",
                    f"write size={format_size(-(-size // grain) * grain)!r}",
                    "memdev",
                )
        if (backend := backends.get(name)) is not None:
            yield from _labelled(module, backend)
            if targets.grows(machine):
                yield from _placed(module, backend)
        used.add(name)
    memory = next(iter(machine.find_all(Memory)), None)
    if targets.grows(machine) is not False and is_known and memory and memory.most:
        room = memory.most - memory.bytes
        if total > room:
            yield modules[-1].error(
                "module-without-room",
                f"the modules have {format_size(total)}, and maxmem leaves room for "
                f"{format_size(max(room, 0))}",
                f"write maxmem='{(memory.bytes + total) // MIB}M' or more",
                "memdev",
            )

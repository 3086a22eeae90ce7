"""Memory modules: each in a slot of its own, with memory of its own, within what was set aside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import BackedBy, Backend, Slot
from qemubuild.options.machine_type import MachineType
from qemubuild.options.memory import Memory
from qemubuild.units import MIB, format_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_DRIVERS: Final = ("pc-dimm", "nvdimm")
# Arm's processors of 32 bits.
_NARROW: Final = re.compile(r"(cortex-(a(7|8|9|15)|[mr].*)|arm\w+|pxa.*|sa11\w+|ti925t)(,|$)")


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge the modules among devices."""
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
    if targets.grows(machine) is not None:
        yield from _room(machine, modules)
    yield from _memory(machine, modules)


def _told(machine: MachineView, modules: Sequence[Device]) -> Iterator[Finding]:
    """Judge whether the guest can be told of modules."""
    if targets.has_no_acpi(machine):
        yield modules[0].error(
            "module-without-acpi",
            "guests are told of memory modules by ACPI, which is off",
            "leave acpi out of machine_type()",
        )
    elif machine.arch in targets.ARM and not (_has_firmware(machine) and _is_wide(machine)):
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


def _has_firmware(machine: MachineView) -> bool:
    return any(option.flag in ("-bios", "-pflash") for option in machine.options) or any(
        slot.interface == "pflash" for _, slot in machine.claims(Slot)
    )


def _is_wide(machine: MachineView) -> bool:
    models = [one.words[-1] for one in machine.options if one.flag == "-cpu"]
    return bool(models) and _NARROW.match(models[-1]) is None


def _memory(machine: MachineView, modules: Sequence[Device]) -> Iterator[Finding]:
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
        elif (backend := backends.get(name)) and targets.grows(machine) is not None:
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
        used.add(name)
    memory = next(iter(machine.find_all(Memory)), None)
    if targets.grows(machine) and memory and memory.most:
        room = memory.most - memory.bytes
        if total > room:
            yield modules[-1].error(
                "module-without-room",
                f"the modules have {format_size(total)}, and maxmem leaves room for "
                f"{format_size(max(room, 0))}",
                f"write maxmem='{(memory.bytes + total) // MIB}M' or more",
                "memdev",
            )

"""Processors that ``-device`` plugs in: of the machine's own kind, at a free place (hw/i386/x86.c).

A machine with ``cpus=1, maxcpus=2`` has a place for one::

    -smp 1,sockets=2,maxcpus=2 -device qemu64-x86_64-cpu,socket-id=1,core-id=0,thread-id=0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.claims import Vcpus
from qemubuild.rules.by_qemu.defaults import cpu_of
from qemubuild.units import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

# The ids of a place, and of which level they count; the inner two that few machines have are 0.
_LEVELS: Final = {
    "socket-id": "sockets",
    "die-id": "dies",
    "module-id": "modules",
    "core-id": "cores",
    "thread-id": "threads",
}
_BETWEEN: Final = frozenset({"die-id", "module-id"})
# What an APIC id is where it is not given.
_NO_APIC: Final = (1 << 32) - 1


def findings(machine: MachineView, devices: Sequence[Device], qemu: Qemu) -> Iterator[Finding]:
    """Judge them all."""
    if qemu.arch not in targets.X86:
        return
    taken: set[int] = set()
    for device in devices:
        if device.driver.endswith("-cpu") and device.driver in qemu.devices:
            yield from _judged(machine, device, qemu, taken)


def _judged(machine: MachineView, device: Device, qemu: Qemu, taken: set[int]) -> Iterator[Finding]:
    own = cpu_of(machine, qemu)
    if own is None or device.driver != own:
        yield device.error(
            "cpu-device-of-another-type",
            f"the machine's processors are {own or 'none at all'}, and this is another",
            f"write {own}" if own else "choose machine_type('q35')",
        )
        return
    counts = targets.topology_of(machine)._asdict()
    said = {name: number_of(device.get(name) or "") for name in _LEVELS}
    apic = number_of(device.get("apic-id") or "")
    if apic is not None and apic != _NO_APIC:
        place = _by_apic(apic, counts)
        if wrong := [name for name in place if said[name] not in (None, -1, place[name])]:
            yield _of_another_place(device, wrong[0], place[wrong[0]])
            return
        said = {**place}
    asked = [name for name, level in _LEVELS.items() if name not in _BETWEEN or counts[level] > 1]
    if missing := [name for name in asked if said[name] is None and not device.get(name)]:
        yield device.error(
            "cpu-device-without-place",
            f"a processor that is plugged in has {', '.join(asked)}, and this has no "
            f"{' and '.join(missing)}",
            f"add {{{', '.join(f'{name!r}: 0' for name in missing)}}}",
        )
        return
    vcpus = machine.claims(Vcpus)
    count = vcpus[-1][1].count if vcpus else 1
    for name, level in _LEVELS.items():
        number = said[name]
        if number is not None and not 0 <= number < counts[level]:
            yield device.error(
                "cpu-device-place-missing",
                f"{name}={number}: the machine has {counts[level]} {level}, counted from 0",
                "raise maxcpus in smp(), and what it counts, or write a lower one",
                name,
            )
            return
    index = _index(said, counts)
    if index < count or index in taken:
        yield device.error(
            "cpu-device-place-taken",
            "a processor is at this place already",
            f"the first free one is number {count}, counted by threads, cores and sockets",
            "socket-id",
        )
    taken.add(index)


def _of_another_place(device: Device, name: str, number: int) -> Finding:
    return device.error(
        "cpu-device-apic-id",
        f"apic-id={device.get('apic-id')} says that {name} is {number}, and it is given as "
        f"{device.get(name)}",
        "leave apic-id out, for QEMU works it out",
        "apic-id",
    )


def _by_apic(apic: int, counts: Mapping[str, int]) -> dict[str, int]:
    """The place that an APIC id says: each level has a whole number of bits, sockets the rest."""
    place = {}
    for name, level in reversed(_LEVELS.items()):
        bits = (counts[level] - 1).bit_length()
        place[name] = apic & (1 << bits) - 1 if name != "socket-id" else apic
        apic >>= bits
    return place


def _index(place: Mapping[str, int | None], counts: Mapping[str, int]) -> int:
    """Which processor it is, as they are counted."""
    index = 0
    for name, level in _LEVELS.items():
        index = index * counts[level] + (place[name] or 0)
    return index

"""What QEMU puts off with ``-preconfig``: it starts, and only looks when it is told to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from qemubuild.findings import Severity

if TYPE_CHECKING:
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# What makes up the machine, at which QEMU only looks once there is one (system/vl.c).
_FLAGS: Final = frozenset(
    "-append -bios -device -dtb -fw_cfg -global -initrd -kernel -shim -usbdevice".split()
)
_CODES: Final = frozenset(
    "cpu-enforce-unmet cpu-feature-unknown cpu-feature-value cpu-without-board "
    "device-without-place drive-flash-without-first drive-interface-unsupported "
    "drive-place-missing drive-without-image flash-and-bios flash-size flash-twice "
    "image-in-use kvm-host-processor kvm-without-hyperv memory-above-4g "
    "memory-beyond-addresses memory-cannot-grow memory-slots-too-many network-card-unknown "
    "smp-ids-too-wide virtfs-without-bus".split()
)
# What it minds at once.
_AT_ONCE: Final = frozenset({"id-doubled", "id-malformed"})


def so_far(found: list[Finding], machine: MachineView) -> list[Finding]:
    """What is found, with what QEMU minds once it is told to go on: until then it has started."""
    if "-preconfig" not in machine.flags:
        return found
    return [
        evolve(one, severity=min(one.severity, Severity.WARNING)) if _is_later(one) else one
        for one in found
    ]


def _is_later(one: Finding) -> bool:
    about = one.option.flag if one.option is not None else ""
    return one.code in _CODES or (about in _FLAGS and one.code not in _AT_ONCE)

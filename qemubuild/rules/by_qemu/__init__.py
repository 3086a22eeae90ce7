"""Judging a machine by the QEMU that is to run it, which was asked what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.rules.by_qemu import (
    accelerators,
    cards,
    chardevs,
    deprecated,
    devices,
    drives,
    flags,
    keys,
    machine_properties,
    machine_types,
    memory,
    nics,
    processors,
    protocols,
    schemas,
    vcpus,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge everything that depends on the QEMU."""
    for rule in (
        flags.findings,
        machine_types.findings,
        machine_properties.findings,
        memory.findings,
        nics.findings,
        vcpus.findings,
        accelerators.findings,
        cards.findings,
        deprecated.findings,
        processors.findings,
        devices.findings,
        keys.findings,
        schemas.findings,
        chardevs.findings,
        drives.findings,
        protocols.findings,
    ):
        yield from rule(machine, qemu)

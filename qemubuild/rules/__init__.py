"""Judging a whole machine: each option by itself, and what no single option can see.

Each file here judges one claim or a few (see `qemubuild.claims`), whichever options make them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Folder
from qemubuild.rules import (
    absent,
    availability,
    helps,
    ids,
    images,
    irqchips,
    migratable,
    peers,
    ports,
    slots,
    sockets,
    terminal,
    turns,
)

if TYPE_CHECKING:
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView


def machine_findings(machine: MachineView) -> list[Finding]:
    """What is wrong or unwise by what the machine says of itself, and its QEMU where it is known.

    Nothing on the host is opened or tried.
    """
    found: list[Finding] = []
    for option in machine.options:
        found += option.judge(machine)
    for rule in (
        absent.findings,
        availability.findings,
        helps.findings,
        ids.findings,
        images.findings,
        irqchips.findings,
        migratable.findings,
        ports.findings,
        slots.findings,
        sockets.findings,
        terminal.findings,
        turns.findings,
    ):
        found += rule(machine)
    flags = {option.flag for option in machine.options}
    if "-device" in flags:
        from qemubuild.rules import devices  # noqa: PLC0415 - what only some machines need loads late

        found += devices.findings(machine)
    if machine.claims(Folder):
        from qemubuild.rules import fat  # noqa: PLC0415

        found += fat.findings(machine)
    if "-audiodev" in flags or "-audio" in flags:
        from qemubuild.rules import sound  # noqa: PLC0415

        found += sound.findings(machine)
    if machine.qemu is not None:
        from qemubuild.rules import by_qemu  # noqa: PLC0415

        found += by_qemu.findings(machine, machine.qemu)
    return found


def host_findings(machine: MachineView, host: Host) -> list[Finding]:
    """What is wrong or unwise on the host that is to run the machine."""
    from qemubuild.rules import fallbacks, hosts, sound  # noqa: PLC0415 - what only some calls need loads late

    return [
        *hosts.findings(machine, host),
        *fallbacks.host_findings(machine, host),
        *images.host_findings(machine, host),
        *irqchips.host_findings(machine, host),
        *migratable.host_findings(machine, host),
        *peers.host_findings(machine, host),
        *sound.host_findings(machine, host),
    ]

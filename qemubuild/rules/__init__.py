"""Judging a whole machine: each option by itself, and what no single option can see.

Each file here judges one claim or a few (see `qemubuild.claims`), whichever options make them.

The machines of one program differ by their drives and have the rest in common: the *frame*. What
drives have no part in is judged in the frame alone, and once for all machines that have it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qemubuild.claims import Folder, UnixSocket
from qemubuild.rules import (
    absent,
    availability,
    boots,
    helps,
    ids,
    images,
    irqchips,
    migratable,
    peers,
    ports,
    postponed,
    slots,
    sockets,
    terminal,
    turns,
)

if TYPE_CHECKING:
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option
    from qemubuild.view import View


def machine_findings(machine: View) -> list[Finding]:
    """What is wrong or unwise by what the machine says of itself, and its QEMU where it is known.

    Nothing on the host is opened or tried.
    """
    found = [*_frame_findings(machine.frame)]
    for option in machine.options:
        if option.heeds_drives:
            found += _judged(option, machine)
    for rule in (
        boots.findings,
        ids.findings_with_drives,
        images.findings,
        slots.findings,
    ):
        found += rule(machine)
    if "-only-migratable" in machine.flags:
        found += migratable.findings(machine)
    if machine.claims(UnixSocket):
        found += sockets.findings(machine)
    if machine.claims(Folder):
        from qemubuild.rules import fat  # noqa: PLC0415 - what only some machines need loads late

        found += fat.findings(machine)
    if "-device" in machine.flags:
        from qemubuild.rules import devices  # noqa: PLC0415

        found += devices.findings_with_drives(machine)
    if machine.qemu is not None:
        from qemubuild.rules import by_qemu  # noqa: PLC0415

        found += by_qemu.findings(machine, machine.qemu)
    return postponed.so_far(found, machine)


@lru_cache(maxsize=128)
def _frame_findings(frame: View) -> tuple[Finding, ...]:
    """What is found in a machine without its drives."""
    found: list[Finding] = []
    for option in frame.options:
        if not option.heeds_drives:
            found += _judged(option, frame)
    for rule in (
        absent.findings,
        ids.findings,
        irqchips.findings,
        ports.findings,
        terminal.findings,
        turns.findings,
    ):
        found += rule(frame)
    if "-device" in frame.flags:
        from qemubuild.rules import devices  # noqa: PLC0415

        found += devices.findings(frame)
    if not frame.flags.isdisjoint(("-audio", "-audiodev")):
        from qemubuild.rules import sound  # noqa: PLC0415

        found += sound.findings(frame)
    return tuple(found)


def _judged(option: Option, machine: MachineView) -> list[Finding]:
    """What is found in an option: its own rules, and those for every one."""
    found = [*option.judge(machine), *helps.findings(option)]
    if option.archs or option.removed or option.since:
        found += availability.findings(option, machine)
    return found


def host_findings(machine: MachineView, host: Host) -> list[Finding]:
    """What is wrong or unwise on the host that is to run the machine."""
    from qemubuild.rules import fallbacks, hosts, sound  # noqa: PLC0415 - what only some calls need loads late

    found: list[Finding] = []
    if machine.qemu is not None and "-cpu" in machine.flags:
        from qemubuild.rules.by_qemu import processors  # noqa: PLC0415

        found += processors.host_findings(machine, host)
    found += [
        *hosts.findings(machine, host),
        *fallbacks.host_findings(machine, host),
        *images.host_findings(machine, host),
        *irqchips.host_findings(machine, host),
        *migratable.host_findings(machine, host),
        *peers.host_findings(machine, host),
        *sound.host_findings(machine, host),
    ]
    return postponed.so_far(found, machine)

"""What KVM cannot do, where something else could run the guest: but KVM works here, and does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from qemubuild.findings import Finding, Severity
from qemubuild.targets import accelerators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.host import Host
    from qemubuild.option import MachineView

_OF_KVM = {"-icount": "icount-on-hardware"}


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Make errors of the warnings that come true on this host."""
    if accelerators(machine)[0] != "kvm" or not host.kvm.starts:
        return
    for option in machine.options:
        if code := _OF_KVM.get(option.flag):
            for found in option.findings(machine):
                if found.code == code and found.severity is Severity.WARNING:
                    yield attrs.evolve(found, severity=Severity.ERROR)

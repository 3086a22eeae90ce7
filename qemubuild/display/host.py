"""A host: what it offers guests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.display import parts, patience
from qemubuild.display.markup import tag
from qemubuild.units import format_size

if TYPE_CHECKING:
    from qemubuild.display.markup import Child, Markup
    from qemubuild.host import Host
    from qemubuild.host.firmware import Firmware


def facts(host: Host) -> Markup:
    """Its processors, memory, KVM and firmware."""
    firmware = patience.within(lambda: host.firmware, None) or ()
    return parts.page(
        parts.heading("Host", host.arch, parts.count(host.cores, "core"), format_size(host.memory)),
        parts.facts([("KVM", _kvm(host))]),
        parts.fold(
            parts.count(len(firmware), "firmware image"),
            parts.table(("What it is", "For", "Features"), map(_firmware, firmware)),
        )
        if firmware
        else None,
    )


def _kvm(host: Host) -> Child:
    kvm = patience.within(lambda: host.kvm, None)
    if kvm is None:
        return parts.soft("is being tried: look again")
    if kvm.usable:
        return tag("span", "works", class_="qb-good")
    return tag("p", f"does not: {kvm.reason}. ", parts.soft(f"Mend: {kvm.hint}."))


def _firmware(one: Firmware) -> tuple[Child, ...]:
    targets = ", ".join(f"{target.arch} {' '.join(target.machines)}" for target in one.targets)
    return [one.description, " ", parts.code(one.code)], targets, ", ".join(sorted(one.features))

"""UEFI firmware in flash memory, against what its package says that it is for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.board_words import is_off
from qemubuild.claims import MachineType
from qemubuild.rules import flash
from qemubuild.targets import accelerators, default_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.host.firmware import Firmware
    from qemubuild.option import MachineView


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge firmware that a descriptor of this host tells of, and the variables beside it."""
    chips = flash.chips(machine)
    for chip in chips:
        known = [one for one in host.firmware if _is_same(chip.path, one.code)]
        if known:
            yield from _fits(chip, known, machine, host)
            yield from _variables(chip, known, chips, host)
            return


def _is_same(path: str, other: str | None) -> bool:
    return other is not None and os.path.exists(other) and os.path.samefile(path, other)


def _fits(
    chip: flash.Chip, known: Sequence[Firmware], machine: MachineView, host: Host
) -> Iterator[Finding]:
    named = machine.claims(MachineType)
    name = named[-1][1].name if named else default_of(machine.arch)
    if not machine.arch or name is None:
        return
    if not any(one.fits(machine.arch, name) for one in known):
        wanted = sorted(
            {
                f"{target.arch} {' '.join(target.machines)}"
                for one in known
                for target in one.targets
            }
        )
        yield chip.option.warning(
            "firmware-unfit",
            f"the firmware {chip.path!r} is for {', '.join(wanted)}, and this machine is "
            f"{machine.arch} {name}: it may well start nothing",
            f"see what Host().find_uefi({machine.arch!r}, {name!r}) finds, or write another "
            "machine_type()",
            "file",
        )
    elif all("requires-smm" in one.features for one in known) and _is_without_smm(machine, host):
        yield chip.option.warning(
            "firmware-without-smm",
            f"the firmware {chip.path!r} needs System Management Mode, and this machine has none "
            "here: it starts nothing",
            "leave smm=False out, emulate where this host's KVM has none, or take firmware without "
            "Secure Boot",
            "file",
        )


def _is_without_smm(machine: MachineView, host: Host) -> bool:
    by_kvm = accelerators(machine)[0] == "kvm" and host.kvm.starts
    return is_off(machine, "smm") or (by_kvm and not host.kvm.smm)


def _variables(
    chip: flash.Chip, known: Sequence[Firmware], chips: Sequence[flash.Chip], host: Host
) -> Iterator[Finding]:
    templates = [one.vars_template for one in known if one.vars_template is not None]
    others = [other for other in chips if other is not chip]
    if not templates:
        return
    if not others:
        yield chip.option.hint(
            "firmware-without-vars",
            "the firmware keeps nothing that the guest sets, such as what is to be booted",
            f"add a copy of {templates[0]!r} for this guest: firmware(code, vars=...)",
            "file",
        )
    for other in others:
        if other.writes and any(_is_same(other.path, one) for one in templates):
            yield other.option.warning(
                "firmware-vars-shared",
                f"{other.path!r} is what every new guest's variables are a copy of, and this guest "
                "writes to it",
                "copy it, and give the guest the copy: firmware(code, vars='guest_VARS.fd')",
                "file",
            )
        elif not any(_has_size_of(other.path, one, host) for one in templates):
            yield other.option.warning(
                "firmware-vars-mismatch",
                f"{other.path!r} is not of the size of {templates[0]!r}, which comes with the "
                "firmware: it may be of another",
                f"give it a copy of {templates[0]!r}",
                "file",
            )


def _has_size_of(path: str, template: str, host: Host) -> bool:
    """Whether it can be a copy; what is not there, or is no raw file, is not judged."""
    header = host.header_of(path) if os.path.exists(template) else None
    return header is None or header.format != "raw" or header.size == os.path.getsize(template)

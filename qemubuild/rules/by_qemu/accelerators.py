"""Accelerators: that this QEMU was built with those that are named, and they take their keys.

QEMU tries them in turn: one that it was not built with it passes over, and what comes after the
first that works it does not look at (accel/accel-system.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import claims
from qemubuild.capabilities import Property
from qemubuild.grammar import parse
from qemubuild.rules.by_qemu.values import refuses
from qemubuild.values import Verbatim, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# Integers of another size than QEMU tells (accel/tcg/tcg-all.c).
_TYPES: Final = {"tb-size": "uint32"}


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge them all."""
    named = [(option, claim.name) for option, claim in machine.claims(claims.Accelerator)]
    if not named:
        return
    yield from _not_built(named, qemu)
    certain = True  # whether QEMU gets there
    for option, name in named:
        if name in qemu.accelerators:
            yield from _keys(option, name, qemu, certain=certain)
            certain = False


def _not_built(named: Sequence[tuple[Option, str]], qemu: Qemu) -> Iterator[Finding]:
    absent = [(option, name) for option, name in named if name not in qemu.accelerators]
    for option, name in absent:
        is_all = len(absent) == len(named)
        finding = option.error if is_all else option.warning
        yield finding(
            "accel-not-built",
            f"{qemu.name} was built without {name}" + ("" if is_all else ": it is passed over"),
            f"it has {' and '.join(qemu.accelerators)}: name one of them"
            if is_all
            else "leave it out, unless another QEMU is to run the same",
        )


def _keys(option: Option, name: str, qemu: Qemu, *, certain: bool) -> Iterator[Finding]:
    known = qemu.properties(f"{name}-accel")
    if known is None or option.flag != "-accel" or "," not in option.words[-1]:
        return
    finding = option.error if certain else option.warning
    for item in parse(option.words[-1], implied="accel")[1:]:
        if item.key == "id":
            continue  # which every option can have, if nobody asks for it
        field = item.key.replace("-", "_")
        field = field if field in option.__dict__ else "extra"
        if item.key not in known or item.key == "type":
            yield finding(
                "accel-foreign-key",
                f"{name} of {qemu.name} has no {item.key}",
                f"{nearest(item.key, known)}leave it out",
                field,
            )
        else:
            wanted = refuses(Property(_TYPES.get(item.key, known[item.key].type)), item.value)
            # What is no value of its field has been found to be none.
            is_judged = option.__dict__[field].__class__ is Verbatim
            if wanted and (field == "extra" or (item.key in _TYPES and not is_judged)):
                yield finding(
                    "accel-key-value",
                    f"{item.key} cannot be {item.value!r}",
                    f"write {wanted}",
                    field,
                )

"""What Arm's processors have together, or not at all (target/arm/cpu.c, target/arm/cpu64.c)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.errors import InvalidOption
from qemubuild.values import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import CpuModel, Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_ON: Final = frozenset("on yes true y".split())
_OFF: Final = frozenset("off no false n".split())
# The first QEMU with vfp-d32, the registers that floating point and vectors share.
_TWICE_AS_MANY: Final = (8, 1)
# The longest vector, in units of 128 bits.
_MOST: Final = 16
# Arm's processors of 32 bits, whose vectors and floating point are apart.
_NARROW_ARMS: Final = frozenset(
    "cortex-a7 cortex-a8 cortex-a9 cortex-a15 cortex-r5 cortex-r5f arm11mpcore".split()
)


def findings(
    machine: MachineView, qemu: Qemu, option: Option, model: CpuModel, given: Mapping[str, str]
) -> Iterator[Finding]:
    """Judge what Arm's processors have together, or not at all (target/arm/cpu.c, cpu64.c)."""

    def is_off(name: str) -> bool:
        return given.get(name) in _OFF

    mend = ""
    if is_off("vfp") != is_off("neon") and model.name not in _NARROW_ARMS:
        mend = "write vfp and neon alike"
    elif is_off("aarch64") and {*targets.accelerators(machine)} <= {"tcg"}:
        mend = "leave aarch64 out: only KVM can start a guest of 32 bits on it"
    elif qemu.version >= _TWICE_AS_MANY and is_off("neon") != is_off("vfp-d32"):
        mend = "write vfp-d32 and neon alike, or leave both out"
    elif given.get("cntfrq") == "0" and qemu.version < (9, 0):
        mend = "write cntfrq=62500000, which is what it has without"
    elif is_off("pauth") and given.get("pauth-impdef", "off") in _ON:
        mend = "leave pauth-impdef out, which is a kind of pauth"
    elif all(is_off(f"sme{128 << power}") for power in range(5)) and not is_off("sme"):
        mend = "write sme=off for none"
    else:
        mend = _lengths(model, given)
    if mend:
        yield option.error(
            "cpu-feature-value",
            f"the processor {model.name} cannot be so: {','.join(map('='.join, given.items()))}",
            mend,
            "model",
        )


def _lengths(model: CpuModel, given: Mapping[str, str]) -> str:
    """How to mend the lengths of vectors; ``""`` where they fit."""
    lengths = {
        int(name.removeprefix("sve")): value in _ON
        for name, value in given.items()
        if name.startswith("sve") and name[3:].isdigit()
    }
    wanted = {length for length, is_on in lengths.items() if is_on}
    most = _MOST
    with suppress(InvalidOption):  # which is judged as a value
        most = NUMBER.read(given.get("sve-max-vq", str(_MOST)))
    if not 1 <= most <= _MOST:
        return f"write 1 to {_MOST} for sve-max-vq"
    if model.name == "a64fx" and wanted - {128, 256, 512}:
        return "a64fx has the lengths 128, 256 and 512"
    if given.get("sve", "on") not in _ON:
        return "leave out the lengths, or sve=off" if wanted else ""
    if lengths.get(128) is False and not wanted:
        return "write sve=off for none"
    longest = max(wanted, default=0)
    if longest > most * 128:
        return f"leave out sve{longest}, or write sve-max-vq={-(-longest // 128)}"
    shorter = [128 << power for power in range(4) if 128 << power < longest]
    if any(lengths.get(length) is False for length in shorter):
        return f"leave them on: sve{longest} needs every power of two that is less"
    return ""

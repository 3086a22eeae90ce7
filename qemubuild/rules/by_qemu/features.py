"""Features of processors: that the model has those that ``-cpu`` names, and takes their values.

On x86 a feature is ``name=value``, ``+name``, ``-name`` or ``name`` alone, and ``_`` in it is ``-``
(target/i386/cpu.c); all models have the same. Elsewhere it is ``name=value``, and each model has
its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild import targets
from qemubuild.capabilities import Property
from qemubuild.errors import InvalidOption
from qemubuild.options._versions import changed
from qemubuild.rules.by_qemu import arm_features
from qemubuild.rules.by_qemu.values import refuses
from qemubuild.units import parse_size
from qemubuild.values import integer, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.capabilities import CpuModel, Qemu
    from qemubuild.capabilities.qemu import WithKvm
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_ON: Final = frozenset("on yes true y".split())
_INTEGER: Final = integer(-(1 << 63), (1 << 64) - 1)
# Other names of features of x86 (target/i386/cpu.c, x86_cpu_initfn).
_ALIASES: Final = {
    "ffxsr": "fxsr-opt",
    "i64": "lm",
    "pclmuldq": "pclmulqdq",
    "sse3": "pni",
    "sse4-1": "sse4.1",
    "sse4-2": "sse4.2",
    "xd": "nx",
}
# Properties that only QEMU itself writes.
_NOT_WRITABLE: Final = (
    "crash-information", "feature-words", "filtered-features", "unavailable-features", "type",
)  # fmt: skip
# Where the bounds are others than those of the type (target/i386/cpu.c).
_MOST: Final = {
    "family": 270,
    "model": 255,
    "stepping": 15,
    "lbr-fmt": 0x3F,
    "tsc-frequency": (1 << 63) - 1,
}
# Those of the host's processor, and of what can be had of it, alone.
_OF_HOST: Final = frozenset({"migratable", "host-cache-info"})
# What QEMU takes, and does not tell.
_UNTOLD: Final = {"legacy-cache": Property("bool")}
# The models whose caches are known; others cannot be had without the old ones.
_OWN_CACHES: Final = ("Dhyana", "EPYC")
# Switches that are no features of a processor, so that emulation can neither have nor lack them.
_SWITCHES: Final = frozenset(
    "check enforce host-phys-bits lmce migratable start-powered-off xen-vapic".split()
)
_NO_FEATURES: Final = ("x-", "hv-")
# A processor's own place, which QEMU works out: it takes nothing else.
_PLACES: Final = frozenset(
    f"{level}-id" for level in ("socket", "die", "module", "core", "thread", "node")
)
# The models that are no 64 bits wide.
_NARROW: Final = ("486", "base", "pentium", "qemu32", "kvm32", "athlon", "coreduo", "n270")


class _Feature(NamedTuple):
    """A feature as it is named, and its value."""

    word: str
    name: str
    value: str


def findings(
    machine: MachineView, qemu: Qemu, option: Option, model: CpuModel, words: Iterable[str]
) -> Iterator[Finding]:
    """Judge the words after a model's name."""
    known = qemu.properties(model.type)
    if known is None:
        return
    known = {**known, **_UNTOLD}
    is_x86 = qemu.arch in targets.X86
    # A word of another grammar is judged without asking.
    named = [_read(word, is_x86=is_x86) for word in words if word and (is_x86 or "=" in word)]
    for feature in named:
        if feature.name not in known or (
            feature.name in _OF_HOST and model.name not in ("host", "max")
        ):
            yield option.error(
                "cpu-feature-unknown",
                f"{qemu.name} knows no feature {feature.name!r} of the processor {model.name}",
                f"{nearest(feature.name, known)}leave it out",
                "model",
            )
        elif wanted := _wanted(feature, known[feature.name], model, machine):
            yield option.error(
                "cpu-feature-value", f"{feature.word!r} is no value of it", wanted, "model"
            )
    if is_x86:
        yield from _emulated(machine, qemu, option, model, named)
    else:
        yield from arm_features.findings(
            machine, qemu, option, model, {one.name: one.value for one in named}
        )


def _read(word: str, *, is_x86: bool) -> _Feature:
    """Read a word as QEMU does."""
    if is_x86 and word[0] in "+-":
        return _Feature(word, _named(word[1:]), "on" if word[0] == "+" else "off")
    name, equals, value = word.partition("=")
    if not is_x86:
        return _Feature(word, name, value)
    name, value = _named(name), value if equals else "on"
    if name == "tsc-freq":  # an old name, for a number with a suffix
        try:
            return _Feature(word, "tsc-frequency", str(parse_size(value.upper(), unit="B")))
        except InvalidOption:
            return _Feature(word, "tsc-frequency", value)
    return _Feature(word, name, value)


def _named(name: str) -> str:
    """A feature of x86 by the name that QEMU tells it by."""
    name = name.replace("_", "-")
    return _ALIASES.get(name, name)


def _wanted(feature: _Feature, known: Property, model: CpuModel, machine: MachineView) -> str:
    """What to write in place of a value; ``""`` where QEMU takes it."""
    name, value = feature.name, feature.value
    is_x86 = machine.arch in targets.X86
    if name in _NOT_WRITABLE or known.type.startswith("child<") or "gpio-in" in name:
        return "leave it out: QEMU says it, and cannot be told"
    if known.type.startswith("link<"):
        return "leave it out" if value or (name == "memory" and is_x86) else ""
    if name == "vendor":
        return "" if len(value.encode()) == 12 else "write 12 characters, such as GenuineIntel"
    if feature.word[0] in "+-" and known.type != "bool":
        return f"write {name}= with a value: it is no switch"
    kind = Property("uint64") if name in _MOST else known
    if wanted := refuses(kind, value):
        return f"write {wanted}"
    if name == "legacy-cache" and value not in _ON and not model.name.startswith(_OWN_CACHES):
        return f"leave it out: no other caches are known of {model.name}"
    if name in _MOST and not 0 <= _INTEGER.read(value) <= _MOST[name]:
        return f"write 0 to {_MOST[name]}"
    if name in _PLACES and _INTEGER.read(value) not in (0, -1):
        board = targets.board_of(machine)
        is_placed = board is None or board.name != "none"
        return "leave it out: QEMU numbers processors itself" if is_placed else ""
    if name in ("phys-bits", "guest-phys-bits"):
        return _bits(_INTEGER.read(value), model)
    return ""


def _bits(bits: int, model: CpuModel) -> str:
    if not bits:
        return ""
    if model.name.startswith(_NARROW):
        return "leave it out: a processor of 32 bits has no choice"
    return "" if 32 <= bits <= 52 else "write 32 to 52"


def _emulated(
    machine: MachineView, qemu: Qemu, option: Option, model: CpuModel, named: Sequence[_Feature]
) -> Iterator[Finding]:
    """Judge features that emulation lacks: QEMU leaves them out, or refuses with ``enforce``."""
    if targets.accelerators(machine)[0] != "tcg":
        return
    for feature in named:
        if feature.name != "hv-vpindex" or feature.value not in _ON:
            continue
        finding = changed(option, machine, refused_by=(7, 2), taken_by=(10, 0))
        if finding is not None:
            yield finding(
                "cpu-feature-not-emulated",
                f"{qemu.name} has hv-vpindex by KVM alone, and emulation runs this guest",
                "leave hv-vpindex out, or add enable_kvm()",
                "model",
            )
    asked = _lacking(qemu, named, qemu.emulated)
    if _is_on(named, "enforce"):
        if lacking := [*asked, *_left(named, model.lacks)]:
            yield _unmet(option, "emulation", lacking, "add enable_kvm(), or leave enforce out")
    elif asked and not any(one.name == "check" and one.value not in _ON for one in named):
        yield option.warning(
            "cpu-feature-not-emulated",
            f"emulation lacks {', '.join(asked)}: the guest will not have it",
            "add enable_kvm(), or leave it out",
            "model",
        )


def enforced(
    qemu: Qemu, option: Option, model: CpuModel, words: Iterable[str], has: WithKvm
) -> Iterator[Finding]:
    """Judge ``enforce`` where KVM runs the guest."""
    named = [_read(word, is_x86=True) for word in words if word]
    asked = [name for name in _lacking(qemu, named, has.features) if not name.startswith("kvm")]
    lacking = [*asked, *_left(named, has.lacks.get(model.name, ()))]
    if lacking and _is_on(named, "enforce"):
        mend = "leave enforce out, or write cpu('host')"
        yield _unmet(option, "KVM on this host", lacking, mend)


def _lacking(qemu: Qemu, named: Iterable[_Feature], has: frozenset[str]) -> list[str]:
    """The features that are asked for by name, and are not among what can be had."""
    known = qemu.properties(f"max-{qemu.arch}-cpu") or {}
    switches = {feature.name: feature.value in _ON for feature in named}
    return [
        name
        for name, is_on in switches.items()
        if is_on
        and name in known
        and known[name].type == "bool"
        and name not in _SWITCHES | _OF_HOST
        and name not in has
        and not (name == "ht" and qemu.version >= (10, 0))  # it follows from the topology
        and not name.startswith(_NO_FEATURES)
        and (not name.startswith("kvm") or name == "kvm-hint-dedicated")
    ]


def _left(named: Iterable[_Feature], lacks: Iterable[str]) -> list[str]:
    """What a model lacks, but for what is switched off."""
    off = {feature.name for feature in named if feature.value not in _ON}
    return [name for name in lacks if name not in off]


def _is_on(named: Iterable[_Feature], name: str) -> bool:
    said = [feature.value for feature in named if feature.name == name]
    return bool(said) and said[-1] in _ON


def _unmet(option: Option, runner: str, lacking: Sequence[str], mend: str) -> Finding:
    return option.error(
        "cpu-enforce-unmet",
        f"{runner} lacks {', '.join(lacking[:4])}{' ...' if lacking[4:] else ''}, and with enforce "
        "the guest starts with all or not at all",
        mend,
        "model",
    )

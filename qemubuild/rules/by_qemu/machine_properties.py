"""What ``-machine`` says beside the type: that the board has such properties, with such values.

Each is judged by the words that QEMU reads, whichever field wrote them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild import claims, targets
from qemubuild.capabilities import Property
from qemubuild.grammar import parse_keyval
from qemubuild.rules.by_qemu.machine_types import board_of
from qemubuild.rules.by_qemu.values import refuses
from qemubuild.units import GIB, MIB, parse_size
from qemubuild.values import Verbatim, integer, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import MachineInfo, Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# What QEMU reads itself, or hands to whatever runs the guest's code (system/vl.c).
_NO_PROPERTIES: Final = {"type", "accel", "kernel-irqchip", "kvm-shadow-mem", "igd-passthru"}
# Properties with keys of their own, after a dot; QEMU's name of the option that has the same, and
# its flag.
_WITH_KEYS: Final = {"smp": "smp-opts", "boot": "boot-opts", "memory": "memory"}
_SAME: Final = {"smp": "-smp", "boot": "-boot", "memory": "-m"}
_LISTS: Final = {"sgx-epc", "cxl-fmw", "smp-cache"}
_NOT_WRITABLE: Final = {"peripheral", "peripheral-anon", "device-memory-region-size"}
# How the keys of an option are typed, in the words of properties.
_TYPES: Final = {"number": "int", "boolean": "bool", "size": "size", "string": "string"}
# The values of what is text to QEMU's answers (hw/i386/pc.c, hw/arm/virt.c, hw/arm/mps2-tz.c).
_WORDS: Final = {
    "nvdimm-persistence": ("cpu", "mem-ctrl"),
    "gic-version": ("2", "3", "4", "host", "max"),
    "iommu": ("none", "smmuv3"),
    "remap": ("BRAM", "QSPI"),
    "bmc-console": tuple(f"uart{number}" for number in range(14)),
    "x-south-bridge": ("PIIX3", "piix4-isa"),
}
# What names something, and cannot name nothing.
_NAMES: Final = ("memory-encryption", "audiodev", "pcspk-audiodev")
_LENGTHS: Final = {"x-oem-id": 6, "x-oem-table-id": 8}
_SIZES: Final = {"max-fw-size": 16 * MIB, "max-ram-below-4g": 4 * GIB}
# Options that write a property.
_FLAGS: Final = {
    "-no-hpet": ("hpet", "off"),
    "-no-acpi": ("acpi", "off"),
}
# Arm's processors whose memory can have tags; the host's may.
_WITH_TAGS: Final = ("max", "host", "cortex-a710", "neoverse-n2")
_OF_KERNEL: Final = {"append", "initrd", "shim"}


class _Word(NamedTuple):
    """A key and its value, as QEMU reads them."""

    option: Option
    key: str
    value: str

    @property
    def field(self) -> str:
        name = self.key.replace("-", "_")
        return name if name in self.option.__dict__ else "extra"

    @property
    def is_on(self) -> bool:
        return self.value in ("on", "yes", "true", "y")

    @property
    def is_off(self) -> bool:
        return self.value in ("off", "no", "false", "n")

    @property
    def is_judged(self) -> bool:
        """Whether its field has found its value wrong already."""
        return self.option.__dict__.get(self.field).__class__ is Verbatim

    def error(self, code: str, message: str, hint: str) -> Finding:
        return self.option.error(code, message, hint, self.field)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every key but those of other rules."""
    words = list(_words_of(machine, qemu))
    board = board_of(machine, qemu)
    known = qemu.properties(f"{board.name}-machine") if words and board else None
    if board is None or known is None:
        return
    for word in words:
        if word.key not in _NO_PROPERTIES and not word.is_judged:
            yield from _word(word, known, board, qemu, machine.flags)
    there = {word.key: word for word in words if word.key in known or word.key in _NO_PROPERTIES}
    yield from _together(machine, qemu, there)


def _words_of(machine: MachineView, qemu: Qemu) -> Iterator[_Word]:
    for option in machine.options:
        if option.flag == "-machine" and "=" in option.words[-1]:
            for item in parse_keyval(option.words[-1], implied="type"):
                yield _Word(option, item.key.replace("_", "-"), item.value)
        elif option.flag in _FLAGS and option.flag in qemu.flags:
            yield _Word(option, *_FLAGS[option.flag])


def _word(
    word: _Word,
    known: Mapping[str, Property],
    board: MachineInfo,
    qemu: Qemu,
    flags: frozenset[str],
) -> Iterator[Finding]:
    name, dot, _ = word.key.partition(".")
    if name not in known or (dot and name not in {*_WITH_KEYS, *_LISTS}):
        yield word.error(
            "machine-type-key-foreign",
            f"the machine type {board.name} of {qemu.name} has no {word.key}",
            f"{nearest(word.key, known)}leave it out",
        )
    elif dot and name in _WITH_KEYS:
        yield from _part(word, qemu, overridden=_SAME[name] in flags)
    elif not dot and (mend := _mend(word, known[name], qemu)):
        yield word.error("machine-property-value", f"{word.key} cannot be {word.value!r}", mend)


def _part(word: _Word, qemu: Qemu, *, overridden: bool) -> Iterator[Finding]:
    """Judge a key of what is a property as a whole: ``smp.cores``."""
    name, _, key = word.key.partition(".")
    keys = qemu.options.get(_WITH_KEYS[name], {})
    if key not in keys:
        mend = f"{nearest(key, keys)}the keys are {', '.join(keys)}"
    elif overridden:  # by the option that is about the same
        return
    elif wanted := refuses(Property(_TYPES[keys[key]]), word.value):
        mend = f"write {wanted}"
    elif name == "smp" and integer(-(1 << 63)).read(word.value) < (qemu.version >= (9, 0)):
        mend = "write 1 or more"
    else:
        return
    yield word.error("machine-property-value", f"{word.key} cannot be {word.value!r}", mend)


def _mend(word: _Word, known: Property, qemu: Qemu) -> str:
    """What to write in place of a value; ``""`` where QEMU takes it."""
    key, value = word.key, word.value
    if key in _NOT_WRITABLE or known.type.startswith("child<"):
        return "leave it out: QEMU says it, and cannot be told"
    if key in _WITH_KEYS:
        return f"say what of it is meant, as in {key}.{next(iter(qemu.options[_WITH_KEYS[key]]))}="
    if key in _LISTS:
        return f"say which of them is meant, as in {key}.0.size="
    if key in _NAMES and not value:
        return "name one, or leave it out"
    if words := _words(key, qemu):
        return "" if value in words else f"write {' or '.join(words)}"
    if len(value) > _LENGTHS.get(key, len(value)):
        return f"write {_LENGTHS[key]} characters at the most"
    if key in ("fmc-model", "spi-model"):
        device = qemu.device(value)
        return "" if device and device.bus == "SSI" else "name the model of a flash chip"
    if known.type == "uint64_t":
        known = known._replace(type="int")
    if wanted := refuses(known, value):
        return f"write {wanted}"
    most = _SIZES.get(key)
    return f"write {most // MIB}M or less" if most and parse_size(value) > most else ""


def _words(key: str, qemu: Qemu) -> tuple[str, ...]:
    if key == "smbios-entry-point-type":
        return ("32", "64", "auto") if qemu.version >= (9, 1) else ("32", "64")
    return _WORDS.get(key, ())


def _together(machine: MachineView, qemu: Qemu, words: dict[str, _Word]) -> Iterator[Finding]:
    """Judge what one key needs of another, or of another option."""
    if "kernel" not in words and "-kernel" not in machine.flags:
        for key in _OF_KERNEL & words.keys():
            yield words[key].error(
                "machine-property-alone",
                f"{key} is of a kernel that QEMU starts itself, and there is none",
                "add kernel(), or leave it out",
            )
    mouse, keyboard = words.get("vmport"), words.get("i8042")
    if mouse and keyboard and mouse.is_on and keyboard.is_off and qemu.version >= (9, 2):
        yield mouse.error(
            "machine-property-alone",
            "VMware's port needs the keyboard controller i8042, which is switched off",
            "leave i8042 out, or write vmport=False",
        )
    shadow = words.get("kvm-shadow-mem")
    wanted = refuses(Property("int"), shadow.value) if shadow else ""
    if shadow and wanted and targets.accelerators(machine)[0] == "kvm":
        yield shadow.error(
            "machine-property-value",
            f"{shadow.key} cannot be {shadow.value!r}",
            f"write {wanted}",
        )
    if qemu.arch in targets.ARM:
        yield from _of_arm(machine, words)


def _of_arm(machine: MachineView, words: dict[str, _Word]) -> Iterator[Finding]:
    gic, guests, highmem = (words.get(key) for key in ("gic-version", "virtualization", "highmem"))
    if gic and gic.value == "4" and not (guests and guests.is_on):
        yield gic.error(
            "machine-property-alone",
            "an interrupt controller of version 4 serves guests within the guest",
            "add virtualization=True, or write gic_version='max'",
        )
    if gic and gic.value == "host" and {*targets.accelerators(machine)} <= {"tcg"}:
        yield gic.error(
            "machine-property-alone",
            "the host's interrupt controller can only be had with KVM",
            "write gic_version='max'",
        )
    cpu = next((one.words[-1] for one in machine.options if one.flag == "-cpu"), "")
    tags, errors, acpi = (words.get(key) for key in ("mte", "ras", "acpi"))
    if tags and tags.is_on and cpu.partition(",")[0] not in _WITH_TAGS:
        yield tags.error(
            "machine-property-alone",
            "mte=on needs a processor with tags on its memory",
            "add cpu('max')",
        )
    # Without firmware it dies of its tables (virt_acpi_setup).
    if errors and errors.is_on and not (acpi and acpi.is_off) and not _has_firmware(machine, words):
        yield errors.error(
            "machine-property-alone",
            "ras=on is told in tables that only firmware can pass on, and there is none",
            "add bios() or pflash()",
        )
    sizes = [ram.size for _, ram in machine.claims(claims.Ram) if ram.size is not None]
    if highmem and highmem.is_off and sizes and sizes[-1] > 3 * GIB:
        yield highmem.error(
            "machine-property-alone",
            "without high memory a guest has 3 GiB at the most",
            "leave highmem out, or write memory('3G')",
        )


def _has_firmware(machine: MachineView, words: dict[str, _Word]) -> bool:
    return targets.has_firmware(machine) or not words.keys().isdisjoint(("firmware", "pflash0"))

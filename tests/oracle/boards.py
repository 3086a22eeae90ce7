"""Boards, processors, accelerators and memory, drawn from what a QEMU says it has, right and wrong.

Nothing here depends on the host: no KVM, no files, and no more memory than any host has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild import targets

if TYPE_CHECKING:
    from random import Random

    from qemubuild.capabilities import MachineInfo, Qemu

VALUES = [*"on off auto yes split foo 0 1 2 -1 0x10 1.5 64M 8k 99999999999999999999 On".split(), ""]
# Properties that name files, or end QEMU, or that it may die of.
_FILES = frozenset("dtb dumpdtb firmware initrd kernel shim ras max-ram-below-4g".split())
_X86 = "pc q35 isapc microvm none x-remote pc-i440fx-2.5 pc-q35-6.0 pc-q35-7.1".split()
_ARM = "virt none virt-2.12 sbsa-ref raspi3b vexpress-a15 ast2600-evb orangepi-pc".split()
_SMP = (
    "0 1 2 4 5 9 foo -1 2,maxcpus=1 2,maxcpus=4 4,cores=2 4,cores=3 4,dies=1 4,dies=2 4,clusters=2 "
    "4,modules=1 4,modules=2 4,books=1 4,cores=0 4,nonsense=1 1,maxcpus=255 1,maxcpus=256 "
    "1,maxcpus=289 2,maxcpus=513 sockets=2,cores=2 8,sockets=2,cores=2,threads=2"
).split()
_MEMORY = (
    "64M 128 512M 1G 128,maxmem=1G 128,maxmem=1G,slots=2 128,maxmem=1G,slots=257 128,slots=2 "
    "256,maxmem=128M 128,nonsense=1 foo 0"
).split()
_ACCELERATORS = (
    "tcg|tcg,thread=multi|tcg,thread=foo|tcg,tb-size=64|tcg,tb-size=4294967296|tcg,split-wx=on|"
    "tcg,split-wx=maybe|tcg,one-insn-per-tb=on|tcg,kernel-irqchip=on|tcg,nonsense=1|hvf|nonsense|"
    "xen -accel tcg|hvf,nonsense=1 -accel tcg|tcg -accel kvm,nonsense=1|tcg -accel hvf"
).split("|")
_CARDS = "std cirrus vmware qxl virtio none xenfb tcx nonsense".split()
_ODD_MODELS = (
    "nonsense MAX Host cortex-a57 Nehalem qemu64 max-x86_64-cpu max,enforce Nehalem,enforce"
).split()


def sample(qemu: Qemu, random: Random, count: int) -> list[str]:
    """So many command lines, without the program."""
    return [_machine(qemu, random) for _ in range(count)]


def _machine(qemu: Qemu, random: Random) -> str:
    name = random.choice([*(_X86 if qemu.arch in targets.X86 else _ARM), *qemu.machine_types])
    board = qemu.machine_type(name)
    words = [f"-machine {name}"]
    if board is not None and random.random() < 0.5:
        words[0] += f",{_property(qemu, board, random)}"
    parts = {
        "-cpu": lambda: _processor(qemu, random),
        "-smp": lambda: random.choice(_SMP),
        "-m": lambda: random.choice(_MEMORY),
        "-accel": lambda: random.choice(_ACCELERATORS),
        "-vga": lambda: random.choice(_CARDS),
    }
    flags = random.sample(sorted(parts), random.choice((0, 1, 1, 2)))
    return " ".join([*words, *(f"{flag} {parts[flag]()}" for flag in flags)])


def _property(qemu: Qemu, board: MachineInfo, random: Random) -> str:
    known = sorted((qemu.properties(f"{board.name}-machine") or {}).keys() - _FILES)
    more = ["hpet", "pcie", "cxl", "gic-version", "its", "kernel-irqchip", "nonsense", "smp.cpus"]
    key = random.choice([*known, *more])
    return f"{key}={random.choice(VALUES)}"


def _processor(qemu: Qemu, random: Random) -> str:
    model = random.choice([*_ODD_MODELS, *qemu.cpu_models, "max", "max"])
    known = qemu.cpu_model(model)
    if known is None or random.random() < 0.3 or "host" in model:
        return model
    is_x86 = qemu.arch in targets.X86
    names = qemu.properties("max-x86_64-cpu" if is_x86 else known.type) or {}
    name = random.choice([*(one for one in sorted(names) if "[" not in one), "nonsense"])
    if is_x86 and random.random() < 0.4:
        return f"{model},{random.choice('+-')}{name}"
    return f"{model},{name}={random.choice(VALUES)}"

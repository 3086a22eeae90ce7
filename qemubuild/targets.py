"""What is known of QEMU's architectures and machine types, from 7.2 to 10.2.

Taken from ``query-machines`` of 7.2 and 10.0. What is not in here is not judged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from qemubuild.board_words import is_off, is_on
from qemubuild.claims import Accelerator, Arranged, MachineType, Slot, Topology

if TYPE_CHECKING:
    from qemubuild.option import MachineView

X86: Final = frozenset({"x86_64", "i386"})
ARM: Final = frozenset({"aarch64", "arm"})

ACCELERATORS: Final = ("kvm", "tcg", "hvf", "whpx", "nvmm", "xen", "mshv", "hax", "qtest")
"""What can run a guest's code, in one QEMU or another."""

# The machine type that an architecture has where none is given.
_DEFAULTS: Final = {
    "alpha": "clipper",
    "cris": "axis-dev88",
    "i386": "pc",
    "loongarch64": "virt",
    "m68k": "mcf5208evb",
    "microblaze": "petalogix-s3adsp1800",
    "microblazeel": "petalogix-s3adsp1800",
    "mips": "malta",
    "mips64": "malta",
    "mips64el": "malta",
    "mipsel": "malta",
    "nios2": "10m50-ghrd",
    "or1k": "or1k-sim",
    "ppc": "g3beige",
    "ppc64": "pseries",
    "riscv32": "spike",
    "riscv64": "spike",
    "s390x": "s390-ccw-virtio",
    "sparc": "SS-5",
    "sparc64": "sun4u",
    "x86_64": "pc",
    "xtensa": "sim",
    "xtensaeb": "sim",
}

# The machine types that have changed how vCPUs are arranged.
_SOCKETS_FIRST: Final = frozenset({"pc", "pseries", "q35", "s390-ccw-virtio", "virt"})

NO_DEFAULT: Final = {
    "aarch64": "virt",
    "arm": "virt",
    "avr": "uno",
    "rx": "gdbsim-r5f562n8",
    "tricore": "tricore_testboard",
}
"""The architectures without a default machine type, each with one to choose."""

# Where each well-known machine type is found.
_HOMES: Final = {
    "pc": X86,
    "q35": X86,
    "isapc": X86,
    "microvm": X86,
    "virt": ARM | {"loongarch64", "m68k", "or1k", "riscv32", "riscv64", "xtensa", "xtensaeb"},
    "pseries": frozenset({"ppc64"}),
    "s390-ccw-virtio": frozenset({"s390x"}),
    "malta": frozenset({"mips", "mips64", "mips64el", "mipsel"}),
}

_PC: Final = frozenset({"pc", "q35", "isapc"})

_VERSIONED = re.compile(r"(?P<name>.+?)-(?P<major>\d+)\.(?P<minor>\d+)(?:[.-].*)?")
_SHORT: Final = {"pc-i440fx": "pc", "pc-q35": "q35"}


class Board(NamedTuple):
    """A machine type: its name without a version, and the version where it has one."""

    name: str
    version: tuple[int, int] | None = None

    def until(self, major: int, minor: int) -> bool:
        """Whether it is a version of that QEMU or an older one; the unversioned are newer."""
        return self.version is not None and self.version <= (major, minor)


def default_of(arch: str) -> str | None:
    """The machine type that an architecture has where none is given, if it has one."""
    return _DEFAULTS.get(arch)


def board_of(machine: MachineView) -> Board | None:
    """The machine type that is asked for, or the architecture's own; ``None`` if not known."""
    named = machine.claims(MachineType)
    name = named[-1][1].name if named else _DEFAULTS.get(machine.arch)
    return None if name is None else board_of_name(name)


@lru_cache(maxsize=64)
def board_of_name(name: str) -> Board:
    """Tell a machine type's name and version apart."""
    if match := _VERSIONED.fullmatch(name):
        family = _SHORT.get(match["name"], match["name"])
        return Board(family, (int(match["major"]), int(match["minor"])))
    return Board(name)


def has_no_sata(machine: MachineView) -> bool:
    """Whether a q35 is told to leave out its disks' controller."""
    board = board_of(machine)
    return board is not None and board.name == "q35" and is_off(machine, "sata")


def prefers_sockets(board: Board | None) -> bool:
    """Whether vCPUs of which no more is said are sockets: in newer versions they are cores."""
    return board is not None and board.name in _SOCKETS_FIRST and board.until(6, 1)


def topology_of(machine: MachineView) -> Topology:
    """How the vCPUs are arranged."""
    if not (claimed := machine.claims(Arranged)):
        return Topology()
    arranged = claimed[-1][1]
    return arranged.sockets_first if prefers_sockets(board_of(machine)) else arranged.topology


def accelerators(machine: MachineView) -> tuple[str, ...]:
    """What may run the guest's code, in the order in which QEMU tries it."""
    names = _accelerators(machine)
    if machine.qemu is None:
        return names
    return tuple(name for name in names if name in machine.qemu.accelerators) or names


def _accelerators(machine: MachineView) -> tuple[str, ...]:
    named = machine.claims(Accelerator)
    if not named:
        # A program whose name ends so tries KVM by itself (system/vl.c).
        return ("kvm", "tcg") if machine.binary.endswith("kvm") else ("tcg",)
    # -accel repeats; of -enable-kvm and -machine accel= the last one counts.
    repeated = [claim.name for option, claim in named if option.repeats]
    last = named[-1][0]
    names = repeated or [claim.name for option, claim in named if option is last]
    return tuple(dict.fromkeys(names))


def is_known(arch: str) -> bool:
    """Whether the architecture's machine types are known here."""
    return arch in _DEFAULTS or arch in NO_DEFAULT


def homes_of(board: str) -> frozenset[str] | None:
    """The architectures that have a machine type, or ``None`` where any may."""
    return _HOMES.get(board)


def spelled(arch: str, board: str) -> str | None:
    """A well-known machine type of the architecture that differs in its letters' case alone."""
    name = board.lower()
    found = _HOMES.get(name) if name != board else None
    return name if found and arch in found else None


def is_judged(board: Board) -> bool:
    """Whether enough is known of a machine type to say what it lacks."""
    return board.name in _HOMES or board.name == "none"


def grows(machine: MachineView) -> bool | None:
    """Whether memory can be plugged into the machine type; ``None`` where that is not known."""
    board = board_of(machine)
    if board is None or machine.arch not in X86:
        return None
    if board.name == "isapc" or (board.name == "pc" and board.until(2, 0)):
        return False
    return True if board.name in ("pc", "q35") else None


def is_arms_virt(machine: MachineView) -> bool:
    """Whether the machine type is Arm's ``virt``: other architectures have one of that name."""
    board = board_of(machine)
    return board is not None and board.name == "virt" and machine.arch in ARM


def is_pc(machine: MachineView) -> bool:
    """Whether the machine type is a PC, with a PC's firmware."""
    board = board_of(machine)
    return board is not None and board.name in _PC and machine.arch in X86


def has_no_pci(machine: MachineView) -> bool:
    """Whether the machine type has no PCI bus by itself; only of x86 that is known."""
    board = board_of(machine)
    if board is None or machine.arch not in X86:
        return False
    if board.name == "microvm":
        return is_off(machine, "acpi") or not is_on(machine, "pcie")
    return board.name in ("isapc", "none")


def has_firmware(machine: MachineView) -> bool:
    """Whether the guest's firmware is said, as a file or as flash memory."""
    return not machine.flags.isdisjoint(("-bios", "-pflash")) or any(
        slot.interface == "pflash" for _, slot in machine.claims(Slot)
    )


def has_no_usb(machine: MachineView) -> bool:
    """Whether the machine type has no USB controller to give, however it is asked."""
    board = board_of(machine)
    if is_arms_virt(machine):
        return True  # only a device brings one
    if board is None or board.name != "microvm":
        return board is not None and board.name in ("isapc", "none")
    return is_off(machine, "acpi")


class Capacity(NamedTuple):
    """How many vCPUs a machine type holds: in every QEMU from 7.2 to 10.2, and in any."""

    every: int
    any: int


_FIXED: Final = {
    (True, "isapc"): 1,
    (True, "microvm"): 288,
    (True, "pc"): 255,
    (False, "s390-ccw-virtio"): 248,
    (False, "pseries"): 4096,
    (False, "spike"): 8,
    (False, "sbsa-ref"): 512,
}


@lru_cache(maxsize=64)
def capacity(arch: str, board: Board) -> Capacity | None:
    """How many vCPUs a machine type holds, or ``None`` where that is not known."""
    if board.name == "none":
        return Capacity(1, 1)
    if board.name == "virt":
        return _virt(arch, board)
    if board.name == "q35" and arch in X86:
        return _q35(board)
    most = _FIXED.get((arch in X86, board.name))
    return None if most is None else Capacity(most, most)


def most_vcpus(machine: MachineView, board: Board) -> int | None:
    """How many vCPUs the machine type holds in the QEMU that runs it, or else in the newest."""
    if machine.qemu is None:
        most = capacity(machine.arch, board)
        return most and most.any
    named = machine.claims(MachineType)
    qemu = machine.qemu
    known = qemu.machine_type(named[-1][1].name) if named else qemu.default_machine_type
    return known and known.max_cpus


def _q35(board: Board) -> Capacity:
    if board.version is None:
        return Capacity(288, 4096)
    for version, most in (((2, 7), 255), ((8, 0), 288), ((8, 2), 1024)):
        if board.until(*version):
            return Capacity(most, most)
    return Capacity(4096, 4096)


def _virt(arch: str, board: Board) -> Capacity | None:
    if arch in ARM:
        most = 255 if board.until(2, 12) else 512
        return Capacity(most, most)
    if arch == "loongarch64":
        return Capacity(4, 256)
    return Capacity(512, 512) if arch.startswith("riscv") else None

"""``-smp``: how many virtual CPUs the guest has, and how it believes they are arranged."""

from __future__ import annotations

import re
from math import prod
from typing import TYPE_CHECKING

from qemubuild import grammar, targets
from qemubuild.claims import Arranged, Topology, Vcpus
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import changed
from qemubuild.values import COUNT, NUMBER, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# From the outermost level of a topology to the innermost (hw/core/machine-smp.c).
_LEVELS = ("drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads")

# The machine types that know a level; any other takes 1 of it.
_KNOWN_BY = {
    "drawers": ("s390-ccw-virtio",),
    "books": ("s390-ccw-virtio",),
    "dies": ("pc", "q35", "isapc"),
    "clusters": ("virt", "sbsa-ref"),
    "modules": ("pc", "q35", "isapc"),
}
# The QEMU that a level came with.
_SINCE = {"drawers": "8.2", "books": "8.2", "modules": "9.1"}
# Older versions take 0 for what is left out; see the finding smp-zero.
_COUNT = Kind(
    lambda value: "0" if value.__class__ is int and not value else COUNT.write(value), NUMBER.read
)

# The processors that have no x2apic by themselves (query-cpu-model-expansion of 10.0).
_WITHOUT_X2APIC = re.compile(
    r"(486|athlon|base|core2duo|coreduo|Conroe|Dhyana|EPYC(-(Genoa|IBPB|Milan|Rome))?|kvm(32|64)"
    r"|n270|Nehalem(-IBRS)?|Opteron_G[1-5]|Penryn|pentium[23]?|phenom|qemu(32|64)"
    r"|Westmere(-IBRS)?)(-v[0-9]+)?"
)


def _has_x2apic(cpu: str) -> bool:
    """Whether a processor has the feature: by its model, or as is said after it."""
    model, *features = cpu.split(",")
    has = _WITHOUT_X2APIC.fullmatch(model) is None
    for feature in features:
        if feature.lstrip("+-").partition("=")[0] == "x2apic":
            has = not feature.startswith("-") and not feature.endswith("=off")
    return has


class Smp(Keyed):
    """Give the guest virtual CPUs, and arrange them (``-smp``); one without.

    What is left out QEMU works out: cores first, then sockets, then threads (machine types up to
    6.1: sockets first). A level that is given has to fit: the product of all is `maxcpus`.

    Attributes:
        cpus: how many the guest starts with.
        maxcpus: how many it may have once more are plugged in; as many as `cpus` by default.
        drawers: (s390x, QEMU 8.2)
        books: in each drawer (s390x, QEMU 8.2)
        sockets: chips, in each book where there are any.
        dies: in each socket (x86).
        clusters: in each die (Arm).
        modules: in each die (x86, QEMU 9.1).
        cores: in each die, cluster or module.
        threads: in each core.
    """

    flag = "-smp"
    implied = "cpus"
    syntax = grammar.parse_keyval
    merges = True
    told = True

    cpus: int | None = key(_COUNT, default=None)
    maxcpus: int | None = key(_COUNT, default=None, kw_only=True)
    drawers: int | None = key(_COUNT, default=None, kw_only=True)
    books: int | None = key(_COUNT, default=None, kw_only=True)
    sockets: int | None = key(_COUNT, default=None, kw_only=True)
    dies: int | None = key(_COUNT, default=None, kw_only=True)
    clusters: int | None = key(_COUNT, default=None, kw_only=True)
    modules: int | None = key(_COUNT, default=None, kw_only=True)
    cores: int | None = key(_COUNT, default=None, kw_only=True)
    threads: int | None = key(_COUNT, default=None, kw_only=True)

    @property
    def count(self) -> int:
        """How many vCPUs the guest starts with."""
        return _number(self.cpus) or self.most

    @property
    def most(self) -> int:
        """How many vCPUs the guest may have."""
        return _number(self.maxcpus) or _number(self.cpus) or prod(self._levels().values())

    def topology(self, *, prefer_sockets: bool = False) -> dict[str, int]:
        """How many there are of each level in the one around it, as QEMU works it out.

        Args:
            prefer_sockets: as machine types up to 6.1 do.
        """
        levels = self._levels()
        if not self.cpus and not self.maxcpus:
            return levels
        order = ("sockets", "cores") if prefer_sockets else ("cores", "sockets")
        for level in (*order, "threads"):
            if not self.__dict__[level]:
                levels[level] = 1
                levels[level] = self.most // prod(levels.values())
                break
        return levels

    def arranged(self, board: targets.Board | None) -> dict[str, int]:
        """How many there are of each level in the one around it, on that machine type."""
        return self.topology(prefer_sockets=targets.prefers_sockets(board))

    @property
    def _is_plain(self) -> bool:
        """Whether it is a count alone, which always fits."""
        return "=" not in self.words[1]

    def _levels(self) -> dict[str, int]:
        return {level: _number(self.__dict__[level]) or 1 for level in _LEVELS}

    def claims(self) -> Iterator[Claim]:
        """State the vCPUs, and how they are arranged."""
        if self._unread:
            yield Vcpus(0, 0)
            return
        most = self.most
        yield Vcpus(_number(self.cpus) or most, most)
        if self._is_plain:
            yield Arranged(Topology(cores=most), Topology(sockets=most))
        else:
            yield Arranged(self._arranged(), self._arranged(prefer_sockets=True))

    def _arranged(self, *, prefer_sockets: bool = False) -> Topology:
        levels = self.topology(prefer_sockets=prefer_sockets)
        return Topology(**{level: levels[level] for level in Topology._fields})

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the topology by itself, and by the machine type."""
        if self._unread:
            return
        board = targets.board_of(machine)
        if self.most < self.count:
            yield self.error(
                "smp-maxcpus-below-cpus",
                f"maxcpus={self.maxcpus} is less than the {self.count} the guest starts with",
                f"write maxcpus={self.count} or more, or leave it out",
                "maxcpus",
            )
        yield from self._zero(machine)
        if not self._is_plain:
            yield from self._misfit(board)
        if board and machine.qemu is None:  # else it says itself what the board has
            yield from self._unknown_levels(machine.arch, board)
            if capacity := targets.capacity(machine.arch, board):
                yield from self._beyond(capacity, board)
        # Each of the four levels below the socket wastes less than one bit.
        if self.most > 255 >> 4 and machine.arch in targets.X86:
            yield from self._wide_ids(machine, board)

    def _zero(self, machine: MachineView) -> Iterator[Finding]:
        """Judge counts of nothing, which older versions take for what is left out."""
        zeros = [field for field in self._keys if self.__dict__[field] == 0]
        tell = changed(self, machine, refused_by=(9, 0), taken_by=(8, 2)) if zeros else None
        finding = tell or self.warning
        for field in zeros[:1]:
            yield finding(
                "smp-zero",
                f"{field}=0 means to leave {field} out, and QEMU refuses it since 9.0",
                f"leave {field} out",
                field,
            )

    def _misfit(self, board: targets.Board | None) -> Iterator[Finding]:
        levels = self.arranged(board)
        if prod(levels.values()) == self.most:
            return
        given = [level for level in _LEVELS if self.__dict__[level]]
        total = prod(self.__dict__[level] for level in given)
        # Where QEMU has a level left to work out, any multiple fits.
        is_open = any(not self.__dict__[level] for level in ("sockets", "cores", "threads"))
        fit = -(-self.most // total) * total if is_open else total
        if self.maxcpus and fit >= self.count:
            mend = f"write maxcpus={fit}"
        else:
            mend = f"write cpus={fit}" + (f", or add maxcpus={fit}" if fit > self.count else "")
        product = " * ".join(f"{level}={self.__dict__[level]}" for level in given)
        yield self.error(
            "smp-topology-mismatch",
            f"{product} cannot make {self.most} vCPUs",
            f"{mend}, or leave out a level for QEMU to work out",
            given[-1],
        )

    def _unknown_levels(self, arch: str, board: targets.Board) -> Iterator[Finding]:
        for level, boards in _KNOWN_BY.items():
            count = self.__dict__[level]
            if count is None:
                continue
            lacks = board.name not in boards or (
                level == "clusters" and arch and arch not in targets.ARM
            )
            if lacks and count > 1 and targets.is_judged(board):
                yield self.error(
                    "smp-level-unsupported",
                    f"the machine type {board.name} has no {level}",
                    f"leave {level} out; its vCPUs are arranged in sockets, cores and threads",
                    level,
                )
            elif level in _SINCE:
                yield self.warning(
                    "smp-level-recent",
                    f"{level} came with QEMU {_SINCE[level]}; an older one refuses the word",
                    f"leave {level} out where the guest does not need it",
                    level,
                )

    def _beyond(self, capacity: targets.Capacity, board: targets.Board) -> Iterator[Finding]:
        where = "maxcpus" if self.maxcpus is not None else "cpus"
        if self.most > capacity.any:
            yield self.error(
                "smp-too-many",
                f"{self.most} vCPUs, and the machine type {board.name} holds {capacity.any}",
                f"write {capacity.any} or fewer"
                + (", or add machine_type('q35')" if board.name == "pc" else ""),
                where,
            )
        elif self.most > capacity.every:
            yield self.warning(
                "smp-too-many-for-older",
                f"{self.most} vCPUs are more than {board.name} holds in every QEMU from 7.2: "
                f"{capacity.every}; a newer one holds up to {capacity.any}",
                f"write {capacity.every} or fewer, or make sure of the QEMU that runs it",
                where,
            )

    def _wide_ids(self, machine: MachineView, board: targets.Board | None) -> Iterator[Finding]:
        """Judge vCPUs whose numbers need more than the 8 bits of an old interrupt controller."""
        most = targets.most_vcpus(machine, board) if board else None
        if most is None or self.most > most or targets.accelerators(machine)[0] != "tcg":
            return
        finding = self.warning
        last = self._last_id(self.most)
        if machine.qemu is not None and machine.qemu.version < (9, 0):
            finding = self.error
        elif machine.qemu is not None:
            last = self._last_id(self.count)
            model = next((one.words[-1] for one in machine.options if one.flag == "-cpu"), "qemu64")
            if _has_x2apic(model):
                return
            finding = self.error
        if last >= 255:
            yield finding(
                "smp-ids-too-wide",
                f"{self.most} vCPUs in this topology have ids up to {last}; without KVM, ids from "
                "255 need QEMU 9 and a processor with x2apic, such as max",
                "add enable_kvm(), or have fewer vCPUs, or a topology of powers of two",
                "cpus",
            )

    def _last_id(self, count: int) -> int:
        """The id of the last of so many vCPUs on x86: each level takes a whole number of bits."""
        left, last, shift = count - 1, 0, 0
        levels = self.topology()
        for level in ("threads", "cores", "modules", "dies"):
            left, part = divmod(left, max(levels[level], 1))
            last |= part << shift
            shift += (max(levels[level], 1) - 1).bit_length()
        return last | left << shift

    def explain(self) -> str:
        """Say how many vCPUs there are, and how the guest sees them."""
        count = self.cpus if "cpus" in self._unread else self.count
        text = f"Gives the guest {count} virtual CPU{'s' if count != 1 else ''}"
        if self.most > self.count:
            text += f", and lets it have up to {self.most} once more are plugged in"
        if levels := {name: n for name in _LEVELS if (n := _number(self.__dict__[name]))}:
            parts = " of ".join(f"{count} {_plural(name, count)}" for name, count in levels.items())
            text += f"; it believes in {parts} each" if len(levels) > 1 else f"; {parts}"
        return (
            f"{text}. Without it the guest has one. The host runs them on whatever cores it has, "
            "so that more of them than cores only take turns."
        )


def _number(value: int | None) -> int:
    """A count, or 0 where it is left out, or is text that is no number."""
    return value if value.__class__ is int else 0


def _plural(level: str, count: int) -> str:
    return level if count != 1 else level.removesuffix("s")

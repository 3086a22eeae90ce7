"""``-numa``: nodes, each with memory and vCPUs of its own, and how far they are from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import attrs

from qemubuild.claims import OBJECT, BackedBy, Claim, Refers
from qemubuild.errors import InvalidOption
from qemubuild.option import key
from qemubuild.ranges import RANGES, to_ranges
from qemubuild.values import ID, MIB_SIZE, NUMBER, SIZE, Verbatim, choice, integer
from qemubuild.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.ranges import Ranges

_NODE = integer(0, 127)
_DISTANCE = integer(10, 255)
_HIERARCHIES = ("memory", "first-level", "second-level", "third-level")
_DATA_TYPES = (
    "access-latency",
    "read-latency",
    "write-latency",
    "access-bandwidth",
    "read-bandwidth",
    "write-bandwidth",
)

DataType = Literal[
    "access-latency",
    "read-latency",
    "write-latency",
    "access-bandwidth",
    "read-bandwidth",
    "write-bandwidth",
]


class Numa(Variant):
    """What ``-numa`` options have in common, and one whose type is not known."""

    flag = "-numa"
    implied = "type"
    repeats = True

    def knows(self, name: str) -> bool:  # noqa: ARG002 - of an unknown type, nothing is known
        """Whether a key may be one of QEMU's."""
        return not self.variant

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge all nodes together, once, and a type that is not known."""
        if not self.variant:
            yield self.error(
                "numa-type-unknown",
                f"{self.extra.get('type', 'nothing')!r} is no type of -numa",
                f"write one of {', '.join(self.variants)}",
            )
        family = machine.find_all(Numa)
        if family and family[0] is self:
            from qemubuild.options import _nodes  # noqa: PLC0415 - only NUMA machines need it

            yield from _nodes.findings(machine, family)

    def explain(self) -> str:
        """Say what it is about."""
        return "Describes a NUMA machine, in a way that is not known here."


class NumaNode(Numa):
    """Add a NUMA node (``-numa node``): memory and the vCPUs that are close to it.

    Attributes:
        nodeid: its number; one more than the last without. The numbers have no gaps.
        cpus: its vCPUs: ``"0-3"``, ``2``, ``range(4)`` or ``[0, (2, 3)]``.
        memdev: the id of a memory backend that its memory comes from; see
            ``memory_backend_ram()``.
        mem: how much memory it has, for machine types up to 5.0; MiB where no suffix is given.
        initiator: the node whose vCPUs reach its memory fastest; needs ``hmat=True``.
    """

    variant = "node"

    nodeid: int | None = key(_NODE, default=None)
    cpus: Ranges | None = attrs.field(
        default=None,
        kw_only=True,
        converter=to_ranges,
        metadata={"key": None, "kind": RANGES},
    )
    memdev: str | None = key(ID, default=None, kw_only=True)
    mem: str | int | None = key(MIB_SIZE, default=None, kw_only=True)
    initiator: int | None = key(_NODE, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the object that the memory comes from."""
        if self.memdev is not None and self.memdev.__class__ is not Verbatim:
            yield Refers(OBJECT, self.memdev, "memory-backend-")
            yield BackedBy(self.memdev)

    def explain(self) -> str:
        """Say what the node has."""
        what = f"with the vCPUs {', '.join(map(str, self.cpus))}" if self.cpus else ""  # type: ignore[arg-type] # ranges, once converted
        if self.memdev or self.mem:
            memory = f"the memory of {self.memdev}" if self.memdev else f"{self.mem} of memory"
            what += (" and " if what else "with ") + memory
        number = "" if self.nodeid is None else f", number {self.nodeid}"
        return (
            f"Adds a NUMA node{number}, {what}".rstrip()
            + ": the guest takes a node's memory to be "
            "faster from that node's vCPUs. Without any node, all memory is alike."
        )


class NumaDist(Numa):
    """Say how far one NUMA node is from another (``-numa dist``); 20 for all without.

    Attributes:
        src: the node that reaches.
        dst: the node that is reached.
        val: the distance: 10 is a node's own, 20 twice as far, 255 out of reach.
    """

    variant = "dist"

    src: int = key(_NODE)
    dst: int = key(_NODE)
    val: int = key(_DISTANCE)

    def explain(self) -> str:
        """Say how far it is."""
        return (
            f"Tells the guest that node {self.dst} is {self.val} away from node {self.src}, "
            "where 10 is a node's own. Without any, the others are 20 away."
        )


class NumaCpu(Numa):
    """Put vCPUs into a NUMA node by their place in the topology (``-numa cpu``).

    Attributes:
        node_id: the node.
        socket_id: the socket, die, cluster, module, core and thread that are meant; what is left
            out matches any.
    """

    variant = "cpu"

    node_id: int = key(_NODE)
    drawer_id: int | None = key(NUMBER, default=None, kw_only=True)
    book_id: int | None = key(NUMBER, default=None, kw_only=True)
    socket_id: int | None = key(NUMBER, default=None, kw_only=True)
    die_id: int | None = key(NUMBER, default=None, kw_only=True)
    cluster_id: int | None = key(NUMBER, default=None, kw_only=True)
    module_id: int | None = key(NUMBER, default=None, kw_only=True)
    core_id: int | None = key(NUMBER, default=None, kw_only=True)
    thread_id: int | None = key(NUMBER, default=None, kw_only=True)

    def explain(self) -> str:
        """Say which node it is."""
        place = [f"{name[:-3]} {value}" for name, value in self._given() if name != "node_id"]
        return (
            f"Puts the vCPUs of {', '.join(place) or 'every socket'} into NUMA node {self.node_id}."
        )


class NumaHmatLb(Numa):
    """Say how fast memory is, seen from a node (``-numa hmat-lb``); needs ``hmat=True``.

    Attributes:
        initiator: the node whose vCPUs reach.
        target: the node whose memory is reached.
        hierarchy: which memory: itself, or a side cache of it.
        data_type: which of its latencies or bandwidths this is.
        latency: nanoseconds.
        bandwidth: bytes per second, a multiple of 1 MiB.
    """

    variant = "hmat-lb"

    initiator: int = key(_NODE, kw_only=True)
    target: int = key(_NODE, kw_only=True)
    hierarchy: Literal["memory", "first-level", "second-level", "third-level"] = key(
        choice(*_HIERARCHIES), kw_only=True
    )
    data_type: DataType = key(choice(*_DATA_TYPES), kw_only=True)
    latency: int | None = key(NUMBER, default=None, kw_only=True)
    bandwidth: str | int | None = key(SIZE, default=None, kw_only=True)

    def explain(self) -> str:
        """Say how fast it is."""
        speed = f"{self.latency} ns" if self.latency is not None else f"{self.bandwidth} a second"
        return (
            f"Tells the guest that the {self.data_type} from node {self.initiator} to node "
            f"{self.target} is {speed}."
        )


class NumaHmatCache(Numa):
    """Describe a side cache of a node's memory (``-numa hmat-cache``); needs ``hmat=True``.

    Attributes:
        node_id: the node.
        size: the cache's size; bytes where no suffix is given.
        level: 1 for the one closest to the vCPUs, up to 3.
        associativity: ``"none"``, ``"direct"`` or ``"complex"``.
        policy: ``"none"``, ``"write-back"`` or ``"write-through"``.
        line: bytes of a line.
    """

    variant = "hmat-cache"

    node_id: int = key(_NODE, kw_only=True)
    size: str | int = key(SIZE, kw_only=True)
    level: int = key(integer(1, 3), kw_only=True)
    associativity: Literal["none", "direct", "complex"] = key(
        choice("none", "direct", "complex"), kw_only=True
    )
    policy: Literal["none", "write-back", "write-through"] = key(
        choice("none", "write-back", "write-through"), kw_only=True
    )
    line: int = key(integer(0, 65535), kw_only=True)

    def explain(self) -> str:
        """Say which cache it is."""
        return (
            f"Tells the guest of a side cache of {self.size}, level {self.level}, at node "
            f"{self.node_id}."
        )


def numa(type: Literal["node", "dist", "cpu", "hmat-lb", "hmat-cache"], /, **keys: Any) -> Numa:  # noqa: A002 - QEMU's name of it
    """Describe a NUMA machine (``-numa``): ``numa("node", cpus="0-3", memdev="ram0")``.

    ``numa_node``, ``numa_dist``, ``numa_cpu`` and their like say the same with types.
    """
    if type not in Numa.variants:
        raise InvalidOption(
            f"{type!r} is nothing that NUMA has",
            hint=f"write {', '.join(map(repr, Numa.variants))}",
            option="-numa",
            field="type",
        )
    return Numa.variants[type](**keys)  # type: ignore[return-value] # all of this family

"""Judging the ``-numa`` options of a machine together, in the order in which QEMU reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from qemubuild import targets
from qemubuild.claims import Backend, Hmat, Ram, Topology, Vcpus
from qemubuild.options import _hmat
from qemubuild.ranges import numbers
from qemubuild.units import MIB, format_size, parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options import numa

_DEFAULT_RAM = 128 * MIB
_NEAR = 10
_GRAIN = 8192


def findings(machine: MachineView, options: Sequence[numa.Numa]) -> Iterator[Finding]:
    """Judge nodes, memory, vCPUs, distances and what else is said of them."""
    none = list(_none(machine, options[0]))
    yield from none
    if none:
        return
    nodes: dict[int, numa.NumaNode] = {}
    for option in options:
        if option._unread:  # noqa: SLF001 - what could not be read is a finding already
            return
        if option.variant == "node":
            yield from _added(cast("numa.NumaNode", option), nodes)
        else:
            yield from _undeclared(option, nodes)
    yield from _gaps(nodes)
    yield from _memory(machine, list(nodes.values()))
    yield from _processors(machine, options, nodes)
    yield from _distances(options, nodes)
    yield from _hmat.findings(machine, options, nodes)
    if machine.claims(Hmat) and nodes:
        yield from _initiators(machine, options, nodes)


# The boards of Arm's that have nodes.
_OF_ARM = ("virt", "sbsa-ref")


def _none(machine: MachineView, first: numa.Numa) -> Iterator[Finding]:
    board = targets.board_of(machine)
    is_arm = machine.arch in targets.ARM
    if board and (board.name not in _OF_ARM if is_arm else board.name in ("none", "x-remote")):
        yield first.error(
            "numa-unsupported",
            f"the machine type {board.name} has no NUMA nodes",
            f"choose another machine type, such as machine_type({'virt' if is_arm else 'q35'!r})",
        )


def _added(option: numa.NumaNode, nodes: dict[int, numa.NumaNode]) -> Iterator[Finding]:
    number = len(nodes) if option.nodeid is None else option.nodeid
    if number in nodes:
        yield option.error(
            "numa-node-doubled",
            f"there is a node {number} already",
            "number the nodes 0, 1, 2 ..., or give none of them a nodeid",
            "nodeid",
        )
    elif number >= 128:
        yield option.error(
            "numa-nodes-too-many", "QEMU has room for 128 nodes", "leave some out", "nodeid"
        )
    nodes.setdefault(number, option)


def _undeclared(option: numa.Numa, nodes: dict[int, numa.NumaNode]) -> Iterator[Finding]:
    for field in ("src", "dst", "node_id", "initiator", "target"):
        number = getattr(option, field, None)
        if number is not None and number not in nodes:
            yield option.error(
                "numa-node-undefined",
                f"{field} is node {number}, which nothing before it adds",
                f"put numa_node({number}) before it",
                field,
            )
            return


def numbered(options: Sequence[numa.Numa]) -> dict[int, numa.NumaNode]:
    """The nodes by their numbers; of several with the same, the first."""
    nodes: dict[int, numa.NumaNode] = {}
    for option in _of(options, "node"):
        nodes.setdefault(len(nodes) if option.nodeid is None else option.nodeid, option)
    return nodes


def owners(
    options: Sequence[numa.Numa], topology: Topology | None, most: int
) -> Iterator[tuple[numa.Numa, int, set[int]]]:
    """The vCPUs that each option puts into which node."""
    numbers_of = {id(node): number for number, node in numbered(options).items()}
    for option in options:
        if id(option) in numbers_of:
            cpus = cast("numa.NumaNode", option).cpus
            yield option, numbers_of[id(option)], numbers(cpus)  # type: ignore[arg-type] # ranges, once converted
        elif topology and option.variant == "cpu":
            place = cast("numa.NumaCpu", option)
            yield place, place.node_id, _matched(place, topology, most)


def distances(options: Sequence[numa.Numa]) -> dict[tuple[int, int], int]:
    """How far nodes are, from the first to the second; one way stands for both."""
    given = {(one.src, one.dst): one.val for one in _of(options, "dist")}
    return {**{(dst, src): far for (src, dst), far in given.items()}, **given}


def _gaps(nodes: dict[int, numa.NumaNode]) -> Iterator[Finding]:
    if (
        nodes
        and (missing := min(set(range(max(nodes) + 1)) - set(nodes), default=None)) is not None
    ):
        yield nodes[max(nodes)].error(
            "numa-node-missing",
            f"there is a node {max(nodes)} and no node {missing}",
            "number the nodes 0, 1, 2 ... without gaps",
            "nodeid",
        )


def _memory(machine: MachineView, nodes: list[numa.NumaNode]) -> Iterator[Finding]:
    with_mem = [node for node in nodes if node.mem is not None]
    with_memdev = [node for node in nodes if node.memdev is not None]
    if with_mem and with_memdev:
        yield with_mem[0].error(
            "numa-memory-mixed",
            "some memory is given by mem=, some by memdev=, and QEMU takes one way for all",
            "use memdev= for every node",
            "mem",
        )
        return
    if with_mem and _refuses_mem(machine):
        yield with_mem[0].error(
            "numa-mem-removed",
            "mem= is for machine types up to 5.0",
            f"add memory_backend_ram('ram0', size={_text(with_mem[0].mem)!r}), and write "
            "memdev='ram0'",
            "mem",
        )
        return
    if with_mem:
        yield with_mem[0].warning(
            "numa-mem-deprecated",
            "mem= is deprecated, and gone with the machine types that take it",
            "add memory_backend_ram('ram0', size=...), and write memdev='ram0'",
            "mem",
        )
    yield from _twice(with_memdev)
    yield from _total(machine, nodes)


def _text(size: str | int | None) -> str:
    return f"{size}M" if str(size).isdigit() else str(size)


def _refuses_mem(machine: MachineView) -> bool:
    board = targets.board_of(machine)
    if board is None:
        return False
    by_version = {*targets.X86, *targets.ARM, "ppc64"}
    names = ("pc", "q35", "isapc", "microvm", "virt", "sbsa-ref", "pseries")
    return machine.arch in by_version and board.name in names and not board.until(5, 0)


def _twice(nodes: list[numa.NumaNode]) -> Iterator[Finding]:
    seen: set[str | None] = set()
    for node in nodes:
        if node.memdev in seen:
            yield node.error(
                "numa-memdev-twice",
                f"two nodes take their memory from {node.memdev!r}",
                "give each node a memory backend of its own",
                "memdev",
            )
        seen.add(node.memdev)


def _total(machine: MachineView, nodes: list[numa.NumaNode]) -> Iterator[Finding]:
    ram = machine.claims(Ram)
    if not nodes or not (ram or machine.arch in targets.X86 | targets.ARM):
        return
    wanted = ram[-1][1].size if ram else _DEFAULT_RAM
    if wanted is None:
        return
    backends = {claim.id: claim.size for _, claim in machine.claims(Backend)}
    sizes = []
    for node in nodes:
        size = backends.get(node.memdev) if node.memdev is not None else _bytes(node.mem)
        if size is None:
            return
        sizes.append(size)
    if sum(sizes) == wanted:
        return
    if not any(sizes):
        message = "no node has memory, and the guest has " + format_size(wanted)
        mend = "add a memory backend for each node, and name it with memdev="
    else:
        told = " + ".join(map(format_size, sizes))
        message = f"the nodes have {told}, and the guest has {format_size(wanted)}"
        message += "" if ram else ", QEMU's own choice"
        mend = f"write memory('{sum(sizes) // MIB}M'), or change the nodes'"
    yield nodes[0].error("numa-memory-sum", message, mend, "memdev")


def _bytes(size: str | int | None) -> int:
    return 0 if size is None else parse_size(str(size), unit="M")


def _processors(
    machine: MachineView, options: Sequence[numa.Numa], nodes: dict[int, numa.NumaNode]
) -> Iterator[Finding]:
    vcpus = machine.claims(Vcpus)
    most = vcpus[-1][1].most if vcpus else 1
    if not most:
        return
    by_place: list[numa.NumaCpu] = _of(options, "cpu")
    topology = _topology(machine) if by_place else None
    for one in by_place:
        yield from _place(one, topology, machine)
    taken_by: dict[int, int] = {}
    for option, number, own in owners(options, topology, most):
        if option.variant == "node":
            yield from _missing(cast("numa.NumaNode", option), own, most)
        taken = sorted(cpu for cpu in own if taken_by.setdefault(cpu, number) != number)
        if taken:
            yield option.error(
                "numa-cpu-twice",
                f"vCPU {taken[0]} is in node {taken_by[taken[0]]} too",
                "put each vCPU into one node",
                "cpus" if option.variant == "node" else "node_id",
            )
    if taken_by and not by_place and len(taken_by) < most and max(taken_by) < most:
        left = sorted(set(range(most)) - set(taken_by))
        yield next(iter(nodes.values())).warning(
            "numa-cpu-left-out",
            f"vCPU {left[0]} is in no node; QEMU takes that with a warning, and is to refuse it",
            "name every vCPU of smp's maxcpus in some node's cpus=",
            "cpus",
        )


def _initiators(
    machine: MachineView, options: Sequence[numa.Numa], nodes: dict[int, numa.NumaNode]
) -> Iterator[Finding]:
    """Judge the nodes whose vCPUs are said to reach another's memory fastest: they have some."""
    vcpus = machine.claims(Vcpus)
    most = vcpus[-1][1].most if vcpus else 1
    topology = targets.topology_of(machine)
    held = {number: own for _, number, own in owners(options, topology, most) if own}
    holders = {*held}
    if not held:
        holders = {socket % len(nodes) for socket in range(topology.sockets)}
    elif len(set().union(*held.values())) < most:
        holders.add(0)  # which has those of which nothing is said
    for number, node in nodes.items():
        if number in holders and node.initiator not in (None, number):
            yield node.error(
                "numa-initiator-other",
                f"node {number} has vCPUs of its own, and they reach its memory fastest",
                f"write initiator={number}, or leave it out",
                "initiator",
            )
        elif node.initiator is not None and node.initiator not in holders:
            yield node.error(
                "numa-initiator-idle",
                f"node {node.initiator} has no vCPUs that could reach this one's memory",
                f"write initiator={min(holders)}, or leave it out",
                "initiator",
            )


def _missing(node: numa.NumaNode, own: set[int], most: int) -> Iterator[Finding]:
    if own and max(own) >= most:
        yield node.error(
            "numa-cpu-missing",
            f"there is no vCPU {max(own)}: the last one is {most - 1}",
            f"write smp({max(own) + 1}), or leave it out",
            "cpus",
        )


def _topology(machine: MachineView) -> Topology | None:
    """How the vCPUs are arranged, or ``None`` where that is not known."""
    is_known = targets.board_of(machine) is not None and machine.arch in targets.X86
    return targets.topology_of(machine) if is_known else None


# From the innermost level to the outermost: the order in which vCPUs are numbered on x86.
_LEVELS = {
    "thread": "threads",
    "core": "cores",
    "module": "modules",
    "cluster": "clusters",
    "die": "dies",
    "socket": "sockets",
}


def _matched(option: numa.NumaCpu, topology: Topology, most: int) -> set[int]:
    """The vCPUs at a place."""
    matched = set()
    for cpu in range(most):
        rest = cpu
        for level, levels in _LEVELS.items():
            rest, place = divmod(rest, max(getattr(topology, levels), 1))
            if getattr(option, f"{level}_id") not in (None, place):
                break
        else:
            matched.add(cpu)
    return matched


def _place(
    option: numa.NumaCpu, topology: Topology | None, machine: MachineView
) -> Iterator[Finding]:
    counts = targets.topology_of(machine)
    for level, levels in _LEVELS.items():
        number, count = getattr(option, f"{level}_id"), getattr(counts, levels)
        if number is None or machine.arch not in targets.X86:
            continue
        if level in ("die", "cluster", "module") and count == 1:
            yield option.error(
                "numa-place-unsupported",
                f"{level}_id is for a topology with several of them",
                f"leave {level}_id out, or give smp more than one",
                f"{level}_id",
            )
        elif topology and number >= count:
            yield option.error(
                "numa-place-missing",
                f"there is no {level} {number}: the last one is {count - 1}",
                f"correct it by what smp() says of {levels}",
                f"{level}_id",
            )


def _distances(options: Sequence[numa.Numa], nodes: dict[int, numa.NumaNode]) -> Iterator[Finding]:
    given: list[numa.NumaDist] = _of(options, "dist")
    for option in given:
        if option.src == option.dst and option.val != _NEAR:
            yield option.error(
                "numa-distance-own",
                f"a node is {_NEAR} far from itself, not {option.val}",
                "leave it out",
                "val",
            )
    if not given:
        return
    table = {(one.src, one.dst): one.val for one in given}
    pairs = [(src, dst) for src in nodes for dst in nodes if src < dst]
    for src, dst in pairs:
        if (src, dst) not in table and (dst, src) not in table:
            yield given[0].error(
                "numa-distance-missing",
                f"nothing says how far nodes {src} and {dst} are, and other distances are given",
                f"add numa_dist({src}, {dst}, 20)",
            )
            return
    uneven = any(table.get(pair) != table.get(pair[::-1], table.get(pair)) for pair in table)
    one_way = [pair for pair in pairs if pair not in table or pair[::-1] not in table]
    if uneven and one_way:
        src, dst = one_way[0] if one_way[0] not in table else one_way[0][::-1]
        yield given[0].error(
            "numa-distance-one-way",
            "one pair of nodes has two different distances, so that all need both",
            f"add numa_dist({src}, {dst}, {table[dst, src]})",
        )


def _of(options: Sequence[numa.Numa], variant: str) -> list[Any]:
    return [option for option in options if option.variant == variant]

"""Judging what ``-numa`` says of the speed of memory, which takes a machine with ``hmat=on``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from qemubuild.claims import Hmat
from qemubuild.units import MIB, parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options import numa


def findings(
    machine: MachineView, options: Sequence[numa.Numa], nodes: dict[int, numa.NumaNode]
) -> Iterator[Finding]:
    """Judge latencies, bandwidths and caches, in the order in which QEMU reads them."""
    described = [option for option in options if option.variant in ("hmat-lb", "hmat-cache")]
    described += [node for node in nodes.values() if node.initiator is not None]
    if described and not machine.claims(Hmat):
        yield described[0].error(
            "numa-hmat-off",
            "the guest is not told how fast memory is",
            "add machine_type(..., hmat=True)",
        )
        return
    told: dict[tuple[str | int, ...], numa.NumaHmatLb] = {}
    caches: dict[tuple[int, int], int] = {}
    # Those that QEMU hands out by itself come later.
    holders = {number for number, node in nodes.items() if node.cpus}
    for option in options:
        if option.variant == "cpu":
            holders.add(cast("numa.NumaCpu", option).node_id)
        elif option.variant == "hmat-lb":
            rate = cast("numa.NumaHmatLb", option)
            yield from _speed(rate, told)
            if rate.initiator in nodes and rate.initiator not in holders:
                yield rate.error(
                    "numa-hmat-initiator",
                    f"nothing before it says which vCPUs node {rate.initiator} has",
                    "add cpus= to that numa_node(), or numa_cpu() before this",
                    "initiator",
                )
        elif option.variant == "hmat-cache":
            yield from _cache(cast("numa.NumaHmatCache", option), told, caches)


def _speed(
    option: numa.NumaHmatLb, told: dict[tuple[str | int, ...], numa.NumaHmatLb]
) -> Iterator[Finding]:
    kind = option.data_type.rpartition("-")[2]
    other = "bandwidth" if kind == "latency" else "latency"
    if getattr(option, kind) is None or getattr(option, other) is not None:
        yield option.error(
            "numa-hmat-value",
            f"data_type={option.data_type!r} is told by {kind}=",
            f"write {kind}=, and leave {other}= out",
            kind,
        )
    elif kind == "bandwidth" and _size(option.bandwidth) % MIB:
        yield option.error(
            "numa-hmat-value",
            f"bandwidth={option.bandwidth} is no multiple of 1 MiB",
            "write it as '200M'",
            "bandwidth",
        )
    what = (option.initiator, option.target, option.hierarchy, option.data_type)
    if what in told:
        yield option.error(
            "numa-hmat-twice",
            f"the {option.data_type} from node {option.initiator} to {option.target} is said twice",
            "leave one of them out",
        )
    told.setdefault(what, option)


def _cache(
    option: numa.NumaHmatCache,
    told: dict[tuple[str | int, ...], numa.NumaHmatLb],
    caches: dict[tuple[int, int], int],
) -> Iterator[Finding]:
    node, level, size = option.node_id, option.level, _size(option.size)
    kinds = {one.data_type.rpartition("-")[2] for one in told.values() if one.target == node}
    for kind in sorted({"latency", "bandwidth"} - kinds):
        yield option.error(
            "numa-hmat-cache-early",
            f"nothing before it says the {kind} of node {node}",
            f"put numa_hmat_lb(target={node}, ...) with a {kind} before it",
            "node_id",
        )
    if (node, level) in caches:
        yield option.error(
            "numa-hmat-twice",
            f"the cache of level {level} at node {node} is described twice",
            "leave one of them out",
        )
    elif level > 1 and size <= caches.get((node, level - 1), size):
        yield option.error(
            "numa-hmat-cache-level",
            f"a cache of level {level} comes after that of level {level - 1}, and is larger",
            f"describe level {level - 1} before it, with a smaller size",
            "level",
        )
    caches[node, level] = size


def _size(size: str | int | None) -> int:
    return 0 if size is None else parse_size(str(size))

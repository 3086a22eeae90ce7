"""``-numa``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.numa import (
    Numa,
    NumaCpu,
    NumaDist,
    NumaHmatCache,
    NumaHmatLb,
    NumaNode,
)

# Four vCPUs and a memory backend for each of two nodes.
PC = (
    Machine("x86_64")
    .memory("128M")
    .smp(4)
    .memory_backend_ram("a", size="64M")
    .memory_backend_ram("b", size="64M")
)
OLD = Machine("x86_64").memory("128M").machine_type("pc-i440fx-5.0")
NODES = PC.numa_node(memdev="a").numa_node(memdev="b")
THREE = NODES.numa_node()
HMAT = PC.machine_type("q35", hmat=True)
HMAT_NODES = HMAT.numa_node(cpus="0-3", memdev="a").numa_node(memdev="b", initiator=0)
LATENCY = {"initiator": 0, "target": 1, "hierarchy": "memory", "data_type": "access-latency"}
SPEED = {**LATENCY, "data_type": "access-bandwidth"}
TOLD = HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5).numa_hmat_lb(**SPEED, bandwidth="1G")
CACHE = {
    "node_id": 1,
    "size": "10K",
    "level": 1,
    "associativity": "direct",
    "policy": "write-back",
    "line": 8,
}


def two(first=None, second=None):
    """A machine with two nodes, each with memory."""
    return PC.numa_node(memdev="a", **(first or {})).numa_node(memdev="b", **(second or {}))


EXAMPLES = {
    "numa-type-unknown": (NODES.add(Numa.parse("nodes,cpus=1")), NODES),
    "numa-unsupported": (
        PC.machine_type("none").smp(1).numa_node(memdev="a").numa_node(memdev="b"),
        NODES,
    ),
    "numa-node-doubled": (two({"nodeid": 0}, {"nodeid": 0}), two({"nodeid": 0}, {"nodeid": 1})),
    "numa-nodes-too-many": (
        OLD.add(*[NumaNode(mem="1M") for _ in range(129)]).memory(129),
        OLD.add(*[NumaNode(mem="1M") for _ in range(128)]),
    ),
    "numa-node-undefined": (
        PC.numa_dist(0, 1, 20).numa_node(memdev="a").numa_node(memdev="b"),
        NODES.numa_dist(0, 1, 20),
    ),
    "numa-node-missing": (two({"nodeid": 0}, {"nodeid": 2}), two({"nodeid": 0}, {"nodeid": 1})),
    "numa-memory-mixed": (PC.numa_node(memdev="a").numa_node(mem="64M"), NODES),
    "numa-mem-removed": (PC.numa_node(mem="64M").numa_node(mem="64M"), NODES),
    "numa-mem-deprecated": (OLD.numa_node(mem="64M").numa_node(mem="64M"), NODES),
    "numa-memdev-twice": (PC.numa_node(memdev="a").numa_node(memdev="a"), NODES),
    "numa-memory-sum": (NODES.memory("256M"), NODES.memory("128M")),
    "numa-cpu-missing": (two({"cpus": "0-4"}), two({"cpus": "0-3"})),
    "numa-cpu-twice": (
        two({"cpus": "0-2"}, {"cpus": "2-3"}),
        two({"cpus": "0-1"}, {"cpus": "2-3"}),
    ),
    "numa-cpu-left-out": (two({"cpus": 0}, {"cpus": 1}), two({"cpus": "0-2"}, {"cpus": 3})),
    "numa-place-unsupported": (
        NODES.numa_cpu(0, socket_id=0, die_id=0),
        NODES.numa_cpu(0, socket_id=0),
    ),
    "numa-place-missing": (NODES.numa_cpu(0, core_id=4), NODES.numa_cpu(0, core_id=3)),
    "numa-distance-own": (
        NODES.numa_dist(0, 0, 11).numa_dist(0, 1, 20),
        NODES.numa_dist(0, 0, 10).numa_dist(0, 1, 20),
    ),
    "numa-distance-missing": (
        THREE.numa_dist(0, 1, 20),
        THREE.numa_dist(0, 1, 20).numa_dist(0, 2, 20).numa_dist(2, 1, 30),
    ),
    "numa-distance-one-way": (
        THREE.numa_dist(0, 1, 20).numa_dist(1, 0, 30).numa_dist(0, 2, 20).numa_dist(1, 2, 20),
        THREE.numa_dist(0, 1, 20).numa_dist(1, 0, 20).numa_dist(0, 2, 20).numa_dist(1, 2, 20),
    ),
    "numa-hmat-off": (
        PC.numa_node(cpus="0-3", memdev="a").numa_node(memdev="b", initiator=0),
        HMAT_NODES,
    ),
    "numa-initiator-other": (
        HMAT.numa_node(cpus="0-3", memdev="a", initiator=1).numa_node(memdev="b", initiator=0),
        HMAT_NODES,
    ),
    "numa-initiator-idle": (
        HMAT.numa_node(cpus="0-3", memdev="a").numa_node(memdev="b", initiator=1),
        HMAT_NODES,
    ),
    "numa-hmat-twice": (
        HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5).numa_hmat_lb(**LATENCY, latency=6),
        HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5),
    ),
    "numa-hmat-cache-early": (
        HMAT_NODES.numa_hmat_cache(**CACHE).numa_hmat_lb(**SPEED, bandwidth="1G"),
        TOLD.numa_hmat_cache(**CACHE),
    ),
    "numa-hmat-cache-level": (
        TOLD.numa_hmat_cache(**{**CACHE, "level": 2}),
        TOLD.numa_hmat_cache(**CACHE).numa_hmat_cache(**{**CACHE, "level": 2, "size": "20K"}),
    ),
    "numa-hmat-initiator": (
        HMAT.numa_node(memdev="a").numa_node(memdev="b").numa_hmat_lb(**LATENCY, latency=5),
        HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5),
    ),
    "numa-hmat-value": (
        HMAT_NODES.numa_hmat_lb(**LATENCY, bandwidth="1G"),
        HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (NumaNode(), "node"),
        (NumaNode(0, cpus="0-3", memdev="ram0"), "node,nodeid=0,cpus=0-3,memdev=ram0"),
        (NumaNode(cpus=[0, (2, 3)]), "node,cpus=0,cpus=2-3"),
        (NumaNode(cpus=range(4), mem="1G"), "node,cpus=0-3,mem=1G"),
        (NumaNode(cpus=2), "node,cpus=2"),
        (NumaNode(cpus="0,2-3"), "node,cpus=0,cpus=2-3"),
        (NumaNode(cpus=range(0, 8, 2)), "node,cpus=0,cpus=2,cpus=4,cpus=6"),
        (NumaNode(memdev="b", initiator=0), "node,memdev=b,initiator=0"),
        (NumaDist(0, 1, 20), "dist,src=0,dst=1,val=20"),
        (NumaCpu(1, socket_id=0, core_id=2), "cpu,node-id=1,socket-id=0,core-id=2"),
        (
            NumaHmatLb(**LATENCY, latency=5),
            "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=5",
        ),
        (
            NumaHmatCache(
                node_id=0,
                size="10K",
                level=1,
                associativity="direct",
                policy="write-back",
                line=8,
            ),
            "hmat-cache,node-id=0,size=10K,level=1,associativity=direct,policy=write-back,line=8",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-numa", value)
    assert Numa.parse(value) == option
    assert type(option).parse(value) == option


def test_the_generic_form():
    machine = PC.numa("node", cpus="0-3", memdev="a").numa("dist", src=0, dst=1, val=20)
    assert machine.find_all(Numa) == (NumaNode(cpus="0-3", memdev="a"), NumaDist(0, 1, 20))


@pytest.mark.parametrize(
    "make",
    [
        lambda: NumaNode(128),
        lambda: NumaNode(cpus="3-0"),
        lambda: NumaNode(cpus="0:1"),
        lambda: NumaNode(cpus=""),
        lambda: NumaNode(cpus=-1),
        lambda: NumaNode(cpus=["x"]),
        lambda: NumaDist(0, 1, 9),
        lambda: NumaDist(0, 1, 256),
        lambda: NumaHmatCache(
            node_id=0, size="1K", level=4, associativity="none", policy="none", line=8
        ),
    ],
)
def test_what_can_never_be_right_is_refused(make):
    with pytest.raises(InvalidOption):
        make()


def test_what_is_missing():
    with pytest.raises(CommandSyntaxError, match="no val="):
        Numa.parse("dist,src=0,dst=1")


@pytest.mark.parametrize("text", ["node,cpus=$CPUS", "node,nodeid=$N,memdev=$M", "$TYPE,x=1"])
def test_what_cannot_be_read_is_kept(text):
    option = Numa.parse(text)
    assert option.words == ("-numa", text)
    assert option.explain()
    PC.add(option).check()


def test_nodes_may_come_in_any_order():
    assert two({"nodeid": 1}, {"nodeid": 0}).check().ok


def test_a_memory_backend_has_to_be_there():
    found = PC.numa_node(memdev="a").numa_node(memdev="c").check()
    assert "id-undefined" in found.codes


def test_a_file_backed_node_of_unknown_size_is_not_judged():
    machine = Machine().memory("1G").add(Numa.parse("node,memdev=a")).raw("-object", "$A,id=a")
    assert machine.check().ok


def test_mem_of_an_old_machine_type():
    assert OLD.numa_node(mem=64).numa_node(mem="64M").check().ok
    assert OLD.numa_node(mem="32M").check().codes == ("numa-memory-sum", "numa-mem-deprecated")


def test_the_sum_is_told_with_a_mend():
    (found,) = NODES.memory("1G").check().errors
    assert found.message == "the nodes have 64 MiB + 64 MiB, and the guest has 1 GiB"
    assert "memory('128M')" in found.hint


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (NumaNode(0, cpus="0-3", memdev="a"), "number 0, with the vCPUs 0-3 and the memory of a"),
        (NumaDist(0, 1, 20), "node 1 is 20 away from node 0"),
        (NumaCpu(1, socket_id=0), "socket 0 into NUMA node 1"),
        (NumaHmatLb(**LATENCY, latency=5), "5 ns"),
        (Numa.parse("nodes"), "not known"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()


def test_a_vcpu_goes_into_one_node_by_whatever_name():
    split = two({"cpus": "0-1"}).numa_cpu(1, core_id=3)
    assert split.check().ok
    assert split.numa_cpu(0, core_id=3).check().codes == ("numa-cpu-twice",)
    assert two({"cpus": "0-1"}).numa_cpu(1, core_id=1).check().codes == ("numa-cpu-twice",)
    assert two().numa_cpu(0).check().ok


@pytest.mark.parametrize("board", ["pc", "pc-i440fx-5.0"])
def test_a_level_that_there_is_one_of_has_no_numbers(board):
    machine = two().machine_type(board).numa_cpu(0, die_id=0)
    assert machine.check().codes == ("numa-place-unsupported",)

"""What the real QEMU refuses of processors, memory and boot order is what a check finds."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.option import REGISTRY
from qemubuild.options.machine_type import MachineType
from tests.real.judge import refusal

PC = Machine("x86_64")
Q35 = PC.machine_type("q35")
OLD = PC.machine_type("pc-i440fx-5.0")
BACKENDS = PC.memory_backend_ram("a", size="64M").memory_backend_ram("b", size="64M")
NUMA = BACKENDS.memory("128M").smp(4)
NODES = NUMA.numa_node(memdev="a").numa_node(memdev="b")
HMAT = NUMA.machine_type("q35", hmat=True)
HMAT_NODES = HMAT.numa_node(cpus="0-3", memdev="a").numa_node(memdev="b", initiator=0)
LATENCY = {"initiator": 0, "target": 1, "hierarchy": "memory", "data_type": "access-latency"}
BANDWIDTH = {**LATENCY, "data_type": "access-bandwidth"}


def text(base: Machine, *options: str) -> Machine:
    """A machine with options as they are read from a command line: ``"-smp 4,sockets=3"``."""
    for option in options:
        flag, _, value = option.partition(" ")
        base = base.add(REGISTRY[flag].parse(value))
    return base


SMP = [
    *(PC.smp(count) for count in (1, 4, 255, 256)),
    PC.smp(4, sockets=3),
    PC.smp(4, sockets=2),
    PC.smp(4, maxcpus=2),
    PC.smp(2, maxcpus=8),
    PC.smp(maxcpus=4),
    PC.smp(1, threads=2),
    PC.smp(6, cores=4),
    PC.smp(3, maxcpus=8, cores=4),
    PC.smp(sockets=1, cores=2, threads=2),
    PC.smp(sockets=2, dies=2, cores=2, threads=2, maxcpus=16),
    PC.smp(sockets=2, dies=2, cores=2, threads=2, maxcpus=8),
    PC.smp(4, dies=2),
    PC.smp(4, clusters=2),
    PC.smp(4, clusters=1),
    PC.smp(4, drawers=2),
    Q35.smp(289, maxcpus=5000),
    PC.machine_type("isapc").smp(2),
    PC.machine_type("isapc").smp(1),
    PC.machine_type("microvm").smp(8),
    PC.machine_type("microvm").smp(289),
    PC.machine_type("microvm").smp(4, dies=2),
    PC.machine_type("none").smp(2),
    PC.machine_type("pc-i440fx-6.1").smp(5, maxcpus=8, cores=2),
    PC.machine_type("pc-i440fx-6.1").smp(5, maxcpus=9, cores=2),
    PC.machine_type("pc-q35-2.7").smp(256),
    text(PC, "-smp $CPUS,cores=four"),
    text(PC, "-smp help"),
]

ACCEL = [
    PC.accel("tcg"),
    PC.accel("kvm").accel("tcg"),
    PC.accel("hvf").accel("tcg"),
    PC.accel("tcg").accel("tcg"),
    PC.accel("tcg", thread="multi", tb_size=256, split_wx=True),
    PC.accel("tcg", thread="single"),
    PC.accel("tcg", kernel_irqchip="split"),
    PC.accel("tcg", dirty_ring_size=4096),
    PC.accel("tcg").enable_kvm(),
    PC.enable_kvm().machine_type("pc", accel="tcg"),
    PC.accel("tcg").machine_type("pc", accel="tcg"),
    PC.machine_type("pc", accel="kvm:tcg"),
    PC.machine_type("pc", accel=["tcg"], kernel_irqchip="split"),
    text(PC, "-accel TCG"),
    text(PC, "-accel kvm:tcg"),
    text(PC, "-accel tcg,thread=many"),
    text(PC, "-accel tcg,tb-size=1M"),
    text(PC, "-accel help"),
]

BOARD = [
    PC.machine_type("pc"),
    PC.machine_type("q35", smm="auto", vmport=False, usb=True, nvdimm=True),
    PC.machine_type("pc", acpi=False, hpet=False, graphics=False, mem_merge=False),
    PC.machine_type("q35", dump_guest_core=False, hmat=True),
    PC.machine_type("microvm", acpi="auto"),
    PC.add(MachineType(usb=True)),
    PC.machine_type("virt"),
    PC.machine_type("PC"),
    PC.machine_type("Q35"),
    PC.machine_type("s390-ccw-virtio"),
    PC.machine_type("q35", extra={"sata": "off"}),
    PC.machine_type("pc", memory_backend="a"),
    BACKENDS.machine_type("pc", memory_backend="a"),
    BACKENDS.machine_type("pc", memory_backend="a").memory("64M"),
    BACKENDS.machine_type("pc", memory_backend="a").memory("65M"),
    BACKENDS.machine_type("pc", memory_backend="a").memory("64M", slots=2, maxmem="1G"),
    BACKENDS.machine_type("pc", memory_backend="a").memory(slots=2, maxmem="1G"),
    BACKENDS.machine_type("pc", memory_backend="a").memory("64M").numa_node(memdev="b"),
    text(PC, "-machine pc,usb=1"),
    text(PC, "-machine pc,smm=yes"),
    text(PC, "-machine help"),
]

CPU = [
    PC.cpu("max"),
    PC.cpu("host"),
    PC.cpu("HOST"),
    PC.cpu("Max"),
    PC.cpu("host").accel("tcg"),
    PC.cpu("Nehalem,+avx,-x2apic"),
    PC.cpu("Nehalem,+avx,avx=off"),
    PC.cpu("Nehalem", {"sse4.1": True, "lahf-lm": False}),
    PC.cpu("max", sse4_1=True, model_id="My=CPU"),
    PC.cpu("max", {"vendor": "GenuineIntel"}, topoext=True, phys_bits=40),
    PC.cpu("help"),
    PC.cpu("?"),
]

BOOT = [
    PC.boot("d"),
    PC.boot(""),
    PC.boot("abc"),
    PC.boot("abcd"),
    PC.boot(once="abcd"),
    PC.boot("c", once="d", menu=True, strict=True),
    PC.boot("e"),
    PC.boot(once="p"),
    PC.boot(menu=True, splash_time=65535, reboot_timeout=65535),
    PC.boot(reboot_timeout=-1, splash_time=0),
    PC.boot(menu=True, splash="/nowhere.bmp"),
    Q35.boot("e"),
    Q35.boot("dcn"),
    PC.machine_type("isapc").boot("e"),
    PC.machine_type("microvm").boot("e"),
    PC.machine_type("microvm").boot("abcdefgh"),
    PC.machine_type("none").boot("d"),
    text(PC, "-boot q"),
    text(PC, "-boot dd"),
    text(PC, "-boot D"),
    text(PC, "-boot menu=1"),
    text(PC, "-boot splash-time=65536"),
    text(PC, "-boot reboot-timeout=-2"),
    text(PC, "-boot help"),
]

NUMA_NODES = [
    NODES,
    NODES.memory("129M"),
    BACKENDS.numa_node(memdev="a").numa_node(memdev="b"),
    BACKENDS.numa_node(memdev="a"),
    PC.memory("128M").numa_node(),
    NUMA.numa_node(memdev="a").numa_node(memdev="a"),
    NUMA.numa_node(memdev="a").numa_node(mem="64M"),
    NUMA.numa_node(mem="64M").numa_node(mem="64M"),
    NUMA.numa_node(memdev="a").numa_node(memdev="c"),
    NUMA.memory("64M").numa_node().numa_node(memdev="a"),
    OLD.memory("128M").numa_node(mem=64).numa_node(mem="64M"),
    OLD.memory("128M").numa_node(mem=64).numa_node(mem="32M"),
    OLD.memory("128M").numa_node(mem="128M").numa_node(),
    PC.machine_type("pc-i440fx-5.1").memory("128M").numa_node(mem="128M"),
    NUMA.numa_node(0, memdev="a").numa_node(0, memdev="b"),
    NUMA.numa_node(1, memdev="a").numa_node(0, memdev="b"),
    NUMA.numa_node(1, memdev="a").numa_node(memdev="b"),
    NUMA.numa_node(0, memdev="a").numa_node(2, memdev="b"),
    NUMA.numa_node(cpus="0-1", memdev="a").numa_node(cpus="2-3", memdev="b"),
    NUMA.numa_node(cpus=[0, 2], memdev="a").numa_node(cpus=[1, 3], memdev="b"),
    NUMA.numa_node(cpus="0-2", memdev="a").numa_node(cpus="2-3", memdev="b"),
    NUMA.numa_node(cpus="0-1", memdev="a").numa_node(cpus=3, memdev="b"),
    NUMA.numa_node(cpus="0-4", memdev="a").numa_node(memdev="b"),
    NUMA.smp(2, maxcpus=6).numa_node(cpus="0-5", memdev="a").numa_node(memdev="b"),
    BACKENDS.memory("64M").numa_node(cpus=1, memdev="a"),
    PC.machine_type("none").smp(1).numa_node(),
    text(NUMA, "-numa node,cpus=3-0,memdev=a", "-numa node,memdev=b"),
    text(NUMA, "-numa node,nodeid=128,memdev=a", "-numa node,memdev=b"),
    text(NODES, "-numa nodes"),
]

NUMA_REST = [
    NODES.numa_dist(0, 1, 20),
    NODES.numa_dist(0, 1, 255),
    NODES.numa_dist(0, 1, 10).numa_dist(0, 0, 10),
    NODES.numa_dist(0, 0, 10),
    NODES.numa_dist(0, 0, 11).numa_dist(0, 1, 20),
    NODES.numa_dist(0, 2, 20),
    NUMA.numa_dist(0, 1, 20).numa_node(memdev="a").numa_node(memdev="b"),
    NODES.numa_dist(0, 1, 20).numa_dist(1, 0, 30),
    NODES.numa_dist(0, 1, 20).numa_dist(0, 1, 30),
    NODES.numa_node().numa_dist(0, 1, 20),
    NODES.numa_node().numa_dist(0, 1, 20).numa_dist(0, 2, 20).numa_dist(2, 1, 20),
    NODES.numa_node()
    .numa_dist(0, 1, 20)
    .numa_dist(1, 0, 30)
    .numa_dist(0, 2, 20)
    .numa_dist(1, 2, 20),
    text(NODES, "-numa dist,src=0,dst=1,val=9"),
    text(NODES, "-numa dist,src=0,dst=1,val=256"),
    NODES.numa_cpu(0, socket_id=0),
    NODES.numa_cpu(0),
    NODES.numa_cpu(0, core_id=3).numa_cpu(1, core_id=2),
    NODES.numa_cpu(0, socket_id=1),
    NODES.numa_cpu(0, core_id=4),
    NODES.numa_cpu(2, core_id=0),
    NODES.numa_cpu(0, socket_id=0, die_id=0),
    NODES.smp(4, dies=2).numa_cpu(0, die_id=1),
    NODES.smp(4, dies=2).numa_cpu(0, die_id=2),
    NODES.numa_cpu(0, socket_id=0, cluster_id=0),
    NODES.smp(4, threads=2).numa_cpu(0, core_id=1, thread_id=1),
    NUMA.numa_node(memdev="a", initiator=0).numa_node(memdev="b"),
    HMAT_NODES,
    HMAT.numa_node(cpus="0-3", memdev="a", initiator=1).numa_node(memdev="b", initiator=0),
    HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5),
    HMAT_NODES.numa_hmat_lb(**LATENCY),
    HMAT_NODES.numa_hmat_lb(**LATENCY, bandwidth="1G"),
    HMAT_NODES.numa_hmat_lb(**LATENCY, latency=5, bandwidth="1G"),
    HMAT_NODES.numa_hmat_lb(**BANDWIDTH, bandwidth="200M"),
    HMAT_NODES.numa_hmat_lb(**BANDWIDTH, bandwidth="200K"),
    NODES.numa_hmat_lb(**LATENCY, latency=5),
]

OBJECT = [
    PC.memory_backend_ram("a", size=4096, share=True, merge=False, dump=False),
    PC.memory_backend_ram("a", size="1M", policy="bind", host_nodes=0, prealloc=True),
    PC.memory_backend_ram("a", size="1M", policy="bind"),
    PC.memory_backend_ram("a", size="1M", host_nodes=0),
    PC.memory_backend_ram("a", size="1M", policy="default"),
    PC.memory_backend_ram("a", size="1M", reserve=False, prealloc=True),
    PC.memory_backend_ram("a", size="1T", reserve=False),
    PC.memory_backend_file("a", size="1M", mem_path="/dev/shm", align="2M", discard_data=True),
    PC.memory_backend_memfd("a", size="1M", seal=False, hugetlbsize="2M"),
    PC.object("memory-backend-ram", id="a"),
    PC.object("memory-backend-ram", size="1M"),
    PC.object("memory-backend-file", id="a", size="1M"),
    PC.object("iothread", id="io0"),
    PC.object("iothread"),
    PC.object("iothread", id="1io"),
    PC.object("iothread", id="a").memory_backend_ram("a", size="1M"),
    PC.object("rng-random", id="r", filename="/dev/urandom"),
    PC.secret("s", data="word"),
    PC.secret("s", data="a,b=c"),
    PC.secret("s", data="d29yZA==", format="base64"),
    PC.secret("s", file="/etc/hostname"),
    PC.secret("s"),
    PC.secret("s", data="word", file="/etc/hostname"),
    PC.secret("s", data="word", keyid="k"),
    text(PC, "-object memory-backend-ram,id=a,size=0"),
    text(PC, "-object memory-backend-ram,id=a,size=1MB"),
    text(PC, "-object memory-backend-ram,id=a,size=1M,prealloc-threads=0"),
    text(PC, "-object secret,id=s,data=x,format=hex"),
    text(PC, "-object memory-backend-ram,help"),
]


@pytest.mark.parametrize(
    "machine",
    [*SMP, *ACCEL, *BOARD, *CPU, *BOOT, *NUMA_NODES, *NUMA_REST, *OBJECT],
    ids=lambda machine: machine.command(check=False).partition(" ")[2],
)
def test_what_qemu_refuses_is_found_and_nothing_else(machine: Machine):
    said = refusal(machine.argv(check=False))
    found = machine.check()
    assert found.ok == (said is None), f"QEMU: {said or 'starts'}\n{found}"


def test_a_mac_and_a_windows_accelerator_are_not_judged_by_this_host():
    assert PC.accel("hvf").check().ok
    assert PC.accel("whpx").check().ok


def test_a_key_named_twice_counts_as_qemu_reads_it():
    merged = text(PC, "-smp 2").options[0].merged(text(PC, "-smp cores=4").options[0])
    assert refusal(PC.add(merged).argv(check=False)) is not None
    assert not PC.add(merged).check().ok
    assert refusal(["qemu-system-x86_64", "-smp", "2", "-smp", "cores=4"]) is not None

"""What changed between two machines, and how that is said."""

from __future__ import annotations

import pytest

from qemubuild import Cdrom, Device, Drive, Machine, Memory, Raw, Smp

BASE = Machine("x86_64")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (BASE.memory("4G"), BASE.memory("8G"), "memory: 4G -> 8G"),
        (BASE, BASE.cdrom("debian.iso"), "adds -cdrom debian.iso"),
        (BASE.cdrom("a b.iso"), BASE, "removes -cdrom 'a b.iso'"),
        (
            BASE.smp(2),
            BASE.smp(4, sockets=2),
            "smp: cpus 2 -> 4, sockets (not given) -> 2",
        ),
        (BASE.memory("4G", slots=2), BASE.memory("8G", slots=2), "memory: size 4G -> 8G"),
        (BASE.memory(8192), BASE.memory("8192"), "nothing changed"),
        (
            BASE.drive("a", id="d0").drive("b", id="d1"),
            BASE.drive("b", id="d1", readonly=True).drive("a", id="d0"),
            "drive d1: readonly (not given) -> on\nputs options in another order",
        ),
        (
            BASE.drive("a").drive("b").drive("c"),
            BASE.drive("a").drive("x").drive("c"),
            "drive 2: b -> x",
        ),
        (BASE.drive("a").drive("b"), BASE.drive("b"), "removes -drive file=a"),
        (BASE.drive("a").drive("a"), BASE.drive("a"), "removes -drive file=a"),
        (
            BASE.device("e1000", netdev="n0"),
            BASE.device("e1000", netdev="n1"),
            "device: netdev n0 -> n1",
        ),
        (
            BASE.device("e1000"),
            BASE.device("qemu-xhci"),
            "removes -device e1000\nadds -device qemu-xhci",
        ),
        (
            BASE.device("e1000", id="x"),
            BASE.device("virtio-net-pci", id="x"),
            "device x: driver e1000 -> virtio-net-pci",
        ),
        (
            BASE.device("e1000", id="x"),
            BASE.device("e1000", id="y"),
            "removes -device e1000,id=x\nadds -device e1000,id=y",
        ),
        (BASE.cpu("max", avx=True), BASE.cpu("max", avx=False), "cpu: avx on -> off"),
        (
            BASE.add(Device.parse('{"driver":"e1000"}')),
            BASE.device("e1000"),
            'device: -device \'{"driver":"e1000"}\' -> -device e1000',
        ),
        (BASE.raw("-seed", "1"), BASE.raw("-seed", "2"), "-seed: value 1 -> 2"),
        (BASE.raw("-a", "1"), BASE.raw("-b", "1"), "removes -a 1\nadds -b 1"),
        (BASE.numa_node(0, mem=1), BASE.numa_node(0, mem=2), "numa_node 0: mem 1 -> 2"),
        (BASE.numa_node(cpus="0-1"), BASE.numa_node(cpus="0,2"), "numa_node: 0-1 -> 0,2"),
        (BASE, Machine("arm"), "program: qemu-system-x86_64 -> qemu-system-arm"),
        (BASE.usb().nodefaults(), BASE.nodefaults().usb(), "puts options in another order"),
        (BASE.usb(), BASE.usb(), "nothing changed"),
    ],
    ids=str,
)
def test_it_is_said_in_words(old: Machine, new: Machine, words: str):
    difference = old.diff(new)
    assert str(difference) == words
    assert bool(difference) == (words != "nothing changed")


def test_the_options_themselves_are_there():
    difference = BASE.smp(2).memory("1G").cdrom("a").diff(BASE.smp(2).memory("2G").drive("b"))
    assert difference.added == (Drive("b"),)
    assert difference.removed == (Cdrom("a"),)
    (change,) = difference.changed
    assert (change.name, change.old, change.new) == ("memory", Memory("1G"), Memory("2G"))
    assert (difference.reordered, difference.program) == (False, None)


def test_adding_and_removing_moves_nothing():
    assert not BASE.smp(1).usb().diff(Machine(options=[Raw("-x"), Smp(1)])).reordered

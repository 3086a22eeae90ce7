"""``-debugcon``: what it cannot take."""

from __future__ import annotations

from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G").chardev("null", id="c")

EXAMPLES = {
    "gdb-without-processor": (
        BASE.machine_type("none").gdb(unix="s", server=True, wait=False),
        BASE.machine_type("q35").gdb(unix="s", server=True, wait=False),
    ),
    "debugcon-without-bus": (
        BASE.machine_type("none").debugcon("null"),
        BASE.machine_type("q35").debugcon("null"),
    ),
    "debugcon-twice": (
        Machine.from_argv(["qemu-system-x86_64", *["-debugcon", "null"] * 2]),
        BASE.debugcon("null"),
    ),
    "debugcon-of-chardev": (
        BASE.debugcon(chardev="c"),
        BASE.device("isa-debugcon", chardev="c", iobase=0xE9),
    ),
}


def test_it_is_there_once():
    machine = BASE.debugcon("null").debugcon(file="log")
    assert machine.argv()[-2:] == ["-debugcon", "file:log"]
    assert "null" not in machine.argv()[5:]

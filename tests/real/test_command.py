"""Reading the command line of a QEMU that runs, and running what was read."""

from __future__ import annotations

from qemubuild import Machine, Memory


def test_a_running_qemu_is_read_from_its_process():
    machine = Machine().nodefaults().memory("64M").display("none").name("it's, odd").paused()
    with machine.launch() as guest:
        read = Machine.from_pid(guest.pid)
    assert read.argv(check=False) == list(guest.argv)
    assert read.options[: len(machine.options)] == machine.options


def test_what_was_read_can_be_changed_and_run():
    machine = Machine.from_command("qemu-system-x86_64 -nodefaults -m 64M -display none -S &")
    with machine.replace(Memory("64M"), Memory("128M")).launch() as guest:
        assert guest.argv[2:4] == ("-m", "128M")

"""Options that QEMU has dropped."""

from __future__ import annotations

import copy
import pickle

import pytest

import qemubuild.options.removed  # noqa: F401 - makes the classes
from qemubuild.machine import Machine
from qemubuild.option import REGISTRY, Flag

PC = Machine("x86_64").memory("1G")
REMOVED = {flag: kind for flag, kind in REGISTRY.items() if kind.removed}

EXAMPLES = {
    "option-removed": (
        Machine.from_argv(["qemu-system-x86_64", "-m", "1G", "-localtime"]),
        PC.rtc("localtime"),
    ),
    "option-removed-later": (
        Machine.from_argv(["qemu-system-x86_64", "-m", "1G", "-no-acpi"]),
        PC.machine_type(acpi=False),
    ),
}


def read(flag, *value):
    return Machine.from_argv(["qemu-system-arm", "-M", "virt", "-m", "1G", flag, *value])


def words(flag):
    return [flag] if issubclass(REMOVED[flag], Flag) else [flag, "90"]


@pytest.mark.parametrize("flag", REMOVED)
def test_it_is_read_found_and_written_back(flag):
    machine = read(*words(flag))
    option = machine.options[-1]
    assert machine.argv(check=False)[-len(words(flag)) :] == words(flag)
    (found,) = [one for one in machine.check() if one.code.startswith("option-removed")]
    assert REMOVED[flag].removed in found.message
    assert found.hint == REMOVED[flag].instead
    assert found.option is option
    assert found.hint in option.explain()
    assert copy.copy(option) == pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    ("flag", "ok"), [("-singlestep", True), ("-watchdog", False), ("-no-kvm", False)]
)
def test_what_some_qemu_still_takes_is_no_error(flag, ok):
    assert read(*words(flag)).check().ok == ok


@pytest.mark.parametrize("flag", ["-no-hpet", "-old-param"])
def test_what_an_architecture_never_had_is_an_error(flag):
    machine = Machine.from_argv(["qemu-system-riscv64", "-M", "virt", "-m", "1G", flag])
    assert [one.code for one in machine.check().errors] == ["option-of-another-architecture"]


def test_a_mend_can_be_made():
    PC.accel("tcg", one_insn_per_tb=True).display("sdl", grab_mod="rctrl")
    PC.accel("kvm", kernel_irqchip="split").rtc(driftfix="slew").no_user_config()
    PC.global_property("kvm-pit", "lost_tick_policy", "discard").device("virtio-balloon")
    PC.display("gtk", window_close=False, show_cursor=True).machine_type(hpet=False)

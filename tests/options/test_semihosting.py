"""``-semihosting`` and ``-semihosting-config``."""

from __future__ import annotations

import pytest

from qemubuild.claims import CHARDEV, Refers
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.semihosting import Semihosting, SemihostingConfig

ARM = Machine("aarch64").memory("1G").machine_type("virt")
PC = Machine("x86_64").memory("1G")

EXAMPLES = {"option-of-another-architecture": (PC.semihosting(), PC)}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (SemihostingConfig(enable=True, target="native"), "enable=on,target=native"),
        (SemihostingConfig(arg=["a", "b,c"]), "arg=a,arg=b,,c"),
        (SemihostingConfig(chardev="c0", userspace=False), "chardev=c0,userspace=off"),
        (SemihostingConfig(), ""),
    ],
)
def test_argv(option, value):
    assert option.words == ("-semihosting-config", value)
    assert SemihostingConfig.parse(value) == option


def test_a_target_is_one_of_qemus():
    with pytest.raises(InvalidOption, match="target"):
        SemihostingConfig(target="host")


def test_a_character_backend_has_to_be_there():
    machine = ARM.semihosting_config(chardev="c0")
    assert [claim for _, claim in machine.claims(Refers)] == [Refers(CHARDEV, "c0")]
    assert [one.code for one in machine.check().errors] == ["id-undefined"]
    assert machine.chardev("null", id="c0").check().ok


@pytest.mark.parametrize("machine", [PC.semihosting(), PC.semihosting_config(enable=True)])
def test_a_pc_has_none(machine):
    assert [one.code for one in machine.check().errors] == ["option-of-another-architecture"]
    assert ARM.add(machine.options[-1]).check().ok


def test_an_unknown_architecture_is_not_judged():
    assert Machine("/opt/qemu-system-new64").memory("1G").semihosting().check().ok


def test_explain():
    assert "open the host's files" in Semihosting().explain()
    assert "the debugger answers" in SemihostingConfig(target="gdb").explain()
    assert "no way" in SemihostingConfig(enable=False).explain()

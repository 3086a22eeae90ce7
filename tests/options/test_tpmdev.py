"""``-tpmdev``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.claims import CHARDEV, TPMDEV, Defines, Opens, Refers
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.tpmdev import Tpmdev

PC = Machine("x86_64").memory("1G").chardev("socket", id="swtpm", path="swtpm.sock")


def vm(device=True, **keys):
    """A machine with a TPM that an emulator makes."""
    machine = PC.tpmdev("emulator", **{"id": "tpm0", "chardev": "swtpm", **keys})
    return machine.device("tpm-tis", tpmdev="tpm0") if device else machine


EXAMPLES = {
    "tpmdev-incomplete": (vm(device=False, id=None), vm()),
    "tpmdev-without-chardev": (vm(chardev=None), vm()),
    "tpmdev-without-emulator": (
        vm(chardev="c").chardev("socket", id="c", path="t.sock", server=True, wait=False),
        vm(),
    ),
    "tpmdev-key-foreign": (vm(path="/dev/tpm0"), vm()),
    "tpmdev-unused": (vm(device=False), vm()),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Tpmdev("emulator", id="t", chardev="c"), "emulator,id=t,chardev=c"),
        (Tpmdev("passthrough", id="t"), "passthrough,id=t"),
        (
            Tpmdev("passthrough", id="t", path="/dev/tpm1", cancel_path="/sys/a,b"),
            "passthrough,id=t,path=/dev/tpm1,cancel-path=/sys/a,,b",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-tpmdev", value)
    assert Tpmdev.parse(value) == option


def test_there_are_two_kinds():
    with pytest.raises(InvalidOption, match="-tpmdev type"):
        Tpmdev("simulator", id="t")


def test_claims():
    assert list(Tpmdev("emulator", id="t", chardev="c").claims()) == [
        Defines(TPMDEV, "t"),
        Refers(CHARDEV, "c", "socket"),
    ]
    assert list(Tpmdev("passthrough").claims()) == [Opens("/dev/tpm0", "TPM", writes=True)]


def test_a_device_refers_to_one_that_is_there():
    assert PC.device("tpm-tis", tpmdev="tpm0").check().codes == ("id-undefined",)
    assert vm().check().codes == ()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Tpmdev("emulator", id="t", chardev="c"), "that the chardev c leads to, t,"),
        (Tpmdev("passthrough", id="t"), "own TPM, /dev/tpm0"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

"""Firmware, against what its package says that it is for."""

from __future__ import annotations

from qemubuild.host import Host
from qemubuild.host.firmware import Firmware, Target
from qemubuild.machine import Machine

BASE = Machine("x86_64").memory("1G")
Q35 = BASE.machine_type("q35")
# Files that are there wherever Debian's QEMU is, for what they are not.
CODE = "/usr/share/seabios/bios-256k.bin"
VARS = "/usr/share/seabios/bios.bin"
COPY = "/usr/share/seabios/bios-microvm.bin"

SECURE = Firmware(
    description="Secure Boot for PCs",
    code=CODE,
    vars_template=VARS,
    targets=(Target("x86_64", ("pc-q35-*",)),),
    features=frozenset({"requires-smm", "secure-boot"}),
)
HERE = Host(firmware=(SECURE,))

EXAMPLES = {
    "firmware-unfit": (BASE.firmware(CODE, COPY), Q35.firmware(CODE, COPY), HERE),
    "firmware-without-smm": (
        BASE.machine_type("q35", smm=False).firmware(CODE, COPY),
        Q35.firmware(CODE, COPY),
        HERE,
    ),
    "firmware-without-vars": (Q35.firmware(CODE), Q35.firmware(CODE, COPY), HERE),
    "firmware-vars-shared": (Q35.firmware(CODE, VARS), Q35.firmware(CODE, COPY), HERE),
    "firmware-vars-mismatch": (Q35.firmware(CODE, CODE), Q35.firmware(CODE, COPY), HERE),
}


def codes(machine, host=HERE):
    return [code for code in machine.check(host=host).codes if code.startswith("firmware")]


def test_firmware_that_nothing_is_known_of_is_not_judged():
    assert codes(BASE.firmware(CODE), Host(firmware=())) == []


def test_one_of_several_descriptions_has_to_fit():
    plain = Firmware(
        description="", code=CODE, vars_template=VARS, targets=(Target("x86_64", ("pc-i440fx-*",)),)
    )
    assert codes(BASE.firmware(CODE, COPY), Host(firmware=(SECURE, plain))) == []


def test_another_architecture():
    arm = Machine("aarch64").machine_type("virt").memory("1G")
    assert codes(arm.firmware(CODE, COPY)) == ["firmware-unfit"]


def test_a_link_is_what_it_leads_to(tmp_path):
    (tmp_path / "CODE.fd").symlink_to(CODE)
    assert codes(BASE.firmware(tmp_path / "CODE.fd", COPY)) == ["firmware-unfit"]

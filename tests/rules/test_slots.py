"""Places of drives: who takes which, and what a place asks of its drive."""

from __future__ import annotations

import pytest

from qemubuild.claims import DRIVE, Refers
from qemubuild.findings import Severity
from qemubuild.machine import Machine
from qemubuild.option import Option
from qemubuild.options.blockdev import Blockdev
from qemubuild.options.drive import Drive
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Hda, Hdb, Hdc


class Uses(Option):
    """An option that refers to a drive, as a device does."""

    def claims(self):
        return [Refers(DRIVE, "d")]


def pc(*options):
    return Machine("x86_64", options).memory("1G")


def raw(**keys):
    return Drive("disk.img", format="raw", **keys)


def virtio(**keys):
    return raw(interface="virtio", **keys)


NODE = Blockdev("file", filename="other.fd", node_name="f")
FLASH = MachineType("q35", extra={"pflash0": "f"})

EXAMPLES = {
    "drive-place-taken": (pc(Cdrom("a.iso"), Hdc("b.img")), pc(Cdrom("a.iso"), Hdb("b.img"))),
    "drive-place-missing": (pc(raw(index=4)), pc(raw(index=3))),
    "drive-interface-unsupported": (pc(raw(interface="scsi")), pc(virtio())),
    "drive-unit-too-big": (pc(raw(unit=2)), pc(raw(bus=1))),
    "drive-without-image": (pc(Drive(interface="virtio")), pc(virtio())),
    "drive-readonly-on-ide": (pc(raw(readonly=True)), pc(virtio(readonly=True))),
    "drive-on-ide": (pc(raw()), pc(virtio())),
    "drive-flash-without-first": (
        pc(raw(interface="pflash", index=1)),
        pc(raw(interface="pflash", index=1), raw(interface="pflash")),
    ),
    "flash-twice": (
        pc(FLASH, NODE, raw(interface="pflash")),
        pc(FLASH, NODE, raw(interface="pflash", index=1)),
    ),
    "flash-and-bios": (
        Machine("aarch64").memory("1G").machine_type("virt").pflash("code.fd").bios("other.fd"),
        Machine("aarch64").memory("1G").machine_type("virt").pflash("code.fd"),
    ),
    "drive-unconnected": (
        pc(MachineType("microvm"), raw()),
        pc(MachineType("microvm"), raw(interface="none", id="d"), Uses()),
    ),
}


def errors(arch, *options):
    codes = {
        found.code for found in Machine(arch, options).check() if found.severity is Severity.ERROR
    }
    return {code for code in codes if code.startswith("drive-")}


def test_both_are_named_and_the_next_free_place():
    machine = pc(Hda("a.img"), Cdrom("b.iso"), Drive("c.img", index=2))
    (found,) = machine.check().errors
    assert "-cdrom b.iso" in found.message
    assert found.option == Drive("c.img", index=2)
    assert "index=1" in found.hint


@pytest.mark.parametrize(
    ("arch", "options"),
    [
        # the machine type is not known: nothing is said of its places
        ("mips", [raw(index=9)]),
        ("mips", [raw(bus=1, unit=5), raw(bus=1, unit=5)]),
        ("ppc64", [raw(interface="scsi")]),
        ("aarch64", [MachineType("raspi3b"), raw(interface="sd")]),
        ("x86_64", [MachineType("xenfv"), raw(interface="xen")]),
        # an arm64 board has virtio and flash
        ("aarch64", [MachineType("virt"), raw(readonly=True), Cdrom("a"), raw(interface="pflash")]),
    ],
)
def test_what_is_not_known_is_no_error(arch, options):
    assert not errors(arch, *options)


@pytest.mark.parametrize(
    ("arch", "options", "code"),
    [
        ("mips", [raw(), Hda("a")], "drive-place-taken"),
        ("mips", [Hda("a"), raw(index=0)], "drive-place-taken"),
        ("mips", [raw(interface="ide", unit=2)], "drive-unit-too-big"),
        (
            "mips",
            [raw(interface="scsi", index=7), raw(interface="scsi", bus=1, unit=0)],
            "drive-place-taken",
        ),
        ("aarch64", [MachineType("virt-9.0"), raw(interface="ide")], "drive-interface-unsupported"),
        ("aarch64", [MachineType("virt"), Hda("a"), raw(index=0)], "drive-place-taken"),
        ("aarch64", [MachineType("virt"), Drive()], "drive-without-image"),
        ("s390x", [raw(interface="floppy")], "drive-interface-unsupported"),
        ("x86_64", [MachineType("pc-q35-7.2"), raw(unit=1)], "drive-unit-too-big"),
        ("i386", [MachineType("pc-i440fx-7.2"), raw(index=4)], "drive-place-missing"),
    ],
)
def test_what_is_known_of_a_machine_type(arch, options, code):
    assert errors(arch, *options) == {code}


def test_virtio_and_cdroms_are_not_told_of_ide():
    assert "drive-on-ide" not in pc(virtio(), Cdrom("a"), raw(media="cdrom")).check().codes
    assert "drive-on-ide" in pc(Hda("a.qcow2")).check().codes

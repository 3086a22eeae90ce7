"""What machines have in common beside their drives is judged once; each has its own verdict."""

from __future__ import annotations

import pytest

from qemubuild import Machine

PC = Machine("x86_64").memory("1G")
NAMED = PC.device("virtio-blk-pci", drive="d0")


def codes(machine: Machine) -> tuple[str, ...]:
    return machine.check().codes


def test_one_machine_says_nothing_of_another_with_other_drives():
    right = NAMED.drive("a.img", interface="none", format="raw", id="d0")
    wrong = NAMED.drive("a.img", interface="none", format="raw", id="d1")
    assert codes(right) == ()
    assert "id-undefined" in codes(wrong)
    assert codes(right.cdrom("cd.iso")) == ()
    assert "id-undefined" in codes(NAMED)


@pytest.mark.parametrize("name", ["a.img", "b.img"])
def test_a_finding_is_about_the_drive_of_its_own_machine(name):
    machine = PC.vnc(1).drive(name, interface="virtio")
    (found,) = [one for one in machine.check() if one.code == "drive-format-probed"]
    assert found.option is machine.options[-1]


def test_what_is_wrong_beside_the_drives_is_found_in_every_machine():
    wrong = PC.smp(4, sockets=3)
    machines = [wrong, wrong.cdrom("a.iso"), wrong.cdrom("b.iso").cpu("max"), wrong.boot("d")]
    assert all("smp-topology-mismatch" in codes(machine) for machine in machines)


def test_options_that_heed_drives_see_them_all():
    load = PC.add(*Machine.from_argv(["qemu-system-x86_64", "-loadvm", "s"]).options)
    assert "loadvm-without-disk" in codes(load)
    assert "loadvm-without-disk" not in codes(load.drive("a.qcow2", format="qcow2"))
    boots = PC.boot("d")
    assert "boot-cdrom-missing" in codes(boots)
    assert "boot-cdrom-missing" not in codes(boots.cdrom("cd.iso"))


def test_a_property_that_is_set_later_is_that_of_its_own_machine():
    machine = PC.set_property("drive", "d0", "readonly", "on")
    assert "set-before-option" in codes(machine)
    drive = PC.drive("a.img", interface="ide", format="raw", id="d0")
    later = drive.set_property("drive", "d0", "readonly", "on")
    (found,) = later.check().errors
    assert found.code == "drive-readonly-on-ide"
    assert found.option in later.options

"""``-global`` and ``-set``."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.properties import GlobalProperty, SetProperty
from qemubuild.values import Verbatim

PC = Machine("x86_64").memory("1G")
VGA = PC.device("VGA", id="v")

EXAMPLES = {
    "set-before-option": (
        PC.set_property("device", "v", "vgamem_mb", 32).device("VGA", id="v"),
        VGA.set_property("device", "v", "vgamem_mb", 32),
    ),
    "set-group-unsupported": (
        PC.set_property("object", "rng", "max-bytes", 1),
        PC.object("rng-builtin", id="rng"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (GlobalProperty("PIIX4_PM", "disable_s3", 1), "PIIX4_PM.disable_s3=1"),
        (
            GlobalProperty("virtio-net-pci", "disable-legacy", value=True),
            "virtio-net-pci.disable-legacy=on",
        ),
        (GlobalProperty("a", "b", "x,y=z"), "a.b=x,y=z"),
        (GlobalProperty("a", "b.c", ""), "a.b.c="),
        (
            GlobalProperty("xlnx.xps-uartlite", "nr", "a,b"),
            "driver=xlnx.xps-uartlite,property=nr,value=a,,b",
        ),
        (GlobalProperty("d" * 64, "p", 1), f"driver={'d' * 64},property=p,value=1"),
    ],
)
def test_global(option, value):
    assert option.words == ("-global", value)
    assert GlobalProperty.parse(value) == option


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (SetProperty("drive", "d0", "cache", "none"), "drive.d0.cache=none"),
        (SetProperty("device", "v", "vgamem_mb", 32), "device.v.vgamem_mb=32"),
        (SetProperty("netdev", "n", "a.b", "x,y=z"), "netdev.n.a.b=x,y=z"),
        (SetProperty("device", "v", "edid", value=False), "device.v.edid=off"),
    ],
)
def test_set(option, value):
    assert option.words == ("-set", value)
    assert SetProperty.parse(value) == option


@pytest.mark.parametrize("text", ["", "x", "a.b", ".b=1", "a.=1", "driver=x", "driver=x,y=z"])
def test_what_is_no_global_is_kept_and_found(text):
    option = GlobalProperty.parse(text)
    assert isinstance(option.driver, Verbatim)
    assert option.words == ("-global", text)
    assert [one.code for one in PC.add(option).check().errors] == ["value-not-read"]
    assert option.explain()


@pytest.mark.parametrize("text", ["", "x", "drive.d.x", "drive..x=1", f"drive.{'d' * 64}.x=1"])
def test_what_sets_nothing_is_kept_and_found(text):
    option = SetProperty.parse(text)
    assert option.words == ("-set", text)
    assert [one.code for one in PC.add(option).check().errors] == ["value-not-read"]
    assert option.explain()


@pytest.mark.parametrize(
    ("group", "id_", "name"), [("", "d", "x"), ("drive", "a.b", "x"), ("drive", "d", "x=y")]
)
def test_what_qemu_would_misread_is_refused(group, id_, name):
    with pytest.raises(InvalidOption, match="no name"):
        SetProperty(group, id_, name, "1")


def test_the_option_has_to_stand_before():
    assert VGA.set_property("device", "v", "vgamem_mb", 32).check().ok
    (found,) = VGA.set_property("device", "vv", "vgamem_mb", 32).check().errors
    assert "did you mean 'v'?" in found.hint
    (found,) = EXAMPLES["set-before-option"][0].check().errors
    assert "after the -device" in found.hint


@pytest.mark.parametrize(
    ("machine", "changed", "code"),
    [
        (PC.netdev("hubport", id="n", hubid=0), ("netdev", "n", "restrict", "on"),
         "key-unknown-to-qemu"),
        (PC.netdev("user", id="n"), ("netdev", "n", "type", "nonsense"), "network-kind-unknown"),
        (PC.drive("a.raw", format="raw", id="d"), ("drive", "d", "cache", "none1"),
         "value-not-read"),
        (PC.chardev("null", id="c"), ("chardev", "c", "logfiles", "a"), "key-unknown-to-qemu"),
        (PC.netdev("stream", {"id": "n", "addr.type": "fd", "addr.str": "3"}),
         ("netdev", "n", "server", "on"), "set-before-option"),
        (Machine.from_argv(["qemu-system-x86_64", "-device", '{"driver":"VGA","id":"v"}']),
         ("device", "v", "edid", "off"), "set-before-option"),
    ],
)  # fmt: skip
def test_an_option_is_judged_as_it_is_then(machine, changed, code):
    qemu = Qemu.snapshot("7.2")
    assert machine.check(qemu=qemu).ok
    machine = machine.set_property(*changed)
    (found,) = machine.check(qemu=qemu).errors
    assert (found.code, found.option) == (code, machine.options[-1])


def test_a_right_value_is_taken_and_other_findings_stay_where_they_were():
    machine = PC.drive("a.raw", id="d", format="raw", extra={"odd": "1"})
    machine = machine.set_property("drive", "d", "cache", "none")
    assert {found.option for found in machine.check(qemu="7.2").errors} == {machine.options[-2]}


@pytest.mark.parametrize("machine", [PC.readconfig("a.cfg"), PC.raw("-device", "VGA,id=v")])
def test_what_is_not_known_may_define_it(machine):
    assert machine.set_property("device", "v", "vgamem_mb", 32).check().ok


def test_both_repeat():
    machine = PC.global_property("a", "b", 1).global_property("a", "c", 2)
    assert len(machine.find_all(GlobalProperty)) == 2


def test_explain():
    assert (
        "disable_s3 of every PIIX4_PM to 1" in GlobalProperty("PIIX4_PM", "disable_s3", 1).explain()
    )
    assert "cache=none of the -drive d0" in SetProperty("drive", "d0", "cache", "none").explain()

"""Plain data: readable, complete, and refused with the place of what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qemubuild import (
    Blockdev,
    Cdrom,
    CommandSyntaxError,
    Cpu,
    Device,
    DiskImage,
    Drive,
    EnableKvm,
    Hda,
    InvalidOption,
    Machine,
    MachineType,
    Memory,
    NumaDist,
    NumaNode,
    Object,
    Option,
    Raw,
    Secret,
    Serial,
    SmbiosFile,
    Smp,
    Url,
)
from qemubuild.exporters.data import name_of
from qemubuild.methods import Methods
from qemubuild.more import More
from qemubuild.option import key
from qemubuild.options.numa import Numa
from qemubuild.values import TEXT

JSON_DEVICE = '{"driver":"virtio-net-pci","netdev":"n0","mq":true,"rom":null}'


@pytest.mark.parametrize(
    ("option", "data"),
    [
        (EnableKvm(), {"enable_kvm": {}}),
        (Memory("8G"), {"memory": {"size": "8G"}}),
        (Smp(4, sockets=2), {"smp": {"cpus": 4, "sockets": 2}}),
        (Smp.parse("$CPUS"), {"smp": {"cpus": {"verbatim": "$CPUS"}}}),
        (Drive("a,b"), {"drive": {"file": "a,b"}}),
        (Drive("nbd:x"), {"drive": {"file": "nbd:x"}}),
        (Drive(Url("nbd:x")), {"drive": {"file": {"url": "nbd:x"}}}),
        (Drive(None, extra={"url": "x"}), {"drive": {"extra": {"url": "x"}}}),
        (Drive(Path("a")), {"drive": {"file": "a"}}),
        (Drive(DiskImage("a", format="raw")), {"drive": {"file": "a", "format": "raw"}}),
        (Hda("caf\udce9"), {"hda": {"file": "caf\udce9"}}),
        (Cpu("max", avx2=False), {"cpu": {"model": "max", "features": {"avx2": False}}}),
        (MachineType("q35", accel=["kvm", "tcg"]), {
            "machine_type": {"type": "q35", "accel": ["kvm", "tcg"]},
        }),
        (NumaNode(cpus="0-3,8"), {"numa_node": {"cpus": ["0-3", "8"]}}),
        (NumaDist(0, 1, 20), {"numa_dist": {"src": 0, "dst": 1, "val": 20}}),
        (Numa.parse("odd,x=1"), {"numa": {"extra": {"type": "odd", "x": "1"}}}),
        (Device("e1000", id="n", mq=True), {
            "device": {"driver": "e1000", "properties": {"id": "n", "mq": True}},
        }),
        (Device.parse(JSON_DEVICE), {
            "device": {
                "driver": "virtio-net-pci",
                "properties": {"netdev": "n0", "mq": True, "rom": None},
                "json": True,
            },
        }),
        (Blockdev("qcow2", file={"driver": "file", "filename": Path("x")}), {
            "blockdev": {
                "driver": "qcow2",
                "properties": {"file": {"driver": "file", "filename": "x"}},
            },
        }),
        (Secret("s", data=""), {"secret": {"id": "s", "data": ""}}),
        (Object("secret", id="s", data=""), {
            "object": {"driver": "secret", "properties": {"id": "s", "data": ""}},
        }),
        (SmbiosFile("t"), {"smbios_file": {"file": "t"}}),
        (Serial(file="log", monitor=True), {"serial": {"file": "log", "monitor": True}}),
        (Raw("-seed", "1"), {"raw": {"name": "-seed", "value": "1"}}),
    ],
    ids=repr,
)  # fmt: skip
def test_each_option_by_its_fields(option: Option, data: dict[str, object]):
    machine = Machine("aarch64", [option])
    assert machine.to_dict() == {"arch": "aarch64", "options": [data]}
    through_json = json.loads(json.dumps(machine.to_dict()))
    again = Machine.from_dict(through_json)
    assert again == machine
    assert again.argv(check=False) == machine.argv(check=False)
    assert again.to_dict() == machine.to_dict()


@pytest.mark.parametrize(
    "program", ["x86_64", "qemu-system-arm", "/opt/q/qemu-system-riscv64", "./my qemu"]
)
def test_the_program_is_kept(program: str):
    machine = Machine(program).memory("1G")
    assert Machine.from_dict(machine.to_dict()) == machine


def test_a_machine_may_have_an_option_twice():
    machine = Machine(options=[Memory("1G"), Memory("2G")])
    assert Machine.from_dict(machine.to_dict()) == machine


def test_a_person_may_write_less():
    machine = Machine.from_dict(
        {"options": [{"smp": "4,sockets=2"}, {"cdrom": "nbd:x"}, {"cpu": "max,avx=off"}]}
    )
    assert machine.options == (Smp(4, sockets=2), Cdrom(Url("nbd:x")), Cpu("max,avx=off"))
    assert Machine.from_dict({}) == Machine()


def test_what_a_url_is_survives():
    machine = Machine().drive(Url("nbd:x")).cdrom("nbd:x")
    again = Machine.from_dict(machine.to_dict())
    assert isinstance(again.find(Drive).file, Url)
    assert not isinstance(again.find(Cdrom).file, Url)


def test_every_option_is_called_as_its_method_is():
    for name, method in {**vars(Methods), **vars(More)}.items():
        option = getattr(getattr(method, "__wrapped__", None), "_option", None)
        if isinstance(option, type):
            assert name_of(option) == name
            with pytest.raises(InvalidOption, match=r"\[\] has no fields"):  # it is known
                Machine.from_dict({"options": [{name: []}]})


@pytest.mark.parametrize(
    ("options", "says", "hint"),
    [
        ([{"smpp": {}}], "there is no option 'smpp'\n  at: options[0]", "did you mean 'smp'?"),
        ([{"usb": {}}, {"smp": {"cpu": 4}}], "at: options[1].smp.cpu", "did you mean 'cpus'?"),
        ([{"smp": {"cpus": "four"}}], "at: options[0].smp.cpus", "write 1"),
        ([{"smp": {"cpus": [4]}}], "at: options[0].smp.cpus", "write 1"),
        ([{"drive": {"interface": ["ide"]}}], "at: options[0].drive.interface", "a string"),
        ([{"vnc": {"also": 4}}], "at: options[0].vnc", "write (value,)"),
        ([{"drive": {"file": {"uri": "x"}}}], "options[0].drive.file", '{"url": ...}'),
        ([{"drive": {"extra": "x"}}], "at: options[0].drive.extra", "write a table"),
        ([{"device": {"properties": {}}}], "at: options[0].device.driver", "add driver"),
        ([{"device": {"driver": ""}}], "at: options[0].device.driver", "one character"),
        ([{"smp": 4}], "4 has no fields\n  at: options[0].smp", "{}"),
        ([{"usb": "on"}], "at: options[0].usb", "{} for none"),
        ([{"smp": {}, "usb": {}}], "no option\n  at: options[0]", "its name and its fields"),
        (["usb"], "'usb' is no option\n  at: options[0]", "its name and its fields"),
        ({"smp": {}}, "its options are a list", '"options": ['),
    ],
    ids=str,
)
def test_what_is_wrong_is_named_with_its_place(options: object, says: str, hint: str):
    with pytest.raises(InvalidOption) as caught:
        Machine.from_dict({"options": options})
    assert says in str(caught.value)
    assert hint in caught.value.hint


def test_other_mistakes_have_a_mend():
    with pytest.raises(InvalidOption, match=r"no 'option'\n.*did you mean 'options'"):
        Machine.from_dict({"option": []})
    with pytest.raises(InvalidOption, match="its options are a list"):
        Machine.from_dict({"arch": 64})
    with pytest.raises(InvalidOption, match="is no machine"):
        Machine.from_dict([])
    with pytest.raises(CommandSyntaxError, match=r"(?s)needs\n  at: options\[0\].numa_dist.*~"):
        Machine.from_dict({"options": [{"numa_dist": "src=1"}]})


def test_a_class_that_could_not_be_read_back_is_refused():
    class Smp(Option):  # its name is taken
        flag = "-smp-of-mine"
        word: str = key(TEXT)

    with pytest.raises(InvalidOption, match="'smp'"):
        Machine(options=[Smp("x")]).to_dict()
    assert Machine().smp(2).to_dict()["options"] == [{"smp": {"cpus": 2}}]

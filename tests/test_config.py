"""Machines in JSON and TOML, alone and inside of classes of one's own."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import attrs
import cattrs
import pytest

from qemubuild import InvalidOption, Machine, NotInstalled, Url, config
from qemubuild.options.blockdev import Blockdev
from tests.hostile import NAMES

FORMS = ["json", "toml"]
MACHINE = Machine("x86_64").enable_kvm().smp(4).drive("disk.qcow2", interface="virtio")
# What TOML has no null for, and an order that it does not keep.
NESTED = '{"driver":"qcow2","file":{"driver":"file","filename":"x"},"backing":null,"id":"b"}'


@attrs.frozen
class Lab:
    title: str
    machines: list[Machine]
    spare: Machine | None = None


def test_toml_is_readable():
    assert config.dumps(MACHINE, "toml") == (
        'arch = "x86_64"\n'
        "options = [\n"
        "    { enable_kvm = {} },\n"
        "    { smp = { cpus = 4 } },\n"
        '    { drive = { file = "disk.qcow2", interface = "virtio" } },\n'
        "]\n"
    )


def test_json_is_readable():
    text = config.dumps(MACHINE.name("caf\xe9"), "json")
    assert json.loads(text)["options"][1:3] == [
        {"smp": {"cpus": 4}},
        {"drive": {"file": "disk.qcow2", "interface": "virtio"}},
    ]
    assert '"guest": "caf\xe9"' in text


@pytest.mark.parametrize("form", FORMS)
def test_whatever_names_are_like(form):
    machine = Machine()
    for name in NAMES:
        machine = machine.drive(name).cdrom(Url(name)).raw("-x", name).device("d", x=name)
    text = config.dumps(machine, form)
    assert config.loads(text.encode().decode(), form) == machine


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "machine",
    [
        Machine().add(Blockdev.parse(NESTED)),
        Machine().add(Blockdev.parse('{"driver":"x","b":{"c":1},"a":[{"d":2}]}')),
        Machine().add(Blockdev.parse('{"driver":"x","b":[{"c":"' + "c" * 99 + '"}],"a":[{}]}')),
        Machine().device("a", {"x": "1", "y": True, "z": 0.5}),
        Machine().netdev("user", id="n", hostfwd=("tcp::1-:1", "tcp::2-:2"), restrict=True),
        Machine().smp(4, extra={"a": "b", "c": "d"}),
    ],
    ids=str,
)
def test_order_and_nulls_survive(form, machine):
    again = config.loads(config.dumps(machine, form), form)
    assert again.argv(check=False) == machine.argv(check=False)


@pytest.mark.parametrize("form", FORMS)
def test_inside_of_a_class_of_ones_own(form):
    lab = Lab("web", [MACHINE, Machine("arm").memory("1G")], Machine())
    assert config.loads(config.dumps(lab, form), form, Lab) == lab


def test_with_a_converter_of_ones_own():
    converter = config.register(cattrs.Converter())
    lab = Lab("web", [MACHINE])
    data = converter.unstructure(lab)
    assert data["machines"][0]["options"][1] == {"smp": {"cpus": 4}}
    assert converter.structure(data, Lab) == lab


def test_a_person_writes_it():
    text = """
        arch = "aarch64"

        [[options]]
        machine_type = "virt"

        [[options]]
        drive.file = "disk.img"
        [[options]]
        smp.cpus = 2
    """
    machine = Machine("aarch64").machine_type("virt").drive("disk.img").smp(2)
    assert config.loads(text, "toml") == machine


def test_mistakes_are_named_with_their_place():
    with pytest.raises(InvalidOption, match=r"options\[0\].smp.cpu\n.*did you mean 'cpus'"):
        config.loads("options = [{ smp = { cpu = 2 } }]", "toml")
    lab = '{"title": "x", "machines": [{}, {"options": [{"smpp": {}}]}]}'
    with pytest.raises(InvalidOption, match=r"(?s)no Lab: .*options\[0\].*\$.machines\[1\]"):
        config.loads(lab, "json", Lab)
    with pytest.raises(InvalidOption, match=r"title"):
        config.loads("{}", "json", Lab)


def test_what_is_no_toml_or_no_json_says_so():
    with pytest.raises(tomllib.TOMLDecodeError, match="line 2"):
        config.loads("\nx = = 1", "toml")
    with pytest.raises(json.JSONDecodeError, match="line 1"):
        config.loads("{", "json")


@pytest.mark.parametrize("missing", ["cattrs", "tomli_w"])
def test_without_the_extra_it_says_what_to_install(missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    config._converter.cache_clear()
    with pytest.raises(NotInstalled, match=r"pip install 'qemubuild\[config\]'") as caught:
        config.dumps(MACHINE, "toml")
    assert caught.value.program == missing.replace("_", "-")


def test_importing_needs_no_extra():
    code = "import sys, qemubuild.config; print(*{'cattrs', 'json', 'tomli_w'} & {*sys.modules})"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.split() == []

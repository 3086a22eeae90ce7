"""Any option of any class can be written in every form, and read back as the same."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qemubuild.command  # noqa: F401 - loads every option
from qemubuild import config
from qemubuild.driven import Driven
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.option import REGISTRY, Option
from qemubuild.options.raw import Raw
from qemubuild.variant import Variant
from tests.property.test_drives import DRIVES
from tests.property.test_processor import NAME, OPTIONS, TEXT

VALUES = TEXT | st.sampled_from("0 1 4 0-3 on off auto 8G 1k $X none max tcg a.img nbd:x".split())
LEAVES = st.none() | st.booleans() | st.integers() | VALUES
PROPERTIES = st.dictionaries(
    TEXT, st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))
)


def written(kind: type[Option]) -> st.SearchStrategy[str]:
    """What may stand after a flag: some of its keys, in any order, with fitting values and not."""
    kinds = [kind, *kind.variants.values()] if issubclass(kind, Variant) else [kind]
    names = [known.name for one in kinds for known in one._keys.values()]
    keys = st.sampled_from([*names, "id", "odd", "a.b"])
    items = st.lists(st.builds("{}={}".format, keys, VALUES), max_size=5)
    texts = st.builds(lambda first, rest: ",".join([first, *rest]), VALUES, items)
    if issubclass(kind, Driven) and kind.takes_json:
        driver = st.builds(lambda name, more: {kind.implied: name, **more}, NAME, PROPERTIES)
        return texts | driver.map(json.dumps)
    return texts


def options(flag: str) -> st.SearchStrategy[Option]:
    """Any option that can be read after a flag, with what it could not understand."""

    def read(text: str) -> Option | None:
        try:
            return REGISTRY[flag].parse(text)
        except (CommandSyntaxError, InvalidOption):
            return None

    return written(REGISTRY[flag]).map(read).filter(lambda option: option is not None)


ANY = OPTIONS | DRIVES | st.builds(Raw, NAME, st.none() | TEXT)
MACHINES = st.builds(
    Machine,
    st.sampled_from(["x86_64", "arm", "/opt/qemu-system-arm", "./qemu"]),
    st.lists(ANY, max_size=5),
)


def same(machine: Machine) -> None:
    again = Machine.from_dict(json.loads(json.dumps(machine.to_dict())))
    assert again == machine
    assert again.to_dict() == machine.to_dict()
    for form in ("json", "toml"):
        assert config.loads(config.dumps(machine, form).encode().decode(), form) == machine
    assert not machine.diff(again)


@pytest.mark.parametrize("flag", sorted(REGISTRY))
@settings(max_examples=20)
@given(data=st.data())
def test_any_option_that_was_read_is_read_back(flag: str, data: st.DataObject):
    same(Machine("x86_64", [data.draw(options(flag))]))


@given(MACHINES)
def test_any_machine_is_read_back(machine: Machine):
    same(machine)


@given(MACHINES, MACHINES)
def test_any_two_machines_can_be_compared(old: Machine, new: Machine):
    difference = old.diff(new)
    assert bool(difference) == (old != new)
    assert str(difference)
    kept = len(old.options) - len(difference.removed)
    assert kept == len(new.options) - len(difference.added) >= len(difference.changed)


@given(
    st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)),
    st.sampled_from("smp drive device cpu raw numa_node usb serial vnc object nosuch".split()),
    st.sampled_from("cpus file driver properties model name extra json".split()),
)
def test_anything_else_is_refused_with_a_reason(value: object, name: str, field: str):
    for data in (value, {"options": value}, {name: value}, {name: {field: value}}):
        for whole in (data, {"options": [data]}):
            with suppress(InvalidOption, CommandSyntaxError):
                assert Machine.from_dict(whole).to_dict()


@settings(max_examples=30)
@given(st.lists(ANY, min_size=1, max_size=8))
def test_a_shell_runs_any_machine_with_its_argv(tmp_path_factory, options: list[Option]):
    here = tmp_path_factory.mktemp("script")
    program = here / "qemu-system-x86_64"
    program.write_text('#!/bin/sh\nprintf \'%s\\0\' "$0" "$@"\n')
    program.chmod(0o755)
    machine = Machine(str(program), options)
    script = os.fsencode(machine.to_script(check=False))
    said = subprocess.run(["sh"], input=script, check=True, capture_output=True)
    assert said.stdout.split(b"\0")[:-1] == [*map(os.fsencode, machine.argv(check=False))]

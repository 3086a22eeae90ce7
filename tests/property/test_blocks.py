"""Any node or network that can be made is read back as it was written."""

from __future__ import annotations

import json
import os
from pathlib import PosixPath

from hypothesis import given
from hypothesis import strategies as st

from qemubuild.machine import Machine
from qemubuild.options.blockdev import Blockdev

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
PATHS = st.binary(min_size=1, max_size=50).filter(lambda raw: b"\0" not in raw).map(os.fsdecode)
NAMES = st.from_regex(r"[a-z][a-z-]*", fullmatch=True)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES.filter(lambda name: name != "file"), inner, max_size=3)
    ),
    max_leaves=6,
)


def machine_with(option):
    return Machine("x86_64").add(option)


@given(st.sampled_from(["raw", "qcow2", "file", "throttle"]), st.dictionaries(NAMES, VALUES))
def test_any_node(driver, properties):
    properties.pop("driver", None)
    try:
        option = Blockdev(driver, properties)
    except ValueError:
        return
    again = Blockdev.parse(option.words[1])
    assert again == option
    assert again.driver == driver
    machine_with(option).check()
    assert option.explain()


@given(PATHS, st.booleans())
def test_any_file(path, fixed):
    option = Blockdev("raw", node_name="d", file=PosixPath(path), read_only=fixed)
    again = Blockdev.parse(option.words[1])
    assert again == option
    assert again.tree()["file"]["filename"] == str(PosixPath(path))


@given(st.dictionaries(NAMES, VALUES))
def test_json_is_read_as_it_stands(properties):
    text = json.dumps(properties | {"driver": "raw"}, ensure_ascii=False)
    try:
        option = Blockdev.parse(text)
    except ValueError:
        return
    assert json.loads(option.words[1]) == json.loads(text)
    machine_with(option).check()


@given(TEXTS | TEXTS.map("{'driver':".__add__) | TEXTS.map('{"driver":"raw",'.__add__))
def test_any_text_can_be_read_judged_and_explained(text):
    try:
        option = Blockdev.parse(text)
    except ValueError:
        return
    assert option.explain()
    machine_with(option).check()
    assert Blockdev.parse(option.words[1]).words == option.words

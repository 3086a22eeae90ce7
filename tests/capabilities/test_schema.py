"""Matching trees with a schema: a small one, shaped as QEMU tells its own."""

from __future__ import annotations

import pytest

from qemubuild.capabilities import Qemu
from qemubuild.capabilities.schema import mismatches


def builtin(name, json_type):
    return {"name": name, "meta-type": "builtin", "json-type": json_type}


def kind(name, *members, **more):
    return {"name": name, "meta-type": "object", "members": [*members], **more}


def must(name, type_):
    return {"name": name, "type": type_}


def may(name, type_):
    return {"name": name, "type": type_, "default": None}


DISK = kind(
    "disk",
    must("driver", "driver"),
    may("read-only", "bool"),
    tag="driver",
    variants=[{"case": "raw", "type": "raw"}, {"case": "null", "type": "0"}],
)
SCHEMA = {
    one["name"]: one
    for one in (
        builtin("str", "string"),
        builtin("bool", "boolean"),
        builtin("int", "int"),
        builtin("real", "number"),
        builtin("null", "null"),
        builtin("any", "value"),
        kind("0"),
        {"name": "driver", "meta-type": "enum", "values": ["raw", "null", "new"]},
        {"name": "disk-or-name", "meta-type": "alternate", "members": [
            {"type": "disk"}, {"type": "str"}, {"type": "null"}]},
        {"name": "[int]", "meta-type": "array", "element-type": "int"},
        {"name": "[disk]", "meta-type": "array", "element-type": "disk-or-name"},
        kind(
            "raw",
            must("file", "disk-or-name"),
            may("size", "int"),
            may("port", "int"),
            may("share", "real"),
            may("nodes", "[int]"),
            may("all", "[disk]"),
            may("more", "any"),
        ),
        DISK,
    )
}  # fmt: skip
INTEGERS = {"size": "size", "port": "uint16"}


def found(dialect, **tree):
    tree = {"driver": "raw", "file": "f0", **tree}
    return [(one.kind, one.path) for one in mismatches(SCHEMA, "disk", tree, dialect, INTEGERS)]


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"read-only": True},
        {"size": 512},
        {"size": -1},  # which QEMU takes for a great number
        {"port": 65535},
        {"share": 0.5},
        {"nodes": [0, 1]},
        {"nodes": []},
        {"file": {"driver": "null"}},
        {"file": None},
        {"all": ["a", {"driver": "null"}]},
        {"more": {"what": ["ever"]}},
    ],
)
def test_json_that_fits(tree):
    assert found("json", **tree) == []


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"fil": 1}, ("unknown", "fil")),
        ({"read-only": "on"}, ("value", "read-only")),
        ({"read-only": 1}, ("value", "read-only")),
        ({"size": "512"}, ("value", "size")),
        ({"size": 512.0}, ("value", "size")),
        ({"size": True}, ("value", "size")),
        ({"size": 1 << 64}, ("value", "size")),
        ({"port": 65536}, ("value", "port")),
        ({"port": -1}, ("value", "port")),
        ({"share": "0.5"}, ("value", "share")),
        ({"nodes": 0}, ("value", "nodes")),
        ({"nodes": [0, "1"]}, ("value", "nodes.1")),
        ({"file": 3}, ("value", "file")),
        ({"file": {"driver": "nul"}}, ("value", "file.driver")),
        ({"file": {}}, ("missing", "file.driver")),
        ({"file": {"driver": "raw"}}, ("missing", "file.file")),
        ({"file": {"driver": "null", "size": 1}}, ("unknown", "file.size")),
        ({"file": {"driver": ["raw"]}}, ("value", "file.driver")),
    ],
)
def test_json_that_does_not_fit(tree, expected):
    assert found("json", **tree) == [expected]


@pytest.mark.parametrize(
    "tree",
    [
        {"read-only": "on"},
        {"read-only": "n"},
        {"size": "1.5G"},
        {"port": "0x10"},
        {"port": "010"},
        {"share": "1e-3"},
        {"nodes": {"0": "5", "1": "6"}},
        {"file": {"driver": "null"}},
        {"all": {"0": "a", "1": {"driver": "null"}}},
        {"more": "text"},
    ],
)
def test_texts_that_fit(tree):
    assert found("keyval", **tree) == []


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"read-only": "ON"}, ("value", "read-only")),
        ({"size": "1GB"}, ("value", "size")),
        ({"size": "-1"}, ("value", "size")),
        ({"port": "1k"}, ("value", "port")),
        ({"port": "65536"}, ("value", "port")),
        ({"port": "8 0"}, ("value", "port")),
        ({"share": "half"}, ("value", "share")),
        ({"share": "inf"}, ("value", "share")),
        ({"nodes": {"0": "5", "2": "6"}}, ("value", "nodes")),
        ({"nodes": "5"}, ("value", "nodes")),
        ({"all": {"0": "a", "x": "b"}}, ("value", "all")),
        ({"read-only": {"what": "on"}}, ("value", "read-only")),
        ({"file": {"0": "f0"}}, ("missing", "file.driver")),
    ],
)
def test_texts_that_do_not_fit(tree, expected):
    assert expected in found("keyval", **tree)


def test_of_an_unknown_kind_nothing_else_is_said():
    (one,) = mismatches(SCHEMA, "disk", {"driver": "rw", "what": "ever"}, "keyval")
    assert (one.path, one.given, one.known) == ("driver", "rw", ("raw", "null", "new"))


def test_a_kind_may_have_no_members_of_its_own():
    (one,) = mismatches(SCHEMA, "disk", {"driver": "null", "file": "f0"}, "keyval")
    assert (one.kind, one.known) == ("unknown", ("driver", "read-only"))


def test_numbers_that_are_not_listed_are_of_the_usual_kind():
    tree = {"driver": "raw", "file": "f0", "port": "1k"}
    assert [one.path for one in mismatches(SCHEMA, "disk", tree, "keyval")] == ["port"]
    tree["port"] = "-70000"
    assert not list(mismatches(SCHEMA, "disk", tree, "keyval"))
    assert list(mismatches(SCHEMA, "disk", tree, "keyval", {"": "uint32"}))


@pytest.mark.parametrize("version", Qemu.snapshots())
def test_a_real_schema(version):
    schema = Qemu.snapshot(version).schema
    name = schema["blockdev-add"]["arg-type"]
    tree = {"driver": "qcow2", "node-name": "d0", "file": {"driver": "file", "filename": "a"}}
    assert not list(mismatches(schema, name, tree, "json"))
    tree["file"]["filname"] = tree["file"].pop("filename")
    said = {(one.kind, one.path) for one in mismatches(schema, name, tree, "json")}
    assert said == {("unknown", "file.filname"), ("missing", "file.filename")}

"""``-blockdev``: nodes in both dialects, chains of them, what they open and name."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from qemubuild import DiskImage
from qemubuild.claims import (
    DRIVE,
    OBJECT,
    BlockNode,
    Defines,
    FileNode,
    Image,
    Locks,
    Opens,
    Refers,
    Under,
)
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.blockdev import Blockdev

BASE = Machine("x86_64").memory("1G")
FILE = {"driver": "file", "filename": "a.img"}
COPIED = {"file": FILE, "target": {"driver": "null-co"}}


def vm(*args, **keys):
    """A machine with one node, which a device uses."""
    return BASE.blockdev(*args, **keys).device("virtio-blk-pci", drive="d")


EXAMPLES = {
    "blockdev-aio-without-direct": (
        vm("file", filename="a.img", node_name="d", aio="native"),
        vm("file", filename="a.img", node_name="d", aio="native", cache={"direct": True}),
    ),
    "blockdev-compress": (
        vm("compress", node_name="d", file={"driver": "raw", "file": FILE}),
        vm("compress", node_name="d", file={"driver": "qcow2", "file": FILE}),
    ),
    "blockdev-copy-of-incoming": (
        vm(
            "copy-before-write", {"file": FILE, "target": {"driver": "null-co"}}, node_name="d"
        ).incoming("defer"),
        vm("copy-before-write", {"file": FILE, "target": {"driver": "null-co"}}, node_name="d"),
    ),
    "blockdev-without-name": (
        BASE.blockdev("file", filename="a.img"),
        vm("file", filename="a.img", node_name="d"),
    ),
    "blockdev-name-too-long": (
        BASE.blockdev("file", filename="a.img", node_name="d" * 32),
        BASE.blockdev("file", filename="a.img", node_name="d" * 31),
    ),
    "blockdev-unused": (
        BASE.blockdev("file", filename="a.img", node_name="d"),
        vm("file", filename="a.img", node_name="d"),
    ),
    "blockdev-incomplete": (
        vm("qcow2", filename="a.qcow2", node_name="d"),
        vm("qcow2", file=Path("a.qcow2"), node_name="d"),
    ),
    "blockdev-copy-on-read": (
        vm("copy-on-read", {"file": FILE}, node_name="d", read_only=True),
        vm("copy-on-read", {"file": FILE}, node_name="d"),
    ),
    "blockdev-no-image": (
        vm("qcow2", {"file": {"driver": "null-co"}}, node_name="d"),
        vm("raw", {"file": {"driver": "null-co"}}, node_name="d"),
    ),
    "blockdev-force-share": (
        vm("raw", {"file": FILE, "force-share": True}, node_name="d"),
        vm("raw", {"file": FILE, "force-share": True}, node_name="d", read_only=True),
    ),
    "blockdev-detect-zeroes": (
        vm("raw", {"file": FILE, "detect-zeroes": "unmap"}, node_name="d"),
        vm("raw", {"file": FILE, "detect-zeroes": "unmap", "discard": "unmap"}, node_name="d"),
    ),
    "blockdev-unaligned": (
        vm("raw", {"file": FILE, "size": 1000}, node_name="d"),
        vm("raw", {"file": FILE, "size": 1024}, node_name="d"),
    ),
    "blockdev-quorum": (
        vm("quorum", {"children": [FILE], "vote-threshold": 2}, node_name="d"),
        vm("quorum", {"children": [FILE], "vote-threshold": 1}, node_name="d"),
    ),
    "blockdev-key-of-drive": (
        vm("raw", file=FILE, id="d"),
        vm("raw", file=FILE, node_name="d"),
    ),
    "blockdev-cache-as-text": (
        vm("raw", file=FILE, node_name="d", cache="none"),
        vm("raw", file=FILE, node_name="d", cache={"direct": True}),
    ),
    "blockdev-key-twice": (
        vm("raw", {"file": "f", "file.driver": "file"}, node_name="d").blockdev(
            "file", filename="a.img", node_name="f"
        ),
        vm("raw", {"file.driver": "file", "file.filename": "a.img"}, node_name="d"),
    ),
    "blockdev-readonly-below": (
        vm("qcow2", file={"driver": "file", "filename": "a", "read-only": True}, node_name="d"),
        vm("qcow2", file={"driver": "file", "filename": "a"}, read_only=True, node_name="d"),
    ),
    "blockdev-node-later": (
        vm("raw", file="f", node_name="d").blockdev("file", filename="a.img", node_name="f"),
        BASE.blockdev("file", filename="a.img", node_name="f")
        .blockdev("raw", file="f", node_name="d")
        .device("virtio-blk-pci", drive="d"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Blockdev("null-co", node_name="d"), "null-co,node-name=d"),
        (
            Blockdev("qcow2", node_name="d", file=Path("a,b.qcow2"), read_only=True),
            "qcow2,node-name=d,file.driver=file,file.filename=a,,b.qcow2,read-only=on",
        ),
        (
            Blockdev(DiskImage("a.qcow2"), node_name="d"),
            "qcow2,file.driver=file,file.filename=a.qcow2,node-name=d",
        ),
        (
            Blockdev(DiskImage("/dev/sdx", format="raw"), node_name="d"),
            "raw,file.driver=host_device,file.filename=/dev/sdx,node-name=d",
        ),
        (
            Blockdev("throttle", node_name="d", throttle_group="g", file=DiskImage("a.img")),
            (
                "throttle,node-name=d,throttle-group=g,"
                "file.driver=raw,file.file.driver=file,file.file.filename=a.img"
            ),
        ),
        (
            Blockdev("qcow2", node_name="d", file=Path("o"), backing=DiskImage("b.qcow2")),
            (
                "qcow2,node-name=d,file.driver=file,file.filename=o,backing.driver=qcow2,"
                "backing.file.driver=file,backing.file.filename=b.qcow2"
            ),
        ),
        (
            Blockdev("qcow2", node_name="d", file={"driver": "raw", "file": Path("a")}),
            "qcow2,node-name=d,file.driver=raw,file.file.driver=file,file.file.filename=a",
        ),
        (Blockdev("raw", node_name="d", file="f"), "raw,node-name=d,file=f"),
        (
            Blockdev("quorum", node_name="d", children=["a", "b"], vote_threshold=1),
            "quorum,node-name=d,children.0=a,children.1=b,vote-threshold=1",
        ),
        (
            Blockdev("qcow2", node_name="d", backing=None, file=FILE),
            (
                '{"driver":"qcow2","node-name":"d","backing":null,'
                '"file":{"driver":"file","filename":"a.img"}}'
            ),
        ),
        (
            Blockdev("qcow2", {"file.driver": "file", "file.filename": "a", "backing": None}),
            '{"driver":"qcow2","file":{"driver":"file","filename":"a"},"backing":null}',
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-blockdev", value)
    assert Blockdev.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize(
    "value",
    [
        '{"driver":"raw","node-name":"d","file":{"driver":"file","filename":"a"}}',
        '{"node-name": "d", "driver": "null-co", "size": 512}',
        "{'driver':'null-co', 'node-name':'d'}",
        r"""{'driver':'file', 'filename':'it\'s "a"\\b\"', "node-name":"d'"}""",
    ],
)
def test_json_stays_json(value):
    option = Blockdev.parse(value)
    assert option.words[1].startswith("{")
    again = Blockdev.parse(option.words[1])
    assert again == option
    assert json.loads(again.words[1]) == {"driver": option.driver, **option.properties}
    assert pickle.loads(pickle.dumps(option)).words == option.words


def test_json_in_single_quotes_is_what_qemu_reads():
    option = Blockdev.parse(r"""{'driver':'file', 'filename':'it\'s "a"\\b\"'}""")
    assert option.properties == {"filename": 'it\'s "a"\\b"'}


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "{}",
        '{"driver":5}',
        '{"driver":"raw","driver":"raw"}',
        '{"driver":"raw","a":' + "[" * 100_000,
        '{"driver":"raw","a":' + "1" * 5000 + "}",
        "raw,node-name",
        "",
        "node-name=d",
    ],
)
def test_what_qemu_cannot_read_is_an_error(value):
    with pytest.raises((CommandSyntaxError, InvalidOption)):
        Blockdev.parse(value)


def test_a_path_without_a_format_is_no_image():
    with pytest.raises(InvalidOption, match="format") as caught:
        Blockdev(Path("a.img"), node_name="d")
    assert "DiskImage('a.img')" in caught.value.hint


def test_what_is_given_can_change_and_the_option_does_not():
    node = {"driver": "file", "filename": "a"}
    option = Blockdev("raw", node_name="d", file=node)
    node["filename"] = "b"
    assert option.properties["file"] == {"driver": "file", "filename": "a"}


@pytest.mark.parametrize("name", ["\udcff.img", "a\ufffe"])
def test_a_name_that_json_cannot_carry_is_refused_there_and_fine_elsewhere(name):
    with pytest.raises(InvalidOption, match="JSON"):
        Blockdev("qcow2", node_name="d", file=Path(name), backing=None)
    assert Blockdev("qcow2", node_name="d", file=Path(name)).words[1].endswith(f"filename={name}")


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (
            Blockdev("file", node_name="d", filename="a"),
            {
                Defines(DRIVE, "d"),
                BlockNode("d", "file", writes=True),
                Opens("a", "disk image", writes=True, driver="file"),
            },
        ),
        (
            Blockdev.parse("raw,node-name=d,read-only=on,file.driver=file,file.filename=a"),
            {
                Defines(DRIVE, "d"),
                BlockNode("d", "raw", writes=False),
                Opens("a", "disk image", driver="file"),
            },
        ),
        (
            Blockdev.parse(
                '{"driver":"raw","file":{"driver":"host_device","filename":"/dev/x",'
                '"node-name":"e","auto-read-only":true}}'
            ),
            {Defines(DRIVE, "e"), Opens("/dev/x", "disk of the host", driver="host_device")},
        ),
        (Blockdev("file", filename="/dev/fdset/1"), set()),
        (Blockdev("nbd", path="a"), set()),
        (Blockdev.parse("file,filename=$DISK"), set()),
        (
            Blockdev("qcow2", backing="b", file="f"),
            {
                Refers(DRIVE, "b"),
                Refers(DRIVE, "f"),
                Under("b", writes=False, held=False, names=()),
                Under("f", writes=True, held=True, names=()),
            },
        ),
        (
            Blockdev("throttle", throttle_group="g", file={"driver": "null-co"}),
            {Refers(OBJECT, "g")},
        ),
        (Blockdev("nbd", tls_creds="t", server={"type": "unix"}), {Refers(OBJECT, "t")}),
        (Blockdev("luks", key_secret="s"), {Refers(OBJECT, "s")}),
        (Blockdev("qcow2", encrypt={"key-secret": "s"}), {Refers(OBJECT, "s")}),
        (Blockdev.parse("qcow2,encrypt.key-secret=s"), {Refers(OBJECT, "s")}),
        (
            Blockdev.parse("quorum,children.0=a,children.1.driver=null-co"),
            {Refers(DRIVE, "a"), Under("a", writes=True, held=False, names=())},
        ),
    ],
)
def test_claims(option, claims):
    assert {
        claim for claim in option.claims() if not isinstance(claim, FileNode | Image | Locks)
    } == claims


@pytest.mark.parametrize(
    "machine",
    [
        BASE.blockdev("null-co", node_name="d").machine_type("q35", extra={"pflash0": "d"}),
        BASE.blockdev("null-co", node_name="d").blockdev("raw", file="d", node_name="e"),
        BASE.blockdev("null-co", node_name="d").raw("-global", "virtio-blk-device.drive=d"),
    ],
)
def test_a_node_that_something_names_is_used(machine):
    used = machine.options[1]
    assert not [
        found
        for found in machine.check()
        if found.code == "blockdev-unused" and found.option is used
    ]


@pytest.mark.parametrize(
    "value",
    [
        "$D",
        "raw,node-name=$N,file=$F",
        "raw,file.driver=$X,file.filename=$F",
        "a.b,c.d.e=f,c.d=g,c=h",
        "quorum,children=5",
        "file,filename.a=b",
        '{"driver":"raw","file":[1],"node-name":{}}',
        '{"driver":"raw","file":{"driver":["x"],"filename":{}}}',
        '{"driver":"file","filename":5,"node-name":7}',
        '{"driver":"quorum","children":"x"}',
    ],
)
def test_what_is_read_can_always_be_judged_and_explained(value):
    machine = BASE.add(Blockdev.parse(value))
    assert machine.options[-1].explain()
    machine.check()


def test_explain():
    assert Blockdev(DiskImage("a.qcow2"), node_name="d", read_only=True).explain() == (
        "Opens a.qcow2 with the block driver qcow2, under the name d, to read and not to write. "
        "A device, or another node, refers to it by that name; the guest sees nothing of it by "
        "itself."
    )
    assert "over the node f" in Blockdev("raw", file="f", node_name="d").explain()

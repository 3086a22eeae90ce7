"""The real QEMU starts the nodes and networks found right, and refuses those found wrong."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from qemubuild import DiskImage
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.blockdev import Blockdev
from qemubuild.options.device import Device
from qemubuild.options.drive import Drive
from qemubuild.options.flags import Snapshot
from qemubuild.options.machine_type import MachineType
from qemubuild.options.media import Cdrom, Fda, Hda, Hdb
from qemubuild.options.object import Object
from qemubuild.options.raw import Raw
from tests.hostile import NAMES
from tests.real.judge import needs, refusal

LOCKING = ("qcow2", "qcow", "qed", "vdi", "vhdx", "vmdk", "vpc")


def node(name="d", file="a.img", /, **keys):
    """A node of a file, with nothing between."""
    return Blockdev("file", {"node-name": name, "filename": file}, **keys)


def image(name="d", kind="qcow2", /, **keys):
    return Blockdev(kind, {"node-name": name, "file": Path(f"i.{kind}")}, **keys)


def over(file="d", name="e", /, driver="raw", **keys):
    return Blockdev(driver, {"node-name": name, "file": file}, **keys)


def disk(name="d", /, driver="virtio-blk-pci", **keys):
    return Device(driver, drive=name, **keys)


def raw(file="a.img", interface="virtio", **keys):
    return Drive(file, interface=interface, format="raw", **keys)


GROUP = Object("throttle-group", id="g")
NULL = Blockdev("null-co", node_name="d")

RIGHT = [
    [node()],
    [Blockdev.parse("file,node-name=d,filename=b.img,filename=a.img")],
    [Blockdev.parse("{'driver':'file','node-name':'d','filename':'a.img'}")],
    [Blockdev.parse('{"driver":"null-co","node-name":"d","size":1048576}'), disk()],
    [node("d" * 31)],
    [node("d.-_1")],
    [node(read_only=True, discard="unmap", cache={"direct": False, "no-flush": True})],
    [node(auto_read_only=True, detect_zeroes=True, locking="off", aio="threads")],
    [node(), disk()],
    [disk(), node()],
    [node(), over()],
    [node(), over("d", "e"), over("d", "f")],
    [node(), over(), disk("e")],
    [node(read_only=True), over(), disk("e", "ide-cd")],
    [node(read_only=True), over(read_only=True), disk("e", "ide-cd")],
    [Blockdev(DiskImage("a.img"), node_name="d"), disk()],
    [Blockdev(DiskImage("i.qcow2"), node_name="d"), disk()],
    [Blockdev(DiskImage("/dev/null", format="raw"), node_name="d")],
    [Blockdev("qcow2", node_name="d", file=Path("o.qcow2"), backing=DiskImage("a.img"))],
    [Blockdev("qcow2", node_name="d", file=Path("o.qcow2"), backing=None), disk()],
    [node("b"), Blockdev("qcow2", node_name="d", file=Path("o.qcow2"), backing="b"), disk()],
    [Blockdev.parse("qcow2,node-name=d,backing=,file.driver=file,file.filename=o.qcow2")],
    [Blockdev("throttle", node_name="d", throttle_group="g", file=DiskImage("a.img")), GROUP],
    [node("f"), over("f", "d", "throttle", throttle_group="g"), GROUP],
    [NULL, over("d", "e", "copy-on-read"), disk("e")],
    [
        NULL,
        Blockdev("null-co", node_name="e"),
        Blockdev("quorum", node_name="q", children=["d", "e"], vote_threshold=1),
    ],
    [node("r"), node("t", "b.img"), Blockdev("blkverify", node_name="v", test="t", raw="r")],
    [*(image(one, one) for one in LOCKING)],
    # devices on nodes
    [NULL, disk("d", "ide-cd"), disk("d", "ide-cd")],
    [Blockdev("null-co", node_name="d", read_only=True), disk(), disk()],
    [NULL, *(Device("virtio-blk-pci", {"share-rw": True}, drive="d"),) * 2],
    [Drive(node_name="d", interface="none", driver="null-co", readonly=True), disk(), disk()],
    [MachineType("pc", extra={"pflash0": "d"}), node()],
    [MachineType.parse("q35,pflash0=e"), node(read_only=True), over(read_only=True)],
    # images that are used twice
    [node(), node("e")],
    [node(), node("e"), disk()],
    [node(), node("e"), *(Device("virtio-blk-pci", {"share-rw": True}, drive=n) for n in "de")],
    [node(locking="off"), node("e"), disk(), disk("e")],
    [node(read_only=True), node("e"), disk("e")],
    [node(read_only=True), node("e", read_only=True), disk(), disk("e")],
    [node(), node("e"), disk("d", "ide-cd"), disk("e", "ide-cd")],
    [node(), raw()],
    [raw(), node()],
    [image("d", read_only=True), image("e", read_only=True)],
    [image(), raw("i.qcow2", interface="none")],
    [raw(interface="none"), raw(interface="none")],
    [raw(readonly=True), raw(readonly=True)],
    [raw(snapshot=True), raw(snapshot=True)],
    [raw(extra={"file.locking": "off"}), raw(extra={"file.locking": "off"})],
    [Snapshot(), raw(), raw()],
    [Snapshot(), Hda("a.img"), Hdb("a.img")],
    [Cdrom("a.img"), Drive("a.img", media="cdrom")],
    [Cdrom("a.img"), raw(readonly=True)],
    [raw(interface="pflash"), raw(interface="pflash")],
]

WRONG = [
    [Blockdev("file", filename="a.img")],
    [node("")],
    [node("1d")],
    [node("a/b")],
    [node("d" * 32)],
    *(
        [Blockdev("raw", {"file": {"driver": "null-co", "node-name": name}}, node_name="d")]
        for name in ("d", "1x", "e" * 32)
    ),
    [node(), node("d", "b.img")],
    [node("d", "b.img"), raw(id="d", interface="none")],
    [raw(node_name="d", interface="none"), node("d", "b.img")],
    [Drive(node_name="d", id="d", interface="none", driver="null-co")],
    # what nodes need
    [Blockdev("file", node_name="d")],
    [Blockdev("raw", node_name="d")],
    [Blockdev("qcow2", node_name="d", filename="i.qcow2")],
    [Blockdev("raw", node_name="d", file={"filename": "a.img"})],
    [Blockdev.parse("raw,node-name=d,file.filename=a.img")],
    [Blockdev("throttle", node_name="d", throttle_group="g"), GROUP],
    [over(), node(), disk("e")],
    [over()],
    [over("d", "d")],
    [over("d", "e", "copy-on-read"), NULL],
    [raw(id="d", interface="none"), over()],
    [raw(node_name="d", interface="none"), over()],
    [Blockdev("qcow2", node_name="d", file=Path("o.qcow2"), backing="b"), node("b")],
    [Blockdev("throttle", node_name="d", throttle_group="g", file=DiskImage("a.img"))],
    [Blockdev("luks", node_name="d", key_secret="s", file=Path("a.img"))],
    [Blockdev("nbd", node_name="d", tls_creds="t", server={"type": "unix", "path": "x"})],
    [Blockdev("blkverify", node_name="v", test="t", raw="r")],
    [NULL, Blockdev("quorum", node_name="q", children=["d", "e"], vote_threshold=1)],
    [Blockdev("raw", {"file": "d", "file.driver": "file"}, node_name="e"), node()],
    [Blockdev.parse('{"driver":"raw","node-name":"d","file.driver":"null-co"}')],
    # what -drive has and nodes have not
    *(
        [Blockdev("null-co", {key: value}, node_name="d")]
        for key, value in {
            "if": "virtio",
            "id": "d",
            "format": "raw",
            "media": "cdrom",
            "index": 1,
            "bus": 0,
            "readonly": True,
            "werror": "stop",
            "rerror": "stop",
            "cache": "none",
        }.items()
    ),
    # nodes that write to what is read-only
    [node(read_only=True), over(), disk("e")],
    [node("d", "i.qcow2", read_only=True), over("d", "e", "qcow2")],
    [Blockdev.parse("qcow2,node-name=d,file.driver=file,file.filename=i.qcow2,file.read-only=on")],
    [Blockdev.parse("raw,node-name=d,file.driver=null-co,file.read-only=on"), disk()],
    # devices on nodes
    [disk()],
    [raw(id="d", interface="none"), disk(), disk()],
    [raw(id="d", interface="none", readonly=True), disk(), disk()],
    # images that are used twice
    [raw(), raw()],
    [raw(), raw("./a.img")],
    [raw(), raw(".//a.img", readonly=True)],
    [raw(interface="floppy"), raw(interface="floppy")],
    [Hda("a.img"), Hdb("a.img")],
    [Hda("a.img"), Cdrom("a.img")],
    [Hda("a.img"), Fda("a.img")],
    [raw(interface=None), raw(interface=None)],
    [MachineType("q35"), raw(interface=None), raw(interface=None)],
    [Cdrom("a.img"), raw()],
    [raw(snapshot=True), raw()],
    [node(), disk(), raw()],
    [node(), disk(), raw(readonly=True)],
    [node(), node("e"), disk(), disk("e")],
    [node(), node("e"), disk(), Device("virtio-blk-pci", {"share-rw": True}, drive="e")],
    [node(), node("e", read_only=True), disk(), disk("e")],
    [node(), node("e"), disk("d", "ide-cd"), disk("e")],
    [node(), node("e"), disk("d", "ide-hd"), disk("e", "scsi-hd"), Raw("-device", "lsi")],
    [node(), over(), over("e", "f"), disk("f"), raw()],
    [Snapshot(), node(), disk(), raw()],
    [node(), disk(), raw(interface="none", id="x"), disk("x")],
    [image(), raw("i.qcow2")],
    [image(), Drive("i.qcow2", interface="none", format="qcow2")],
    *([image("d", one), image("e", one)] for one in LOCKING),
    *([image("d", one), image("e", one, read_only=True)] for one in LOCKING),
]


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    """A directory with an image of each format."""
    folder = tmp_path_factory.mktemp("images")
    for name in ("a.img", "b.img"):
        with open(folder / name, "wb") as file:
            file.truncate(1 << 20)
    made = [["-f", one, f"i.{one}", "4M"] for one in LOCKING]
    made.append(["-f", "qcow2", "-b", "a.img", "-F", "raw", "o.qcow2"])
    for words in made:
        subprocess.run([needs("qemu-img"), "create", "-q", *words], cwd=folder, check=True)
    return folder


def machine_of(options):
    needs("qemu-system-x86_64")
    return Machine("x86_64", [Raw("-accel", "tcg"), Raw("-m", "32"), *options])


@pytest.mark.parametrize("options", RIGHT)
def test_what_is_found_right_starts(options, images):
    machine = machine_of(options)
    assert machine.check().errors == ()
    assert refusal(machine.argv(), cwd=images) is None


@pytest.mark.parametrize("options", WRONG)
def test_what_is_found_wrong_is_refused(options, images):
    machine = machine_of(options)
    assert machine.check().errors != ()
    assert refusal(machine.argv(check=False), cwd=images) is not None


# Names: each node opens the very file.

SIZES = {name: 512 * number for number, name in enumerate(NAMES, 1)}


@pytest.fixture
def folder(tmp_path):
    for name, size in SIZES.items():
        with open(os.path.join(tmp_path, name), "wb") as file:
            file.truncate(size)
    return tmp_path


def opened(nodes, folder):
    """The size of each image that QEMU has open, by its node's name."""
    sizes = {}

    def ask(monitor):
        for block in monitor.execute("query-named-block-nodes"):
            sizes[block["node-name"]] = block["image"]["virtual-size"]

    machine = Machine("x86_64", [Raw("-machine", "none"), *nodes])
    assert machine.check().errors == ()
    assert refusal(machine.argv(), cwd=folder, ask=ask) is None
    return sizes


def test_a_node_opens_the_very_file(folder):
    nodes = [Blockdev("file", node_name=f"n{size}", filename=name) for name, size in SIZES.items()]
    assert opened(nodes, folder) == {f"n{size}": size for size in SIZES.values()}


def test_a_node_opens_the_very_file_of_an_image(folder):
    nodes = [
        Blockdev(
            DiskImage(name, format="raw"), {"file.node-name": f"f{size}"}, node_name=f"n{size}"
        )
        for name, size in SIZES.items()
    ]
    found = opened(nodes, folder)
    assert {name: size for name, size in found.items() if name[0] == "n"} == {
        f"n{size}": size for size in SIZES.values()
    }


def test_json_opens_the_very_file_or_is_refused(folder):
    nodes, refused = [], []
    for name, size in SIZES.items():
        try:
            node = Blockdev("file", {"node-name": f"n{size}", "filename": name, "x-empty": {}})
        except InvalidOption:
            refused.append(name)
            continue
        text = node.words[1].replace(',"x-empty":{}', "")
        nodes.append(Blockdev.parse(text))
        assert nodes[-1].words[1].startswith("{")
    wanted = {f"n{size}": size for name, size in SIZES.items() if name not in refused}
    assert opened(nodes, folder) == wanted
    # It is QEMU that cannot read those.
    for name in refused:
        text = '{"driver":"file","node-name":"n","filename":"' + name + '"}'
        assert refusal(["qemu-system-x86_64", "-machine", "none", "-blockdev", text], cwd=folder)

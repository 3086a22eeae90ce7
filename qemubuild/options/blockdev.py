"""``-blockdev``: a node of QEMU's block layer: an image, the file it is in, a filter over it.

A chain of nodes is written in one option, or in one for each node, where a text names the node::

    -blockdev qcow2,node-name=d0,file.driver=file,file.filename=web.qcow2
    -blockdev file,node-name=f0,filename=web.qcow2 -blockdev qcow2,node-name=d0,file=f0
    -blockdev {"driver":"qcow2","node-name":"d0","backing":null,"file":{...}}

Each of them is checked before the guest is there, in the order of the command line, and before
every -drive (system/vl.c, ``configure_blockdev``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from qemubuild.claims import (
    DRIVE,
    BlockNode,
    Claim,
    Defines,
    Refers,
    Under,
)
from qemubuild.driven import Driven
from qemubuild.options._block_keys import node_findings
from qemubuild.options._block_node import NOTHING, WRITERS, Node
from qemubuild.options._block_paths import expanded, nodes_of
from qemubuild.options._images import FORMATS, PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.driven import Value
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_LONGEST: Final = 31  # bytes of a node's name

# Drivers that are nothing without the node beneath.
_ON_ANOTHER: Final = FORMATS | {"compress", "copy-on-read", "preallocate", "throttle"}
# Those that write to the node beneath only if a device does so.
_PASSING: Final = frozenset(
    {"blkdebug", "blkverify", "compress", "preallocate", "quorum", "raw", "throttle"}
)
# Where those that write to it in any case have it.
_WRITTEN: Final = frozenset({"children", "file", "image", "raw", "test"})
# Those that take what is compressed already.
_COMPRESSING: Final = frozenset({"copy-on-read", "qcow", "qcow2", "throttle", "vmdk"})
# Devices that write to their image, unless its node is read-only.
_WRITING: Final = re.compile(
    r'(\{"driver":")?(virtio-blk|scsi-(hd|disk)|ide-(hd|cf)|floppy|nvme|sd-card|ufs-lu|usb-storage)\b'
)
# Keys of -drive that no node has, and what says the same.
_OF_DRIVE: Final = {
    "bus": "write it at the device",
    "format": "give the format first, as in blockdev('qcow2', ...)",
    "id": "write node_name=",
    "if": "leave it out, and add a device('virtio-blk-pci', drive=...) with the node's name",
    "index": "leave it out, and add a device with drive=",
    "media": "leave it out, and add a device('ide-cd', drive=...) with the node's name",
    "readonly": "write read_only=True",
    "rerror": "write it at the device",
    "werror": "write it at the device",
}


class Blockdev(Driven, init=False):
    """Open an image as a node of QEMU's block layer (``-blockdev``), for a device to name.

    ``Blockdev(DiskImage("web.qcow2"), node_name="d0")`` and then
    ``Device("virtio-blk-pci", drive="d0")``. What a node stands on is a path, an image, the name
    of another node, or a mapping with a ``driver``::

        Blockdev("qcow2", node_name="d0", file=Path("web.qcow2"))
        Blockdev("qcow2", node_name="d0", file={"driver": "nbd", "server": {...}})
        Blockdev("throttle", node_name="d1", throttle_group="g0", file="d0")

    Attributes:
        driver: QEMU's block driver, such as ``"qcow2"``, ``"raw"``, ``"nbd"`` or ``"throttle"``;
            or a ``DiskImage``, which says what it is and where.
        properties: QEMU's own names to values, ``-`` for each ``_``; ``node_name`` is needed.
            Mappings can hold mappings. ``backing=None`` is an image without its backing file.

    Raises:
        InvalidOption: a path stands where a format has to be told, too.
    """

    flag = "-blockdev"
    is_drive = True
    heeds_drives = True
    dotted = True

    def __init__(
        self,
        driver: str | os.PathLike[str],
        properties: Mapping[str, Value] = NOTHING,
        /,
        **more: Value,
    ) -> None:
        given = {
            **properties,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if not isinstance(driver, str):
            image = nodes_of(driver)
            if getattr(driver, "secret_keys", None):
                self.__dict__["image"] = driver
            driver, given = str(image.pop("driver")), {**image, **given}
        super().__init__(driver, expanded(driver, given))

    def _nodes(self) -> Iterator[Node]:
        """The nodes that it makes, from the top down."""
        above = Node("", NOTHING, writes=True, held=False, names=())
        return above.beneath("", {**self.tree(), "driver": self.driver}).walk()

    def claims(self) -> Iterator[Claim]:
        """State the names of all nodes, the nodes and objects they name, and the files."""
        for node in self._nodes():
            yield from node.claims()
        top = next(self._nodes())
        if (name := self.get("node-name")) is not None:
            yield BlockNode(name, top.driver, top.writes)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what each node needs, and in which order nodes come."""
        for node in self._nodes():
            yield from self._judge_node(node, machine)
            yield from self._judge_writing(node, machine)
        name = self.get("node-name")
        if name is None:
            yield self.error(
                "blockdev-without-name",
                "nothing can refer to it, and QEMU asks for a node-name",
                "add node_name=, such as node_name='d0'",
                "node-name",
            )
        elif not self._is_used(machine):
            yield self.hint(
                "blockdev-unused",
                f"the guest sees nothing of the node {name!r}, since nothing refers to it",
                f"add device('virtio-blk-pci', drive={name!r})",
                "node-name",
            )
        if not self._as_json:
            yield from self._judge_keys()
        yield from self._judge_order(machine)

    def _judge_node(self, node: Node, machine: MachineView) -> Iterator[Finding]:
        name = node.keys.get("node-name")
        if isinstance(name, str) and len(os.fsencode(name)) > _LONGEST and "$" not in name:
            yield self.error(
                "blockdev-name-too-long",
                f"{name!r} has {len(os.fsencode(name))} characters, and a node's name can have "
                f"{_LONGEST}",
                "write a shorter one",
                "node-name",
            )
        wanted = _needed(node)
        if wanted and wanted not in node.keys:
            where = f"the driver {node.driver}" if node.driver else "each node"
            yield self.error(
                "blockdev-incomplete",
                f"{where} needs {wanted}=, which says what is opened",
                "write file=Path('disk.img'), or a mapping with driver and filename"
                if wanted == "file"
                else f"add {wanted}=",
                wanted,
            )
        for key in _OF_DRIVE.keys() & node.keys.keys():
            yield self.error(
                "blockdev-key-of-drive",
                f"{key}= is a key of -drive, and no node has it",
                _OF_DRIVE[key],
                key,
            )
        yield from node_findings(self, node, machine)
        if node.driver == "compress":
            yield from self._judge_compress(node, machine)
        if node.driver == "copy-before-write" and "-incoming" in machine.flags:
            yield self.error(
                "blockdev-copy-of-incoming",
                "copy-before-write writes as soon as it is made, and a guest that is to come from "
                "elsewhere has its disks then only",
                "add it once the guest is there (blockdev-add)",
                "driver",
            )
        if isinstance(node.keys.get("cache"), str):
            yield self.error(
                "blockdev-cache-as-text",
                "cache= is a structure here, and no text as in -drive",
                "write cache={'direct': True} for what -drive calls none",
                "cache",
            )

    def _judge_compress(self, node: Node, machine: MachineView) -> Iterator[Finding]:
        for below in _below(node, "file", node.keys.get("file"), machine):
            if below.driver not in _COMPRESSING:
                yield self.error(
                    "blockdev-compress",
                    f"compress writes compressed data, which the {below.driver} node beneath does "
                    "not take",
                    "put it right over a qcow2 node, or leave it out",
                    "file",
                )

    def _judge_writing(self, node: Node, machine: MachineView) -> Iterator[Finding]:
        """Judge a node that writes to one that is read-only."""
        if node.driver in WRITERS:
            mend = "leave read_only=True out there: what is copied is written to it"
        elif node.writes and (
            node.driver in FORMATS - _PASSING
            or (node.driver in _PASSING and self._is_written(node, machine))
        ):
            mend = "write read_only=True for both, or for neither"
        else:
            return
        # A guest that is to come from elsewhere writes later.
        later = "-incoming" in machine.flags
        finding = self.warning if later else self.error
        for name, child in node.children():
            below = _below(node, name, child, machine) if name in _WRITTEN else ()
            if any(_is_fixed(one, machine) for one in below):
                yield finding(
                    "blockdev-readonly-below",
                    f"the {node.driver} node is to be written to, and its file is read-only",
                    mend,
                    "read-only",
                )

    def _is_written(self, node: Node, machine: MachineView) -> bool:
        return any(
            claim.kind == DRIVE and claim.id in node.names and _WRITING.match(option.words[-1])
            for option, claim in machine.claims(Refers)
            if option.flag == "-device"
        )

    def _judge_keys(self) -> Iterator[Finding]:
        flat = [name for name, _ in self._flat(self.properties.items())]
        texts = set(flat)
        for name in flat:
            for end in re.finditer(r"\.", name):
                if (head := name[: end.start()]) in texts:
                    yield self.error(
                        "blockdev-key-twice",
                        f"{head}= is a text, and a structure with {name}=, too",
                        f"leave one of them out: {head}= names a node, {name}= is part of one",
                        head,
                    )

    def _judge_order(self, machine: MachineView) -> Iterator[Finding]:
        wanted = {below.id for option, below in machine.claims(Under) if option is self}
        if not wanted:
            return
        made = [
            (option, claim.id)
            for option, claim in machine.claims(Defines)
            if claim.kind == DRIVE and claim.id in wanted
        ]
        before = machine.options[: machine.options.index(self)]
        for name in sorted(wanted):
            makers = [option for option, id_ in made if id_ == name]
            if makers and not any(isinstance(one, Blockdev) and one in before for one in makers):
                yield self.error(
                    "blockdev-node-later",
                    f"it stands on the node {name!r}, which QEMU makes later: "
                    f"{' '.join(makers[0].words)}",
                    "put that before this"
                    if isinstance(makers[0], Blockdev)
                    else "make that a blockdev(...), too: QEMU makes those before every -drive",
                    "file",
                )

    def _is_used(self, machine: MachineView) -> bool:
        names = {node.keys.get("node-name") for node in self._nodes()}
        if any(claim.kind == DRIVE and claim.id in names for _, claim in machine.claims(Refers)):
            return True
        # Where a name stands for a node elsewhere, as in -machine pflash0=, is not all known here.
        root = re.compile(rf"(?<![\w.-]){re.escape(self.get('node-name') or '')}(?![\w.-])")
        return any(root.search(one.words[-1]) for one in machine.options if one is not self)

    def explain(self) -> str:
        """Say what is opened, and what it is for."""
        nodes = list(self._nodes())
        path = next((path for node in nodes if (path := node.keys.get("filename"))), None)
        path = os.fsdecode(path) if isinstance(path, os.PathLike) else path
        text = f"Opens {path} with" if path else "Makes a node of"
        text += f" the block driver {self.driver}, under the name {self.get('node-name')}"
        used = [child for node in nodes for _, child in node.children() if isinstance(child, str)]
        text += f", over the node {' and '.join(used)}" if used else ""
        if not nodes[0].writes:
            text += ", to read and not to write"
        return (
            f"{text}. A device, or another node, refers to it by that name; the guest sees nothing "
            "of it by itself."
        )


def _is_fixed(node: Node, machine: MachineView, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a node is read-only, or hands what is written to one that is."""
    if not node.writes:
        return True
    return node.driver in _PASSING and any(
        _is_fixed(below, machine, seen | {str(child)})
        for name, child in node.children()
        if str(child) not in seen
        for below in _below(node, name, child, machine)
    )


def _below(node: Node, name: str, child: object, machine: MachineView) -> Iterator[Node]:
    """The node that another has under a key, wherever it is made."""
    if isinstance(child, Mapping):
        yield node.beneath(name, child)
        return
    for other in machine.find_all(Blockdev):
        for one in other._nodes():  # noqa: SLF001 - of this very module
            if one.keys.get("node-name") == child:
                yield one


def _needed(node: Node) -> str:
    """The key that says what a node opens, where its driver always has to be told."""
    if not node.driver:
        return "driver"
    if node.driver in _ON_ANOTHER:
        return "file"
    return "filename" if node.driver in PROTOCOLS else ""

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
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.claims import (
    DRIVE,
    OBJECT,
    Claim,
    Defines,
    FileNode,
    Folder,
    Image,
    Locks,
    Opens,
    Refers,
    Under,
    UnixSocket,
)
from qemubuild.driven import Driven
from qemubuild.errors import InvalidOption
from qemubuild.options._block_keys import node_findings
from qemubuild.options._images import FORMATS, READ, local_file, name_of
from qemubuild.units import ON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.driven import Value
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_NOTHING: Final[Mapping[str, Any]] = {}
_LONGEST: Final = 31  # bytes of a node's name

# The keys that hold a node, or the name of one.
_CHILDREN: Final = frozenset({"backing", "data-file", "file"})
_CHILDREN_OF: Final = {
    "blkdebug": frozenset({"image"}),
    "blklogwrites": frozenset({"file", "log"}),
    "blkreplay": frozenset({"image"}),
    "blkverify": frozenset({"raw", "test"}),
    "copy-before-write": frozenset({"file", "target"}),
}
# Drivers that open a file of the host's by its name.
_PROTOCOLS: Final = frozenset({"file", "host_cdrom", "host_device"})
# Drivers that are nothing without the node beneath.
_ON_ANOTHER: Final = FORMATS | {"compress", "copy-on-read", "preallocate", "throttle"}
# Those that write to the node beneath only if a device does so.
_PASSING: Final = frozenset(
    {"blkdebug", "blkverify", "compress", "preallocate", "quorum", "raw", "throttle"}
)
# Those that write to it in any case, and where they have it.
_WRITERS: Final = frozenset({"copy-before-write", "copy-on-read"})
_WRITTEN: Final = frozenset({"children", "file", "image", "raw", "test"})
# Those that take what is compressed already.
_COMPRESSING: Final = frozenset({"copy-on-read", "qcow", "qcow2", "throttle", "vmdk"})
# The keys that hold an object's id.
_OBJECTS: Final = re.compile(r"throttle-group|tls-creds|(.+-)?secret")
# Devices that write to their image, unless its node is read-only.
_WRITING: Final = re.compile(
    r'(\{"driver":")?(virtio-blk|scsi-(hd|disk)|ide-(hd|cf)|floppy|nvme|sd-card|ufs-lu|usb-storage)\b'
)
# What is a device below /dev, and no file.
_DEVICE: Final = re.compile(r"/dev/(?!fdset/|fd/|shm/)")

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


class _Node(NamedTuple):
    """A node that an option makes.

    Attributes:
        driver: what drives it.
        keys: its own keys.
        writes: whether what the guest writes reaches it.
        held: whether a format above holds its file, also when nothing uses the node.
        names: the names of it and of those above it.
        direct: whether it goes around the host's cache.
    """

    driver: str
    keys: Mapping[str, Any]
    writes: bool
    held: bool
    names: tuple[str, ...]
    direct: bool = False

    def children(self) -> Iterator[tuple[str, Any]]:
        """What it stands on: nodes, or the names of nodes."""
        names = _CHILDREN_OF.get(self.driver, _CHILDREN)
        yield from ((name, child) for name, child in self.keys.items() if name in names)
        several = self.keys.get("children") if self.driver == "quorum" else None
        if isinstance(several, (Mapping, list)):
            values = several.values() if isinstance(several, Mapping) else several
            yield from (("children", one) for one in values)

    def beneath(self, name: str, keys: Mapping[str, Any] | None = None) -> _Node:
        """The node that this one has under a key, with what it has from here."""
        keys = _NOTHING if keys is None else keys
        driver, own = keys.get("driver"), keys.get("node-name")
        names = (*self.names, own) if isinstance(own, str) else self.names
        held = name != "backing" and (self.held or (self.driver in FORMATS - {"raw"}))
        writes = name != "backing" and self.writes and not _is_on(keys.get("read-only"))
        cache = keys.get("cache")
        told = cache.get("direct") if isinstance(cache, Mapping) else None
        direct = self.direct if told is None else _is_on(told)
        return _Node(driver if isinstance(driver, str) else "", keys, writes, held, names, direct)

    def walk(self) -> Iterator[_Node]:
        """This node, and all that are made beneath it."""
        yield self
        for name, child in self.children():
            if isinstance(child, Mapping):
                yield from self.beneath(name, child).walk()


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
    dotted = True

    def __init__(
        self,
        driver: str | os.PathLike[str],
        properties: Mapping[str, Value] = _NOTHING,
        /,
        **more: Value,
    ) -> None:
        given = {
            **properties,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if not isinstance(driver, str):
            image = _image(driver)
            if getattr(driver, "secret_keys", None):
                self.__dict__["image"] = driver
            driver, given = str(image.pop("driver")), {**image, **given}
        super().__init__(driver, _expanded(driver, given))

    def _nodes(self) -> Iterator[_Node]:
        """The nodes that it makes, from the top down."""
        above = _Node("", _NOTHING, writes=True, held=False, names=())
        return above.beneath("", {**self.tree(), "driver": self.driver}).walk()

    def claims(self) -> Iterator[Claim]:
        """State the names of all nodes, the nodes and objects they name, and the files."""
        for node in self._nodes():
            if isinstance(name := node.keys.get("node-name"), str):
                yield Defines(DRIVE, name)
            path = node.keys.get("filename")
            if node.driver in _PROTOCOLS and isinstance(path, (str, os.PathLike)):
                yield from _opened(node, name_of(path))
            elif node.driver in READ:
                yield from _image_of(node)
            elif node.driver in {"nbd", "vvfat"}:
                yield from _elsewhere(node)
            elif node.driver == "blkdebug" and isinstance(path := node.keys.get("config"), str):
                yield Opens(path, "description of faults")
            for name, child in node.children():
                if isinstance(child, str) and child:
                    yield Refers(DRIVE, child)
                    below = node.beneath(name)
                    yield Under(child, below.writes, below.held, below.names)
            yield from (Refers(OBJECT, one) for one in _objects(node.keys))

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

    def _judge_node(self, node: _Node, machine: MachineView) -> Iterator[Finding]:
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
        if isinstance(node.keys.get("cache"), str):
            yield self.error(
                "blockdev-cache-as-text",
                "cache= is a structure here, and no text as in -drive",
                "write cache={'direct': True} for what -drive calls none",
                "cache",
            )

    def _judge_compress(self, node: _Node, machine: MachineView) -> Iterator[Finding]:
        for below in _below(node, "file", node.keys.get("file"), machine):
            if below.driver not in _COMPRESSING:
                yield self.error(
                    "blockdev-compress",
                    f"compress writes compressed data, which the {below.driver} node beneath does "
                    "not take",
                    "put it right over a qcow2 node, or leave it out",
                    "file",
                )

    def _judge_writing(self, node: _Node, machine: MachineView) -> Iterator[Finding]:
        """Judge a node that writes to one that is read-only."""
        if node.driver in _WRITERS:
            mend = "leave read_only=True out there: what is copied is written to it"
        elif node.writes and (
            node.driver in FORMATS - _PASSING
            or (node.driver in _PASSING and self._is_written(node, machine))
        ):
            mend = "write read_only=True for both, or for neither"
        else:
            return
        for name, child in node.children():
            below = _below(node, name, child, machine) if name in _WRITTEN else ()
            if any(_is_fixed(one, machine) for one in below):
                yield self.error(
                    "blockdev-readonly-below",
                    f"the {node.driver} node is to be written to, and its file is read-only",
                    mend,
                    "read-only",
                )

    def _is_written(self, node: _Node, machine: MachineView) -> bool:
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


def _is_fixed(node: _Node, machine: MachineView, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a node is read-only, or hands what is written to one that is."""
    if not node.writes:
        return True
    return node.driver in _PASSING and any(
        _is_fixed(below, machine, seen | {str(child)})
        for name, child in node.children()
        if str(child) not in seen
        for below in _below(node, name, child, machine)
    )


def _below(node: _Node, name: str, child: object, machine: MachineView) -> Iterator[_Node]:
    """The node that another has under a key, wherever it is made."""
    if isinstance(child, Mapping):
        yield node.beneath(name, child)
        return
    for other in machine.find_all(Blockdev):
        for one in other._nodes():  # noqa: SLF001 - of this very module
            if one.keys.get("node-name") == child:
                yield one


def _is_on(value: object) -> bool:
    return value is True or (isinstance(value, str) and value in ON)


def _needed(node: _Node) -> str:
    """The key that says what a node opens, where its driver always has to be told."""
    if not node.driver:
        return "driver"
    if node.driver in _ON_ANOTHER:
        return "file"
    return "filename" if node.driver in _PROTOCOLS else ""


def _opened(node: _Node, path: str) -> Iterator[Claim]:
    if "$" in path or local_file(path) is None:
        return
    may_fall_back = _is_on(node.keys.get("auto-read-only"))
    kind = "disk image" if node.driver == "file" else "disk of the host"
    yield Opens(path, kind, node.writes and not may_fall_back)
    if isinstance(name := node.keys.get("node-name"), str):
        yield FileNode(name, path)
    if node.keys.get("locking") != "off" and not _is_on(node.keys.get("force-share")):
        yield Locks(path, node.writes, node.held, node.names)


def _image_of(node: _Node) -> Iterator[Claim]:
    """The file that an image of a format is in, where it is a local one, or a node's."""
    below, keys = node.keys.get("file"), node.keys
    if not keys.keys().isdisjoint(("offset", "size", "header")):
        return  # it does not begin where its file does
    said = Image(
        "",
        format=node.driver,
        writes=node.writes,
        backed="backing" not in keys,
        keyed="key-secret" in keys or "encrypt" in keys,
        apart="data-file" in keys,
    )
    if isinstance(below, str):
        yield said._replace(node=below)
    elif isinstance(below, Mapping) and (file := node.beneath("file", below)).driver in _PROTOCOLS:
        path = below.get("filename")
        if isinstance(path, (str, os.PathLike)) and "$" not in name_of(path):
            yield said._replace(path=name_of(path), writes=file.writes)


def _elsewhere(node: _Node) -> Iterator[Claim]:
    """The folder that is made a disk of, or the socket that a disk comes through."""
    folder, server = node.keys.get("dir"), node.keys.get("server")
    if node.driver == "vvfat" and isinstance(folder, (str, os.PathLike)):
        yield Folder(name_of(folder), "folder for a disk")
    elif isinstance(server, Mapping) and isinstance(path := server.get("path"), str):
        yield UnixSocket(path)
        if "open-timeout" not in node.keys:  # for which QEMU waits for somebody to be there
            yield Opens(path, "socket", writes=True)


def _objects(keys: Mapping[str, Any]) -> Iterator[str]:
    """The ids of objects that a node names itself, also deeper, as in ``encrypt.key-secret``."""
    for name, value in keys.items():
        if isinstance(value, str) and value and _OBJECTS.fullmatch(name):
            yield value
        elif isinstance(value, Mapping) and "driver" not in value:
            yield from _objects(value)


def _expanded(driver: object, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a node, with paths written out as the nodes that they mean."""
    return {
        name: _beneath(driver, name, value) if name in _CHILDREN else value
        for name, value in keys.items()
    }


def _beneath(driver: object, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _expanded(value.get("driver"), value)
    if not isinstance(value, os.PathLike):
        return value
    if driver in FORMATS and name != "backing":
        return _protocol(os.fsdecode(value))
    return _image(value)


def _protocol(path: str) -> dict[str, Any]:
    return {"driver": "host_device" if _DEVICE.match(path) else "file", "filename": path}


def _image(image: os.PathLike[str]) -> dict[str, Any]:
    """The nodes of an image that says its format: the format, and the file beneath."""
    path = os.fsdecode(image)
    if (format_ := getattr(image, "format", None)) is None:
        raise InvalidOption(
            f"nothing says the format of {path!r}",
            hint=f"write DiskImage({path!r}), or blockdev('raw', file=Path({path!r}))",
            option=Blockdev.flag,
        )
    keys = {
        name: value
        for name, value in (getattr(image, "secret_keys", None) or {}).items()
        if not name.startswith("backing.")
    }
    return {"driver": format_, **_nested(keys), "file": _protocol(path)}


def _nested(keys: Mapping[str, str]) -> dict[str, Any]:
    """Keys with dots in their names as the structures that they mean."""
    found: dict[str, Any] = {}
    for name, value in keys.items():
        head, _, rest = name.partition(".")
        found[head] = {rest: value} if rest else value
    return found

"""A node of QEMU's block layer, as an option describes it: what it has beneath, what it opens."""

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
from qemubuild.errors import InvalidOption
from qemubuild.options._images import FORMATS, PROTOCOLS, READ, local_file, name_of
from qemubuild.units import ON, parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTHING: Final[Mapping[str, Any]] = {}

# The keys that hold a node, or the name of one.
CHILDREN: Final = frozenset({"backing", "data-file", "file"})
_CHILDREN_OF: Final = {
    "blkdebug": frozenset({"image"}),
    "blklogwrites": frozenset({"file", "log"}),
    "blkreplay": frozenset({"image"}),
    "blkverify": frozenset({"raw", "test"}),
    "copy-before-write": frozenset({"file", "target"}),
}
# Drivers that write to the node beneath, whatever is above.
WRITERS: Final = frozenset({"copy-before-write", "copy-on-read"})
# The keys that hold an object's id.
_OBJECTS: Final = re.compile(r"throttle-group|tls-creds|(.+-)?secret")


class Node(NamedTuple):
    """A node that an option makes.

    Attributes:
        driver: what drives it.
        keys: its own keys.
        writes: whether what the guest writes reaches it.
        held: whether a format above holds its file, also when nothing uses the node.
        names: the names of it and of those above it.
        direct: whether it goes around the host's cache.
        least: how many bytes it has at the least, by what is said of the part that is used.
    """

    driver: str
    keys: Mapping[str, Any]
    writes: bool
    held: bool
    names: tuple[str, ...]
    direct: bool = False
    least: int = 0

    def children(self) -> Iterator[tuple[str, Any]]:
        """What it stands on: nodes, or the names of nodes."""
        names = _CHILDREN_OF.get(self.driver, CHILDREN)
        yield from ((name, child) for name, child in self.keys.items() if name in names)
        several = self.keys.get("children") if self.driver == "quorum" else None
        if isinstance(several, (Mapping, list)):
            values = several.values() if isinstance(several, Mapping) else several
            yield from (("children", one) for one in values)

    def beneath(self, name: str, keys: Mapping[str, Any] | None = None) -> Node:
        """The node that this one has under a key, with what it has from here."""
        keys = NOTHING if keys is None else keys
        driver, own = keys.get("driver"), keys.get("node-name")
        names = (*self.names, own) if isinstance(own, str) else self.names
        held = name != "backing" and (self.held or (self.driver in FORMATS - {"raw"}))
        writes = name != "backing" and self.writes and not is_on(keys.get("read-only"))
        cache = keys.get("cache")
        told = cache.get("direct") if isinstance(cache, Mapping) else None
        return Node(
            driver if isinstance(driver, str) else "",
            keys,
            writes,
            held,
            names,
            self.direct if told is None else is_on(told),
            self._window() if name == "file" else 0,
        )

    def _window(self) -> int:
        """Where the part of the node beneath ends that a raw one is told to show."""
        try:
            start, size = (parse_size(str(self.keys.get(name, 0))) for name in ("offset", "size"))
        except InvalidOption:
            return 0  # which is a finding already
        return start + size if self.driver == "raw" and size else 0

    def walk(self) -> Iterator[Node]:
        """This node, and all that are made beneath it."""
        yield self
        for name, child in self.children():
            if isinstance(child, Mapping):
                yield from self.beneath(name, child).walk()

    def claims(self) -> Iterator[Claim]:
        """State its name, the nodes and objects that it names, and the files."""
        if isinstance(name := self.keys.get("node-name"), str):
            yield Defines(DRIVE, name)
        path = self.keys.get("filename")
        if self.driver in PROTOCOLS and isinstance(path, (str, os.PathLike)):
            yield from _opened(self, name_of(path))
        elif self.driver in READ:
            yield from _image_of(self)
        elif self.driver in {"nbd", "vvfat"}:
            yield from _elsewhere(self)
        elif self.driver == "blkdebug" and isinstance(path := self.keys.get("config"), str):
            yield Opens(path, "description of faults")
        for key, child in self.children():
            if isinstance(child, str) and child:
                yield Refers(DRIVE, child)
                below = self.beneath(key)
                yield Under(child, below.writes, below.held, below.names)
        yield from (Refers(OBJECT, one) for one in _objects(self.keys))


def is_on(value: object) -> bool:
    """Whether a key is switched on, in either dialect."""
    return value is True or (isinstance(value, str) and value in ON)


def _opened(node: Node, path: str) -> Iterator[Claim]:
    if "$" in path or local_file(path) is None:
        return
    may_fall_back = is_on(node.keys.get("auto-read-only"))
    kind = "disk image" if node.driver == "file" else "disk of the host"
    writes = node.writes and not may_fall_back
    yield Opens(path, kind, writes, least=node.least, driver=node.driver)
    if isinstance(name := node.keys.get("node-name"), str):
        yield FileNode(name, path)
    if node.keys.get("locking") != "off" and not is_on(node.keys.get("force-share")):
        yield Locks(path, node.writes, node.held, node.names)


def _image_of(node: Node) -> Iterator[Claim]:
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
    elif isinstance(below, Mapping) and (file := node.beneath("file", below)).driver in PROTOCOLS:
        path = below.get("filename")
        if isinstance(path, (str, os.PathLike)) and "$" not in name_of(path):
            yield said._replace(path=name_of(path), writes=file.writes)


def _elsewhere(node: Node) -> Iterator[Claim]:
    """The folder that is made a disk of, or the socket that a disk comes through."""
    folder, server = node.keys.get("dir"), node.keys.get("server")
    if node.driver == "vvfat" and isinstance(folder, (str, os.PathLike)):
        writes = node.writes and is_on(node.keys.get("rw"))
        yield Folder(name_of(folder), "folder for a disk", writes=writes)
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

"""Keys of ``-blockdev`` that ask something of each other, or of the node beneath."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from qemubuild.errors import InvalidOption
from qemubuild.options._block_node import WRITERS, is_on
from qemubuild.options._images import FORMATS
from qemubuild.units import parse_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.driven import Driven
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options._block_node import Node

# Drivers in which nothing is.
_NULL: Final = frozenset({"null-aio", "null-co"})
# Drivers through which what is below is seen as it is.
_THROUGH: Final = frozenset({"copy-on-read", "raw", "throttle"})
_CHILD: Final = re.compile(r"children\.[0-9]+")
_SECTOR: Final = 512
_COUNTS: Final = (
    "align", "max-discard", "max-transfer", "max-write-zero", "opt-discard", "opt-write-zero"
)  # fmt: skip
# Of a driver, what counts in sectors, and whether it is a power of two, too.
_GRAINS: Final = (
    ("preallocate", "prealloc-align", False),
    ("raw", "size", False),
    ("blkdebug", "align", True),
)


def node_findings(option: Driven, node: Node, machine: MachineView) -> Iterator[Finding]:
    """Judge a node that an option makes."""
    keys = node.keys
    if node.driver in FORMATS - {"raw"} and _is_null(option, keys.get("file"), machine):
        yield option.error(
            "blockdev-no-image",
            f"an image of the format {node.driver} begins with a header, and this is empty",
            "name a file with an image in it",
            "file",
        )
    if node.driver in WRITERS and is_on(keys.get("read-only")):
        yield option.error(
            "blockdev-copy-on-read",
            f"{node.driver} writes what it copies, and this node is read-only",
            "leave read_only out, or this node",
            "read-only",
        )
    if is_on(keys.get("force-share")) and not is_on(keys.get("read-only")):
        yield option.error(
            "blockdev-force-share",
            "force-share=on is for what is only read",
            "add read_only=True",
            "force-share",
        )
    if keys.get("detect-zeroes") == "unmap" and keys.get("discard") not in ("unmap", "on"):
        yield option.error(
            "blockdev-detect-zeroes",
            "detect-zeroes=unmap gives room back, which discard has to allow",
            "add discard='unmap', or write {'detect-zeroes': 'on'}",
            "detect-zeroes",
        )
    if keys.get("aio") == "native" and not node.direct:
        yield option.error(
            "blockdev-aio-without-direct",
            "aio=native works only around the host's cache",
            "add cache={'direct': True}, or write aio='io_uring', which works with every cache",
            "aio",
        )
    if node.driver == "quorum":
        yield from _quorum(option, node)
    yield from _grains(option, node)


def _quorum(option: Driven, node: Node) -> Iterator[Finding]:
    count = sum(name == "children" for name, _ in node.children())
    count += sum(_CHILD.fullmatch(name) is not None for name in node.keys)
    wanted = str(node.keys.get("vote-threshold", ""))
    if count and wanted.removeprefix("-").isdecimal() and not 1 <= int(wanted) <= count:
        yield option.error(
            "blockdev-quorum",
            f"vote-threshold={wanted}, and there are {count} children to vote",
            f"write a number from 1 to {count}",
            "vote-threshold",
        )


def _grains(option: Driven, node: Node) -> Iterator[Finding]:
    if node.driver == "blkdebug":
        for name in _COUNTS:
            if str(node.keys.get(name, "")).startswith("-"):
                yield option.error(
                    "blockdev-unaligned",
                    f"{name}={node.keys[name]} of blkdebug is less than nothing",
                    f"write {name}={_SECTOR}, or leave it out",
                    name,
                )
    for driver, name, is_power in _GRAINS:
        try:
            number = parse_size(str(node.keys.get(name, 0))) if node.driver == driver else 0
        except InvalidOption:
            continue  # which is a finding already
        if number % _SECTOR or (is_power and number & number - 1):
            yield option.error(
                "blockdev-unaligned",
                f"{name}={node.keys[name]} of {driver} is no "
                f"{'power of two' if is_power else 'multiple'} from {_SECTOR}",
                f"write {name}={_SECTOR}, or more of it",
                name,
            )


def _is_null(option: Driven, below: Any, machine: MachineView, depth: int = 8) -> bool:
    """Whether a node has nothing in it, also seen through others that add nothing."""
    if isinstance(below, str):
        found = machine.find_all(type(option)) if depth else ()
        named = [one for one in found if one.get("node-name") == below]
        return any(
            _is_null(option, {**one.tree(), "driver": one.driver}, machine, depth - 1)
            for one in named
        )
    if not isinstance(below, Mapping):
        return False
    driver = str(below.get("driver"))
    return driver in _NULL or (
        driver in _THROUGH and _is_null(option, below.get("file"), machine, depth)
    )

"""What options say, as trees that the QAPI schema of a QEMU describes.

Which of three ways QEMU reads an option in (see `qemubuild.capabilities.schema`) depends on the
option, and for networks on their kind (``netdev_is_modern``, net/net.c).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild import grammar
from qemubuild.capabilities.schema import Dialect, members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.capabilities.schema import Schema
    from qemubuild.option import Option


class Grammar(NamedTuple):
    """What describes an option.

    Attributes:
        root: the command of QMP whose argument, or answer, is of the same type.
        tag: the key that says the kind; QEMU puts it before a first value without a key.
        noun: what is made, for a person.
        dialect: how it is read where it is no JSON.
        integers: the numbers that are not of the usual kind, by the names of members; ``""`` is
            of all the others. Every QEMU has the same, but its schema tells none of it.
    """

    root: str
    tag: str
    noun: str
    dialect: Dialect
    integers: Mapping[str, str]


class Tree(NamedTuple):
    """What one option says.

    Attributes:
        schema: the types, by name.
        type: the type of the whole, by name.
        value: what is said.
        dialect: how it was written.
    """

    schema: Schema
    type: str
    value: dict[str, Any]
    dialect: Dialect


_BLOCK: Final = {
    **dict.fromkeys(
        ("cbw-timeout", "log-sector-size", "open-timeout", "reconnect-delay"), "uint32"
    ),
    **dict.fromkeys(("latency-ns", "log-super-update-interval", "min-cluster-size"), "uint64"),
    **dict.fromkeys(("max-discard", "max-transfer", "max-write-zero"), "int32"),
    **dict.fromkeys(("opt-discard", "opt-write-zero"), "int32"),
    "to": "uint16",
}
_NET: Final = {
    **dict.fromkeys(("mode", "port", "to"), "uint16"),
    **dict.fromkeys(("offset", "poll-us", "queues", "rxsession"), "uint32"),
    **dict.fromkeys(("txsession", "vectors"), "uint32"),
    **dict.fromkeys(("rxcookie", "txcookie"), "uint64"),
    "hubid": "int32",
    "sndbuf": "size",
}
_OBJECT: Final = {
    **dict.fromkeys(("align", "hugetlbsize", "offset", "size"), "size"),
    **dict.fromkeys(("cpu-affinity", "host-nodes", "node-affinity", "to"), "uint16"),
    **dict.fromkeys(("cbitpos", "handle", "interval", "maxlen", "node", "queues"), "uint32"),
    **dict.fromkeys(("expired_scan_cycle", "max_queue_size", "prealloc-threads"), "uint32"),
    **dict.fromkeys(("compare_timeout", "policy", "throttle-bps", "throttle-ops"), "uint64"),
    "reduced-phys-bits": "uint32",
    "serial": "int32",
}

_NETWORK: Final = Grammar("netdev_add", "type", "network", "opts", _NET)
_SOUND: Final = Grammar("query-audiodevs", "driver", "place for sound", "keyval", {"": "uint32"})
GRAMMARS: Final = {
    "-audio": _SOUND,
    "-audiodev": _SOUND,
    "-blockdev": Grammar("blockdev-add", "driver", "block driver", "keyval", _BLOCK),
    "-display": Grammar("query-display-options", "type", "display", "keyval", {}),
    "-net": _NETWORK,
    "-netdev": _NETWORK,
    "-nic": _NETWORK,
    "-object": Grammar("object-add", "qom-type", "object", "opts", _OBJECT),
}
# Kinds of networks whose keys have dots, so that QEMU reads them otherwise.
STRUCTURED: Final = frozenset({"dgram", "stream"})
# Keys of a card, which QEMU takes out before it reads the network's (net_param_nic, net/net.c).
_OF_CARD: Final = frozenset({"mac", "model"})
# The version whose answer stands for those before 8.0, which do not tell what sound takes; and
# what is newer than they are.
_TELLS_SOUND: Final = "10.0"
_NEWER_SOUND: Final = frozenset({"nsamples"})

_RANGE: Final = re.compile(r"(\d+)-(\d+)")


def read(option: Option, qemu: Qemu) -> Tree | None:
    """What an option says; ``None`` where it says nothing that the schema describes."""
    text = option.words[-1]
    about = GRAMMARS[option.flag]
    schema = qemu.schema
    if about.root not in schema:
        schema = _newer_schema(qemu.arch)
    name = _type(schema, about.root)
    if text.startswith("{") and option.flag not in {"-audio", "-net", "-nic"}:
        import json  # noqa: PLC0415 - most command lines have none

        return Tree(schema, name, json.loads(text), "json")
    if about.dialect == "keyval":
        if text.startswith("vnc="):
            return None
        tree = nested(grammar.parse_keyval(text, implied=about.tag))
        if option.flag == "-audio":  # which brings a card as well
            tree.pop("model", None)
            tree.setdefault("id", "made-up")
        return Tree(schema, name, tree, "keyval")
    items = grammar.parse(text, implied=about.tag)
    kind = next((item.value for item in reversed(items) if item.key == about.tag), None)
    if option.flag == "-netdev" and kind in STRUCTURED:
        return Tree(schema, name, nested(items), "keyval")
    if option.flag in {"-net", "-nic"}:
        if kind == "none" and option.flag == "-nic":
            return None
        items = _of_network(option, items, kind)
    return Tree(schema, name, _flat(schema, name, _without_prefix(items)), "opts")


@cache
def _newer_schema(arch: str) -> Schema:
    from qemubuild.capabilities import Qemu  # noqa: PLC0415 - few machines need it

    known = arch if _TELLS_SOUND in Qemu.snapshots(arch) else "x86_64"
    return {
        name: {
            **kind,
            "members": [
                one for one in kind.get("members", ()) if one.get("name") not in _NEWER_SOUND
            ],
        }
        for name, kind in Qemu.snapshot(_TELLS_SOUND, known).schema.items()
    }


def _type(schema: Schema, root: str) -> str:
    """The type that a command takes, or that each thing in its answer has."""
    command = schema[root]
    name = str(command["ret-type" if root.startswith("query-") else "arg-type"])
    return str(schema[name].get("element-type", name))


def nested(items: Sequence[grammar.Item]) -> dict[str, Any]:
    """The tree that dotted keys write.

    A key that is both a value and a structure has the value under ``""``, which none can have.
    """
    tree: dict[str, Any] = {}
    for key, value, *_ in items:
        *path, last = key.split(".")
        node = tree
        for name in path:
            inner = node.setdefault(name, {})
            if not isinstance(inner, dict):
                inner = node[name] = {"": inner}
            node = inner
        if isinstance(node.get(last), dict):
            node[last][""] = value
        else:
            node[last] = value
    return tree


def _of_network(
    option: Option, items: Sequence[grammar.Item], kind: str | None
) -> list[grammar.Item]:
    """The keys of the network that a card brings; it need not say all that -netdev says."""
    found = [item for item in items if option.flag == "-net" or item.key not in _OF_CARD]
    if all(item.key != "id" for item in found):
        found.append(grammar.Item("id", "made-up"))
    if kind is None and option.flag == "-nic":
        found.append(grammar.Item("type", "user"))
    return found


def _without_prefix(items: Sequence[grammar.Item]) -> list[grammar.Item]:
    """The keys with ``ipv6-net=`` as QEMU rewrites it: an older name of two of them."""
    found = []
    for item in items:
        if item.key != "ipv6-net":
            found.append(item)
            continue
        prefix, slash, length = item.value.partition("/")
        found.append(item._replace(key="ipv6-prefix", value=prefix))
        if slash:
            found.append(item._replace(key="ipv6-prefixlen", value=length))
    return found


def _flat(schema: Schema, name: str, items: Sequence[grammar.Item]) -> dict[str, Any]:
    """The tree that keys without structure write: those of lists stand there several times."""
    tree: dict[str, Any] = {}
    for item in items:
        if item.key != "id" or "id" not in tree:  # of several, QEMU takes the first
            tree[item.key] = item.value
    for key, member in members(schema, name, tree).items():
        kind = schema[member["type"]]
        if key in tree and kind["meta-type"] == "array":
            values = [item.value for item in items if item.key == key]
            tree[key] = _elements(schema, kind["element-type"], values)
    return tree


def _elements(schema: Schema, name: str, values: Sequence[str]) -> list[Any]:
    """The elements of a list, of which some have one member, and numbers may be ranges."""
    kind = schema[name]
    inner = [member["name"] for member in kind.get("members", ())]
    if kind["meta-type"] == "object" and len(inner) == 1:
        return [{inner[0]: value} for value in values]
    if kind.get("json-type") == "int":
        return [end for value in values for end in _ends(value)]
    return list(values)


def _ends(value: str) -> tuple[str, ...]:
    match = _RANGE.fullmatch(value)
    return match.groups() if match else (value,)

"""Kinds of networks, sound, displays, objects and such: that this QEMU has the one that is named.

Its schema names some that are not built in; others are in modules, each in a package of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from qemubuild.rules.by_qemu.trees import GRAMMARS, STRUCTURED
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.capabilities.schema import Schema
    from qemubuild.findings import Finding
    from qemubuild.option import Option

# How many names a mend lists.
_LISTED: Final = 12
_CURL: Final = frozenset({"ftp", "ftps", "http", "https"})
_LISTS: Final = {"-audio": "audiodev", "-audiodev": "audiodev", "-display": "display"}
# Words that are no kinds: the best window that there is, a card, nothing at all.
_BESIDES: Final = {
    "-display": frozenset({"default"}),
    "-net": frozenset({"nic", "none"}),
    "-nic": frozenset({"none"}),
}
_NOUNS: Final = {"-chardev": "place for characters", "-drive": "block driver"}
# The packages of Debian and Ubuntu that hold modules, but for those that every QEMU comes with.
_PACKAGES: Final = {
    **{("place for sound", name): "qemu-system-gui" for name in ("jack", "pa", "pipewire", "sdl")},
    **{("display", name): "qemu-system-gui" for name in ("gtk", "sdl")},
    **{("block driver", name): "qemu-block-extra" for name in ("gluster", "iscsi", "nfs", "rbd")},
    **{("block driver", name): "qemu-block-extra" for name in ("ssh", *_CURL)},
}


def findings(option: Option, tree: Mapping[str, Any], qemu: Qemu) -> Iterator[Finding]:
    """Judge every kind that an option names."""
    flag, tag = option.flag, GRAMMARS[option.flag].tag
    if flag == "-blockdev":
        for path, name in _drivers(tree):
            if ("http" if name in _CURL else name) in qemu.missing_drivers:
                yield missing(option, name, path, (), qemu)
        return
    known = qemu.objects if flag == "-object" else qemu.kinds(_LISTS.get(flag, "netdev"))
    kind = tree.get(tag)
    if isinstance(kind, str) and "$" not in kind:
        if kind not in known | _BESIDES.get(flag, frozenset()):
            yield missing(option, kind, tag, sorted(known), qemu)
        elif flag in {"-net", "-nic"} and (
            kind in STRUCTURED or (flag, kind) == ("-net", "hubport")
        ):
            yield option.error(
                "network-needs-netdev",
                f"{flag} cannot make a network of the kind {kind}",
                f"write netdev({kind!r}, id='n0', ...) and device(..., netdev='n0')",
                "driver",
            )


def missing(option: Option, name: str, path: str, known: Iterable[str], qemu: Qemu) -> Finding:
    """Tell of a kind that this QEMU does not have."""
    noun = (
        GRAMMARS[option.flag].noun
        if option.flag in GRAMMARS
        else _NOUNS.get(option.flag, _NOUNS["-drive"])
    )
    package = _PACKAGES.get((noun, name))
    if package:
        mend = f"install the module (Debian, Ubuntu: `sudo apt install {package}`)"
    else:
        names = list(known)
        mend = f"{nearest(name, names)}it has {some(names)}"
    # A snapshot was made without modules that others may have.
    tell = option.warning if package and not qemu.binary else option.error
    return tell(
        "type-not-built-in",
        f"{qemu.name} has no {noun} {name!r}",
        mend,
        path,
    )


def block_drivers(schema: Schema) -> Sequence[str]:
    """The block drivers of a QEMU, by its schema."""
    root = schema[schema["blockdev-add"]["arg-type"]]
    kind = next(one["type"] for one in root["members"] if one["name"] == "driver")
    values: list[str] = schema[kind]["values"]
    return values


def some(names: Sequence[str]) -> str:
    """The first of them, as a mend lists them."""
    return ", ".join(names[:_LISTED]) + (" ..." if len(names) > _LISTED else "")


def _drivers(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """The driver of each node, and where it is."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _drivers(value, f"{path}{key}.")
        elif isinstance(value, list):
            nodes = {str(number): one for number, one in enumerate(value)}
            yield from _drivers(nodes, f"{path}{key}.")
        elif key == "driver" and isinstance(value, str):
            yield path + key, value

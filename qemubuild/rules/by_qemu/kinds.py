"""Kinds of networks, sound, displays, objects and such: that this QEMU has the one that is named.

Its schema names some that are not built in; others are in modules, each in a package of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from qemubuild.options.chardev import Chardev
from qemubuild.rules.by_qemu.said import unsaid
from qemubuild.rules.by_qemu.trees import GRAMMARS, STRUCTURED
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_CURL: Final = frozenset({"ftp", "ftps", "http", "https"})
_LISTS: Final = {"-audiodev": "audiodev", "-display": "display"}
# Words that are no kinds: the best window that there is, a card, nothing at all.
_BESIDES: Final = {
    "-display": frozenset({"default"}),
    "-net": frozenset({"nic", "none"}),
    "-nic": frozenset({"none"}),
}
# Older names of serial and parallel.
_OLD_CHARDEVS: Final = frozenset({"parport", "tty"})
_WITHOUT_OLD_CHARDEVS: Final = (8, 0)
_ASKS_FOR_HELP: Final = frozenset({"help", "?"})
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


def chardevs(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the kinds of places for characters, which no schema describes as they are written."""
    known = qemu.kinds("chardev")
    for option in machine.find_all(Chardev):
        if option.driver not in known and not _ASKS_FOR_HELP & {option.driver, *option.properties}:
            is_old = option.driver in _OLD_CHARDEVS and qemu.version < _WITHOUT_OLD_CHARDEVS
            if not is_old and "$" not in option.driver:
                yield from unsaid(
                    option, machine, [missing(option, option.driver, "driver", sorted(known), qemu)]
                )


def missing(option: Option, name: str, path: str, known: Iterable[str], qemu: Qemu) -> Finding:
    """Tell of a kind that this QEMU does not have."""
    noun = GRAMMARS[option.flag].noun if option.flag in GRAMMARS else _NOUNS[option.flag]
    package = _PACKAGES.get((noun, name))
    if package:
        mend = f"install the module (Debian, Ubuntu: `sudo apt install {package}`)"
    else:
        names = list(known)
        mend = f"{nearest(name, names)}it has {', '.join(names)}"
    # A snapshot was made without modules that others may have.
    tell = option.warning if package and not qemu.binary else option.error
    return tell(
        "type-not-built-in",
        f"{qemu.name} has no {noun} {name!r}",
        mend,
        path,
    )


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

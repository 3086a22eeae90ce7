"""Block devices, objects, networks, sound and displays, by the QAPI schema of this QEMU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from qemubuild.capabilities.schema import Mismatch, members, mismatches
from qemubuild.rules.by_qemu import kinds
from qemubuild.rules.by_qemu.said import unsaid
from qemubuild.rules.by_qemu.trees import GRAMMARS, read
from qemubuild.rules.displays import is_undone
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option
    from qemubuild.rules.by_qemu.trees import Tree

_ASKS_FOR_HELP: Final = frozenset({"help", "?"})
# Members of objects that the schema has, and no object lets be set.
_FIXED: Final = frozenset({"loaded", "opened"})


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every option that the schema describes."""
    for option in machine.options:
        if option.flag in GRAMMARS and (tree := read(option, qemu)) is not None:
            found = _judged(option, tree, qemu, is_used=not is_undone(option, machine))
            yield from unsaid(option, machine, found)


def _judged(option: Option, tree: Tree, qemu: Qemu, *, is_used: bool) -> Iterator[Finding]:
    about = GRAMMARS[option.flag]
    if _ASKS_FOR_HELP & {str(tree.value.get(about.tag)), *tree.value}:
        return
    absent = list(kinds.findings(option, tree.value, qemu))
    yield from absent if is_used else ()
    for one in () if absent else mismatches(*tree, about.integers):
        if "$" in str(one.given):  # a shell's variable
            continue
        if one.path == about.tag and about.root == "query-audiodevs":
            continue  # QEMU lists it, and a schema that stands for its own does not
        is_kind = one.path == about.tag or (
            option.flag == "-blockdev" and one.path.endswith(".driver")
        )
        if is_kind and one.known:
            yield kinds.missing(option, str(one.given), one.path, one.known, qemu)
        else:
            made = str(tree.value.get(about.tag, about.noun))
            yield _finding(option, one, f"{qemu.name} {_verdict(one, made)}")
    if option.flag == "-object":
        known = members(tree.schema, tree.type, tree.value)
        for key in _FIXED & tree.value.keys() & known.keys():
            yield option.error(
                "key-unknown-to-qemu",
                f"{qemu.name} does not let {key}= be set",
                "leave it out: the object does so by itself",
                key,
            )


def _verdict(one: Mismatch, made: str) -> str:
    if one.kind == "missing":
        return f"needs {one.path}= for {made}, and it is not given"
    if one.kind == "unknown":
        return f"knows no {one.path}= of {made}"
    return f"cannot take {_shown(one.given)} for {one.path}="


def _finding(option: Option, one: Mismatch, message: str) -> Finding:
    if one.kind == "missing":
        return option.error("key-missing", message, f"add {one.path}=", one.path)
    if one.kind == "unknown":
        mend = f"{nearest(str(one.given), one.known)}correct it, or leave it out"
        return option.error("key-unknown-to-qemu", message, mend, one.path)
    if one.known:
        mend = f"{nearest(str(one.given), one.known)}write one of {kinds.some(one.known)}"
    else:
        mend = f"write {one.expected}"
    return option.error("value-unknown-to-qemu", message, mend, one.path)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a structure with {', '.join(map(str, value))}" if value else "an empty structure"
    return "a list" if isinstance(value, list) else repr(value)

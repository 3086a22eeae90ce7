"""Keys of options, by the lists of them that this QEMU tells: QemuOpts, util/qemu-option.c."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild import grammar
from qemubuild.capabilities import Property
from qemubuild.keyed import Keyed
from qemubuild.rules.by_qemu.said import unsaid
from qemubuild.rules.by_qemu.values import refuses
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# What QEMU calls the list of an option's keys, where that is not the flag's name.
_LISTS: Final = {
    **{
        f"-{name}": name
        for name in (
            "action add-fd chardev fsdev fw_cfg icount iscsi mon msg name option-rom overcommit "
            "rtc run-with sandbox spice trace virtfs vnc"
        ).split()
    },
    "-boot": "boot-opts",
    "-m": "memory",
    "-smp": "smp-opts",
}
# Options that say where characters go, in an older dialect (see `qemubuild.options.serial`).
_PLACES: Final = frozenset("-debugcon -gdb -monitor -parallel -qmp -qtest -serial".split())
# Options that are read as keyval.
_KEYVAL: Final = frozenset({"-boot", "-smp"})
# Options that QEMU keeps one of, or that are no QemuOpts, so that they can have no id=.
_WITHOUT_ID: Final = frozenset("-action -boot -icount -m -name -rtc -smp -spice".split())
# Options whose keys QEMU does not tell, and that can have an id all the same.
_WITH_ID: Final = frozenset({"-smbios", "-tpmdev"})
# Options whose keys are judged by other rules.
_ELSEWHERE: Final = frozenset({"-accel", "-display", "-drive", "-machine", "-object"})
# Keys that a version dropped, where QEMU does not tell its keys.
_DROPPED: Final = {("-spice", "password"): (8, 0)}
# The last version whose keys the library knows where QEMU does not tell them.
_NEWEST: Final = (10, 2)

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_ASKS_FOR_HELP: Final = frozenset({"help", "?"})
# What keys hold, by QEMU's names for it here and elsewhere.
_TYPES: Final = {"boolean": "bool", "number": "uint64", "size": "size", "string": "str"}


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the keys of every option whose keys are not judged elsewhere."""
    for option in machine.options:
        if found := list(_judged(option, qemu)):
            yield from unsaid(option, machine, found)


def _judged(option: Option, qemu: Qemu) -> Iterator[Finding]:
    name, items = _items(option)
    if name in qemu.options:
        yield from _told(option, items, qemu, name)
    elif isinstance(option, Keyed) and option.flag not in _ELSEWHERE:
        yield from _untold(option, qemu)


def _items(option: Option) -> tuple[str, Sequence[grammar.Item]]:
    """The list that an option's keys are in, and the keys."""
    flag, text = option.flag, option.words[-1]
    if flag in _PLACES:
        # Only a socket has keys, after its address.
        place, _, rest = text.removeprefix("mon:").partition(":")
        if place == "unix":
            return "chardev", grammar.parse(rest, implied="path")
        is_port = place in {"tcp", "telnet", "tn3270", "udp", "websocket"}
        return "chardev", grammar.parse(rest.partition(",")[2]) if is_port else ()
    if flag == "-display" and text.startswith("vnc="):
        return "vnc", grammar.parse(text.removeprefix("vnc="), implied="vnc")
    if flag not in _LISTS or len(option.words) == 1:
        return flag, ()
    implied = getattr(option, "implied", "")
    if flag in _KEYVAL:
        return _LISTS[flag], grammar.parse_keyval(text, implied=implied)
    return _LISTS[flag], grammar.parse(text, implied=implied)


def _told(
    option: Option, items: Sequence[grammar.Item], qemu: Qemu, name: str
) -> Iterator[Finding]:
    known = qemu.options[name]
    takes_id = option.flag not in _WITHOUT_ID
    for item in items:
        kind = known.get(item.key)
        if item.key == "id" and takes_id:
            if "id" in getattr(option, "extra", ()) and not _ID.fullmatch(item.value):
                yield option.error(
                    "id-malformed",
                    f"{item.value!r} is no id that QEMU takes",
                    "leave it out: nothing refers to it",
                    "extra",
                )
        elif kind is None:
            if item.key not in _ASKS_FOR_HELP:
                yield option.error(
                    "key-unknown-to-qemu",
                    f"{qemu.name} knows no {item.key}= of {option.flag}",
                    f"{nearest(item.key, known)}correct it, or leave it out",
                    _field(option, item.key),
                )
        elif "$" not in item.value and (mend := refuses(Property(_TYPES[kind]), item.value)):
            yield option.error(
                "value-unknown-to-qemu",
                f"{qemu.name} cannot take {item.value!r} for {item.key}=",
                f"write {mend}",
                _field(option, item.key),
            )


def _untold(option: Keyed, qemu: Qemu) -> Iterator[Finding]:
    """Judge keys that only the library knows, where QEMU refuses those that it does not."""
    for (flag, field), dropped in _DROPPED.items():
        if flag == option.flag and getattr(option, field) is not None and qemu.version >= dropped:
            yield option.error(
                "key-unknown-to-qemu",
                f"{qemu.name} knows no {field}= of {flag}, which {dropped[0]}.{dropped[1]} dropped",
                "leave it out",
                field,
            )
    for name in option.extra:
        if not option.knows(name) and not (name == "id" and option.flag in _WITH_ID):
            is_certain = qemu.version[:2] <= _NEWEST
            known = [key.name for key in option._keys.values()]  # noqa: SLF001 - QEMU's names
            yield (option.error if is_certain else option.warning)(
                "key-unknown-to-qemu",
                f"{qemu.name} knows no {name}= of {option.flag}",
                f"{nearest(name, known)}correct it, or leave it out",
                "extra",
            )


def _field(option: Option, name: str) -> str:
    """The field that is written with a key."""
    if not isinstance(option, Keyed):
        return name
    return next((key.field for key in option._keys.values() if key.name == name), "extra")  # noqa: SLF001 - QEMU's names

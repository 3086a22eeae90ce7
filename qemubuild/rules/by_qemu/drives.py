"""``-drive``: that this QEMU has the block driver, and each driver the keys it is given.

QEMU tells a list of keys that every drive has; others it hands to the block driver, which has those
that the schema has of it, and not always the same values (``bdrv_open_driver``, block.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from qemubuild import grammar
from qemubuild.capabilities import Property
from qemubuild.capabilities.schema import members
from qemubuild.options._drive_keys import ALIASES, DRIVER_KEYS
from qemubuild.rules.by_qemu import kinds
from qemubuild.rules.by_qemu.protocols import SCHEMES
from qemubuild.rules.by_qemu.said import unsaid
from qemubuild.rules.by_qemu.values import refuses
from qemubuild.values import Url, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.capabilities.schema import Schema
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.drive import Drive

# Drivers that take what the schema says, and nothing else; the others know older keys as well.
_STRICT: Final = frozenset(
    "copy-on-read file host_cdrom host_device luks null-aio null-co parallels qcow qcow2 qed raw "
    "throttle vdi vhdx vmdk vpc".split()
)
_PROTOCOLS: Final = frozenset({"file", "host_cdrom", "host_device", "null-aio", "null-co"})
# Values that a block driver reads otherwise than the schema has it.
_OWN_VALUES: Final = {"discard": ("ignore", "off", "on", "unmap")}
# How the names of numbers end that may have a suffix, such as 1M.
_SIZES: Final = ("size", "offset")
_TYPES: Final = {"boolean": "bool", "number": "uint64", "size": "size"}


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every drive."""
    for option in machine.options:
        if option.flag == "-drive":
            yield from unsaid(option, machine, _judged(cast("Drive", option), qemu))


def _judged(option: Drive, qemu: Qemu) -> Iterator[Finding]:
    driver = option.driver or option.format
    absent = _absent(option, driver, qemu)
    if absent:
        yield absent
        return
    told = qemu.options["drive"]
    fields = {key.name for key in option._keys.values()}  # noqa: SLF001 - QEMU's names
    for item in grammar.parse(option.words[1]) if option.extra else ():
        name = ALIASES.get(item.key, item.key)
        if item.key in told or name in fields or "$" in item.key:
            expected = _expected(told.get(item.key, ""), item.value)
        else:
            known, expected = _found(option, item, driver, qemu)
            if known is not None:
                yield option.error(
                    "key-unknown-to-qemu",
                    f"{qemu.name} knows no {item.key}= of a drive"
                    + (f" that is {driver}" if driver else ""),
                    f"{nearest(item.key, [*known, *told])}correct it, or leave it out",
                    "extra",
                )
        if expected and "$" not in item.value:
            yield option.error(
                "value-unknown-to-qemu",
                f"{qemu.name} cannot take {item.value!r} for {item.key}=",
                f"write {expected}",
                "extra",
            )


def _absent(option: Drive, driver: str | None, qemu: Qemu) -> Finding | None:
    """The finding of a block driver that is not there."""
    if driver is not None and "$" not in driver:
        known = kinds.block_drivers(qemu.schema)
        if driver not in known or SCHEMES.get(driver, driver) in qemu.missing_drivers:
            field = "driver" if option.driver else "format"
            return kinds.missing(option, driver, field, known, qemu)
    return None


def _found(
    option: Drive, item: grammar.Item, driver: str | None, qemu: Qemu
) -> tuple[Sequence[str] | None, str]:
    """Where a block driver does not know a key, those that it knows; and what a value has to be."""
    schema, path, node = qemu.schema, item.key.split("."), ""
    if path[0] == "stats-intervals":
        return None, ""
    if len(path) > 1 and path[-1] == "driver":
        return None, _one_of(kinds.block_drivers(schema), item.value)
    root = schema["blockdev-add"]["arg-type"]
    if driver is None and len(path) > 1 and path[0] == "file":  # whatever the format is
        node = f"{path.pop(0)}."
        driver = option.extra.get(f"{node}driver") or _beneath(option, node)
    while driver in _STRICT:
        known = members(schema, root, {"driver": driver})
        name = path.pop(0)
        if name == "file" and driver in _PROTOCOLS:
            return None, ""  # which QEMU takes for the file's name
        if name not in known:
            return list(known), ""
        kind = known[name]["type"]
        if not path:
            return None, _value(schema, kind, name, item.value)
        inner = _structure(schema, kind)
        if inner != root:
            return _inside(schema, inner, path, item.value)
        node += f"{name}."
        driver = option.extra.get(f"{node}driver") or _beneath(option, node)
    return (None if path[0] in DRIVER_KEYS else ()), ""


def _beneath(option: Drive, node: str) -> str | None:
    """The driver of a node that names none: of the image's file, where that is a plain one."""
    path = option.file
    is_plain = isinstance(path, str) and not isinstance(path, Url) and not path.startswith("/dev/")
    return "file" if node == "file." and is_plain else None


def _structure(schema: Schema, kind: str) -> str:
    """The structure that a member can be; ``""`` where it is none."""
    about = schema[kind]
    branches = [kind]
    if about["meta-type"] == "alternate":
        branches = [one["type"] for one in about["members"]]
    return next((one for one in branches if schema[one]["meta-type"] == "object"), "")


def _inside(
    schema: Schema, kind: str, path: Sequence[str], text: str
) -> tuple[Sequence[str] | None, str]:
    about = schema.get(kind, {"tag": ""})  # a list, which is not judged
    known = {one["name"]: one["type"] for one in about.get("members", ())}
    if path[0] not in known:
        return (None if "tag" in about else list(known)), ""
    return None, _value(schema, known[path[0]], path[0], text) if len(path) == 1 else ""


def _value(schema: Schema, kind: str, name: str, text: str) -> str:
    """What is expected in the place of a value; ``""`` where it fits."""
    about = schema[kind]
    if about["meta-type"] == "enum":
        return _one_of(_OWN_VALUES.get(name) or about["values"], text)
    if about["meta-type"] == "alternate":
        branches = [schema[one["type"]] for one in about["members"]]
        values = [value for one in branches for value in one.get("values", ())]
        return _one_of(values, text) if values else ""
    if about.get("json-type") == "boolean":
        return _expected("boolean", text)
    if about.get("json-type") == "int":
        return _expected("size" if name.endswith(_SIZES) else "number", text)
    return ""


def _one_of(values: Sequence[str], text: str) -> str:
    return "" if text in values else f"one of {', '.join(values)}"


def _expected(kind: str, text: str) -> str:
    return refuses(Property(_TYPES.get(kind, "str")), text)

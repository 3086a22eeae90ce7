"""A machine as plain data: dictionaries, lists, text, numbers, booleans and ``None``.

    {
        "arch": "x86_64",
        "options": [
            {"smp": {"cpus": 4}},
            {"drive": {"file": "disk.qcow2", "interface": "virtio"}},
            {"device": {"driver": "virtio-net-pci", "properties": {"netdev": "n0"}}},
        ],
    }

An option's name is its method's on `Machine`, and its keys are its class's fields; what is not
given is left out. A field's ``{"url": ...}`` is a `Url`, and ``{"verbatim": ...}`` a `Verbatim`;
``"json": True`` has a driver and its properties written as JSON. Text in place of the fields is
what stands on the command line: ``{"smp": "4,sockets=2"}``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Final

from qemubuild.driven import Driven
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import Option
from qemubuild.ranges import Range
from qemubuild.values import Url, Verbatim, nearest

if TYPE_CHECKING:
    from qemubuild.machine import Machine

_TAGS: Final[Mapping[str, type[str]]] = {"url": Url, "verbatim": Verbatim}
_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")


def name_of(kind: type[Option]) -> str:
    """What an option is called: ``MachineType`` is ``machine_type``."""
    return _CAPITAL.sub("_", kind.__name__).lower()


def _classes() -> dict[str, type[Option]]:
    """Every class of options by its name; the library's own come first."""
    import qemubuild.command  # noqa: F401, PLC0415 - with it all of them are loaded

    kinds: list[type[Option]] = [Option]
    for kind in kinds:  # grows as it goes
        kinds += kind.__subclasses__()
    kinds.sort(key=lambda kind: kind.__module__.startswith("qemubuild."))
    return {name_of(kind): kind for kind in kinds if _is_whole(kind)}


def _is_whole(kind: type[Option]) -> bool:
    """Whether it is an option, not a base of some."""
    if kind.__name__.startswith("_"):
        return False
    return bool(vars(kind).get("flag") or vars(kind).get("variant")) or not kind.__subclasses__()


# Writing.


def to_data(machine: Machine) -> dict[str, Any]:
    """Write a machine.

    Raises:
        InvalidOption: an option's class has no name of its own, so that it could not be read back.
    """
    usual = machine.binary == f"qemu-system-{machine.arch}"
    program = {"arch": machine.arch} if usual else {"program": machine.binary}
    known = _classes()
    return {**program, "options": [_write(option, known) for option in machine.options]}


def _write(option: Option, known: Mapping[str, type[Option]]) -> dict[str, Any]:
    kind = type(option)
    name = name_of(kind)
    if known.get(name) is not kind:
        raise InvalidOption(
            f"{kind.__name__} could not be read back by the name {name!r}",
            hint="give the class a flag, and a name that no other option's class has",
            option=option.flag,
        )
    fields = {name: _write_value(value) for name, value in option._given()}  # noqa: SLF001 - as pickle does
    fields = {name: value for name, value in fields.items() if value != {}}
    if "extra" in fields:
        fields["extra"] = fields.pop("extra")  # the last, as on the command line
    if isinstance(option, Driven) and option._as_json:  # noqa: SLF001
        fields["json"] = True
    return {name: fields}


def _write_value(value: object) -> Any:
    """A field's value, with its kind of text."""
    for tag, kind in _TAGS.items():
        if isinstance(value, kind):
            return {tag: str(value)}
    if isinstance(value, Range):
        return str(value)
    return list(map(_write_value, value)) if isinstance(value, tuple | list) else _plain(value)


def _plain(value: Any) -> Any:
    """The same in types that every format has."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return list(map(_plain, value)) if isinstance(value, Iterable) else value


# Reading.


def from_data(data: Mapping[str, Any]) -> tuple[str, list[Option]]:
    """Read what `to_data` writes, or a person does: what `Machine` is made of.

    Raises:
        InvalidOption: it is no machine; the message says where, and what is most like it.
        CommandSyntaxError: an option's text is not of its grammar.
    """
    if not isinstance(data, Mapping):
        raise InvalidOption(f"{data!r} is no machine", hint='write {"arch": ..., "options": [...]}')
    for name in data.keys() - {"arch", "program", "options"}:
        raise InvalidOption(
            f"a machine has no {name!r}",
            hint=f"{nearest(str(name), ('arch', 'program', 'options'))}write arch, or program, "
            "and options",
        )
    program = data.get("program", data.get("arch", "x86_64"))
    options = data.get("options", [])
    if not isinstance(program, str) or not isinstance(options, list | tuple):
        raise InvalidOption(
            "a machine's arch is text, and its options are a list",
            hint='write {"arch": "x86_64", "options": [{"smp": {"cpus": 4}}]}',
        )
    known = _classes()
    return program, [_read(one, f"options[{n}]", known) for n, one in enumerate(options)]


def _read(data: object, path: str, known: Mapping[str, type[Option]]) -> Option:
    try:
        name, value = _single(data)
        kind = _class_of(name, known)
        path = f"{path}.{name}"
        return _read_text(kind, value) if isinstance(value, str) else _read_fields(kind, value)
    except (InvalidOption, CommandSyntaxError) as cause:
        field = getattr(cause, "field", "")
        cause.message += f"\n  at: {path}{field and f'.{field}'}"
        raise


def _single(data: object) -> tuple[str, Any]:
    if isinstance(data, Mapping) and len(data) == 1:
        return next(iter(data.items()))
    raise InvalidOption(
        f"{data!r} is no option", hint='write its name and its fields: {"smp": {"cpus": 4}}'
    )


def _class_of(name: str, known: Mapping[str, type[Option]]) -> type[Option]:
    if (kind := known.get(name)) is not None:
        return kind
    raise InvalidOption(
        f"there is no option {name!r}",
        hint=f"{nearest(str(name), known)}the names are those of Machine's methods",
    )


def _read_text(kind: type[Option], text: str) -> Option:
    if kind.parse.__func__ is Option.parse.__func__:  # type: ignore[attr-defined] # a classmethod
        raise InvalidOption(
            "it takes no text", hint="write its fields, or {} for none", option=kind.flag
        )
    return kind.parse(text)


def _read_fields(kind: type[Option], data: object) -> Option:
    if not isinstance(data, Mapping):
        raise InvalidOption(f"{data!r} has no fields", hint="write {} for none", option=kind.flag)
    fields = dict(data)
    if issubclass(kind, Driven) and kind.takes_json and fields.pop("json", False) is True:
        return _parse_json(kind, _checked(kind, fields))
    fields = _checked(kind, fields)
    positional = [
        fields.pop(name)
        for name, parameter in _parameters(kind).items()
        if parameter.kind is Parameter.POSITIONAL_ONLY and name in fields
    ]
    try:
        return kind(*positional, **fields)
    except InvalidOption:
        raise
    except (AttributeError, TypeError, ValueError) as cause:
        raise InvalidOption(
            f"a value is not of its field's type: {cause}",
            hint=f"see help({kind.__name__})",
            option=kind.flag,
        ) from cause


def _parameters(kind: type[Option]) -> dict[str, Parameter]:
    """The fields that the class can be given, in order."""
    return {
        parameter.name: parameter
        for parameter in signature(kind).parameters.values()
        if parameter.kind is not Parameter.VAR_KEYWORD
    }


def _checked(kind: type[Option], data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, if the class has them all, and is given all that it needs."""
    parameters = _parameters(kind)
    names = ", ".join(parameters) or "none"
    fields: dict[str, Any] = {}
    for name, value in data.items():
        if name not in parameters:
            mend = f"{nearest(str(name), parameters)}the fields are {names}"
            raise _invalid(kind, str(name), "there is no such field", mend)
        if not str(parameters[name].annotation).startswith("Mapping["):
            fields[name] = _read_value(kind, name, value)
        elif isinstance(value, Mapping):
            fields[name] = value
        else:
            raise _invalid(kind, name, f"{value!r} has no names in it", "write a table")
    for name, parameter in parameters.items():
        if parameter.default is Parameter.empty and name not in fields:
            raise _invalid(kind, name, "it is needed", f"add {name}; the fields are {names}")
    return fields


def _invalid(kind: type[Option], field: str, message: str, hint: str) -> InvalidOption:
    return InvalidOption(message, hint=hint, option=kind.flag, field=field)


def _parse_json(kind: type[Driven], fields: Mapping[str, Any]) -> Option:
    import json  # noqa: PLC0415 - most machines have none

    properties = _plain(fields.get("properties", {}))
    try:
        return kind.parse(json.dumps({kind.implied: fields["driver"], **properties}))
    except TypeError as cause:
        raise _invalid(kind, "properties", str(cause), "write what JSON has") from None


def _read_value(kind: type[Option], field: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_read_value(kind, field, one) for one in value)
    if not isinstance(value, Mapping):
        return value
    for tag, text in value.items():
        if len(value) == 1 and tag in _TAGS and isinstance(text, str):
            return _TAGS[tag](text)
    mend = 'write text, or {"url": ...}, or {"verbatim": ...}'
    raise _invalid(kind, field, f"it cannot be {dict(value)!r}", mend)

r"""Machines in configuration files, JSON and TOML (the extra ``config``).

The data is `Machine.to_dict`'s, in what every format has. TOML knows no null, and puts tables
after all else, so an option that has either of these in its properties stands there as its text
on the command line. A byte of a name that is no UTF-8 is a NUL, which no name can have, and two
digits: ``caf\u0000e9``.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, overload

from qemubuild.errors import InvalidOption, NotInstalled
from qemubuild.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cattrs import Converter

    C = TypeVar("C", bound=Converter)
    T = TypeVar("T")

Form = Literal["json", "toml"]

# NUL itself may stand in what JSON escapes.
_NO_TEXT: Final = re.compile("[\0\udc80-\udcff]")
_ESCAPED: Final = re.compile("\0([0-9a-f]{2})")


def dumps(value: object, form: Form) -> str:
    """Write a machine, or an attrs class of yours that has machines in it.

    Args:
        value: what to write.
        form: ``"json"`` or ``"toml"``.

    Raises:
        NotInstalled: the extra is missing.
        InvalidOption: an option's class has no name that it could be read back by.
    """
    data = _converter().unstructure(value)
    if form == "toml":
        return str(_extra("tomli_w").dumps(data))
    import json  # noqa: PLC0415 - or else TOML

    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


@overload
def loads(text: str, form: Form) -> Machine: ...
@overload
def loads(text: str, form: Form, kind: type[T]) -> T: ...
def loads(text: str, form: Form, kind: type[Any] = Machine) -> Any:
    """Read a machine, or an attrs class of yours that has machines in it.

    Args:
        text: what `dumps` has written, or a person.
        form: ``"json"`` or ``"toml"``.
        kind: what it is.

    Raises:
        NotInstalled: the extra is missing.
        InvalidOption: it is no such thing; the message says where, and what is most like it.
        CommandSyntaxError: an option's text is not of its grammar.
        ValueError: it is no JSON, or no TOML.
    """
    converter = _converter()
    data = import_module("tomllib" if form == "toml" else "json").loads(text)
    errors = import_module("cattrs.errors")
    try:
        return converter.structure(data, kind)
    except errors.BaseValidationError as problem:
        reasons = import_module("cattrs").transform_error(problem, format_exception=_reason)
        raise InvalidOption(
            f"this is no {kind.__name__}: {'; '.join(reasons)}", hint="mend it there"
        ) from problem


def register(converter: C) -> C:
    """Teach a cattrs converter of yours what a machine is, and return it."""
    converter.register_unstructure_hook(Machine, _to_portable)
    converter.register_structure_hook(Machine, _from_portable)
    return converter


@cache
def _converter() -> Converter:
    converter: Converter = _extra("cattrs").Converter()
    return register(converter)


def _extra(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError:
        package = module.replace("_", "-")
        raise NotInstalled(package, hint="run: pip install 'qemubuild[config]'") from None


def _reason(problem: BaseException, _: object) -> str:
    return str(problem)


def _to_portable(machine: Machine) -> dict[str, Any]:
    data = machine.to_dict()
    data["options"] = [
        one if _fits(one) else dict.fromkeys(one, option.words[1])
        for one, option in zip(data["options"], machine.options, strict=True)
    ]
    return _each_text(data, _escape)  # type: ignore[no-any-return] # a dictionary as before


def _from_portable(data: Mapping[str, Any], _: object) -> Machine:
    return Machine.from_dict(_each_text(data, _unescape))


def _fits(option: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether TOML can hold an option, its properties in their order."""
    ((_, fields),) = option.items()
    return all(map(_is_ordered, fields.values()))


def _is_ordered(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_ordered, value))
    if isinstance(value, dict):
        places = [_place(one) for one in value.values()]
        in_order = places == sorted(places) and places.count(_EITHER) < 2
        return in_order and all(map(_is_ordered, value.values()))
    return value is not None


# A table's values come before the tables in it; a list of tables is written as either.
_VALUE, _EITHER, _TABLE = range(3)


def _place(value: object) -> int:
    if isinstance(value, dict):
        return _TABLE
    is_list = isinstance(value, list) and any(_place(one) != _VALUE for one in value)
    return _EITHER if is_list else _VALUE


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _each_text(one, change) for name, one in value.items()}
    return [_each_text(one, change) for one in value] if isinstance(value, list) else value


def _escape(text: str) -> str:
    return _NO_TEXT.sub(lambda found: f"\0{os.fsencode(found[0]).hex()}", text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: os.fsdecode(bytes.fromhex(found[1])), text)

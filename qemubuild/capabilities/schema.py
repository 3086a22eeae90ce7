"""Matching what a command line says with the QAPI schema of a QEMU.

A tree is what JSON holds, or what ``key=value`` means, where every value is a text that QEMU reads
itself, in one of two ways (qapi/qobject-input-visitor.c, qapi/opts-visitor.c)::

    json    {"driver": "raw", "offset": 512, "file": {"driver": "file", "filename": "a.img"}}
    keyval  driver=raw,offset=512,file.driver=file,file.filename=a.img
    opts    memory-backend-ram,id=m0,size=1G,host-nodes=0,host-nodes=2
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from qemubuild.errors import InvalidOption
from qemubuild.units import parse_size, parse_switch
from qemubuild.values import integer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Schema = Mapping[str, Mapping[str, Any]]

Dialect = Literal["json", "keyval", "opts"]

_NO_INTEGERS: Final[Mapping[str, str]] = {}


class Mismatch(NamedTuple):
    """A place where a tree is not as the schema says.

    Attributes:
        path: where, such as ``file.driver``; ``""`` for the tree itself.
        kind: ``unknown``, of a member that there is none of; ``missing``, of one that has to be
            there; ``value``, of one that holds what it cannot.
        known: the members, or the values, that there are; empty where they cannot be listed.
        expected: what the value would have to be, in words.
        given: the value, or the name of the member, as it stands there.
    """

    path: str
    kind: Literal["unknown", "missing", "value"]
    known: tuple[str, ...] = ()
    expected: str = ""
    given: object = ""


def mismatches(
    schema: Schema,
    name: str,
    tree: object,
    dialect: Dialect,
    integers: Mapping[str, str] = _NO_INTEGERS,
) -> Iterator[Mismatch]:
    """Compare a tree with a type.

    Args:
        schema: the types, by name (see `Qemu.schema`).
        name: the type that the whole tree has to be of.
        tree: mappings, lists and values.
        dialect: how it was written.
        integers: the kinds of numbers, by the names of members: ``uint16``, ``size`` ..., for the
            schema tells them not apart; ``""`` is of all the others, ``int64`` without.

    Yields:
        Each place that does not fit. What is inside of an object whose kind is not known is not
        judged.
    """
    yield from _Matching(schema, dialect, integers).match(name, tree, "")


def members(schema: Schema, name: str, tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The members of an object: its own, and those of the variant that the tree chooses."""
    kind = schema[name]
    found = {one["name"]: one for one in kind.get("members", ())}
    if "tag" in kind and (variant := _variant(kind, tree)):
        found.update(members(schema, variant, tree))
    return found


def _variant(kind: Mapping[str, Any], tree: Mapping[str, Any]) -> str | None:
    case = tree.get(kind["tag"])
    return next((one["type"] for one in kind["variants"] if one["case"] == case), None)


class _Matching:
    """One tree being compared."""

    def __init__(self, schema: Schema, dialect: Dialect, integers: Mapping[str, str]) -> None:
        self._schema = schema
        self._dialect = dialect
        self._integers = integers
        self._scalars = _VALUES if dialect == "json" else _TEXTS

    def match(self, name: str, value: Any, path: str) -> Iterator[Mismatch]:
        """Compare a value with a type."""
        kind = self._schema[name]
        match kind["meta-type"]:
            case "object":
                yield from self._object(name, value, path)
            case "array":
                yield from self._array(kind["element-type"], value, path)
            case "alternate":
                yield from self._alternate(kind, value, path)
            case "enum":
                known = tuple(kind["values"])
                if not isinstance(value, str):
                    yield Mismatch(path, "value", known, "a text", value)
                elif value not in known:
                    yield Mismatch(path, "value", known, "", value)
            case "builtin":
                expected = self._expected(kind["json-type"], value, path)
                if expected:
                    yield Mismatch(path, "value", (), expected, value)

    def _expected(self, json_type: str, value: Any, path: str) -> str:
        """What is expected in the place of a value; ``""`` where it fits."""
        scalar = self._scalars[json_type]
        if json_type != "int":
            return "" if scalar.is_one(value) else scalar.expected
        names = [name for name in path.split(".") if not name.isdigit()]
        kind = self._integers.get(names[-1]) or self._integers.get("", "int64")
        if kind == "size" and self._dialect != "json":
            return "" if _reads(parse_size, value) else "a size, such as 64M"
        if not scalar.is_one(value):
            return scalar.expected
        least, most = _bounds(kind, self._dialect)
        number = _WHOLE.read(value) if isinstance(value, str) else value
        return "" if least <= number <= most else f"a number from {max(least, 0)} to {most}"

    def _object(self, name: str, tree: Any, path: str) -> Iterator[Mismatch]:
        if not isinstance(tree, Mapping):
            yield Mismatch(path, "value", (), "a structure, with members of its own", tree)
            return
        kind = self._schema[name]
        known = members(self._schema, name, tree)
        # Of a kind that is not known, neither are the members.
        is_known = "tag" not in kind or _variant(kind, tree) is not None
        for key, value in tree.items():
            if key in known:
                yield from self.match(known[key]["type"], value, _join(path, key))
            elif is_known:
                yield Mismatch(_join(path, key), "unknown", tuple(known), "", key)
        for key, one in known.items():
            if "default" not in one and key not in tree:
                yield Mismatch(_join(path, key), "missing", (), "", key)

    def _array(self, element: str, value: Any, path: str) -> Iterator[Mismatch]:
        is_numbered = self._dialect == "keyval" and isinstance(value, Mapping)
        every = _listed(value) if is_numbered else value
        if not isinstance(every, list):
            yield Mismatch(path, "value", (), "a list", value)
            return
        for number, one in enumerate(every):
            yield from self.match(element, one, _join(path, str(number)))

    def _alternate(self, kind: Mapping[str, Any], value: Any, path: str) -> Iterator[Mismatch]:
        branches = [one["type"] for one in kind["members"]]
        for branch in branches:
            if self._could_be(branch, value):
                yield from self.match(branch, value, path)
                return
        words = " or ".join(dict.fromkeys(map(self._in_words, branches)))
        yield Mismatch(path, "value", (), words, value)

    def _could_be(self, name: str, value: Any) -> bool:
        """Whether a value is of the same shape as a type, which decides between branches."""
        kind = self._schema[name]
        match kind["meta-type"]:
            case "object":
                return isinstance(value, Mapping)
            case "array":
                return isinstance(value, list)
            case "enum":
                return isinstance(value, str)
        return self._scalars[kind["json-type"]].is_one(value)

    def _in_words(self, name: str) -> str:
        kind = self._schema[name]
        if kind["meta-type"] == "builtin":
            return self._scalars[kind["json-type"]].expected
        return {"object": "a structure", "array": "a list", "enum": "a text"}[kind["meta-type"]]


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _listed(tree: Mapping[str, Any]) -> list[Any] | None:
    """The list that the keys 0, 1, 2 ... write; ``None`` where they write none."""
    names = [str(number) for number in range(len(tree))]
    return [tree[name] for name in names] if tree.keys() == set(names) else None


# Values, as texts and as JSON has them.


class _Scalar(NamedTuple):
    expected: str
    is_one: Callable[[Any], bool]


_WHOLE: Final = integer(-(1 << 63), (1 << 64) - 1)


def _reads(read: Callable[[str], object], text: object) -> bool:
    if not isinstance(text, str):
        return False
    try:
        read(text)
    except (InvalidOption, ValueError):
        return False
    return True


def _bounds(kind: str, dialect: Dialect) -> tuple[int, int]:
    """The least and the most that a kind of number can be."""
    bits = 64 if kind == "size" else int(kind.removeprefix("u").removeprefix("int"))
    if kind.startswith("int"):
        return -(1 << bits - 1), (1 << bits - 1) - 1
    # QEMU takes a negative number for a great one, but not everywhere.
    return (-(1 << 63) if bits == 64 and dialect != "opts" else 0), (1 << bits) - 1


def _is_real(text: object) -> bool:
    return _reads(float, text) and math.isfinite(float(str(text)))


_TEXTS: Final = {
    "string": _Scalar("a text", lambda value: isinstance(value, str)),
    "int": _Scalar("a whole number", lambda value: _reads(_WHOLE.read, value)),
    "number": _Scalar("a number", _is_real),
    "boolean": _Scalar("on or off", lambda value: _reads(parse_switch, value)),
    "null": _Scalar("null, which only JSON has", lambda _: False),
    "value": _Scalar("anything", lambda _: True),
}
_VALUES: Final = {
    "string": _TEXTS["string"],
    "int": _Scalar("a whole number", lambda value: value.__class__ is int),
    "number": _Scalar("a number", lambda value: value.__class__ in {int, float}),
    "boolean": _Scalar("true or false", lambda value: isinstance(value, bool)),
    "null": _Scalar("null", lambda value: value is None),
    "value": _TEXTS["value"],
}

"""Random trees for a QAPI schema: right ones, and ones with a mistake or two in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qemubuild.capabilities.schema import members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from qemubuild.capabilities.schema import Schema

_LEAST = {"string": "x", "int": 1, "number": 1, "boolean": False, "null": None, "value": 1}
_ODD = ("x", "on", True, None, 1, -1, 1.5, 70000, 1 << 31, 1 << 63, [], ["x"], {}, {"x": 1})


def least(schema: Schema, name: str) -> Any:
    """The smallest value of a type."""
    kind = schema[name]
    match kind["meta-type"]:
        case "enum":
            return kind["values"][0]
        case "array":
            return []
        case "alternate":
            names = [one["type"] for one in kind["members"]]
            return least(schema, min(names, key=lambda one: schema[one]["meta-type"] == "object"))
        case "builtin":
            return _LEAST[kind["json-type"]]
    return smallest(schema, name, {})


def smallest(schema: Schema, name: str, tree: dict[str, Any]) -> dict[str, Any]:
    """A tree with all that the type asks for."""
    while lacking := [
        (key, one["type"])
        for key, one in members(schema, name, tree).items()
        if "default" not in one and key not in tree
    ]:
        key, kind = lacking[0]
        tree[key] = least(schema, kind)
    return tree


class Trees:
    """What makes trees of one type, such as the argument of ``blockdev-add``.

    Args:
        tag: the member that says of which kind a tree is.
        fixed: members that every tree has as they are here.
    """

    def __init__(self, schema: Schema, name: str, tag: str, fixed: dict[str, Any]) -> None:
        self._schema, self._name, self._tag, self._fixed = schema, name, tag, fixed

    def random(self, random: Random) -> Iterator[dict[str, Any]]:
        """Trees without end."""
        kinds = [one["case"] for one in self._schema[self._name]["variants"]]
        while True:
            tree = {self._tag: random.choice(kinds), **self._fixed}
            tree = smallest(self._schema, self._name, tree)
            for _ in range(random.choice((0, 1, 1, 2))):
                self._change(tree, random)
            yield tree

    def _change(self, tree: dict[str, Any], random: Random) -> None:
        known = members(self._schema, self._name, tree)
        free = [key for key in known if key != self._tag and key not in self._fixed]
        chance = random.random()
        if not free or chance < 0.1:
            tree["no-such"] = 1
        elif chance < 0.2:
            tree.pop(random.choice(free), None)
        else:
            key = random.choice(free)
            tree[key] = self._value(known[key]["type"], random)

    def _value(self, name: str, random: Random) -> Any:
        """A value that fits, or one that may not."""
        kind = self._schema[name]
        if kind["meta-type"] == "object" and kind["members"] and random.random() < 0.8:
            tree = smallest(self._schema, name, {})
            inner = random.choice(kind["members"])
            return {**tree, inner["name"]: self._value(inner["type"], random)}
        if kind["meta-type"] == "enum" and random.random() < 0.5:
            return random.choice(kind["values"])
        return least(self._schema, name) if random.random() < 0.3 else random.choice(_ODD)


def dotted(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """The same as keys and texts; what they cannot write is left out."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from dotted(value, f"{path}{key}.")
        elif isinstance(value, list):
            yield from dotted(
                {str(number): one for number, one in enumerate(value)}, f"{path}{key}."
            )
        elif isinstance(value, bool):
            yield path + key, "on" if value else "off"
        elif value is not None:
            yield path + key, str(value)

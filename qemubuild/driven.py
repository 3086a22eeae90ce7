"""Options with a driver and an open set of properties: ``-device``, ``-object``, ``-blockdev`` ...

QEMU takes some of them in two spellings; what was read as JSON is written as JSON, and so is a
structure that the other spelling cannot hold::

    -device virtio-net-pci,netdev=n0,disable-legacy=on
    -device {"driver":"virtio-net-pci","netdev":"n0","disable-legacy":true}
    -blockdev driver=qcow2,node-name=d0,file.driver=file,file.filename=a.qcow2
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import Option, check_key, remember_bare
from qemubuild.values import NAME, TEXT, Kind

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Value = str | int | float | os.PathLike[str] | Sequence["Value"] | Mapping[str, "Value"] | None

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# Surrogates and noncharacters, which QEMU's JSON refuses, escaped or not (util/unicode.c).
_NOT_IN_JSON: Final = "[\ud800-\udfff\ufdd0-\ufdef{}]".format(
    "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
)


class Driven(Option, init=False):
    """An option with a driver and properties whose names only QEMU knows in full.

    Attributes:
        driver: what QEMU calls it.
        properties: QEMU's own names to values, in the order they are written; ``True`` is
            ``on``. Given by name where Python's grammar allows, else in a mapping:
            ``Device("virtio-net-pci", {"disable-legacy": True}, netdev="n0")``.
    """

    implied: ClassVar[str] = "driver"
    """The key that QEMU puts before the driver."""
    default: ClassVar[str] = ""
    """The driver that QEMU takes where a command names none."""
    lists: ClassVar[frozenset[str]] = frozenset()
    """The keys that may stand more than once; their values are tuples."""
    takes_json: ClassVar[bool] = True
    """Whether QEMU also takes it as JSON."""
    dotted: ClassVar[bool] = False
    """Whether QEMU reads it as keyval, where dotted keys write a structure."""
    repeats = True

    _as_json: ClassVar[bool] = False
    """Whether it is written as JSON; an option's own where it was read so."""

    driver: str
    properties: Mapping[str, Value]

    def __init__(
        self, driver: str, properties: Mapping[str, Value] = _NOTHING, /, **more: Value
    ) -> None:
        given = {
            name: _copied(value)
            for name, value in {**properties, **more}.items()
            if value is not None or self.dotted  # where QEMU has a null, it says something
        }
        named: object = driver
        if not isinstance(named, str):
            cause = InvalidOption(f"expected text, got {driver!r}", hint="write it as a string")
            raise self._invalid(self.implied, cause)
        self.__dict__.update(driver=driver, properties=MappingProxyType(given))
        self.__attrs_post_init__()

    def get(self, name: str) -> str | None:
        """A property as QEMU is given it, or ``None``; a structure is none."""
        value = self.properties.get(name)
        return None if value is None or _is_structure(value) else _write_value(value)

    def tree(self) -> dict[str, Any]:
        """The properties as QEMU understands them: what dotted keys mean is a structure.

        A key that is both a value and a structure, which QEMU refuses, keeps its value.
        """
        if self._as_json or not self.dotted:
            return dict(self.properties)
        return _structured(self.properties)

    def render(self) -> str:
        """Write the driver and its properties."""
        if self._as_json or (self.takes_json and self._needs_json()):
            return self._render_json()
        pairs = [(self.implied, self._write("driver", NAME, self.driver))]
        for name, value in self._flat(self.properties.items()):
            pairs.append((check_key(self, "properties", name), self._write(name, _VALUE, value)))
        return grammar.render(pairs, implied=self.implied)

    def _flat(
        self, items: Iterable[tuple[str, Any]], prefix: str = ""
    ) -> Iterator[tuple[str, Any]]:
        """Each value with its whole key."""
        for name, value in items:
            if name in self.lists and isinstance(value, tuple | list):
                yield from ((prefix + name, one) for one in value)
            elif not _is_structure(value):
                yield prefix + name, value
            elif isinstance(value, Mapping):
                yield from self._flat(value.items(), f"{prefix}{name}.")
            elif value is not None:
                numbered = ((str(number), one) for number, one in enumerate(value))
                yield from self._flat(numbered, f"{prefix}{name}.")

    def _needs_json(self) -> bool:
        structures = [
            value
            for name, value in self.properties.items()
            if _is_structure(value) and name not in self.lists
        ]
        return bool(structures) and not (self.dotted and all(map(_is_dotted, structures)))

    def _render_json(self) -> str:
        import json  # noqa: PLC0415 - most command lines have none

        try:
            text = json.dumps(
                {self.implied: self.driver, **self.tree()},
                separators=(",", ":"),
                ensure_ascii=False,
                allow_nan=False,
                default=_for_json,
            )
        except InvalidOption as cause:
            raise self._invalid("properties", cause) from None
        except ValueError:
            problem = InvalidOption(
                "JSON has neither infinite numbers nor nan", hint="write a finite number"
            )
            raise self._invalid("properties", problem) from None
        if odd := re.search(_NOT_IN_JSON, text):
            problem = InvalidOption(
                f"{odd[0]!r} can stand in no JSON that QEMU reads",
                hint="write plain properties, which are no JSON, or rename the file",
            )
            raise self._invalid("properties", problem)
        return text

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the driver and its properties; outside of JSON each value stays text."""
        text = value or ""
        if cls.takes_json and text.startswith("{"):
            return cls._parse_json(text)
        properties: dict[str, Any] = {}
        items = cls._items(text)
        for item in items:
            if item.key in cls.lists:
                properties[item.key] = (*properties.get(item.key, ()), item.value)
            elif item.key == "id" and not cls.dotted:
                properties.setdefault("id", item.value)  # of several, QEMU takes the first
            else:
                properties[item.key] = item.value
        return remember_bare(cls(properties.pop(cls.implied, cls.default), properties), items)

    @classmethod
    def _items(cls, text: str) -> list[grammar.Item]:
        read = grammar.parse_keyval if cls.dotted else grammar.parse
        return read(text, implied=cls.implied)

    @classmethod
    def _parse_json(cls, text: str) -> Self:
        properties = _read_json(text)
        driver = properties.pop(cls.implied, None)
        if not isinstance(driver, str):
            raise CommandSyntaxError(
                f"{cls.flag} has no text for {cls.implied!r}, which it needs",
                text,
                (0, len(text)),
                hint=f'write {{"{cls.implied}":"...", and the rest',
            )
        option = cls.__new__(cls)
        option.__dict__.update(
            driver=driver, properties=MappingProxyType(properties), _as_json=True
        )
        option.__attrs_post_init__()
        return option

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        if self._as_json:
            return type(self).parse, (self.words[1],)
        return type(self), (self.driver, dict(self.properties))

    def __repr__(self) -> str:
        name = type(self).__name__
        rest = f", {dict(self.properties)!r}" if self.properties else ""
        return f"{name}({self.driver!r}{rest})"


def _is_structure(value: object) -> bool:
    return value is None or isinstance(value, Mapping | list | tuple)


def _is_dotted(value: Any) -> bool:
    """Whether dotted keys can write a structure: it has no empty part, and no null."""
    if not _is_structure(value):
        return True
    return bool(value) and all(
        map(_is_dotted, value.values() if isinstance(value, Mapping) else value)
    )


def _copied(value: Any) -> Any:
    """A value that nobody else can change."""
    if isinstance(value, Mapping):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _structured(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping whose keys have no dots, so that what is inside is a mapping in its place."""
    tree: dict[str, Any] = {}
    for name, value in properties.items():
        head, dot, rest = name.partition(".")
        inner = {rest: value} if dot else value
        if not isinstance(inner, Mapping):
            tree[head] = inner
        elif isinstance(before := tree.get(head, {}), Mapping):
            tree[head] = _structured({**before, **inner})
    return tree


# A string of JSON's; QEMU's own JSON knows them in single quotes, too (qobject/json-lexer.c).
_STRING: Final = r'"(?:[^"\\]|\\.)*"|\'(?P<single>(?:[^\'\\]|\\.)*)\''
_QUOTED: Final = r'\\.|"'


def _read_json(text: str) -> dict[str, Any]:
    import json  # noqa: PLC0415 - most command lines have none

    def in_double_quotes(found: re.Match[str]) -> str:
        inside = found["single"]
        return found[0] if inside is None else f'"{re.sub(_QUOTED, quoted, inside)}"'

    def quoted(found: re.Match[str]) -> str:
        return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) < len(pairs):
            raise ValueError("a key stands there twice")
        return read

    strict = re.sub(_STRING, in_double_quotes, text) if "'" in text else text
    start, end, why = 0, len(text), "it is nested too deeply"
    try:
        read = json.loads(strict, object_pairs_hook=once)
    except json.JSONDecodeError as cause:
        start, end, why = cause.pos, cause.pos + 1, cause.msg
    except ValueError as cause:
        why = str(cause)
    except RecursionError:
        pass
    else:
        return read if isinstance(read, dict) else {}
    raise CommandSyntaxError(
        f"QEMU can read no such JSON: {why}",
        text,
        (start, end),
        hint="mend it there, or write key=value,key=value",
    )


def _for_json(value: object) -> object:
    """What json.dumps writes for a value that it does not know."""
    return dict(value) if isinstance(value, Mapping) else TEXT.write(value)


def _write_value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int | float) else TEXT.write(value)


_VALUE: Final = Kind(_write_value, str)

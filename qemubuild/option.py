"""The base of every option, and the registry that finds an option's class by its flag.

An option is an immutable value. Its fields say its grammar; writing and reading follow from them::

    class Name(Option):
        flag = "-name"
        implied = "guest"
        guest: str | None = key(TEXT, default=None)
        process: str | None = key(TEXT, default=None, kw_only=True)

    Name("web", process="qemu-web").words       # ("-name", "web,process=qemu-web")
    Name.parse("web,process=qemu-web")          # the same option again

A value that can never be right raises ``InvalidOption`` when the option is made, for an option is
written at once. What depends on other options is a finding, and waits until it is asked for.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    Protocol,
    Self,
    TypeVar,
    dataclass_transform,
)

import attrs

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.findings import Finding, Severity
from qemubuild.values import NAME, TEXT, Kind, Many, Verbatim, nearest

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qemubuild.claims import Claim

    Value = str | int | float | os.PathLike[str] | tuple[str, ...]
    C = TypeVar("C", bound=Claim)

_O = TypeVar("_O", bound="Option")

_NOTHING: Mapping[str, Any] = MappingProxyType({})

REGISTRY: dict[str, type[Option]] = {}
"""The class of each flag, such as ``"-smp"``."""


class MachineView(Protocol):
    """What an option sees of the machine that it is judged in."""

    @property
    def arch(self) -> str:
        """QEMU's name of the guest's architecture, such as ``x86_64``."""
        ...

    @property
    def options(self) -> tuple[Option, ...]:
        """Every option, in the order of the command line."""
        ...

    def find_all(self, kind: type[_O]) -> tuple[_O, ...]:
        """The options of a class, in order."""
        ...

    def claims(self, kind: type[C]) -> Sequence[tuple[Option, C]]:
        """What options claim, each with the option that does."""
        ...


def key(
    kind: Kind,
    *,
    name: str | None = None,
    default: Any = attrs.NOTHING,
    kw_only: bool = False,
) -> Any:
    """A field that is one ``key=value`` of the option.

    Args:
        kind: what it can hold.
        name: QEMU's key, where it is not the field's name with ``-`` for ``_``.
        default: ``None`` leaves the key out.
        kw_only: whether it has to be given by name.
    """
    return attrs.field(default=default, kw_only=kw_only, metadata={"key": name, "kind": kind})


class _Key(NamedTuple):
    """A key of an option: its field, its name on the command line, what it holds."""

    field: str
    name: str
    kind: Kind


@dataclass_transform(frozen_default=True, field_specifiers=(key, attrs.field))
class Option:
    """One option of QEMU's command line: a flag and what follows it."""

    flag: ClassVar[str] = ""
    """The flag as it is written, such as ``-smp``."""
    repeats: ClassVar[bool] = False
    """Whether QEMU takes it any number of times; otherwise a later one replaces it."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other flags that mean the same and are read alike."""

    _has_init: ClassVar[bool] = False
    """Whether it inherits an ``__init__`` of its own, which attrs is to leave alone."""
    _fields: ClassVar[tuple[attrs.Attribute[Any], ...]] = ()
    _keys: ClassVar[dict[str, _Key]] = {}

    def __init_subclass__(cls) -> None:
        # attrs only writes __init__ and freezes: eq, hash and repr are written once, below.
        attrs.frozen(cls, eq=False, repr=False, slots=False, init=not cls._has_init)
        cls._fields = attrs.fields(cls)  # type: ignore[arg-type] # attrs has just been here
        cls._keys = {
            field.name: _Key(
                field.name,
                field.metadata["key"] or field.name.replace("_", "-"),
                field.metadata["kind"],
            )
            for field in cls._fields
            if "kind" in field.metadata
        }
        if cls.__dict__.get("flag"):
            REGISTRY.update(dict.fromkeys((cls.flag, *cls.aliases), cls))

    def __attrs_post_init__(self) -> None:
        # The fields that hold text which is no value of theirs: `render` fills them in.
        self.__dict__["_unread"] = ()
        self.__dict__["words"] = self._compose()

    def _compose(self) -> tuple[str, ...]:
        value = self.render()
        return (self.flag,) if value is None else (self.flag, value)

    if TYPE_CHECKING:

        @property
        def words(self) -> tuple[str, ...]:
            """The arguments that QEMU is given: the flag, and what follows it."""
            ...

        @property
        def _unread(self) -> tuple[str, ...]: ...

    _bare: ClassVar[tuple[str, ...]] = ()

    def render(self) -> str | None:
        """Write what follows the flag, or ``None`` where nothing does."""
        return None

    @classmethod
    def parse(cls, value: str | None) -> Self:  # noqa: ARG003 - a flag alone has no value
        """Read what follows the flag; the inverse of `render`.

        Raises:
            CommandSyntaxError: it is not of this option's grammar.
            InvalidOption: it holds what can never be right.
        """
        return cls()

    def merged(self, later: Option) -> Option:
        """What a later option of this class leaves: itself alone, as QEMU takes the last one."""
        return later

    def claims(self) -> Iterable[Claim]:
        """State what others have to know of this option."""
        return ()

    def findings(self, machine: MachineView) -> Iterable[Finding]:  # noqa: ARG002 - the default
        """Judge this option in its machine, without asking a host or a binary."""
        return ()

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings of this option: its own, and those that every option can have."""
        if not self._unread and not self._bare:
            return self.findings(machine)
        return [
            *map(self._not_read, self._unread),
            *map(self._read_bare, self._bare),
            *self.findings(machine),
        ]

    def _read_bare(self, name: str) -> Finding:
        return self.hint(
            "bare-word",
            f"{name!r} stood there as a bare word, which QEMU has deprecated since 6.0",
            "it is written with =on or =off from here",
        )

    def _not_read(self, field: str) -> Finding:
        text = self.__dict__[field]
        try:
            self._keys[field].kind.read(text)
            mend = "write a value of its kind"
        except InvalidOption as cause:
            mend = cause.hint
        if "$" in text:
            return self.hint(
                "value-unresolved", f"{field} is {text!r}, a shell's variable", mend, field
            )
        return self.error("value-not-read", f"{field} cannot be {text!r}", mend, field)

    def explain(self) -> str:
        """Say in plain words what this option does, and what leaving it out would mean."""
        return f"{self.flag} is passed to QEMU as it stands."

    def error(self, code: str, message: str, hint: str, field: str = "") -> Finding:
        """A finding about this option: QEMU refuses it."""
        return Finding(code, Severity.ERROR, self, field, message, hint)

    def warning(self, code: str, message: str, hint: str, field: str = "") -> Finding:
        """A finding about this option: it starts, and may well not be what was meant."""
        return Finding(code, Severity.WARNING, self, field, message, hint)

    def hint(self, code: str, message: str, hint: str, field: str = "") -> Finding:
        """A finding about this option: it works, and could be better."""
        return Finding(code, Severity.HINT, self, field, message, hint)

    def _write(self, field: str, kind: Kind, value: Any) -> str:
        if value.__class__ is Verbatim:
            self.__dict__["_unread"] = (*self._unread, field)
            return str(value)
        try:
            return kind.write(value)
        except InvalidOption as cause:
            raise self._invalid(field, cause) from None

    def _invalid(self, field: str, cause: InvalidOption) -> InvalidOption:
        return InvalidOption(cause.message, hint=cause.hint, option=self.flag, field=field)

    def _given(self) -> Iterator[tuple[str, Any]]:
        """The fields that say something, in order."""
        for field in self._fields:
            value = self.__dict__[field.name]
            if value is not None and value != field.default:
                yield field.name, dict(value) if isinstance(value, MappingProxyType) else value

    def __eq__(self, other: object) -> bool:
        # Options are equal when QEMU is told the same: 8192 and "8192" are.
        if isinstance(other, Option):
            return type(self) is type(other) and self.words == other.words
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.words)

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        return _rebuild, (type(self), dict(self._given()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._given())
        return f"{type(self).__name__}({fields})"


def _rebuild(option: type[_O], fields: dict[str, Any]) -> _O:
    return option(**fields)


class Flag(Option):
    """An option that is its flag and nothing more."""


class Plain(Option):
    """An option whose value QEMU takes as it stands: its one field."""

    def render(self) -> str:
        """Write the value."""
        ((field, known),) = self._keys.items()
        return self._write(field, known.kind, self.__dict__[field])

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the value."""
        ((_, known),) = cls._keys.items()
        return cls(**{known.field: _read(known.kind, value or "")})


class Keyed(Option):
    """An option in QEMU's ``key=value,key=value``.

    Attributes:
        extra: keys that the class has no field for, in the order they are written.
    """

    implied: ClassVar[str] = ""
    """The key that QEMU puts before a first value that has none."""
    syntax: ClassVar[Callable[..., list[grammar.Item]]] = grammar.parse
    """How QEMU reads it: `grammar.parse` or `grammar.parse_keyval`."""
    merges: ClassVar[bool] = False
    """Whether QEMU reads a second one as more keys for the first."""

    extra: Mapping[str, str] = attrs.field(default=_NOTHING, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.extra is not _NOTHING:
            self.__dict__["extra"] = MappingProxyType(dict(self.extra))
        super().__attrs_post_init__()

    def render(self) -> str:
        """Write every key that is given."""
        return grammar.render(self._pairs(), implied=self.implied)

    def _pairs(self) -> list[tuple[str, str]]:
        # This runs whenever an option is made, so it looks at given fields alone.
        keys = self._keys
        pairs = []
        for field, value in self.__dict__.items():
            if value is None or field not in keys:
                continue
            _, name, kind = keys[field]
            if kind.__class__ is Many:
                pairs += [(name, self._write(field, kind, one)) for one in value]
            else:
                pairs.append((name, self._write(field, kind, value)))
        for name, value in self.extra.items():
            pairs.append((_check_key(self, "extra", name), self._write("extra", TEXT, value)))
        return pairs

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read ``key=value,key=value``; an unknown key is kept in `extra`."""
        return cls._made_of(cls.syntax(value or "", implied=cls.implied), value or "")

    @classmethod
    def _made_of(cls, items: list[grammar.Item], text: str) -> Self:
        fields: dict[str, Any] = {}
        extra: dict[str, str] = {}
        by_name = {known.name: known for known in cls._keys.values()}
        for item in items:
            known = by_name.get(item.key)
            if known is None:
                extra[item.key] = item.value
            elif known.kind.__class__ is Many:
                fields[known.field] = (
                    *fields.get(known.field, ()),
                    _read(known.kind, item.value),
                )
            else:
                fields[known.field] = _read(known.kind, item.value)
        for field in cls._fields:
            if field.default is attrs.NOTHING and field.name not in fields:
                name = cls._keys[field.name].name
                raise CommandSyntaxError(
                    f"{cls.flag} has no {name}=, which it needs",
                    text,
                    (0, max(len(text), 1)),
                    hint=f"add {name}=",
                )
        return _remember_bare(cls(**fields, extra=extra), items)

    def merged(self, later: Option) -> Option:
        """What a later option of this class leaves: more keys, where QEMU merges them."""
        if not self.merges or not isinstance(later, type(self)):
            return later
        fields = dict(self._given()) | dict(later._given())  # noqa: SLF001 - of the same class
        return type(self)(**fields | {"extra": {**self.extra, **later.extra}})

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings of this option, those about its unknown keys too."""
        if not self.extra:
            return super().judge(machine)
        unknown = [self._unknown(name) for name in self.extra if not self.knows(name)]
        return [*unknown, *super().judge(machine)]

    def knows(self, name: str) -> bool:  # noqa: ARG002 - the default
        """Whether a key in `extra` is one of QEMU's, though it has no field here."""
        return False

    def _unknown(self, name: str) -> Finding:
        names = [known.name for known in self._keys.values()]
        return self.warning(
            "unknown-key",
            f"{name!r} is no key of {self.flag} that is known here",
            f"{nearest(name, names)}the keys are {', '.join(names)}",
            "extra",
        )


class Driven(Option):
    """An option with a driver and properties whose names only QEMU knows in full.

    Attributes:
        driver: what QEMU calls it.
        properties: QEMU's own names to values, in the order they are written; ``True`` is
            ``on``. Given by name where Python's grammar allows, else in a mapping:
            ``Device("virtio-net-pci", {"disable-legacy": True}, netdev="n0")``.
    """

    implied: ClassVar[str] = "driver"
    """The key that QEMU puts before the driver."""
    repeats = True

    lists: ClassVar[frozenset[str]] = frozenset()
    """The keys that may stand more than once; their values are tuples."""

    _has_init = True

    driver: str
    properties: Mapping[str, Value]

    def __init__(
        self, driver: str, properties: Mapping[str, Value] = _NOTHING, /, **more: Value
    ) -> None:
        self.__dict__.update(driver=driver, properties=MappingProxyType({**properties, **more}))
        self.__attrs_post_init__()

    def get(self, name: str) -> str | None:
        """A property as QEMU is given it, or ``None``."""
        value = self.properties.get(name)
        return None if value is None else _write_value(value)

    def render(self) -> str:
        """Write the driver and its properties."""
        pairs = [(self.implied, self._write("driver", NAME, self.driver))]
        for name, value in self.properties.items():
            _check_key(self, "properties", name)
            values = value if isinstance(value, tuple) else (value,)
            pairs += [(name, self._write(name, _VALUE, one)) for one in values]
        return grammar.render(pairs, implied=self.implied)

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read the driver and its properties; each value stays text."""
        properties: dict[str, Any] = {}
        items = grammar.parse(value or "", implied=cls.implied)
        for item in items:
            if item.key in cls.lists:
                properties[item.key] = (*properties.get(item.key, ()), item.value)
            elif item.key == "id":
                properties.setdefault("id", item.value)  # of several, QEMU takes the first
            else:
                properties[item.key] = item.value
        return _remember_bare(cls(properties.pop(cls.implied, ""), properties), items)

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        return type(self), (self.driver, dict(self.properties))


def _remember_bare(option: _O, items: Iterable[grammar.Item]) -> _O:
    """Note which keys were read as bare words, an old spelling that is not written again."""
    if bare := tuple(item.key for item in items if item.bare):
        option.__dict__["_bare"] = bare
    return option


def _check_key(option: Option, field: str, name: str) -> str:
    if not name or "=" in name or "," in name:
        raise InvalidOption(
            f"{name!r} cannot be a key: QEMU has no way to write '=' or ',' in one",
            hint="look the key up in QEMU's documentation of the option",
            option=option.flag,
            field=field,
        )
    return name


def _write_value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, (int, float)) else TEXT.write(value)


_VALUE = Kind(_write_value, str)


def _read(kind: Kind, text: str) -> Any:
    """Read a value, or keep the text where it is none: nothing that was written is lost."""
    try:
        value = kind.read(text)
        kind.write(value)
    except InvalidOption:
        return Verbatim(text)
    return value

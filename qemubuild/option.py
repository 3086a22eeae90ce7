"""The base of every option, and the registry that finds an option's class by its flag.

An option is an immutable value, and knows how it is written, read, judged and explained. Most are
``key=value,key=value`` (`keyed.py`), or a driver and its properties (`driven.py`); here are those
that are a flag alone, and a flag with one plain value.

A value that can never be right raises ``InvalidOption`` when the option is made, for an option is
written at once. What depends on other options is a finding, and waits until it is asked for.
"""

from __future__ import annotations

from threading import RLock
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

from qemubuild.errors import InvalidOption
from qemubuild.findings import Finding, Severity
from qemubuild.shown import shown_by
from qemubuild.values import Kind, Verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from inspect import Signature

    from qemubuild.capabilities import Qemu
    from qemubuild.claims import Claim
    from qemubuild.grammar import Item

    C = TypeVar("C", bound=Claim)

_O = TypeVar("_O", bound="Option")

REGISTRY: dict[str, type[Option]] = {}
"""The class of each flag, such as ``"-smp"``."""


class MachineView(Protocol):
    """What an option sees of the machine that it is judged in."""

    def __hash__(self) -> int: ...

    @property
    def arch(self) -> str:
        """QEMU's name of the guest's architecture, such as ``x86_64``; ``""`` if not known."""
        ...

    @property
    def binary(self) -> str:
        """QEMU's program, by name or path."""
        ...

    @property
    def options(self) -> tuple[Option, ...]:
        """Every option, in the order of the command line."""
        ...

    @property
    def flags(self) -> frozenset[str]:
        """The flag of every option; ``""`` where nothing is known of one."""
        ...

    @property
    def qemu(self) -> Qemu | None:
        """The QEMU that is to run it, and what it can do; ``None`` where that is not known."""
        ...

    @property
    def frame(self) -> MachineView:
        """The machine without its drives, which many machines have in common."""
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


class Key(NamedTuple):
    """A key of an option: its field, its name on the command line, what it holds."""

    field: str
    name: str
    kind: Kind


class _ByAttrs:
    """What attrs makes of a class: made when it is first wanted, for it costs an import dearly."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, option: object, kind: type[Option]) -> Any:
        owner = next(base for base in kind.__mro__ if "_fields" in base.__dict__)
        with _MAKING:
            if owner.__dict__["_fields"] is _BY_ATTRS["_fields"]:
                _make(owner)
        return getattr(owner, self._name)


_MAKING = RLock()  # attrs makes the classes a class stands on as well
_BY_ATTRS = {name: _ByAttrs(name) for name in ("__attrs_attrs__", "_fields", "_keys")}


def _make(kind: type[Option]) -> None:
    """Have attrs write ``__init__``; eq, hash and repr are written once, in `Option`."""
    attrs.frozen(kind, eq=False, repr=False, slots=False, init=not kind._has_init)  # noqa: SLF001
    kind._fields = attrs.fields(kind)
    kind._keys = {  # noqa: SLF001
        field.name: Key(
            field.name,
            field.metadata["key"] or field.name.replace("_", "-"),
            field.metadata["kind"],
        )
        for field in attrs.fields(kind)
        if "kind" in field.metadata
    }


def _first_init(self: Option, *args: object, **kwargs: object) -> None:
    """The ``__init__`` of a class until its first option is made."""
    self._fields  # noqa: B018 - what makes attrs write the real one
    type(self).__init__(self, *args, **kwargs)


class _Signature:
    """The signature of a class's ``__init__`` as it really is, for help() and notebooks."""

    def __get__(self, option: object, kind: type[Option]) -> Signature:
        from inspect import signature  # noqa: PLC0415 - few look

        kind._fields  # noqa: B018 - what makes attrs write it
        shown = signature(kind.__init__)
        return shown.replace(parameters=list(shown.parameters.values())[1:])


class _Claimed:
    """What an option claims, from when it is first asked; `cached_property` takes a lock for it."""

    def __get__(self, option: Option, kind: type[Option]) -> tuple[Claim, ...]:
        found = option.__dict__["claimed"] = tuple(option.claims())
        return found


@dataclass_transform(frozen_default=True, field_specifiers=(key, attrs.field))
class Option:
    """One option of QEMU's command line: a flag and what follows it."""

    flag: ClassVar[str] = ""
    """The flag as it is written, such as ``-smp``."""
    repeats: ClassVar[bool] = False
    """Whether QEMU takes it any number of times; otherwise a later one replaces it."""
    adds_up: ClassVar[bool] = False
    """Whether QEMU takes each of several, though they are in each other's way: ``-cdrom``."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other flags that mean the same and are read alike."""
    archs: ClassVar[frozenset[str]] = frozenset()
    """The architectures whose QEMU has it; empty where all do."""
    since: ClassVar[str] = ""
    """The version of QEMU that brought it, where 7.2 lacks it."""
    removed: ClassVar[str] = ""
    """The version of QEMU that dropped it."""
    instead: ClassVar[str] = ""
    """What to write in place of one that was dropped: a mend, as findings have it."""
    is_drive: ClassVar[bool] = False
    """Whether it is a drive: machines differ by these more than by anything else."""
    heeds_drives: ClassVar[bool] = False
    """Whether judging it takes the machine's drives; it then is not judged without them."""

    image: ClassVar[Any] = None
    """The image it was made of, where a machine needs passphrases for it; an option's own then."""

    _has_init: ClassVar[bool] = False
    """Whether it inherits an ``__init__`` of its own, which attrs is to leave alone."""
    __signature__ = _Signature()
    __attrs_attrs__: ClassVar[tuple[attrs.Attribute[Any], ...]] = ()
    _fields: ClassVar[tuple[attrs.Attribute[Any], ...]] = ()
    _keys: ClassVar[dict[str, Key]] = {}
    _unread: ClassVar[tuple[str, ...]] = ()
    """The fields that hold text which is no value of theirs; an option's own where it has any."""
    bare: ClassVar[tuple[str, ...]] = ()
    """The keys that were read as bare words; an option's own where it has any."""

    def __init_subclass__(cls, *, init: bool = True) -> None:
        # Type checkers know init=False, too, and then take the __init__ that is there.
        if not init:
            cls._has_init = True
        if "__annotations__" in cls.__dict__:
            for name, later in _BY_ATTRS.items():
                setattr(cls, name, later)
            if not cls._has_init:
                cls.__init__ = _first_init  # type: ignore[method-assign] # until attrs writes it
        if cls.__dict__.get("flag"):
            REGISTRY.update(dict.fromkeys((cls.flag, *cls.aliases), cls))

    def __init__(self) -> None:
        self.__attrs_post_init__()

    def __setattr__(self, name: str, value: object) -> None:
        raise attrs.exceptions.FrozenInstanceError

    def __delattr__(self, name: str) -> None:
        raise attrs.exceptions.FrozenInstanceError

    def __attrs_post_init__(self) -> None:
        self.__dict__["words"] = self._compose()

    def _compose(self) -> tuple[str, ...]:
        value = self.render()
        return (self.flag,) if value is None else (self.flag, value)

    if TYPE_CHECKING:

        @property
        def words(self) -> tuple[str, ...]:
            """The arguments that QEMU is given: the flag, and what follows it."""
            ...

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

    claimed = _Claimed()
    """What `claims` states, which never changes."""

    def findings(self, machine: MachineView) -> Iterable[Finding]:  # noqa: ARG002 - the default
        """Judge this option in its machine, without asking a host or a binary."""
        return ()

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings of this option: its own, and those that every option can have."""
        if not self._unread:
            return self.findings(machine)
        return [*map(self._not_read, self._unread), *self.findings(machine)]

    def as_read(self) -> Iterable[Finding]:
        """What is found in how it was read, which an equal option need not share."""
        return [
            self.hint(
                "bare-word",
                f"{name!r} stood there as a bare word, which QEMU has deprecated since 6.0",
                "it is written with =on or =off from here",
            )
            for name in self.bare
        ]

    def _not_read(self, field: str) -> Finding:
        value = self.__dict__[field]
        text = value if isinstance(value, str) else next(v for v in value if type(v) is Verbatim)
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

    _repr_mimebundle_ = shown_by("machine.option")

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
        return cls(**{known.field: read_value(known.kind, value or "")})


def remember_bare(option: _O, items: Iterable[Item]) -> _O:
    """Note which keys were read as bare words, an old spelling that is not written again."""
    if bare := tuple(item.key for item in items if item.bare):
        option.__dict__["bare"] = bare
    return option


def check_key(option: Option, field: str, name: str) -> str:
    """A key as it is, if QEMU's grammar can carry it."""
    if not name or "=" in name or "," in name:
        raise InvalidOption(
            f"{name!r} cannot be a key: QEMU has no way to write '=' or ',' in one",
            hint="look the key up in QEMU's documentation of the option",
            option=option.flag,
            field=field,
        )
    return name


def read_value(kind: Kind, text: str) -> Any:
    """Read a value, or keep the text where it is none: nothing that was written is lost."""
    try:
        value = kind.read(text)
        kind.write(value)
    except InvalidOption:
        return Verbatim(text)
    return value

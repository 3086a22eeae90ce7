"""Options in QEMU's ``key=value,key=value``: the fields say the grammar, both ways.

An option is its fields, each with the kind of value it holds; a key is spelled once::

    class Name(Keyed):
        flag = "-name"
        implied = "guest"
        guest: str | None = key(TEXT, default=None)
        process: str | None = key(TEXT, default=None, kw_only=True)

    Name("web", process="qemu-web").words       # ("-name", "web,process=qemu-web")
    Name.parse("web,process=qemu-web")          # the same option again
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import attrs

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import Option, check_key, read_value, remember_bare
from qemubuild.values import TEXT, Many, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


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
    told: ClassVar[bool] = False
    """Whether a QEMU that was asked tells which keys there are."""

    extra: Mapping[str, str] = attrs.field(default=_NOTHING, kw_only=True)

    def __attrs_post_init__(self) -> None:
        extra: object = self.extra
        if extra is not _NOTHING:
            if not isinstance(extra, Mapping):
                cause = InvalidOption(f"{extra!r} is no mapping", hint="write {'key': 'value'}")
                raise self._invalid("extra", cause)
            self.__dict__["extra"] = MappingProxyType(dict(extra))
        self.__dict__["words"] = self._compose()

    def render(self) -> str:
        """Write every key that is given."""
        return grammar.render(self._pairs(), implied=self.implied)

    def _pairs(self) -> list[tuple[str, str]]:
        # This runs whenever an option is made, so it looks at given fields alone.
        keys = self._keys
        pairs: list[tuple[str, str]] = []
        given = [item for item in self.__dict__.items() if item[1] is not None and item[0] in keys]
        for field, value in given:
            _, name, kind = keys[field]
            if kind.__class__ is Many:
                if not isinstance(value, (tuple, list)):
                    cause = InvalidOption(f"{value!r} is no tuple", hint="write (value,)")
                    raise self._invalid(field, cause)
                pairs += [(name, self._write(field, kind, one)) for one in value]
            else:
                pairs.append((name, self._write(field, kind, value)))
        for name, value in self.extra.items():
            pairs.append((check_key(self, "extra", name), self._write("extra", TEXT, value)))
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
                    read_value(known.kind, item.value),
                )
            else:
                fields[known.field] = read_value(known.kind, item.value)
        for field in cls._fields:
            if field.default is attrs.NOTHING and field.name not in fields:
                name = cls._keys[field.name].name
                raise CommandSyntaxError(
                    f"{cls.flag} has no {name}=, which it needs",
                    text,
                    (0, max(len(text), 1)),
                    hint=f"add {name}=",
                )
        return remember_bare(cls(**fields, extra=extra), items)

    def merged(self, later: Option) -> Option:
        """What a later option of this class leaves: more keys, where QEMU merges them."""
        if not self.merges or not isinstance(later, type(self)):
            return later
        fields = dict(self._given()) | dict(later._given())  # noqa: SLF001 - of the same class
        return type(self)(**fields | {"extra": {**self.extra, **later.extra}})

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings of this option, those about its unknown keys too."""
        if not self.extra or machine.qemu is not None:  # which is asked (rules/by_qemu/keys.py)
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

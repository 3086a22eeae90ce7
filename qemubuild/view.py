"""What rules see: a machine's options and their claims, and the QEMU that it is judged for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import evolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.claims import Claim
    from qemubuild.findings import Finding
    from qemubuild.machine import Machine
    from qemubuild.option import Option

    C = TypeVar("C", bound=Claim)

_O = TypeVar("_O", bound="Option")
_Change = tuple["Option", "Option", "Option"]
"""What a ``-set`` leaves of an option, the option itself, and the ``-set``."""


class _Claims(dict[type, Any]):
    """What options claim, in their order, by the kind of claim."""

    def __init__(self, options: Iterable[Option]) -> None:
        for option in options:
            for claim in option.claimed:
                kind = claim.__class__
                if kind in self:
                    self[kind].append((option, claim))
                else:
                    self[kind] = [(option, claim)]

    def __missing__(self, kind: type) -> tuple[()]:
        return ()


class View:
    """A machine as `MachineView` has it: made for each check, and asked often."""

    __slots__ = ("_changes", "_found", "arch", "binary", "claims", "flags", "options", "qemu")

    def __init__(
        self,
        arch: str,
        binary: str,
        options: tuple[Option, ...],
        qemu: Qemu | None,
        changes: Sequence[_Change] = (),
    ) -> None:
        self.arch = arch
        self.binary = binary
        self.options = options
        self.qemu = qemu
        self._changes = changes
        self.flags = frozenset([option.flag for option in options])
        self._found: dict[type, tuple[Any, ...]] = {}
        if not TYPE_CHECKING:
            self.claims = _Claims(options).__getitem__  # the same, without a call in between

    if TYPE_CHECKING:

        def claims(self, kind: type[C]) -> Sequence[tuple[Option, C]]:
            """What options claim, each with the option that does."""
            ...

    @classmethod
    def of(cls, machine: Machine, qemu: Qemu | None = None) -> Self:
        """See a machine, and a QEMU that is to run it."""
        arch = machine.arch or (qemu.arch if qemu else "")
        for option in machine.options:
            if option.flag == "-set":
                options, changes = _as_set(machine.options)
                return cls(arch, machine.binary, options, qemu, changes)
        return cls(arch, machine.binary, machine.options, qemu)

    def find_all(self, kind: type[_O]) -> tuple[_O, ...]:
        """The options of a class, in order."""
        found = self._found.get(kind)
        if found is None:
            found = tuple([option for option in self.options if isinstance(option, kind)])
            self._found[kind] = found
        return found

    def told(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Findings about what a ``-set`` changed, as they are about that, or what was changed."""
        return map(self._told, findings) if self._changes else findings

    def _told(self, found: Finding) -> Finding:
        for changed, option, changer in self._changes:
            if found.option == changed:
                name = getattr(changer, "name", "")
                fields = {name, "driver"} if name == "type" else {name}
                named = found.field.replace("_", "-") in fields
                return evolve(found, option=changer if named else option)
        return found


def _as_set(given: tuple[Option, ...]) -> tuple[tuple[Option, ...], list[_Change]]:
    """The options as each ``-set`` after them leaves them, which is how QEMU sees them."""
    options = list(given)
    changes = []
    for later, changer in enumerate(given):
        if changer.flag != "-set":
            continue
        for place, option in enumerate(options[:later]):
            changed = changer.changed(option)  # type: ignore[attr-defined] # it is a SetProperty
            if changed is not None:
                options[place] = changed
                changes.append((changed, given[place], changer))
    return tuple(options), changes

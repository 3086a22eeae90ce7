"""What rules see: a machine's options and their claims, and the QEMU that it is judged for."""

from __future__ import annotations

from functools import lru_cache
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
    """What options claim, each with the option that does, by the kind of claim."""

    def __missing__(self, kind: type) -> tuple[()]:
        return ()

    def and_of(self, options: Iterable[Option]) -> _Claims:
        """These, and what other options claim."""
        found = _Claims(self)
        for option in options:
            for claim in option.claimed:
                kind = claim.__class__
                found[kind] = (*found[kind], (option, claim))
        return found


class View:
    """A machine as `MachineView` has it: made for each check, and asked often."""

    __slots__ = (
        "_all_claims",
        "_changes",
        "_found",
        "arch",
        "binary",
        "claims",
        "flags",
        "frame",
        "options",
        "qemu",
    )

    frame: View
    flags: frozenset[str]
    _all_claims: _Claims

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
        self._found: dict[type, tuple[Any, ...]] = {}
        drives = [option for option in options if option.is_drive]
        if drives:
            rest = tuple([option for option in options if not option.is_drive])
            self.frame = _frame(arch, binary, rest, qemu)
            self.flags = self.frame.flags.union([option.flag for option in drives])
            self._all_claims = self.frame._all_claims.and_of(drives)  # noqa: SLF001 - of this very class
        else:
            self.frame = self
            self.flags = frozenset([option.flag for option in options])
            self._all_claims = _Claims().and_of(options)
        if not TYPE_CHECKING:
            self.claims = self._all_claims.__getitem__  # the same, without a call in between

    if TYPE_CHECKING:

        def claims(self, kind: type[C]) -> Sequence[tuple[Option, C]]:
            """What options claim, each with the option that does; those of drives come last."""
            ...

    @classmethod
    def of(cls, machine: Machine, qemu: Qemu | None = None) -> Self:
        """See a machine, and a QEMU that is to run it."""
        arch = machine.arch or (qemu.arch if qemu else "")
        view = cls(arch, machine.binary, machine.options, qemu)
        return view._as_set() if "-set" in view.flags else view

    def _as_set(self) -> Self:
        """See the options as each ``-set`` after them leaves them, which is how QEMU does."""
        options = list(self.options)
        changes = []
        for later, changer in enumerate(self.options):
            if changer.flag != "-set":
                continue
            for place, option in enumerate(options[:later]):
                changed = changer.changed(option)  # type: ignore[attr-defined] # it is a SetProperty
                if changed is not None:
                    options[place] = changed
                    changes.append((changed, self.options[place], changer))
        return type(self)(self.arch, self.binary, tuple(options), self.qemu, changes)

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


@lru_cache(maxsize=128)
def _frame(arch: str, binary: str, options: tuple[Option, ...], qemu: Qemu | None) -> View:
    return View(arch, binary, options, qemu)

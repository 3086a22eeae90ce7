"""What rules see: a machine's options and their claims, and the QEMU that it is judged for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from attrs import evolve

from qemubuild.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.machine import Machine
    from qemubuild.option import Option


_NONE: Final = dict.fromkeys(get_args(Claim), ())


def gather(options: Iterable[Option]) -> dict[type, Sequence[tuple[Option, Claim]]]:
    """What options claim, in their order, by every kind of claim that there is."""
    found: dict[type, Any] = _NONE.copy()
    for option in options:
        for claim in option.claimed:
            kind = claim.__class__
            if known := found[kind]:
                known.append((option, claim))
            else:
                found[kind] = [(option, claim)]
    return found


class View:
    """A machine as `MachineView` has it: made for each check, and asked often."""

    __slots__ = ("_changes", "arch", "binary", "claims", "find_all", "options", "qemu")

    def __init__(self, machine: Machine, qemu: Qemu | None) -> None:
        self.arch = machine.arch or (qemu.arch if qemu else "")
        self.binary = machine.binary
        self.options = machine.options
        self.find_all = machine.find_all
        self.claims = machine.claims
        self.qemu = qemu
        if not TYPE_CHECKING:
            self.claims = machine.claimed.__getitem__  # the same, without a call in between
        self._changes: list[tuple[Option, Option, Option]] = []
        for option in self.options:
            if option.flag == "-set":
                self._change(machine)
                break

    def _change(self, machine: Machine) -> None:
        """See the options as each ``-set`` after them leaves them, which is how QEMU does."""
        options = list(self.options)
        for later, changer in enumerate(self.options):
            if changer.flag != "-set":
                continue
            for place, option in enumerate(options[:later]):
                changed = changer.changed(option)  # type: ignore[attr-defined] # it is a SetProperty
                if changed is not None:
                    options[place] = changed
                    self._changes.append((changed, self.options[place], changer))
        if self._changes:
            seen = type(machine)(machine.binary, options)
            self.options, self.find_all, self.claims = seen.options, seen.find_all, seen.claims

    def told(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Findings about what a ``-set`` changed, as they are about that, or what was changed."""
        if not self._changes:
            yield from findings
            return
        for found in findings:
            for changed, option, changer in self._changes:
                if found.option is changed:
                    name = getattr(changer, "name", "")
                    fields = {name, "driver"} if name == "type" else {name}
                    named = found.field.replace("_", "-") in fields
                    yield evolve(found, option=changer if named else option)
                    break
            else:
                yield found

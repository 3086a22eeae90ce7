"""What changed from one machine to another, option by option."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from qemubuild.driven import Driven
from qemubuild.exporters.data import name_of
from qemubuild.ranges import Range
from qemubuild.shown import drawer, shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.display.picture import Picture
    from qemubuild.machine import Machine
    from qemubuild.option import Option

    Pair = tuple[Option, Option]


@frozen
class Change:
    """An option that has other values.

    Attributes:
        name: what to call it: ``"memory"``, ``"drive disk0"`` with its id, ``"drive 2"`` without.
        old: the option as it was.
        new: the option as it is.
    """

    name: str
    old: Option
    new: Option

    _repr_mimebundle_ = shown_by("diff.change")

    def __str__(self) -> str:
        before, after = _fields(self.old), _fields(self.new)
        changed = [
            (field, *values)
            for field in {**before, **after}
            if (values := (_shown(before.get(field)), _shown(after.get(field))))
            and values[0] != values[1]
        ]
        if not changed:  # other words for the same, such as JSON
            changed = [("", shlex.join(self.old.words), shlex.join(self.new.words))]
        elif before.keys() == after.keys() == {changed[0][0]}:
            changed = [("", *changed[0][1:])]  # it has nothing else: no need to say which
        return f"{self.name}: " + ", ".join(
            f"{field} {old} -> {new}".lstrip() for field, old, new in changed
        )


@frozen
class Diff:
    """What changed from one machine to another; false where nothing did.

    ``str()`` says it in words, a line for each change.

    Attributes:
        added: the options that only the new machine has.
        removed: the options that only the old machine has.
        changed: the options that both have, with other values.
        reordered: whether options that both have stand in another order.
        program: the old and the new QEMU program, where it is another.
    """

    added: tuple[Option, ...] = ()
    removed: tuple[Option, ...] = ()
    changed: tuple[Change, ...] = ()
    reordered: bool = False
    program: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return self != Diff()

    def picture(self) -> Picture:
        """A picture of the changes, before and after side by side."""
        return drawer("diff.draw")(self)  # type: ignore[no-any-return] # it is one

    _repr_mimebundle_ = shown_by("diff.table")

    def __str__(self) -> str:
        lines = (
            ["program: {} -> {}".format(*map(shlex.quote, self.program))] if self.program else []
        )
        lines += map(str, self.changed)
        lines += (f"removes {shlex.join(option.words)}" for option in self.removed)
        lines += (f"adds {shlex.join(option.words)}" for option in self.added)
        if self.reordered:
            lines.append("puts options in another order")
        return "\n".join(lines) or "nothing changed"


def diff(old: Machine, new: Machine) -> Diff:
    """Compare two machines."""
    left, right = list(old.options), list(new.options)
    # By place, for an option may stand in a machine more than once.
    pairs = sorted(_matched(left, right))
    places = [place for _, place in pairs]
    return Diff(
        added=_others(right, places),
        removed=_others(left, [place for place, _ in pairs]),
        changed=tuple(
            Change(_called(left, right, i, j), left[i], right[j])
            for i, j in pairs
            if left[i] != right[j]
        ),
        reordered=places != sorted(places),
        program=None if old.binary == new.binary else (old.binary, new.binary),
    )


def _others(options: Sequence[Option], places: Sequence[int]) -> tuple[Option, ...]:
    return tuple(option for place, option in enumerate(options) if place not in places)


def _matched(left: Sequence[Option], right: Sequence[Option]) -> Iterator[tuple[int, int]]:
    """The places of each option before and after: by its id, else by its words, else in turn."""
    free, waiting = dict(enumerate(right)), dict(enumerate(left))
    for same in (_same_id, _equal, _alike):
        for i, option in list(waiting.items()):
            place = next((j for j, other in free.items() if same(option, other)), None)
            if place is not None:
                del free[place], waiting[i]
                yield i, place


def _same_id(one: Option, other: Option) -> bool:
    return type(one) is type(other) and _id(one) is not None and _id(one) == _id(other)


def _equal(one: Option, other: Option) -> bool:
    return one == other


def _alike(one: Option, other: Option) -> bool:
    """Whether one may have become the other: neither has a name that the other has not."""
    if type(one) is not type(other) or one.words[0] != other.words[0]:
        return False
    if isinstance(one, Driven) and isinstance(other, Driven) and one.driver != other.driver:
        return False
    return _id(one) is None or _id(other) is None


def _id(option: Option) -> str | None:
    """What others call it, where it has such a name."""
    fields = _fields(option)
    for field in ("id", "node_name", "node-name", "nodeid"):
        if (name := fields.get(field)) is not None:
            return str(name)
    return None


def _called(left: Sequence[Option], right: Sequence[Option], i: int, j: int) -> str:
    option = left[i]
    name = name_of(type(option)) if option.flag else option.words[0]
    if (known := _id(option)) is not None and known == _id(right[j]):
        return f"{name} {known}"
    alike = [[one for one in options if type(one) is type(option)] for options in (left, right)]
    if max(map(len, alike)) == 1 or not option.flag:
        return name
    place = sum(type(one) is type(option) for one in left[: i + 1])
    return f"{name} {place}"


def _fields(option: Option) -> dict[str, Any]:
    """The fields that are given; those in a mapping by their own names."""
    fields: dict[str, Any] = {}
    for name, value in option._given():  # noqa: SLF001 - as pickle does
        fields.update(value if isinstance(value, Mapping) else {name: value})
    return fields


def _shown(value: object) -> str:
    if value is None:
        return "(not given)"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple | list) and not isinstance(value, Range):
        return ",".join(map(_shown, value))
    text = os.fsdecode(value) if isinstance(value, os.PathLike) else str(value)
    return shlex.quote(text)

"""Whatever a method is given, it refuses with a reason, or QEMU is told exactly that."""

from __future__ import annotations

import inspect
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.machine import Machine
from tests.hostile import NAMES

EMPTY = Machine()
# What does not give a machine, and what takes options and not their values.
_OTHERS = frozenset(
    "add argv binary arch check claimed claims command diff explain find find_all from_argv "
    "from_command from_dict from_pid launch options raw replace to_dict to_script to_systemd_unit "
    "topology wiring without".split()
)
METHODS = [name for name in dir(EMPTY) if not name.startswith("_") and name not in _OTHERS]
TEXTS = st.sampled_from(NAMES) | st.text(max_size=8) | st.sampled_from("1 4G on a0 help $X".split())
PLAIN = TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.builds(Path, TEXTS)
ODD = st.sampled_from([b"x", set(), object(), 1j, Path, bytearray(b"a")])
VALUES = st.recursive(PLAIN, lambda one: st.lists(one) | st.dictionaries(TEXTS, one)) | ODD


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Any], dict[str, Any]]:
    """A method, and something for what it needs and for some of what it takes."""
    name = draw(st.sampled_from(METHODS))
    given_, named = [], {}
    for one in inspect.signature(getattr(EMPTY, name)).parameters.values():
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            continue
        if one.default is one.empty or draw(st.integers(0, 3)) == 0:
            if one.kind is one.POSITIONAL_ONLY:
                given_.append(draw(VALUES))
            else:
                named[one.name] = draw(VALUES)
    return name, given_, named


@given(calls())
@settings(max_examples=120)
def test_any_call_is_refused_or_kept(call: tuple[str, list[Any], dict[str, Any]]):
    name, given_, named = call
    try:
        machine = getattr(EMPTY, name)(*given_, **named)
    except (InvalidOption, TypeError):
        return
    argv = machine.argv(check=False)
    assert not any("\0" in os.fsdecode(os.fsencode(word)) for word in argv)
    assert str(machine.check()) + str(machine) + machine.explain()
    assert Machine.from_dict(machine.to_dict()) == machine
    with suppress(CommandSyntaxError):  # which QEMU could not read either
        assert Machine.from_argv(argv).argv(check=False) == argv

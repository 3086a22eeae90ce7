"""What QEMU and ``check()`` say of one machine, and the smallest one on which they disagree."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from qemubuild.capabilities import Qemu
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.values import Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qemubuild.host import Host
    from qemubuild.option import Option
    from tests.oracle.world import World

SECONDS = 8
_SCREENS = {"-display", "-nographic", "-vnc", "-spice"}


class Waits(Exception):
    """QEMU neither started nor refused: it waits for somebody to connect."""


class Call(NamedTuple):
    """A call of a method of a machine."""

    method: str
    args: tuple[Any, ...] = ()
    keys: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        given = [repr(one) for one in self.args]
        given += [f"{name}={value!r}" for name, value in self.keys.items()]
        return f"{self.method}({', '.join(given)})"


class Kind(Enum):
    """How the two disagree."""

    CLEAN = "refused by QEMU though clean"
    FALSE = "refused by check though QEMU starts"
    STRICT = "refused at the call though QEMU takes it"


class Disagreement(NamedTuple):
    """A machine of which only one thinks that it starts, and why the other does not."""

    kind: Kind
    calls: tuple[Call, ...]
    argv: list[str]
    reason: str


def refusal(argv: Sequence[str], folder: Path | None = None) -> str | None:
    """What QEMU says when it refuses this very command line, or ``None`` when it starts.

    Nothing is added but -S, and where no screen is named, that there is none. QEMU ends in good
    order when it is asked to, and that it does only once everything has started.
    """
    screen = [] if _SCREENS & {*argv} else ["-display", "none"]
    with tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            [*argv, "-S", *screen],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, "DISPLAY": ""},
        )
        try:
            _ask_to_end(process)
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise Waits(argv) from None
        finally:
            process.kill()
            process.wait()
        stderr.seek(0)
        said = stderr.read().decode(errors="replace")
    return None if process.returncode == 0 and "terminating on signal" in said else said


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM as soon as QEMU catches it, which it does when its machine exists."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        with open(f"/proc/{process.pid}/status", "rb") as status:
            caught = next((line for line in status if line.startswith(b"SigCgt:")), b": 0")
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            process.terminate()
            return
        time.sleep(0.002)


class Judge:
    """Compares the two, in one world."""

    def __init__(self, world: World, host: Host) -> None:
        self.world = world
        self._host = host
        self._qemu = Qemu(world.qemu)

    def disagreements(self, calls: Sequence[Call]) -> list[Disagreement]:
        """Every disagreement over a machine, shrunk."""
        found = []
        taken = []
        for call in calls:
            try:
                _add(self._empty, call)
                taken.append(call)
            except InvalidOption as refused:
                if (strict := self._too_strict(call, refused)) is not None:
                    found.append(strict)
        for part in dict.fromkeys(self._parts(tuple(taken))):
            # Once more, since what the host has may have changed in between.
            if self._differ(part) is not None and (how := self._differ(part)) is not None:
                small = self._shrink(part, how)
                found.append(self._described(small, how[0]))
                break
        return found

    def _parts(self, calls: tuple[Call, ...]) -> Iterator[tuple[Call, ...]]:
        """A machine; what is left without all that has errors; that, and one thing that has some.

        Most random machines are wrong in several ways, of which QEMU tells the first.
        """
        yield calls
        clean = self._without_errors(calls)
        yield clean
        wrong = [call for call in calls if call not in clean]
        for one in wrong[:2]:
            yield tuple(call for call in calls if call in clean or call == one)

    def _without_errors(self, calls: tuple[Call, ...]) -> tuple[Call, ...]:
        while calls:
            errors = self._machine(calls).check(qemu=self._qemu, host=self._host).errors
            if not errors:
                break
            blamed = {error.option for error in errors}
            left = tuple(
                call for call in calls if blamed.isdisjoint(_add(self._empty, call).options)
            )
            calls = left if left != calls else calls[:-1]
        return calls

    @property
    def _empty(self) -> Machine:
        return Machine(self.world.qemu)

    def _machine(self, calls: Sequence[Call]) -> Machine:
        machine = self._empty
        for call in calls:
            machine = _add(machine, call)
        return machine

    def _differ(self, calls: Sequence[Call]) -> tuple[Kind, str] | None:
        """How the two disagree, if they do, and over what."""
        machine = self._machine(calls)
        errors = machine.check(qemu=self._qemu, host=self._host).errors
        try:
            said = refusal(machine.argv(check=False))
        except Waits:
            return None
        if (said is None) == (not errors):
            return None
        return (Kind.CLEAN, _gist(said)) if said is not None else (Kind.FALSE, errors[0].code)

    def _shrink(self, calls: tuple[Call, ...], how: tuple[Kind, str]) -> tuple[Call, ...]:
        for smaller in _smaller(calls):
            with contextlib.suppress(InvalidOption, TypeError):  # a key that it needs
                if self._differ(smaller) == how:
                    return self._shrink(smaller, how)
        return calls

    def _described(self, calls: tuple[Call, ...], kind: Kind) -> Disagreement:
        machine = self._machine(calls)
        argv = machine.argv(check=False)
        if kind is Kind.CLEAN:
            return Disagreement(kind, calls, argv, refusal(argv) or "(it says nothing)")
        errors = machine.check(qemu=self._qemu, host=self._host).errors
        return Disagreement(kind, calls, argv, "\n".join(map(str, errors)))

    def _too_strict(self, call: Call, refused: InvalidOption) -> Disagreement | None:
        """Give QEMU the very value that the call refused."""
        option = _verbatim(call, refused)
        if option is None:
            return None
        argv = [self.world.qemu, *option.words]
        with contextlib.suppress(Waits):
            if refusal(argv) is None:
                return Disagreement(Kind.STRICT, (call,), argv, str(refused))
        return None


def _gist(said: str) -> str:
    """What QEMU's last words are about, whatever the names and numbers in them."""
    last = (said.strip().splitlines() or [""])[-1].rpartition(": ")[2]
    return re.sub(r"'[^']*'|0x[0-9a-f]+|[0-9]+", "", last)


def _add(machine: Machine, call: Call) -> Machine:
    added: Machine = getattr(machine, call.method)(*call.args, **call.keys)
    return added


def _smaller(calls: tuple[Call, ...]) -> Iterator[tuple[Call, ...]]:
    """The machines with one option less, then those with one key less."""
    for place in range(len(calls)):
        yield calls[:place] + calls[place + 1 :]
    for place, call in enumerate(calls):
        for name in call.keys:
            keys = {key: value for key, value in call.keys.items() if key != name}
            yield (*calls[:place], call._replace(keys=keys), *calls[place + 1 :])


def _verbatim(call: Call, refused: InvalidOption) -> Option | None:
    """The option with the refused value as text, which is not judged; ``None`` if none can be."""
    keys = dict(call.keys)
    args = list(call.args)
    value = keys.get(refused.field, args[0] if args else None)
    text = {True: "on", False: "off"}.get(value) if isinstance(value, bool) else None
    written = Verbatim(text or value)
    if refused.field in keys:
        keys[refused.field] = written
    elif args:
        args[0] = written
    try:
        return _add(Machine(), call._replace(args=tuple(args), keys=keys)).options[0]
    except InvalidOption:
        return None

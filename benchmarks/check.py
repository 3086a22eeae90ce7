"""Judge the lesson's machine: by itself, and by a QEMU that was asked before; and ask a QEMU."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import build

from qemubuild import Qemu
from qemubuild.capabilities.ask import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from qemubuild import Machine

QEMU = "qemu-system-x86_64"
TIMES = 50
_DISKS = build.another()


def machine() -> Machine:
    """The lesson's machine with a disk of its own, so that nothing was judged before."""
    return build.machine(next(_DISKS))


def contestants() -> dict[str, Callable[[], float]]:
    """The seconds of one check, and of building what is checked."""
    qemu = Qemu(QEMU)
    return {
        "qemubuild": lambda: _timed(lambda one: one.check()),
        "by a QEMU too": lambda: _timed(lambda one: one.check(qemu=qemu)),
        "building it": lambda: _timed(lambda _: machine()),
    }


def _timed(act: Callable[[Machine], object]) -> float:
    machines = [machine() for _ in range(TIMES)]
    begin = time.perf_counter()
    for one in machines:
        act(one)
    return (time.perf_counter() - begin) / TIMES


def asking() -> dict[str, Callable[[], float]]:
    """The seconds of asking a QEMU everything, and of having it print its devices alone."""

    def everything() -> float:
        begin = time.perf_counter()
        ask(QEMU)
        return time.perf_counter() - begin

    def help_only() -> float:
        begin = time.perf_counter()
        subprocess.run([QEMU, "-device", "help"], capture_output=True, check=True)
        return time.perf_counter() - begin

    return {"qemubuild": everything, "-device help": help_only}

"""Start a guest until it is up, and stop it: the library, `subprocess` alone, and QEMU's own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qemubuild import Process

if TYPE_CHECKING:
    from collections.abc import Callable

QEMU = "qemu-system-x86_64"
ARGS = ["-accel", "tcg", "-nodefaults", "-display", "none", "-S"]
SOURCE = Path(__file__).parents[1] / ".bench" / "qemu"


def ours() -> Callable[[], object]:
    """With everything that keeps a guest from being lost, and its output from stopping it."""
    return Process.start([QEMU, *ARGS]).stop


def bare() -> Callable[[], object]:
    """As little as can be done to know that QEMU is up."""
    here, there = socket.socketpair()
    monitor = ["-chardev", f"socket,id=qmp,fd={there.fileno()}", "-mon", "qmp,mode=control"]
    qemu = subprocess.Popen(
        [QEMU, *ARGS, *monitor],
        pass_fds=[there.fileno()],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    there.close()
    here.sendall(b'{"execute": "qmp_capabilities"}\n')
    with here.makefile("rb") as answers:
        while "return" not in json.loads(answers.readline()):
            pass

    def stop() -> None:
        qemu.send_signal(signal.SIGTERM)
        qemu.wait()
        here.close()

    return stop


def qemus() -> Callable[[], object]:
    """What QEMU's own tests start it by."""
    from qemu.machine import QEMUMachine  # noqa: PLC0415 - it may not be there

    machine = QEMUMachine(QEMU, ARGS)
    machine.launch()
    return machine.shutdown


def contestants(part: Literal["start", "stop"]) -> dict[str, Callable[[], float]]:
    """Each with the seconds that it takes for its part; the other part is not counted."""
    found = {"qemubuild": ours, "subprocess": bare}
    if SOURCE.is_dir():
        sys.path.insert(0, str(SOURCE))
        found["qemu.machine"] = qemus

    def timed(start: Callable[[], Callable[[], object]]) -> Callable[[], float]:
        def once() -> float:
            begin = time.perf_counter()
            stop = start()
            up = time.perf_counter()
            stop()
            return up - begin if part == "start" else time.perf_counter() - up

        return once

    return {name: timed(start) for name, start in found.items()}

"""Start a guest until it is up, and stop it: the library, and `subprocess` alone."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from qemubuild import Process

if TYPE_CHECKING:
    from collections.abc import Callable

ARGV = ["qemu-system-x86_64", "-accel", "tcg", "-nodefaults", "-display", "none", "-S"]


def ours() -> float:
    """With everything that keeps a guest from being lost."""
    begin = time.perf_counter()
    Process.start(ARGV).stop()
    return time.perf_counter() - begin


def bare() -> float:
    """As little as can be done to know that QEMU is up."""
    begin = time.perf_counter()
    here, there = socket.socketpair()
    monitor = ["-chardev", f"socket,id=qmp,fd={there.fileno()}", "-mon", "qmp,mode=control"]
    with (
        here,
        subprocess.Popen(
            [*ARGV, *monitor], pass_fds=[there.fileno()], stderr=subprocess.DEVNULL
        ) as qemu,
    ):
        there.close()
        here.sendall(b'{"execute": "qmp_capabilities"}\n')
        with here.makefile("rb") as answers:
            while "return" not in json.loads(answers.readline()):
                pass
        qemu.send_signal(signal.SIGTERM)
    return time.perf_counter() - begin


def contestants() -> dict[str, Callable[[], float]]:
    """Each with the seconds that it takes."""
    return {"qemubuild": ours, "subprocess": bare}

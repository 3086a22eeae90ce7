"""Other Pythons that have guests, and waiting for what comes of it."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 30
EMPTY = ["qemu-system-x86_64", "-M", "none", "-nodefaults", "-display", "none"]


def another_python(code: str) -> str:
    """Run the code in another Python, which knows ``Process`` and ``EMPTY``; what it printed."""
    script = f"from qemubuild import Process\nEMPTY = {EMPTY}\n{code}"
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def wait_for(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)

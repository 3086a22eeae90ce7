"""The real QEMU as the judge: does it start this command line, and if not, what does it say?"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SECONDS = 30
_SCREENS = {"-display", "-nographic", "-vnc", "-spice"}


def refusal(
    argv: Sequence[str], *, cwd: Path | None = None, ask: Callable[[Monitor], object] | None = None
) -> str | None:
    """What QEMU says when it refuses to start, or ``None`` when it starts.

    It is started paused, and has started once it answers a command: its greeting comes before
    the machine exists. ``ask`` is called with its monitor then.
    """
    ours, theirs = socket.socketpair()
    ours.settimeout(SECONDS)
    monitor = ["-chardev", f"socket,id=judge,fd={theirs.fileno()}", "-mon", "judge,mode=control"]
    screen = [] if _SCREENS & {*argv} else ["-display", "none"]
    process = subprocess.Popen(
        [*argv, "-S", *screen, *monitor],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    try:
        with ours, contextlib.suppress(EOFError, ConnectionError):
            with ours.makefile("rwb") as stream:
                talk = Monitor(stream)
                talk.execute("qmp_capabilities")
                if ask:
                    ask(talk)
            return None
        return process.communicate(timeout=SECONDS)[1].decode(errors="replace")
    finally:
        process.kill()
        process.communicate()


class Monitor:
    """Just enough of QMP to ask a question and read its answer."""

    def __init__(self, stream: socket.SocketIO) -> None:
        self._stream = stream

    def execute(self, command: str, **arguments: object) -> object:
        """Ask, and return the answer."""
        request = {"execute": command, "arguments": arguments}
        self._stream.write(json.dumps(request).encode() + b"\n")
        self._stream.flush()
        while line := self._stream.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise AssertionError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]
        raise EOFError

    def file_of(self, device: str) -> str:
        """The file that a block device has open."""
        for block in self.execute("query-block"):
            if block["device"] == device:
                return block["inserted"]["image"]["filename"]
        raise AssertionError(f"no block device {device}")


def needs(program: str) -> str:
    """The path of a program that the project's own set-up installs."""
    path = shutil.which(program)
    assert path, f"{program} is not installed; `make test` installs it"
    return path

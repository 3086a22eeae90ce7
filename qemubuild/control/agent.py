"""The guest agent: a program inside the guest that does as it is told from outside.

QEMU only passes the words on, over a virtio serial port named ``org.qemu.guest_agent.0``; whether a
guest has the agent (``qemu-ga``) is a matter of its system.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from qemubuild.errors import ControlError
from qemubuild.shown import shows_fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qemubuild.control.talk import Lines, Talk
    from qemubuild.process import Process

_PORT: Final = "org.qemu.guest_agent.0"
_ANSWERS: Final = 5.0
"""Seconds for the agent to answer: a system that is up needs a few thousandths."""
_LOOKS: Final = 0.02
"""Seconds between two looks whether a program in the guest has ended."""
_NO_PORT: Final = (
    ".chardev('socket', id='qga', path='qga.sock', server=True, wait=False)"
    ".device('virtio-serial')"
    f".device('virtserialport', chardev='qga', name={_PORT!r})"
)


@shows_fields
class Ran(NamedTuple):
    """What became of a program in the guest.

    Attributes:
        code: its exit status, negative for a signal.
        stdout: what it wrote.
        stderr: what it wrote there.
    """

    code: int
    stdout: bytes
    stderr: bytes


class Agent:
    """The agent in a guest's system."""

    def __init__(self, guest: Process, control: Talk, lines: Lines) -> None:
        self._guest = guest
        self._control = control
        self._lines = lines

    async def ping(self, *, timeout: float | None = _ANSWERS) -> None:
        """See that the agent is there.

        Raises:
            TimeoutError: it does not answer: the guest's system is not up, or has none.
            ControlError: the machine has no port for it, or has ended.
        """
        await self.execute("guest-ping", timeout=timeout)

    async def execute(
        self,
        command: str,
        arguments: Mapping[str, Any] | None = None,
        /,
        *,
        timeout: float | None = _ANSWERS,
        **more: Any,
    ) -> Any:
        """Give the agent any of its commands, as ``Process.execute`` does QEMU.

        Raises:
            CommandError: it refuses.
            TimeoutError: it does not answer: the guest's system is not up, or has none.
            ControlError: the machine has no port for it, or has ended.
        """
        from qemubuild.control.loop import here

        return await here(self._execute(command, {**(arguments or {}), **more}, timeout))

    async def exec(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 - as subprocess calls it
        env: Mapping[str, str] | None = None,
        timeout: float | None = 60,
    ) -> Ran:
        """Run a program in the guest, and wait for its end.

        Args:
            argv: its path in the guest, and its arguments; there is no shell.
            input: what it reads from its standard input.
            env: its environment.
            timeout: how many seconds it may take; ``None`` for as long as it takes.

        Raises:
            CommandError: it cannot be run.
            TimeoutError: it still runs; or the agent does not answer.
            ControlError: the machine has no port for the agent, or has ended.
        """
        import asyncio

        program: dict[str, Any] = {
            "path": argv[0],
            "arg": list(argv[1:]),
            "capture-output": True,
        }
        if input:
            program["input-data"] = b64encode(input).decode()
        if env is not None:
            program["env"] = [f"{name}={value}" for name, value in env.items()]
        try:
            async with asyncio.timeout(timeout):
                begun = await self.execute("guest-exec", program)
                said = await self.execute("guest-exec-status", begun, timeout=None)
                while not said["exited"]:
                    await asyncio.sleep(_LOOKS)
                    said = await self.execute("guest-exec-status", begun, timeout=None)
        except TimeoutError as problem:
            text = str(problem) or f"{argv[0]!r} still runs in the guest after {timeout:g} seconds"
            raise TimeoutError(text) from None
        return Ran(
            -said["signal"] if "signal" in said else said["exitcode"],
            b64decode(said.get("out-data", "")),
            b64decode(said.get("err-data", "")),
        )

    async def _execute(
        self,
        command: str,
        arguments: Mapping[str, Any],
        timeout: float | None,
    ) -> Any:
        if self._lines.agent is None:
            from qemubuild.control.line import Line

            self._lines.agent = Line(self._guest, await self._socket(), greets=False)
        return await self._lines.agent.execute(command, arguments, timeout)

    async def _socket(self) -> str:
        """The socket on the host that the agent's port leads to."""
        ask = self._control.execute
        for folder in "/machine/peripheral", "/machine/peripheral-anon":
            for one in await ask("qom-list", path=folder):
                if one["type"] != "child<virtserialport>":
                    continue
                port = f"{folder}/{one['name']}"
                if await ask("qom-get", path=port, property="name") == _PORT:
                    return await self._path(await ask("qom-get", path=port, property="chardev"))
        raise ControlError(
            f"{self._guest!r} has no port for the guest agent", hint=f"build it with {_NO_PORT}"
        )

    async def _path(self, chardev: str) -> str:
        for one in await self._control.execute("query-chardev"):
            found = re.fullmatch(r"(?s)(?:disconnected:)?unix:(.*?)(?:,server=on)", one["filename"])
            if one["label"] == chardev and found:
                return found[1]
        raise ControlError(
            f"the guest agent's port is not on a unix socket that others can connect to: {chardev}",
            hint=f"build it with {_NO_PORT}",
        )

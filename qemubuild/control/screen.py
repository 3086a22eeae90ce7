"""A guest's screen and keyboard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from qemubuild.control.talk import ANSWERS, Talk
from qemubuild.errors import CommandError, ControlError, InvalidOption

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from qemubuild.control.picture import Screenshot


class Screen(Talk):
    """What a person in front of the guest would see and do."""

    async def screenshot(self) -> bytes:
        """What the guest's screen shows now, as a PNG picture.

        Raises:
            CommandError: it has no screen.
        """
        import tempfile

        from qemubuild.control.picture import png

        with tempfile.TemporaryDirectory(prefix="qemubuild-") as folder:
            path = os.path.join(folder, "screen")
            try:
                await self.execute("screendump", filename=path, format="png")
            except CommandError:  # before QEMU 7.1, and where it was built without PNG
                await self.execute("screendump", filename=path)
            return png(_content(path))

    async def screen(self) -> Screenshot:
        """What the guest's screen shows now, as an object that a notebook shows.

        Raises:
            CommandError: it has no screen.
        """
        from qemubuild.control.picture import Screenshot

        return Screenshot.of(await self.screenshot())

    async def connect_vnc(self) -> socket.socket:
        """A connection of one's own to the guest's VNC server: no port, no password.

        One end of a pair of sockets is handed to QEMU over its monitor, so that it works with every
        server there is, with ``vnc("none")`` too, which listens nowhere. The first of several
        servers is taken. Other clients stay connected, if the one that is spoken for asks to share.

        Returns:
            A connected socket. QEMU greets on it (``RFB 003.008``), and asks for no password; it
            is up to the caller to close it.

        Raises:
            ControlError: the guest was launched without a VNC server.
        """
        from qemubuild.control.loop import here

        return await here(self._connect_vnc())

    async def _connect_vnc(self) -> socket.socket:
        import socket

        try:
            # To change nothing of it is a question whether there is one. query-vnc-servers would
            # be the other; QEMU 10.0 ends in an abort by that where the screen is a text console.
            await self.execute("display-update", type="vnc")
        except CommandError:
            raise ControlError(
                f"{self._guest!r} has no VNC server, and QEMU cannot be given one while it runs",
                hint="launch machine.vnc('none'): one that listens nowhere is enough",
            ) from None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                await self._open().hand_over("vnc", theirs, ANSWERS)
            except BaseException:
                ours.close()
                raise
        return ours

    async def type_text(self, text: str, *, delay: float = 0.02) -> None:
        r"""Type text on the guest's keyboard, which is taken for a US one.

        Args:
            text: printable ASCII, and ``\n`` (Enter), ``\t``, ``\b`` (Backspace), ``\x1b`` (Esc).
            delay: seconds between two characters; a guest that is slower than its keyboard loses
                some.

        Raises:
            InvalidOption: it has no key for one of the characters; nothing was typed.
            CommandError: the guest is paused, or has no keyboard.
        """
        import asyncio

        from qemubuild.control.keys import keys_of_text

        for keys in keys_of_text(text):
            await self._send([*_events(keys, down=True), *_events(reversed(keys), down=False)])
            await asyncio.sleep(delay)

    async def send_key(self, chord: str, *, hold: float = 0.1) -> None:
        """Press keys together, and let them go.

        Args:
            chord: ``"ctrl-alt-delete"``, ``"enter"``, ``"f2"``, ``"shift-a"``: characters of a US
                keyboard, or names of keys, as QEMU has them (``QKeyCode`` of QAPI).
            hold: how many seconds they are down.

        Raises:
            InvalidOption: there is no such key.
            CommandError: the guest is paused, or has no keyboard.
        """
        import asyncio

        from qemubuild.control.keys import keys_of_chord, similar

        keys = keys_of_chord(chord)
        try:
            await self._send(_events(keys, down=True))
        except CommandError as problem:
            unknown = next((key for key in keys if f"{key!r}" in problem.desc), None)
            if unknown is None:
                raise
            raise InvalidOption(
                f"send_key: a keyboard has no key {unknown!r}", hint=similar(unknown)
            ) from None
        await asyncio.sleep(hold)
        try:
            await self._send(_events(reversed(keys), down=False))
        except ControlError as problem:
            if problem.exit is None:  # else the key was to end the guest, and did
                raise

    async def set_vnc_password(self, password: str) -> None:
        """Set what a VNC client must give from now on.

        Args:
            password: 1 to 8 bytes; VNC looks at no more.

        Raises:
            InvalidOption: it is empty, or longer.
            CommandError: QEMU was not started with ``vnc(..., password=True)``.
        """
        length = len(password.encode())
        if not 0 < length <= 8:
            raise InvalidOption(
                f"VNC looks at 8 bytes of a password, and this one has {length}",
                hint="give 1 to 8; where that is too little, vnc(unix=...) or tls_creds=",
            )
        await self.execute("set_password", protocol="vnc", password=password)

    async def _send(self, events: list[dict[str, Any]]) -> None:
        await self.execute("input-send-event", events=events)


def _events(keys: Iterable[str], *, down: bool) -> list[dict[str, Any]]:
    return [
        {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}
        for key in keys
    ]


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()

"""The password of a guest's screen: asked for from the first moment, and nowhere to be read."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import asyncvnc
import pytest

from qemubuild import InvalidOption, LaunchError, Machine, Process, Vnc

# The client has its DES where cryptography used to have it.
pytestmark = pytest.mark.filterwarnings("ignore:.*TripleDES")

MACHINE = Machine().machine_type("pc").nodefaults().device("VGA").paused().accel("tcg")
SCREEN = {"listen": 300, "host": "127.0.0.1", "to": 999}
PASSWORD = "s3cr,t="


async def picture(address: str, password: str | None) -> tuple[int, int]:
    """The size of the screen, as a client sees it."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(30), contextlib.AsyncExitStack() as opened:

        async def opener(*_):
            # The client leaves its connection open when it is not let in.
            if host == "unix":
                reader, writer = await asyncio.open_unix_connection(port)
            else:
                reader, writer = await asyncio.open_connection(host, port)
            opened.push_async_callback(writer.wait_closed)
            opened.callback(writer.close)
            return reader, writer

        async with asyncvnc.connect("", password=password, opener=opener) as client:
            return client.video.width, client.video.height


def lets_in(guest: Process, password: str | None) -> bool:
    with contextlib.suppress(PermissionError, ValueError, asyncio.IncompleteReadError):
        width, height = asyncio.run(picture(guest.vnc_address, password))
        return width > 100 < height
    return False


def test_who_has_the_password_is_let_in():
    with MACHINE.vnc(**SCREEN).launch(vnc_password=PASSWORD) as guest:
        assert lets_in(guest, PASSWORD)
        assert not lets_in(guest, "another")
        assert not lets_in(guest, None)
        ran = Path(f"/proc/{guest.pid}/cmdline").read_bytes()
        assert PASSWORD.encode() not in ran
        assert b"password=on" in ran
        assert PASSWORD.encode() not in Path(f"/proc/{guest.pid}/environ").read_bytes()


def test_each_server_asks_for_it(tmp_path):
    machine = MACHINE.vnc(unix=tmp_path / "first").vnc(unix=tmp_path / "second")
    with machine.launch(vnc_password=PASSWORD) as guest:
        assert guest.vnc_address == f"unix:{tmp_path}/first"
        for path in "first", "second":
            with pytest.raises(Exception, match="requires password"):
                asyncio.run(picture(f"unix:{tmp_path}/{path}", None))
            assert asyncio.run(picture(f"unix:{tmp_path}/{path}", PASSWORD)) > (100, 100)


def test_nothing_of_it_is_left_on_a_disk(own_directory):
    with MACHINE.vnc(**SCREEN).launch("web", vnc_password=PASSWORD):
        written = [path for path in own_directory.rglob("*") if path.is_file()]
        assert written
        assert not any(PASSWORD.encode() in path.read_bytes() for path in written)


@pytest.mark.parametrize("password", ["", "nine char", "ü" * 5])
def test_one_that_vnc_does_not_know_is_refused(password):
    with pytest.raises(InvalidOption, match="VNC looks at 8 bytes"):
        MACHINE.vnc(**SCREEN).launch(vnc_password=password)


def test_without_a_server_there_is_nothing_to_guard():
    with pytest.raises(InvalidOption, match="no VNC server"):
        MACHINE.display("none").launch(vnc_password=PASSWORD)
    with pytest.raises(LaunchError, match="takes no password"):
        Process.start(MACHINE.add(Vnc(**SCREEN)).argv(), vnc_password=PASSWORD)


def test_a_screen_of_text_is_guarded_too(each_qemu):
    # QEMU 10.0 ends in an abort when it is asked about the server of such a one.
    machine = Machine(each_qemu).machine_type("none").vnc(**SCREEN).vnc(**SCREEN, id="other")
    with machine.launch(vnc_password=PASSWORD) as guest:
        for server in "default", "other":
            asked = {"protocol": "vnc", "password": PASSWORD, "display": server}
            assert guest.execute("set_password", asked) == {}
        assert guest.poll() is None

"""The guest agent of a real Linux guest, asked from outside."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from qemubuild import CommandError, ControlError, Machine
from tests.real.guests.agent import with_agent

PORT = "org.qemu.guest_agent.0"


def machine(socket):
    return (
        Machine("x86_64")
        .memory("256M")
        .accel("tcg")
        .nodefaults()
        .display("none")
        .chardev("socket", id="qga", path=str(socket), server=True, wait=False)
        .device("virtio-serial")
        .device("virtserialport", chardev="qga", name=PORT)
    )


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    """A guest whose agent answers."""
    socket = tmp_path_factory.mktemp("agent") / "qga, it is"
    with with_agent(machine(socket)).launch() as process:
        deadline = time.monotonic() + 90
        while True:
            try:
                process.agent.ping(timeout=1)
            except TimeoutError:
                assert time.monotonic() < deadline, process.log
            else:
                break
        yield process


def test_it_answers(guest):
    guest.agent.ping()
    assert guest.agent.execute("guest-info")["version"]
    assert guest.agent.execute("guest-sync", id=42) == 42


def test_programs_are_run_in_the_guest(guest):
    ran = guest.agent.exec(["/bin/busybox", "sh", "-c", "cat; echo oh >&2; exit 3"], input=b"\0hi")
    assert ran == (3, b"\0hi", b"oh\n")
    ran = guest.agent.exec(["/bin/busybox", "head", "-c", "1048576", "/dev/zero"])
    assert len(ran.stdout) == 1 << 20
    ran = guest.agent.exec(["/bin/busybox", "env"], env={"A": "b c"})
    assert (ran.code, ran.stdout) == (0, b"A=b c\n")
    ran = guest.agent.exec(["/bin/busybox", "sh", "-c", "kill -9 $$"])
    assert ran == (-9, b"", b"")


def test_programs_that_cannot_be_run_or_do_not_end(guest):
    with pytest.raises(CommandError, match=r"^guest-exec: .*No such file") as caught:
        guest.agent.exec(["/nowhere"])
    assert caught.value.command == "guest-exec"
    with pytest.raises(TimeoutError, match="'/bin/busybox' still runs in the guest after"):
        guest.agent.exec(["/bin/busybox", "sleep", "1000"], timeout=0.3)
    guest.agent.ping()


def test_what_was_given_up_on_is_not_taken_for_an_answer(guest):
    for _ in range(20):
        with contextlib.suppress(TimeoutError):
            guest.agent.execute("guest-get-osinfo", timeout=0.001)
        assert guest.agent.execute("guest-sync", id=7) == 7


def test_many_ask_at_once(guest):
    async def ask():
        agent = guest.aio.agent
        return await asyncio.gather(*(agent.exec(["/bin/busybox", "id", "-u"]) for _ in range(8)))

    assert {ran.stdout for ran in asyncio.run(ask())} == {b"0\n"}


def test_a_guest_without_an_agent_does_not_answer(tmp_path):
    with machine(tmp_path / "qga").paused().launch() as process:
        with pytest.raises(TimeoutError, match="did not answer 'guest-ping' within"):
            process.agent.ping(timeout=0.2)
        process.kill()
        with pytest.raises(ControlError, match="SIGKILL ended QEMU"):
            process.agent.ping()


def test_a_machine_without_a_port_for_it_is_told_so():
    empty = Machine("x86_64").machine_type("none").nodefaults().display("none")
    with (
        empty.launch() as process,
        pytest.raises(ControlError, match="no port for the guest agent"),
    ):
        process.agent.ping()

"""The keeper: a small process that looks after the guests of one Python, whatever becomes of it.

QEMU's output goes to the keeper, which keeps the end of it: a full pipe never stops a guest, and a
flood never fills a disk, though the Python that started it be busy, stopped or dead. And when that
Python dies, the keeper ends the guests that were not detached; Linux's parent-death signal would
not do, since it follows the thread that started the guest.

This file is run by itself (``python -I -S keeper.py OWNER CONTROL``) and imports nothing of the
package. ``kept.py`` is the other side. What they say to each other:

- CONTROL, a SEQPACKET socket: one message for each guest, before it is started, with three
  descriptors: its line, the end of its output to read, the file of its log. It is shut down when no
  more guests come.
- where the guest has a console, four more: our end of its serial port, the file of what it writes
  there, a bell that is rung (a byte) when there is more of it, and, for a guest with a name, a
  socket at which others ask for the same three. The bell is shut down when the guest has ended.
- the guest's line, a SEQPACKET socket: ``pid N`` with the guest's pidfd; ``detach``. The keeper
  answers ``kept``, and shuts the line down when the guest has ended and its log is complete.
- OWNER, a pidfd, says when the Python died. (A closed socket would not: forks hold it too.)

Where there are no pidfds, the ends of CONTROL and of the output stand in for them.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import selectors
import signal
import socket
import struct
import sys
import time

TYPE_CHECKING = False  # to import it from typing would take longer than all the rest
if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL for a guest whose Python is gone."""

LOOK_AGAIN = 0.05
"""Seconds between two looks for a guest that was started but never handed over."""


class Log:
    """The last 64 KiB of what was written, in a file that never grows beyond 128 KiB.

    A ring behind a count of all bytes ever written. One process writes it, any may read it at any
    time: what it reads is at least a chunk away from where the next one is written.
    """

    KEPT = 1 << 16
    CHUNK = 1 << 15
    SPACE = 1 << 17
    _COUNT = struct.Struct("<Q")
    SIZE = _COUNT.size + SPACE

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def append(self, chunk: bytes) -> None:
        """Write at most ``CHUNK`` bytes."""
        total = self._total()
        place = total % self.SPACE
        before_end = self.SPACE - place
        os.pwrite(self.fd, chunk[:before_end], self._COUNT.size + place)
        os.pwrite(self.fd, chunk[before_end:], self._COUNT.size)
        os.pwrite(self.fd, self._COUNT.pack(total + len(chunk)), 0)

    def since(self, position: int) -> tuple[bytes, int]:
        """What was written after so many bytes, as far as it is kept; and how many were by now."""
        while True:
            total = self._total()
            start = max(total - self.KEPT, position)
            place = start % self.SPACE
            length = total - start
            kept = os.pread(self.fd, min(length, self.SPACE - place), self._COUNT.size + place)
            kept += os.pread(self.fd, length - len(kept), self._COUNT.size)
            if self._total() + self.CHUNK - start <= self.SPACE:
                return kept, total

    def tail(self) -> bytes:
        """What is kept, from the start of a line when the beginning is gone."""
        kept, total = self.since(0)
        return kept if len(kept) == total else kept.partition(b"\n")[2] or kept

    def _total(self) -> int:
        count = os.pread(self.fd, self._COUNT.size, 0)
        return int(self._COUNT.unpack(count)[0]) if count else 0


class Flow:
    """What a guest writes, on its way to a log.

    Attributes:
        source: where it comes from, a pipe or a socket.
        log: where it goes.
    """

    def __init__(self, source: int, log: int) -> None:
        self.source = source
        self.log = Log(log)
        os.set_blocking(source, False)

    def pump(self) -> bool:
        """Move one chunk; whether there may be more, now or later."""
        try:
            chunk = os.read(self.source, Log.CHUNK)
        except BlockingIOError:
            return True
        except ConnectionResetError:  # a socket whose other end had not read everything
            return False
        with contextlib.suppress(OSError):  # a log that cannot be written must not stop a guest
            self.log.append(chunk)
        return bool(chunk)

    def drain(self) -> None:
        """Move what is left, without waiting for who else may hold it open."""
        poller = select.poll()
        poller.register(self.source, select.POLLIN)
        for _ in range(64):  # more than a pipe holds; a helper left behind may write for ever
            if not poller.poll(0) or not self.pump():
                return

    def close(self) -> None:
        """Close both ends."""
        os.close(self.source)
        os.close(self.log.fd)


class Console(Flow):
    """A guest's serial port, and those who listen to it.

    They read the log and write to the port themselves: nothing here waits for any of them.

    Attributes:
        bells: one for each who listens.
        door: where more of them come; ``None`` where nobody can.
    """

    def __init__(self, source: int, log: int, bell: int, door: int | None) -> None:
        super().__init__(source, log)
        self.bells = {socket.socket(fileno=bell)}
        self.door = None if door is None else socket.socket(fileno=door)

    def pump(self) -> bool:
        """Move one chunk, and tell everybody."""
        more = super().pump()
        for bell in self.bells:
            # One that is rung often enough already takes no more, and one who left none.
            with contextlib.suppress(OSError):
                bell.send(b"\a", socket.MSG_DONTWAIT)
        return more

    def welcome(self, door: socket.socket) -> socket.socket:
        """Give one more what is needed to listen and to write."""
        bell, _ = door.accept()
        self.bells.add(bell)
        with contextlib.suppress(OSError):
            socket.send_fds(bell, [b"\a"], [self.source, self.log.fd])
        return bell

    def close(self) -> None:
        """Say that it is over."""
        super().close()
        for bell in self.bells:
            with contextlib.suppress(OSError):
                bell.shutdown(socket.SHUT_RDWR)
            bell.close()
        if self.door is not None:
            self.door.close()


class Guest:
    """One guest: announced, then known by its process, then ended."""

    def __init__(self, fds: list[int]) -> None:
        self.line = socket.socket(fileno=fds[0])
        self.output = Flow(fds[1], fds[2])
        self.console: Console | None = None
        if len(fds) > 3:
            self.console = Console(fds[3], fds[4], fds[5], fds[6] if len(fds) > 6 else None)
        self.pid = 0
        self.pidfd: int | None = None
        self.detached = False

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it is not known yet, or has ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.pidfd is not None:
                signal.pidfd_send_signal(self.pidfd, number)
            elif self.pid:
                os.kill(self.pid, number)

    def flows(self) -> list[Flow]:
        """All that it writes."""
        return [self.output] if self.console is None else [self.output, self.console]

    def heard(self) -> list[int | socket.socket]:
        """All that is listened to for it."""
        heard: list[int | socket.socket] = [self.line, *(flow.source for flow in self.flows())]
        if self.pidfd is not None:
            heard.append(self.pidfd)
        if self.console is not None:
            heard += self.console.bells
            if self.console.door is not None:
                heard.append(self.console.door)
        return heard

    def find(self) -> int:
        """The process whose stderr is the output, or 0: its Python died before it could say."""
        inode = f"pipe:[{os.fstat(self.output.source).st_ino}]"
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and os.readlink(f"/proc/{name}/fd/2") == inode:
                    return int(name)
        return 0

    def close(self) -> None:
        """Say that it is over, also to those who hold a copy of the line, and close everything."""
        for flow in self.flows():
            flow.drain()
            flow.close()
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()
        if self.pidfd is not None:
            os.close(self.pidfd)


class Keeper:
    """Looks after the guests of one Python until there are none and none will come."""

    def __init__(self, owner: int | None, control: socket.socket) -> None:
        self.guests: set[Guest] = set()
        self.control = control
        self.more_come = True
        self.owner = owner
        self.owner_lives = True
        self.last_call: float | None = None
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self.on_control)
        if owner is not None:
            self.selector.register(owner, selectors.EVENT_READ, self.on_owner_death)

    def run(self) -> None:
        """Serve until there is nothing left to do."""
        while self.more_come or self.guests:
            for key, _ in self.selector.select(self.look_after_orphans()):
                # An earlier event of the same round may have ended what this one is about, and
                # its number may be another's by now.
                if self.selector.get_map().get(key.fd) is key:
                    key.data()

    def on_control(self) -> None:
        """A guest is announced, or no more will come."""
        message, fds, _, _ = socket.recv_fds(self.control, 64, 7)
        if not message:
            self.selector.unregister(self.control)
            self.control.close()
            self.more_come = False
            if self.owner is None:
                self.on_owner_death()
            return
        guest = Guest(fds)
        self.guests.add(guest)
        self.hear(guest.line, lambda: self.on_line(guest))
        self.hear(guest.output.source, lambda: self.on_output(guest))
        if guest.console is not None:
            self.attend(guest.console)

    def hear(self, source: int | socket.socket, then: Callable[[], None]) -> None:
        """Call something whenever there is something to read."""
        self.selector.register(source, selectors.EVENT_READ, then)

    def attend(self, console: Console) -> None:
        """Look after a console: what the guest says, who comes to listen, who leaves."""

        def on_words() -> None:
            if not console.pump():
                self.selector.unregister(console.source)

        def see_off(bell: socket.socket) -> None:
            def on_leave() -> None:
                self.selector.unregister(bell)
                console.bells.discard(bell)
                bell.close()

            self.hear(bell, on_leave)

        self.hear(console.source, on_words)
        if (door := console.door) is not None:
            self.hear(door, lambda: see_off(console.welcome(door)))
        for bell in console.bells:
            see_off(bell)

    def on_line(self, guest: Guest) -> None:
        """The owner says something about a guest."""
        try:
            message, fds, _, _ = socket.recv_fds(guest.line, 64, 1)
        except ConnectionResetError:
            return  # it died before it read our answer; what it said itself comes next
        word, _, argument = message.partition(b" ")
        if word == b"pid":
            self.know(guest, int(argument), fds[0] if fds else None)
            with contextlib.suppress(OSError):  # the owner may be gone
                guest.line.send(b"kept")
        elif word == b"detach":
            guest.detached = True
        elif not word:  # nothing more will be said
            self.selector.unregister(guest.line)

    def on_output(self, guest: Guest) -> None:
        """A guest has written something, or closed its output."""
        if guest.output.pump():
            return
        self.selector.unregister(guest.output.source)
        if guest.pidfd is None:  # it never started; or there are no pidfds
            self.forget(guest)

    def know(self, guest: Guest, pid: int, pidfd: int | None) -> None:
        """From now on the guest's process is known."""
        guest.pid, guest.pidfd = pid, pidfd
        if pidfd is not None:
            self.hear(pidfd, lambda: self.forget(guest))

    def forget(self, guest: Guest) -> None:
        """A guest has ended."""
        for registered in guest.heard():
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(registered)
        guest.close()
        self.guests.discard(guest)

    def on_owner_death(self) -> None:
        """The Python is gone: so go its guests, unless they were detached."""
        if self.owner is not None:
            self.selector.unregister(self.owner)
        # What it said before is still to be heard: a guest handed over, or detached, just in time.
        self.hear_out()
        self.owner_lives = False
        self.last_call = time.monotonic() + GRACE
        for guest in self.orphans():
            guest.send_signal(signal.SIGTERM)

    def hear_out(self) -> None:
        """Take every message that is already there."""
        if self.more_come:
            self.control.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while self.more_come:
                    self.on_control()
        for guest in self.guests:
            guest.line.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while guest.line in self.selector.get_map():
                    self.on_line(guest)
        self.more_come = False

    def orphans(self) -> list[Guest]:
        """The guests that end with their owner."""
        return [guest for guest in self.guests if not guest.detached]

    def look_after_orphans(self) -> float | None:
        """See that orphans end; how many seconds until the next look, ``None`` for no need."""
        if self.owner_lives or not (orphans := self.orphans()):
            return None
        unknown = [guest for guest in orphans if not guest.pid]
        for guest in unknown:
            if pid := guest.find():
                self.know(guest, pid, os.pidfd_open(pid) if self.owner is not None else None)
                guest.send_signal(signal.SIGTERM)
        if self.last_call is not None and time.monotonic() >= self.last_call:
            self.last_call = None
            for guest in orphans:
                guest.send_signal(signal.SIGKILL)
        if unknown:
            return LOOK_AGAIN
        return None if self.last_call is None else max(self.last_call - time.monotonic(), 0)


def main() -> None:
    """Keep until the end; the arguments are two numbers of descriptors, -1 for none."""
    owner, control = map(int, sys.argv[1:])
    # Four descriptors for each guest: as many as it may have.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # Not in the way of a guest that has just said something, or is about to end.
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    Keeper(None if owner < 0 else owner, socket.socket(fileno=control)).run()
    os._exit(0)  # at once: nothing is left to tidy up, and somebody may be waiting


if __name__ == "__main__":
    main()

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
- the guest's line, a SEQPACKET socket: ``pid N`` with the guest's pidfd; ``detach``. The keeper
  answers ``kept``, and shuts the line down when the guest has ended and its log is complete.
- OWNER, a pidfd, says when the Python died. (A closed socket would not: forks hold it too.)

Where there are no pidfds, the ends of CONTROL and of the output stand in for them.
"""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import signal
import socket
import struct
import sys
import time

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

    def tail(self) -> bytes:
        """What is kept, from the start of a line when the beginning is gone."""
        while True:
            total = self._total()
            start = max(total - self.KEPT, 0)
            place = start % self.SPACE
            length = total - start
            kept = os.pread(self.fd, min(length, self.SPACE - place), self._COUNT.size + place)
            kept += os.pread(self.fd, length - len(kept), self._COUNT.size)
            if self._total() + self.CHUNK - start <= self.SPACE:
                return kept if start == 0 else kept.partition(b"\n")[2] or kept

    def _total(self) -> int:
        count = os.pread(self.fd, self._COUNT.size, 0)
        return int(self._COUNT.unpack(count)[0]) if count else 0


class Guest:
    """One guest: announced, then known by its process, then ended."""

    def __init__(self, line: socket.socket, output: int, log: int) -> None:
        self.line = line
        self.output = output
        self.log = Log(log)
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

    def pump(self) -> bool:
        """Move one chunk of output to the log; whether there may be more."""
        try:
            chunk = os.read(self.output, Log.CHUNK)
        except BlockingIOError:
            return True
        if chunk:
            self.log.append(chunk)
        return bool(chunk)

    def drain(self) -> None:
        """Move what is left of the output, without waiting for who else may hold it open."""
        for _ in range(64):  # more than a pipe holds; a helper left behind may write for ever
            try:
                chunk = os.read(self.output, Log.CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                return
            self.log.append(chunk)

    def find(self) -> int:
        """The process whose stderr is the output, or 0: its Python died before it could say."""
        inode = f"pipe:[{os.fstat(self.output).st_ino}]"
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and os.readlink(f"/proc/{name}/fd/2") == inode:
                    return int(name)
        return 0

    def close(self) -> None:
        """Say that it is over, also to those who hold a copy of the line, and close everything."""
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()
        for fd in (self.output, self.log.fd, self.pidfd):
            if fd is not None:
                os.close(fd)


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
        message, fds, _, _ = socket.recv_fds(self.control, 64, 3)
        if not message:
            self.selector.unregister(self.control)
            self.control.close()
            self.more_come = False
            if self.owner is None:
                self.on_owner_death()
            return
        guest = Guest(socket.socket(fileno=fds[0]), fds[1], fds[2])
        os.set_blocking(guest.output, False)
        self.guests.add(guest)
        self.selector.register(guest.line, selectors.EVENT_READ, lambda: self.on_line(guest))
        self.selector.register(guest.output, selectors.EVENT_READ, lambda: self.on_output(guest))

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
        if guest.pump():
            return
        self.selector.unregister(guest.output)
        if guest.pidfd is None:  # it never started; or there are no pidfds
            self.forget(guest)

    def know(self, guest: Guest, pid: int, pidfd: int | None) -> None:
        """From now on the guest's process is known."""
        guest.pid, guest.pidfd = pid, pidfd
        if pidfd is not None:
            self.selector.register(pidfd, selectors.EVENT_READ, lambda: self.forget(guest))

    def forget(self, guest: Guest) -> None:
        """A guest has ended."""
        guest.drain()
        for registered in (guest.line, guest.output, guest.pidfd):
            if registered is not None:
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
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    Keeper(None if owner < 0 else owner, socket.socket(fileno=control)).run()
    os._exit(0)  # at once: nothing is left to tidy up, and somebody may be waiting


if __name__ == "__main__":
    main()

"""What the host offers a guest: its processor, memory, ports and KVM.

Every fact is asked for when it is first wanted, without root, and may be given instead: to judge a
machine for a host elsewhere.
"""

from __future__ import annotations

import errno
import os
from functools import cached_property
from pathlib import Path

from attrs import Factory, field, frozen

_QEMU_NAMES = {
    "amd64": "x86_64",
    "i486": "i386",
    "i586": "i386",
    "i686": "i386",
    "arm64": "aarch64",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
    "ppc64le": "ppc64",
}
"""QEMU's name of an architecture where the kernel has another."""

_KVM_TAKES = 10.0
"""Seconds at the most: the trial ends itself sooner."""


@frozen(kw_only=True)
class Kvm:
    """Whether KVM works on a host.

    Attributes:
        usable: guests can be run with it, at the processor's own speed.
        reason: why not; ``""`` when it is usable.
        hint: what to do about that.
        starts: QEMU starts with it. It does so too where there is no hardware under /dev/kvm, and
            its guests are then slower than emulated ones, or crash.
        host_cpu: whether the host's own processor can be passed on (``-cpu host``, ``max``). Nested
            without hardware, KVM may refuse a register of it, and QEMU aborts.
    """

    usable: bool
    reason: str = ""
    hint: str = ""
    starts: bool = field(default=Factory(lambda self: self.usable, takes_self=True))
    host_cpu: bool = field(default=Factory(lambda self: self.starts, takes_self=True))


@frozen(kw_only=True, slots=False, repr=False)
class Host:
    """This host, or another whose facts are given.

    Args:
        arch: QEMU's name of the processor's architecture.
        cores: how many processors a guest may use.
        memory: bytes of memory.
        kvm: whether KVM works.
    """

    _arch: str | None = field(default=None, alias="arch")
    _cores: int | None = field(default=None, alias="cores")
    _memory: int | None = field(default=None, alias="memory")
    _kvm: Kvm | None = field(default=None, alias="kvm")

    @cached_property
    def arch(self) -> str:
        """The architecture, by QEMU's name for it: ``x86_64``, ``aarch64``, ``ppc64`` ..."""
        machine = os.uname().machine
        return self._arch or _QEMU_NAMES.get(machine, machine)

    @cached_property
    def cores(self) -> int:
        """How many processors this Python, and so its guests, may run on (CPU affinity)."""
        return self._cores or len(os.sched_getaffinity(0))

    @cached_property
    def memory(self) -> int:
        """Bytes of memory: the host's own, or what the control group leaves of it."""
        if self._memory is not None:
            return self._memory
        return min([os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), *_group_limits()])

    @cached_property
    def kvm(self) -> Kvm:
        """Whether KVM works: a virtual machine is made, and on x86 runs a few instructions."""
        return self._kvm or _try_kvm(self.arch)

    def can_allocate(self, size: int) -> bool:
        """Whether QEMU would be given so many bytes of memory; none of it is touched.

        Linux gives more than it has, up to a point, and counts on that not all of it is used.
        """
        if self._memory is not None:
            return size <= self._memory
        import mmap  # noqa: PLC0415 - few ask

        try:
            mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
        except (OSError, OverflowError, ValueError):
            return False
        return True

    def can_open(self, path: str, *, writes: bool = False) -> bool:
        """Whether this user may read the file there, and write it too."""
        return os.access(path, os.R_OK | os.W_OK if writes else os.R_OK)

    def can_listen(self, host: str, port: int) -> bool:
        """Whether QEMU could listen there now: it is content with one of the addresses.

        Args:
            host: an address or a name of this host; ``""`` for all its addresses.
            port: 1 to 65535.
        """
        return True in self._places(host, port)

    def is_shared(self, host: str, port: int) -> bool:
        """Whether another program listens on some of the addresses that ``host`` stands for.

        A client may then reach that one in QEMU's place.
        """
        return False in self._places(host, port)

    def _places(self, host: str, port: int) -> set[bool | None]:
        """Whether each address is free; ``None`` for one that this host does not have."""
        if not 1 <= port <= 65535:  # the C library would take it modulo 65536
            return set()
        import socket  # noqa: PLC0415 - few ask

        try:
            places = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
        except (OSError, UnicodeError):
            return set()
        return {_can_listen(place[0], place[4]) for place in places}

    def __repr__(self) -> str:
        facts = (("arch", self._arch), ("cores", self._cores), ("memory", self._memory))
        given = [f"{name}={value!r}" for name, value in (*facts, ("kvm", self._kvm)) if value]
        return f"Host({', '.join(given)})"


def _can_listen(family: int, address: tuple[object, ...]) -> bool | None:
    """Whether one address is free; ``None`` when this host does not have it."""
    import socket  # noqa: PLC0415

    try:
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            # As QEMU does: a connection that has just ended does not keep the port.
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                attempt.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            attempt.bind(address)
            attempt.listen(1)
    except OSError as error:
        return None if error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL} else False
    return True


def _group_limits() -> list[int]:
    """The memory limits of the control groups that this Python is in, version 1 and 2."""
    limits = []
    try:
        groups = Path("/proc/self/cgroup").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    for group in groups:
        _, controllers, path = group.split(":", 2)
        if not controllers:
            roots, name = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"], "memory.max"
        elif "memory" in controllers.split(","):
            roots, name = ["/sys/fs/cgroup/memory"], "memory.limit_in_bytes"
        else:
            continue
        own = Path(path.lstrip("/"))
        for root in roots:
            # A group is bound by those above it; in a container only the root may be there.
            for place in (own, *own.parents):
                try:
                    limits.append(int(Path(root, place, name).read_text("ascii")))
                except (OSError, ValueError):  # not there; "max"
                    continue
    return limits


def _try_kvm(arch: str) -> Kvm:
    x86 = arch in {"x86_64", "i386"}
    hardware = not x86 or _has_virtualization_flag()
    step, number = _ask_kvm("run" if x86 and hardware else "create")
    if step in {"ok", "msr"} and hardware:
        return Kvm(usable=True, host_cpu=step == "ok")
    if step in {"ok", "msr"}:
        return Kvm(
            usable=False,
            starts=True,
            host_cpu=step == "ok",
            reason="/dev/kvm answers, but the processor shows neither vmx nor svm: there is no"
            " hardware under it, and guests would be slower than emulated ones, or crash",
            hint="leave KVM out to emulate; in a virtual machine, nested virtualization has to be"
            " allowed by the host of that",
        )
    reason, hint = _why_not(step, number, x86=x86)
    return Kvm(usable=False, reason=reason, hint=hint)


def _has_virtualization_flag() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return True  # not known: the guest that is tried will tell
    return not flags or bool({"vmx", "svm"} & set(flags.split()))


def _ask_kvm(how_far: str) -> tuple[str, int]:
    """Try KVM in a process of its own: the step that failed, or ``ok``, and its errno."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    try:
        answer = subprocess.run(
            [sys.executable or "python3", "-I", "-S", Path(__file__).with_name("_kvm.py"), how_far],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_KVM_TAKES,
            check=False,
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        answer = []
    return (answer[0].decode(), int(answer[1])) if len(answer) == 2 else ("", 0)


def _why_not(step: str, number: int, *, x86: bool) -> tuple[str, str]:
    """The reason and the hint for a step of ``_kvm`` that failed."""
    said = os.strerror(number) if number else "no error was given"
    if step == "open" and number in {errno.EACCES, errno.EPERM}:
        return (
            f"this user may not open /dev/kvm: {said}",
            "`sudo adduser $USER kvm`, then log in again; a container needs `--device /dev/kvm`",
        )
    if step == "open" and number == errno.ENOENT:
        load = "`sudo modprobe kvm_intel` or kvm_amd, and" if x86 else "see that the kernel has it;"
        return (
            "there is no /dev/kvm: the kernel offers no KVM here",
            f"{load} allow virtualization in the firmware, or leave KVM out to emulate",
        )
    emulate = "leave KVM out to emulate"
    if step == "open":
        return f"/dev/kvm cannot be opened: {said}", f"see `dmesg`; or {emulate}"
    if step == "version":
        return "the kernel's KVM is of a version that QEMU cannot use", emulate
    if step in {"vm", "vcpu"}:
        return (
            f"/dev/kvm can be opened, and yet makes no virtual machine: {said}",
            f"end other virtualization programs that hold the processor; or {emulate}",
        )
    if step == "run":
        return "KVM makes a virtual machine that cannot run even a few instructions", emulate
    return "trying KVM gave no answer within seconds", emulate

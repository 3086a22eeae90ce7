"""What the host offers a guest: its processor, memory, ports, files, firmware and KVM.

Every fact is asked for when it is first wanted, without root, and may be given instead: to judge a
machine for a host elsewhere.
"""

from __future__ import annotations

import errno
import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from qemubuild.host.kvm import Kvm, try_kvm
from qemubuild.locks import Holder, Lock, find_holders, read_lock
from qemubuild.shown import shown_by

if TYPE_CHECKING:
    from qemubuild.disk.headers import Header
    from qemubuild.host.firmware import Firmware

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
_USER_AND_GROUP = re.compile("[0-9]+:[0-9]+")


@frozen(kw_only=True, slots=False, repr=False)
class Host:
    """This host, or another whose facts are given.

    Args:
        arch: QEMU's name of the processor's architecture.
        cores: how many processors a guest may use.
        memory: bytes of memory.
        kvm: whether KVM works.
        firmware: the UEFI firmware that is installed.
    """

    _arch: str | None = field(default=None, alias="arch")
    _cores: int | None = field(default=None, alias="cores")
    _memory: int | None = field(default=None, alias="memory")
    _kvm: Kvm | None = field(default=None, alias="kvm")
    _firmware: tuple[Firmware, ...] | None = field(default=None, alias="firmware")

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
        return self._kvm or try_kvm(self.arch)

    @cached_property
    def firmware(self) -> tuple[Firmware, ...]:
        """The firmware that is installed, by QEMU's firmware descriptors; the best first."""
        if self._firmware is not None:
            return self._firmware
        from qemubuild.host.firmware import find_firmware  # noqa: PLC0415 - few ask

        return find_firmware()

    def find_uefi(
        self, arch: str, machine_type: str, *, secure_boot: bool = False
    ) -> Firmware | None:
        """Find the UEFI firmware that suits a guest best, or ``None``; it goes into flash memory.

        Args:
            arch: the guest's architecture, such as ``x86_64``.
            machine_type: its machine type, such as ``q35``.
            secure_boot: whether the guest boots nothing but what is signed.
        """
        wanted = [
            one
            for one in self.firmware
            if "uefi" in one.interfaces
            and one.device == "flash"
            and one.fits(arch, machine_type)
            and ("enrolled-keys" in one.features) is secure_boot
        ]
        # What guards its variables is slower, and of no use where there are no keys among them.
        return min(wanted, key=lambda one: "secure-boot" in one.features, default=None)

    @cached_property
    def nodes(self) -> frozenset[int]:
        """The NUMA nodes that memory can come from; empty where that is not known."""
        try:
            text = Path("/sys/devices/system/node/has_memory").read_text("ascii")
        except OSError:
            return frozenset()
        found: set[int] = set()
        for part in filter(None, text.strip().split(",")):
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
        return frozenset(found)

    @cached_property
    def has_sound(self) -> bool:
        """Whether there is a sound card that can play something."""
        return any(Path("/dev/snd").glob("pcm*p")) or os.path.exists("/dev/dsp")

    @cached_property
    def has_terminal(self) -> bool:
        """Whether standard output, which a QEMU started from here may share, is a terminal."""
        return os.isatty(1)

    @cached_property
    def has_session_bus(self) -> bool:
        """Whether this session has a D-Bus, or can be given one."""
        from shutil import which  # noqa: PLC0415 - few ask

        folder = os.environ.get("XDG_RUNTIME_DIR")
        return (
            "DBUS_SESSION_BUS_ADDRESS" in os.environ
            or (folder is not None and os.path.exists(f"{folder}/bus"))
            or which("dbus-launch") is not None
        )

    @cached_property
    def has_braille(self) -> bool:
        """Whether BRLTTY serves a braille display, here or at ``BRLAPI_HOST``."""
        return "BRLAPI_HOST" in os.environ or any(Path("/var/lib/BrlAPI").glob("*"))

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

    def can_create(self, folder: str) -> bool:
        """Whether this user may make files in a folder."""
        return os.access(folder, os.W_OK | os.X_OK)

    def snapshots_of(self, path: str) -> dict[str, int]:
        """The snapshots of a qcow2 image, with how many bytes of a guest's state each has."""
        from qemubuild.disk.saved import snapshot_states  # noqa: PLC0415 - few ask

        try:
            return snapshot_states(path)
        except OSError:
            return {}

    def header_of(self, path: str, told: str | None = None) -> Header | None:
        """What an image says of itself; ``None`` if it cannot be read.

        Args:
            path: the image.
            told: the format that it is said to have; guessed as QEMU guesses it without.
        """
        from qemubuild.disk.headers import read_header  # noqa: PLC0415 - few ask

        try:
            return read_header(path, told)
        except OSError:
            return None

    def lock_on(self, path: str) -> Lock:
        """What other programs do with an image, by QEMU's locks; nothing if it cannot be read."""
        try:
            return read_lock(path)
        except OSError:
            return Lock()

    def holders_of(self, path: str) -> tuple[Holder, ...]:
        """The processes that have locked a file, as far as this user may see them."""
        return find_holders(path)

    def free_space(self, folder: str) -> int | None:
        """Bytes that this user can still write below a folder; ``None`` if that is not known."""
        try:
            found = os.statvfs(folder)
        except OSError:
            return None
        return found.f_bavail * found.f_frsize

    def can_open_direct(self, path: str) -> bool:
        """Whether the file there can be read past the host's cache (``O_DIRECT``)."""
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_DIRECT | os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError as error:
            return error.errno != errno.EINVAL
        return True

    def can_listen(self, host: str, port: int) -> bool:
        """Whether QEMU could listen there now: it is content with one of the addresses.

        Args:
            host: an address or a name of this host; ``""`` for all its addresses.
            port: 1 to 65535.
        """
        return True in self._places(host, port)

    def has_socket(self, path: str) -> bool:
        """Whether a program still has the socket of that path; nobody there notices the question.

        What cannot be told, as where the path is too long, counts as one.
        """
        import socket  # noqa: PLC0415 - few ask

        # Linux refuses a socket of another type than the one there, and before that says whether
        # there is any (net/unix/af_unix.c, unix_find_bsd).
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            try:
                other.connect(path)
            except OSError as error:
                return error.errno != errno.ECONNREFUSED
        return True

    def has_service(self, name: str) -> bool:
        """Whether a port has that name here (``/etc/services``)."""
        import socket  # noqa: PLC0415 - few ask

        try:
            socket.getservbyname(name)
        except OSError:
            return False
        return True

    def has_user(self, name: str) -> bool:
        """Whether there is a user of that name here; ``uid:gid`` needs none."""
        import pwd  # noqa: PLC0415 - few ask

        if _USER_AND_GROUP.fullmatch(name):
            return True
        try:
            pwd.getpwnam(name)
        except KeyError:
            return False
        return True

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

    _repr_mimebundle_ = shown_by("host.facts")

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

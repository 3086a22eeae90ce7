"""What an option says about the machine that other options, or the host, have to know.

Options never import each other. What one does that concerns another it states as a claim, and
whoever has the need asks the machine for claims of that kind.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from qemubuild.units import OFF, ON


class Accelerator(NamedTuple):
    """Something that may run the guest's code: ``kvm``, ``tcg`` ...; the first that works does."""

    name: str


class MachineType(NamedTuple):
    """The board: ``pc``, ``q35``, ``virt`` ..."""

    name: str


class HostProcessor(NamedTuple):
    """The guest sees registers of the host's own processor, if KVM can pass them on.

    A model may have them in its newest version alone; ``newest`` is that no version is named.
    """

    newest: bool = False


class HyperV(NamedTuple):
    """The guest is offered what Windows knows of Hyper-V by registers, which KVM has to have."""


class Vcpus(NamedTuple):
    """How many virtual CPUs the guest starts with, and may have at the most; 0 if not known."""

    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs here
    most: int


class Topology(NamedTuple):
    """How the virtual CPUs are arranged; levels above the socket are left out."""

    sockets: int = 1
    dies: int = 1
    clusters: int = 1
    modules: int = 1
    cores: int = 1
    threads: int = 1


class Arranged(NamedTuple):
    """The topology that the machine has, and the one that machine types up to 6.1 make of it."""

    topology: Topology
    sockets_first: Topology


class Ram(NamedTuple):
    """How many bytes of memory the guest starts with; ``None`` where that cannot be told."""

    size: int | None


class Backend(NamedTuple):
    """An object that memory can come from, and its bytes; ``None`` where they cannot be told.

    With ``nodes``, it comes from those of the host's NUMA nodes, each a first and a last one.
    Where it is plugged in, its size is a multiple of ``grain``.
    """

    id: str
    size: int | None
    nodes: tuple[tuple[int, int], ...] = ()
    grain: int = 2 << 20


class BackedBy(NamedTuple):
    """The object that the guest's memory, or a node's part of it, comes from."""

    id: str


class Hmat(NamedTuple):
    """The machine tells its guest how fast each memory is: ``-machine hmat=on``."""


class Defines(NamedTuple):
    """An id that others may refer to; ``kind`` tells QEMU's name spaces apart."""

    kind: str
    id: str


class Password(NamedTuple):
    """A password that an object holds, as bytes, where it is in sight."""

    id: str
    password: bytes


class Refers(NamedTuple):
    """An id that some other option has to define; ``type`` is how an object's type begins."""

    kind: str
    id: str
    type: str = ""


class Slot(NamedTuple):
    """A place that a drive takes; ``None``, and no interface, leave it to QEMU."""

    interface: str
    index: int | None = None  # type: ignore[assignment] # likewise tuple.index
    bus: int | None = None
    unit: int | None = None
    cdrom: bool = False
    empty: bool = False
    readonly: bool = False
    id: str | None = None


class Opens(NamedTuple):
    """A local file that QEMU opens when it starts; ``kind`` says what it is for.

    QEMU writes to it with ``writes``, and makes it where it is missing with ``creates``. A file
    has at least ``least`` bytes, and ``most`` at the most. One that is ``sought`` is looked for
    among QEMU's own files as well, by its name. ``driver`` is the block driver that is named for
    it, such as ``file``, which opens nothing but files.
    """

    path: str
    kind: str
    writes: bool = False
    creates: bool = False
    least: int = 0
    most: int | None = None
    sought: bool = False
    driver: str = ""


class Image(NamedTuple):
    """A local file that a disk's content is in, and what is said of it.

    Attributes:
        path: the file; ``""`` where a node is named.
        node: the node whose file it is.
        format: the format that it is said to have; ``None`` where QEMU looks.
        writes: whether what the guest writes reaches it.
        backed: whether QEMU follows it to the backing file that it names.
        keyed: whether a key is given for what may be encrypted.
        keyed_below: whether one is for an image that it stands on.
        apart: whether a data file is named in place of the image's own.
    """

    path: str
    node: str = ""
    format: str | None = None
    writes: bool = False
    backed: bool = True
    keyed: bool = False
    keyed_below: bool = False
    apart: bool = False


class BlockNode(NamedTuple):
    """A node of QEMU's block layer that an option makes, with whatever is beneath it.

    Attributes:
        id: its name.
        driver: what drives it.
        writes: whether what the guest writes reaches it.
    """

    id: str
    driver: str
    writes: bool


class FileNode(NamedTuple):
    """A node that is a local file, by its id."""

    id: str
    path: str


class Folder(NamedTuple):
    """A directory that QEMU opens when it starts; ``kind`` says what it is for.

    QEMU starts without it unless it is ``needed``. It is a disk that the guest writes to with
    ``writes``.
    """

    path: str
    kind: str
    needed: bool = True
    writes: bool = False


class UnixSocket(NamedTuple):
    """A socket's path, which can have ``most`` bytes; a longer one is refused if ``needed``."""

    path: str
    most: int = 108
    needed: bool = True


class Maps(NamedTuple):
    """A file that QEMU uses as memory, and makes where it is missing; or a folder for one."""

    path: str
    size: int | None
    readonly: bool


class Locks(NamedTuple):
    """A local image, which QEMU locks while something uses it, against others that write.

    Attributes:
        path: the file.
        writes: whether what the guest writes reaches it.
        held: whether it is in use in any case; ``None`` where the machine type decides.
        names: what others use it by.
    """

    path: str
    writes: bool
    held: bool | None
    names: tuple[str, ...]


class Under(NamedTuple):
    """A node on which others stand, by its id; the rest is as in `Locks`."""

    id: str
    writes: bool
    held: bool
    names: tuple[str, ...]


class Listens(NamedTuple):
    """A TCP port on which QEMU listens; with ``last``, the first free one up to that."""

    host: str
    port: int
    last: int | None = None


_IPV4: Final = re.compile(r"[0-9]+(\.[0-9]+){0,3}")


def is_of_another_family(host: str, ipv4: bool | str | None, ipv6: bool | str | None) -> bool:
    """Whether a host is an address of IPv4 or IPv6, and the other one is asked for."""
    if ipv4 is None and ipv6 is None:
        return False
    on4, on6 = (one is True or one in ON for one in (ipv4, ipv6))
    off4, off6 = (one is False or one in OFF for one in (ipv4, ipv6))
    if _IPV4.fullmatch(host):
        return not on4 and (on6 or off4)
    return ":" in host and not on6 and (on4 or off6)


def family_of(host: str, ipv4: bool | str | None, ipv6: bool | str | None) -> str:
    """A host to listen on; one that means every address is that of the family asked for."""
    if (ipv4 is None and ipv6 is None) or host not in {"", "*"}:
        return host
    is_on = [one is True or one in ON for one in (ipv4, ipv6)]
    is_off = [one is False or one in OFF for one in (ipv4, ipv6)]
    if is_off[0] or (is_on[1] and not is_on[0]):
        return "::"
    if is_off[1] or (is_on[0] and not is_on[1]):
        return "0.0.0.0"  # noqa: S104 - judged, not bound
    return host


class Connects(NamedTuple):
    """A port to which QEMU connects when it starts; with ``once``, somebody has to listen there."""

    host: str
    port: int
    once: bool = True


class User(NamedTuple):
    """A user whose rights QEMU goes on with, by name or as ``uid:gid``."""

    name: str


class Service(NamedTuple):
    """The name of a port, which the host has to know (``/etc/services``)."""

    name: str


class Screen(NamedTuple):
    """A display that QEMU is told to have; ``kind`` is QEMU's name of it: ``vnc``, ``gtk`` ..."""

    kind: str


class Shows(NamedTuple):
    """The device, by its id, whose picture is shown, and which of its outputs."""

    device: str
    head: int


class Boots(NamedTuple):
    """Letters of what a PC's firmware is to boot from, and the field that has them."""

    letters: str
    field: str


class Turn(NamedTuple):
    """The place of something in the order in which firmware tries to boot."""

    number: int


class Terminal(NamedTuple):
    """QEMU's own standard input and output, which one thing can use."""


class UsbBus(NamedTuple):
    """Something that gives the machine a bus which USB devices plug into."""


Claim = (
    Accelerator
    | MachineType
    | HostProcessor
    | HyperV
    | Vcpus
    | Arranged
    | Ram
    | Backend
    | Boots
    | BackedBy
    | Hmat
    | Defines
    | Password
    | Refers
    | Slot
    | Opens
    | Image
    | FileNode
    | BlockNode
    | Folder
    | UnixSocket
    | Maps
    | Locks
    | Under
    | Listens
    | Connects
    | Service
    | Screen
    | Shows
    | Terminal
    | Turn
    | UsbBus
    | User
)

# Kinds of ids: QEMU keeps a name space for each.
OBJECT: Final = "object"
CHARDEV: Final = "chardev"
NETDEV: Final = "netdev"
DEVICE: Final = "device"
DRIVE: Final = "drive"
AUDIODEV: Final = "audiodev"
FSDEV: Final = "fsdev"
TPMDEV: Final = "tpmdev"
VNC: Final = "vnc"

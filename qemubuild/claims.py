"""What an option says about the machine that other options, or the host, have to know.

Options never import each other. What one does that concerns another it states as a claim, and
whoever has the need asks the machine for claims of that kind.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Accelerator(NamedTuple):
    """Something that may run the guest's code: ``kvm``, ``tcg`` ...; the first that works does."""

    name: str


class MachineType(NamedTuple):
    """The board: ``pc``, ``q35``, ``virt`` ..."""

    name: str


class Vcpus(NamedTuple):
    """How many virtual CPUs the guest starts with, and may have at the most."""

    count: int  # type: ignore[assignment] # hides tuple.count, which nobody needs here
    most: int


class Ram(NamedTuple):
    """How many bytes of memory the guest starts with."""

    size: int


class Defines(NamedTuple):
    """An id that others may refer to; ``kind`` tells QEMU's name spaces apart."""

    kind: str
    id: str


class Refers(NamedTuple):
    """An id that some other option has to define."""

    kind: str
    id: str


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

    QEMU writes to it with ``writes``, and makes it where it is missing with ``creates``.
    """

    path: str
    kind: str
    writes: bool = False
    creates: bool = False


class Listens(NamedTuple):
    """A TCP port on which QEMU listens; with ``last``, the first free one up to that."""

    host: str
    port: int
    last: int | None = None


Claim = Accelerator | MachineType | Vcpus | Ram | Defines | Refers | Slot | Opens | Listens

# Kinds of ids: QEMU keeps a name space for each.
OBJECT: Final = "object"
CHARDEV: Final = "chardev"
NETDEV: Final = "netdev"
DEVICE: Final = "device"
DRIVE: Final = "drive"
AUDIODEV: Final = "audiodev"

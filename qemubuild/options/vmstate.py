"""``-loadvm``, ``-dump-vmstate``, ``-only-migratable``: the state of a machine, kept and moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import BlockNode, Folder, Image, Opens, Slot, Under
from qemubuild.option import Flag, Plain, key
from qemubuild.options._images import PROTOCOLS
from qemubuild.values import NAME

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

# Options that may bring a disk which claims no place.
_BRING_DISKS: Final = frozenset({"", "-readconfig"})
_WITHOUT_SNAPSHOTS: Final = PROTOCOLS | {"null-aio", "null-co"}


class Loadvm(Plain):
    """Go on where a snapshot was taken (``-loadvm``), in place of booting.

    Attributes:
        name: the snapshot's name, as the monitor's ``savevm`` was given it.
    """

    flag = "-loadvm"
    heeds_drives = True

    name: str = key(NAME)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge where the snapshot could be, and what else fills the machine."""
        drives = [slot for _, slot in machine.claims(Slot)]
        is_written = any(not (one.cdrom or one.empty or one.readonly) for one in drives)
        nodes = list(_on_top(machine))
        if not is_written and not nodes and machine.flags.isdisjoint(_BRING_DISKS):
            yield self.error(
                "loadvm-without-disk",
                "snapshots are kept in qcow2 images, and this machine has no disk that it writes "
                "to",
                "add the disk on which the snapshot was taken",
                "name",
            )
        apart = next((one for one in machine.options if _keeps_apart(one)), None)
        if apart is not None and is_written:
            yield apart.error(
                "loadvm-of-anew",
                "what the guest writes goes to a temporary file, which begins without a snapshot",
                "leave snapshot out, or loadvm()",
                "snapshot",
            )
        for option, node in nodes:
            if node.driver in _WITHOUT_SNAPSHOTS:
                yield option.error(
                    "loadvm-without-snapshots",
                    f"{node.driver} has no snapshots, and the guest writes to it",
                    "put a qcow2 node over it, or let it be read only",
                    "driver",
                )
        yield from self._unable(machine)
        if any(option.words[0] == "-incoming" for option in machine.options):
            yield self.error(
                "loadvm-and-incoming",
                "-incoming waits for a machine from elsewhere, and this loads one from a disk",
                "leave one of them out",
                "name",
            )

    def _unable(self, machine: MachineView) -> Iterator[Finding]:
        """Judge disks of which there can be no snapshot: each that is written to has to have it."""
        if "-snapshot" in machine.flags:
            return
        for option, folder in machine.claims(Folder):
            if folder.writes:
                yield option.error(
                    "loadvm-without-snapshots",
                    f"a disk made of the folder {folder.path!r} has no snapshots, and the guest "
                    "writes to it",
                    "leave rw out, so that the guest only reads it",
                )
        for option, image in machine.claims(Image):
            if image.format == "raw" and image.writes:
                yield self.error(
                    "loadvm-without-snapshots",
                    f"a raw image has no snapshots, and the guest writes to that of "
                    f"{' '.join(option.words)}",
                    "convert that to qcow2, or let it be read only",
                    "name",
                )

    def explain(self) -> str:
        """Say where it goes on."""
        return f"Goes on where the snapshot {self.words[1]} was taken. Without it the guest boots."


def _keeps_apart(option: Option) -> bool:
    """Whether it has what the guest writes go to a file of its own."""
    return option.flag == "-snapshot" or getattr(option, "snapshot", None) is True


def _on_top(machine: MachineView) -> Iterator[tuple[Option, BlockNode]]:
    """The nodes that are written to, and on which no other stands."""
    below = {under.id for _, under in machine.claims(Under)}
    for option, node in machine.claims(BlockNode):
        if node.writes and node.id not in below:
            yield option, node


class DumpVmstate(Plain):
    """Describe the state of every device in a file, as JSON, and exit (``-dump-vmstate``).

    Attributes:
        path: the file.
    """

    flag = "-dump-vmstate"

    path: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        if not self._unread:
            yield Opens(self.words[1], "description", writes=True, creates=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Warn that no guest runs."""
        yield self.warning(
            "dump-vmstate-exits",
            "QEMU writes the description and exits: no guest runs",
            "leave it out to run the guest",
        )

    def explain(self) -> str:
        """Say what is written."""
        return (
            f"Writes what makes up each device's state to {self.words[1]}, for comparing versions "
            "of QEMU, and exits. Without it the guest runs."
        )


class OnlyMigratable(Flag):
    """Refuse devices that cannot be moved to another host (``-only-migratable``)."""

    flag = "-only-migratable"

    def explain(self) -> str:
        """Say what is refused."""
        return (
            "Refuses every device whose state cannot be moved to another host. Without it such a "
            "device is noticed when the move fails."
        )

"""``-fsdev``: a folder of the host's, for a ``-device virtio-9p-...`` that the guest mounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import FSDEV, Refers
from qemubuild.option import key
from qemubuild.options._folder import Folder
from qemubuild.options._limits import limits_judged
from qemubuild.values import integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_LIMIT: Final = integer(0, 10**15)
_SECONDS: Final = integer(1)


class Fsdev(Folder):
    """Share a folder with the guest (``-fsdev``), by a device that refers to it.

    ``Fsdev("local", id="home", path="/srv/home", security_model="mapped-xattr")`` with
    ``Device("virtio-9p-pci", fsdev="home", mount_tag="home")``; `Virtfs` does both. In a Linux
    guest: ``mount -t 9p -o trans=virtio home /mnt``.

    Attributes:
        fsdriver: ``"local"``; ``"synth"``, for tests; ``"proxy"``, gone from QEMU 9.2.
        path: the folder.
        security_model: what becomes of owners and permissions that the guest sets:
            ``"mapped-xattr"`` and ``"mapped-file"`` note them beside the file, ``"passthrough"``
            sets them (as root alone), ``"none"`` drops them.
        id: what the device calls it.
        readonly: whether the guest can only read.
        writeout: ``"immediate"`` has the host write at once.
        multidevs: what becomes of folders on other disks below it: ``"remap"`` keeps their
            files' numbers apart, ``"forbid"`` hides them, ``"warn"``, the default, does neither.
        fmode: the permissions of new files on the host; 0o600 without. With ``mapped-...`` alone.
        dmode: those of new folders; 0o700 without.
        socket: the proxy's socket.
        sock_fd: the same, open already.
        bps: bytes per second that can be read and written together; 0 for no limit.
        bps_rd: bytes per second that can be read.
        bps_wr: bytes per second that can be written.
        iops: reads and writes per second together; `iops_rd` and `iops_wr` of each.
        bps_max: bytes per second in a burst; `bps_rd_max` and its like likewise.
        bps_max_length: seconds that such a burst can last; 1 without.
        iops_size: bytes that count as one more operation.
    """

    flag = "-fsdev"

    bps: int | None = key(_LIMIT, name="throttling.bps-total", default=None, kw_only=True)
    bps_rd: int | None = key(_LIMIT, name="throttling.bps-read", default=None, kw_only=True)
    bps_wr: int | None = key(_LIMIT, name="throttling.bps-write", default=None, kw_only=True)
    iops: int | None = key(_LIMIT, name="throttling.iops-total", default=None, kw_only=True)
    iops_rd: int | None = key(_LIMIT, name="throttling.iops-read", default=None, kw_only=True)
    iops_wr: int | None = key(_LIMIT, name="throttling.iops-write", default=None, kw_only=True)
    bps_max: int | None = key(_LIMIT, name="throttling.bps-total-max", default=None, kw_only=True)
    bps_rd_max: int | None = key(_LIMIT, name="throttling.bps-read-max", default=None, kw_only=True)
    bps_wr_max: int | None = key(
        _LIMIT, name="throttling.bps-write-max", default=None, kw_only=True
    )
    iops_max: int | None = key(_LIMIT, name="throttling.iops-total-max", default=None, kw_only=True)
    iops_rd_max: int | None = key(
        _LIMIT, name="throttling.iops-read-max", default=None, kw_only=True
    )
    iops_wr_max: int | None = key(
        _LIMIT, name="throttling.iops-write-max", default=None, kw_only=True
    )
    bps_max_length: int | None = key(
        _SECONDS, name="throttling.bps-total-max-length", default=None, kw_only=True
    )
    bps_rd_max_length: int | None = key(
        _SECONDS, name="throttling.bps-read-max-length", default=None, kw_only=True
    )
    bps_wr_max_length: int | None = key(
        _SECONDS, name="throttling.bps-write-max-length", default=None, kw_only=True
    )
    iops_max_length: int | None = key(
        _SECONDS, name="throttling.iops-total-max-length", default=None, kw_only=True
    )
    iops_rd_max_length: int | None = key(
        _SECONDS, name="throttling.iops-read-max-length", default=None, kw_only=True
    )
    iops_wr_max_length: int | None = key(
        _SECONDS, name="throttling.iops-write-max-length", default=None, kw_only=True
    )
    iops_size: int | None = key(_LIMIT, name="throttling.iops-size", default=None, kw_only=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the id, the limits, and who uses it."""
        yield from super().findings(machine)
        if self.id is None:
            yield self.error(
                "fsdev-incomplete",
                "no id is given, and QEMU asks for one",
                "add id=, such as id='share0'",
                "id",
            )
        elif all(one != Refers(FSDEV, self.id) for _, one in machine.claims(Refers)):
            yield self.warning(
                "fsdev-unused",
                f"no device refers to {self.id!r}, so the guest has nothing to mount",
                f"add device('virtio-9p-pci', fsdev={self.id!r}, mount_tag=...), or write "
                "virtfs(), which does both",
                "id",
            )
        yield from self._limits()

    def _limits(self) -> Iterator[Finding]:
        limited = next((name for name, _ in self._given() if name.startswith(("bps", "iops"))), "")
        if not limited:
            return
        if self.fsdriver in {"synth", "proxy"}:
            yield self._foreign(limited)
        else:
            yield from limits_judged(self)

    def explain(self) -> str:
        """Say what is shared."""
        return (
            f"Offers {self._shares()}. The guest can mount it once a virtio-9p device refers to "
            f"{self.id}."
        )

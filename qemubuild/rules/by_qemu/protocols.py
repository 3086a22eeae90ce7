"""Protocols of images: that this QEMU knows the one that a URL begins with, and has its driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.rules.by_qemu import kinds
from qemubuild.values import Url, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

SCHEMES: Final = dict.fromkeys(("ftp", "ftps", "https"), "http")
"""The drivers of URLs whose scheme is not the name of one."""
# What block drivers register beside their own names (``protocol_name`` in block/*.c).
_KNOWN: Final = frozenset(
    "blkdebug blkverify fat file ftp ftps gluster gluster+rdma gluster+tcp gluster+unix host_cdrom "
    "host_device http https io_uring iscsi iser json nbd nbd+tcp nbd+unix nfs null-aio null-co "
    "nvme nvme-io_uring rbd ssh virtio-blk-vfio-pci virtio-blk-vhost-user "
    "virtio-blk-vhost-vdpa".split()
)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every image that is opened by a protocol."""
    for option in machine.options:
        file = getattr(option, "file", None)
        if not isinstance(file, Url) or "$" in file:
            continue
        scheme = file.partition(":")[0]
        driver = scheme.partition("+")[0]
        if SCHEMES.get(driver, driver) in qemu.missing_drivers:
            yield kinds.missing(option, driver, "file", (), qemu)
        elif scheme not in _KNOWN:
            yield option.error(
                "image-protocol-unknown",
                f"QEMU opens what is before the colon in {str(file)!r} as a protocol, and has no "
                f"{scheme!r}",
                f"{nearest(scheme, _KNOWN)}write './{file}' for a file of that name",
                "file",
            )

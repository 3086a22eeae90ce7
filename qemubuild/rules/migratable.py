"""``-only-migratable``: devices and images that could not be moved to another host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import FileNode, Folder, Image
from qemubuild.options._versions import changed
from qemubuild.options.device import Device

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView

# Devices that QEMU cannot move (run on 7.2 and 10.0, all with -only-migratable).
_DEVICES: Final = re.compile(
    r"nvme|ufs|rocker|usb-(mtp|uas|net|audio|braille|serial|wacom-tablet)|amd-iommu|hv-syndbg"
    r"|ivshmem-plain|virtio-(crypto|input-host)(-.*)?|vhost-user-(gpio|i2c|input|rng|snd|vsock)-.*|virtio-sound-.*|vhost-vdpa-device(-.*)?"
)
# Those that newer ones can.
_ONCE: Final = re.compile(r"vhost-user-fs(-.*)?")
_FORMATS: Final = frozenset({"parallels", "qcow", "vdi", "vhdx", "vmdk", "vpc"})


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge the devices, and the images whose format is said, where it is asked for."""
    for device in machine.find_all(Device):
        finding = device.error if _DEVICES.fullmatch(device.driver) else None
        if _ONCE.fullmatch(device.driver):
            finding = changed(device, machine, refused_by=(7, 2), taken_by=(10, 0))
        if finding is not None:
            yield finding(
                "migration-impossible",
                f"{device.driver} cannot be moved to another host",
                "leave it out, or only_migratable()",
            )
    for option in machine.options:
        if option.flag == "-usbdevice" and option.words[-1] == "wacom-tablet":
            yield option.error(
                "migration-impossible",
                "a wacom-tablet cannot be moved to another host",
                "write usbdevice('tablet')",
            )
        if option.flag == "-audio" and "model=virtio" in option.words[-1]:
            yield option.error(
                "migration-impossible",
                "the sound card virtio cannot be moved to another host",
                "write model='hda'",
            )
        if option.flag == "-chardev" and option.words[-1].startswith("qemu-vdagent"):
            yield option.error(
                "migration-impossible",
                "a clipboard (qemu-vdagent) cannot be moved to another host",
                "leave it out, or only_migratable()",
            )
    for option, folder in machine.claims(Folder):
        if folder.writes:
            yield option.error(
                "migration-impossible",
                f"a disk made of the folder {folder.path!r} cannot be moved to another host while "
                "the guest can write to it",
                "leave rw out, or only_migratable()",
            )
    for option, image in machine.claims(Image):
        if image.format in _FORMATS:
            yield option.error(
                "migration-impossible",
                f"images of the format {image.format} cannot be moved to another host",
                "convert it to qcow2, or leave only_migratable() out",
            )


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge the images whose format is not said, by how they begin."""
    if "-only-migratable" not in machine.flags:
        return
    nodes = {node.id: node.path for _, node in machine.claims(FileNode)}
    for option, image in machine.claims(Image):
        path = nodes.get(image.node, image.path)
        header = host.header_of(path, None) if image.format is None and path else None
        if header is not None and header.format in _FORMATS:
            yield option.error(
                "migration-impossible",
                f"{path!r} is of the format {header.format}, which cannot be moved to another host",
                "convert it to qcow2, or leave only_migratable() out",
            )

"""The small Linux guest with Debian's or Ubuntu's guest agent in it, which does as it is told."""

from __future__ import annotations

import functools
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.guests.linux import build_initramfs, guests_directory, linux

if TYPE_CHECKING:
    from qemubuild import Machine

MODULES = (
    *("virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci"),
    "virtio_console",
)

INIT = """\
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in {modules}; do
    /bin/busybox insmod /$module.ko
done
/bin/qemu-ga --method virtio-serial --path /dev/vport0p1 --statedir /bin
/bin/busybox poweroff -f
"""


def with_agent(machine: Machine) -> Machine:
    """Boot a Linux in a machine that runs nothing but the guest agent."""
    return linux(machine, _initramfs())


@functools.cache
def _initramfs() -> Path:
    agent = guests_directory() / "qemu-ga"
    said = subprocess.run(["ldd", agent], check=True, capture_output=True, text=True).stdout
    # Its libraries are those of this host, at their own places.
    libraries = re.findall(r"(?:=>|^)\s*(/\S+) \(", said, re.MULTILINE)
    programs = {"bin/qemu-ga": agent, **{path[1:]: Path(path) for path in libraries}}
    return build_initramfs("agent", INIT, MODULES, programs)

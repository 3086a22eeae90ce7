"""A small Linux guest: says how many vCPUs, which topology, memory, nodes and disks it sees.

Its kernel and busybox are Debian's or Ubuntu's, brought by ``fetch.sh``; its first and only program
is the shell script below, on an initramfs written here.
"""

from __future__ import annotations

import functools
import os
import re
import stat
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from qemubuild import Machine

# In the order in which each finds what it needs.
MODULES = (
    *("virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci"),
    *("virtio_blk", "scsi_common", "scsi_mod", "libata", "ata_piix", "cdrom", "sr_mod"),
)

DIRECTORIES = ("bin", "dev", "proc", "sys")

INIT = """\
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
for module in {modules}; do
    /bin/busybox insmod /$module.ko
done
cd /sys/devices/system/cpu
for cpu in cpu[0-9]*; do
    read package < $cpu/topology/physical_package_id
    read die < $cpu/topology/die_id
    read core < $cpu/topology/core_id
    echo "$cpu  package=$package die=$die core=$core"
done
cd /sys/devices/system/node
for node in node[0-9]*; do
    cpus=$(/bin/busybox cat $node/cpulist)
    read distance < $node/distance
    read _ _ _ memory _ < $node/meminfo
    echo "$node  cpus=$cpus memory=$memory distance=$distance"
done
cd /sys/block
for disk in *; do
    [ -e $disk ] || continue
    read sectors < $disk/size
    read read_only < $disk/ro
    echo "$disk  sectors=$sectors read_only=$read_only"
done
/bin/busybox sed -n 's/^MemTotal: */MemTotal  /p' /proc/meminfo
/bin/busybox sed -n '/^model name/{{s/.*: /Processor  /p;q}}' /proc/cpuinfo
read command_line < /proc/cmdline
echo "Command line  $command_line"
/bin/busybox poweroff -f
"""


def linux(machine: Machine, initramfs: Path | None = None) -> Machine:
    """Boot this Linux in a machine, whatever its disks hold; or another of its kernel."""
    # The TSC and timer checks of a slow, emulated CPU cost most of the boot: what is told
    # here need not be measured.
    words = "console=ttyS0 quiet tsc=reliable no_timer_check random.trust_cpu=on"
    return (
        machine.raw("-kernel", str(guests_directory() / "vmlinuz"))
        .raw("-initrd", str(initramfs or _initramfs()))
        .raw("-append", words)
    )


def numbers(value: str) -> dict[str, int]:
    """``"package=0 die=0 core=1"`` as ``{"package": 0, "die": 0, "core": 1}``."""
    return {key: int(number) for key, number in re.findall(r"(\w+)=(\d+)(?: |$)", value)}


def guests_directory() -> Path:
    """Where ``fetch.sh`` has put kernel, modules, busybox and the guest agent."""
    default = Path(__file__).parents[3] / ".cache" / "guests"
    directory = Path(os.environ.get("QEMUBUILD_GUESTS") or default)
    if not (directory / "qemu-ga").exists():
        raise FileNotFoundError(
            f"no Linux guest in {directory}: run tests/real/guests/fetch.sh (`make test` does)"
        )
    return directory


@functools.cache
def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="qemubuild-linux-")  # removed when Python ends


@functools.cache
def _initramfs() -> Path:
    return build_initramfs("initramfs", INIT, MODULES, {})


def build_initramfs(
    name: str, script: str, wanted: Iterable[str], programs: Mapping[str, Path]
) -> Path:
    """An initramfs with busybox, kernel modules, and a script to run that begins by loading them.

    Args:
        name: of the file.
        script: what to run; ``{modules}`` in it are the modules there are.
        wanted: the modules, in their order.
        programs: what else is to be in it, by its place there.
    """
    source = guests_directory()
    # What Debian's kernel has as modules, Ubuntu's has built in.
    modules = [module for module in wanted if (source / f"{module}.ko").exists()]
    files = {"bin/busybox": source / "busybox", **programs}
    files |= {f"{module}.ko": source / f"{module}.ko" for module in modules}
    parents = {str(parent) for path in files for parent in PurePath(path).parents} - {"."}
    archive = b"".join(
        [
            *(_entry(path, stat.S_IFDIR | 0o755) for path in sorted({*DIRECTORIES, *parents})),
            _entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1)),
            _entry("init", stat.S_IFREG | 0o755, script.format(modules=" ".join(modules)).encode()),
            *(
                _entry(path, stat.S_IFREG | 0o755, file.read_bytes())
                for path, file in files.items()
            ),
            _entry("TRAILER!!!", 0),
        ]
    )
    path = Path(_directory().name, name)
    path.write_bytes(archive)
    return path


def _entry(name: str, mode: int, data: bytes = b"", device: tuple[int, int] = (0, 0)) -> bytes:
    """One file of a cpio archive in the "newc" format, which the kernel unpacks."""
    path = name.encode() + b"\0"
    fields = (
        *(0, mode, 0, 0, 1, 0, len(data)),  # inode, mode, user, group, links, time, size
        *(0, 0, *device, len(path), 0),  # device of the file, of the node; name's size; no sum
    )
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)

"""Build the lesson's machine and render its command: the library, vmify, and a list by hand."""

from __future__ import annotations

import itertools
import timeit
from pathlib import Path
from typing import TYPE_CHECKING

from vmify.models.spec import Accelerator, DiskSpec, DisplayMode, DisplaySpec, Firmware, VMSpec
from vmify.providers.qemu.argv import build_argv

from qemubuild import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMES = 500


def machine(disk: str) -> Machine:
    """The lesson's machine."""
    return (
        Machine("x86_64")
        .enable_kvm()
        .cpu("host")
        .smp(4)
        .memory("8G")
        .keyboard("en-us")
        .vnc(0)
        .usbdevice("tablet")
        .drive(disk, interface="virtio")
        .cdrom("/path/to/iso")
        .boot("d")
    )


def ours(disk: str) -> list[str]:
    """The lesson's command, judged before it is written."""
    return machine(disk).argv()


def vmify(disk: str) -> list[str]:
    """The same machine, with the sockets and files that vmify adds to each."""
    spec = VMSpec(
        name="lesson",
        cpus=4,
        memory_mb=8192,
        machine="pc",
        accelerator=Accelerator.KVM,
        firmware=Firmware.BIOS,
        disks=[DiskSpec(path=Path(disk))],
        networks=[],
        display=DisplaySpec(mode=DisplayMode.VNC, port=0),
        cdrom=[Path("/path/to/iso")],
        extra_args=["-k", "en-us", "-boot", "d"],
    )
    return build_argv(spec, "lesson", Path("/run/lesson"))


def by_hand(disk: str) -> list[str]:
    """A list and f-strings, with no thought of anything: the floor."""
    iso, memory, cpus, display = "/path/to/iso", "8G", 4, 0
    return [
        *("qemu-system-x86_64", "-enable-kvm", "-cpu", "host", "-smp", f"{cpus}"),
        *("-m", f"{memory}", "-k", "en-us", "-vnc", f":{display}", "-usbdevice", "tablet"),
        *("-drive", f"file={disk},if=virtio", "-cdrom", f"{iso}", "-boot", "d"),
    ]


def contestants(disks: Iterator[str]) -> dict[str, Callable[[], float]]:
    """Each with the seconds that one build takes, with the next of these disks."""
    functions = {"qemubuild": ours, "vmify": vmify, "by hand": by_hand}
    return {name: timing(function, disks) for name, function in functions.items()}


def timing(function: Callable[[str], list[str]], disks: Iterator[str]) -> Callable[[], float]:
    return lambda: timeit.timeit(lambda: function(next(disks)), number=TIMES) / TIMES


def the_same() -> Iterator[str]:
    """The lesson's own disk, always."""
    return itertools.repeat("disk_name.qcow2")


def another() -> Iterator[str]:
    """A disk that no machine had before, so that nothing of it can be remembered."""
    return map("disk{}.qcow2".format, itertools.count())

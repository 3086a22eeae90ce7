"""Read command lines as scripts have them, beside `shlex.split`, which only parts the words."""

from __future__ import annotations

import shlex
import timeit
from typing import TYPE_CHECKING

from qemubuild import Machine

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 100


def line(number: int) -> str:
    """A command of some 60 words, another for each number."""
    networks = " ".join(
        f"-netdev user,id=n{i},hostfwd=tcp::{2000 + i}-:22 \\\n -device virtio-net-pci,netdev=n{i}"
        for i in range(6)
    )
    drives = " ".join(f"-drive 'file=my disk{number}-{i}.qcow2,if=virtio'" for i in range(10))
    return (
        "sudo qemu-system-x86_64 -enable-kvm -cpu host,+vmx -smp 4,sockets=1,cores=4 -m 8G \\\n"
        f" -name vm{number},process=vm -rtc base=utc -k en-us -vnc :0 -usbdevice tablet \\\n"
        f" -serial mon:stdio -boot order=d,menu=on {networks} {drives} 2>&1 | tee log"
    )


def contestants() -> dict[str, Callable[[], float]]:
    """Each with the seconds that one line takes."""
    lines = [line(number) for number in range(LINES)]
    functions = {"qemubuild": Machine.from_command, "shlex.split": shlex.split}
    return {name: timing(function, lines) for name, function in functions.items()}


def timing(function: Callable[[str], object], lines: list[str]) -> Callable[[], float]:
    return lambda: timeit.timeit(lambda: [function(one) for one in lines], number=1) / LINES

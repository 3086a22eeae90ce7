"""What random machines are made of: files, ports, and what this QEMU has."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import socket
import struct
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DISKS = ("disk.qcow2", "other.qcow2", "small.raw", "third.raw", "a,b.qcow2", "c:d.raw", "-e.raw",
         "f g.raw", "ü.qcow2", "h=i.raw", "./c:d.raw")  # fmt: skip
NO_DISKS = ("missing.qcow2", "folder", "no/such/folder.raw", "/dev/null", "odd.raw", "text.txt",
            "over.qcow2", "orphan.qcow2", "newer.qcow2", "disk.vmdk", "disk.dmg", "held.raw",
            "held.qcow2", "over-held.qcow2")  # fmt: skip
PORTS = 30
# Boards that only QEMU itself starts.
_ODD = frozenset({"x-remote", "xenfv", "xenpv", "nitro-enclave"})
# Models that KVM may refuse as it does the host's own, which takes knowing what is in them.
_HAVE_CAPABILITIES = re.compile(
    "Denverton|Snowridge|Cascadelake|Cooperlake|Icelake|Sapphire|Granite|Sierra|Clearwater"
    "|Diamond|.*-Server-v[4-9]|.*YongFeng"
)


class World:
    """A directory with files, a range of ports, and the names that a QEMU knows."""

    def __init__(self, qemu: str, folder: Path, number: int) -> None:
        self.qemu = qemu
        self.folder = folder
        _make_files(folder)
        # Somebody else has the first port, and some of the images.
        self.holders = [_hold(folder / "held.raw"), _hold(folder / "held.qcow2")]
        self.busy = _server(21000 + 100 * number)
        self.first_port: int = self.busy.getsockname()[1]
        self.types = [name for name in _names(qemu, "-machine", r"^(\S+) {2,}") if name not in _ODD]
        models = _names(qemu, "-cpu", r"^(?:x86)? +(\S+) {2,}")
        self.models = [name for name in models if not _HAVE_CAPABILITIES.match(name)]
        self.devices = set(_names(qemu, "-device", r'^name "([^"]+)"'))


def _server(first: int) -> socket.socket:
    """A server on the first of these ports that no other world has."""
    for port in range(first, 32000, 1000):
        with contextlib.suppress(OSError):
            return socket.create_server(("127.0.0.1", port))
    raise OSError(f"every port like {first} is taken")


def _names(qemu: str, option: str, pattern: str) -> list[str]:
    said = subprocess.run([qemu, option, "help"], check=True, capture_output=True, text=True).stdout
    return re.findall(pattern, said.partition("\nRecognized")[0], re.MULTILINE)


def _make_files(folder: Path) -> None:
    for name in DISKS:
        kind, size = ("qcow2", "64M") if name.endswith("qcow2") else ("raw", "1M")
        subprocess.run(
            ["qemu-img", "create", "-q", "-f", kind, f"./{name}", size], check=True, cwd=folder
        )
    for name, options in {
        "over.qcow2": ["qcow2", "-b", "./disk.qcow2", "-F", "qcow2"],
        "orphan.qcow2": ["qcow2", "-u", "-b", "./gone.qcow2", "-F", "qcow2", "64M"],
        "newer.qcow2": ["qcow2", "64M"],
        "disk.vmdk": ["vmdk", "64M"],
        "held.qcow2": ["qcow2", "64M"],
        "over-held.qcow2": ["qcow2", "-b", "./held.qcow2", "-F", "qcow2"],
    }.items():
        form, *rest = options
        command = ["qemu-img", "create", "-q", "-f", form, *_placed(rest, f"./{name}")]
        subprocess.run(command, check=True, cwd=folder)
    with open(folder / "newer.qcow2", "r+b") as newer:
        newer.seek(4)
        newer.write(bytes((0, 0, 0, 9)))
    for name, length in {
        "held.raw": 1 << 20,
        "disk.dmg": 1 << 20,
        "cd.iso": 65536,
        "floppy.img": 1474560,
        "code.fd": 524288,
        "vars.fd": 65536,
        "empty.raw": 0,
        "odd.raw": 1000,
        "huge.fd": 16 << 20,
    }.items():
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.truncate(length)
    for name, text in {
        "text.txt": "not an image\n",
        "password": "secret",
        "keys": "map 0x0\n",
    }.items():
        (folder / name).write_text(text, "utf-8")
    (folder / "folder").mkdir()
    (folder / "kernel").write_bytes(_kernel())


def _placed(options: list[str], name: str) -> list[str]:
    """The name of an image where qemu-img looks for it: before its size."""
    size = options[-1:] if options[-1:] == ["64M"] else []
    return [*options[: len(options) - len(size)], name, *size]


def _hold(path: Path) -> int:
    """Lock an image as a QEMU does that writes to it (block/file-posix.c)."""
    file = os.open(path, os.O_RDWR)
    for byte in (100, 101, 103, 201, 203):
        lock = struct.pack("hhqqi0q", fcntl.F_RDLCK, os.SEEK_SET, byte, 1, 0)
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, lock)
    return file


def _kernel() -> bytes:
    """What QEMU takes for a Linux kernel: a header by its boot protocol, and nothing else."""
    image = bytearray(64 << 10)
    image[0x1F1] = 1  # sectors of set-up code
    image[0x1FE:0x200] = b"\x55\xaa"
    image[0x202:0x206] = b"HdrS"
    image[0x206:0x208] = (0x20C).to_bytes(2, "little")
    image[0x211] = 1  # it is loaded high
    image[0x22C:0x230] = (0x7FFFFFFF).to_bytes(4, "little")  # where an initrd may end
    return bytes(image)

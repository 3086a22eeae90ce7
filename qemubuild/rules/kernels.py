"""A PC's kernel: what its first sectors say of it, and what it can be given (hw/i386/x86.c)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import Opens
from qemubuild.targets import X86, board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_SECTOR: Final = 512
_MOST_HEADER: Final = 8192
_SET_UP: Final = 0x1F1
# What a Linux kernel has, by its boot protocol, and where the protocol's version stands.
_LINUX: Final = b"HdrS"
_MAGIC: Final = 0x202
_VERSION: Final = 0x206
_ELF: Final = b"\x7fELF"
_MULTIBOOT: Final = b"\x02\xb0\xad\x1b"
# The protocol that brought what QEMU hands to a kernel.
_SINCE: Final = {"-initrd": (0x200, "initial RAM disk"), "-dtb": (0x209, "device tree")}


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge whether the kernel takes what is given to it."""
    kernels = [file.path for _, file in machine.claims(Opens) if file.kind == "kernel"]
    board = board_of(machine)
    if not kernels or machine.arch not in X86 or board is None or board.name == "none":
        return
    begin = _begin(kernels[-1])
    if not begin or _is_read_otherwise(begin):
        return
    protocol = int.from_bytes(begin[_VERSION : _VERSION + 2], "little") if is_linux(begin) else 0
    for option in machine.options:
        since, what = _SINCE.get(option.flag, (0, ""))
        if protocol < since:
            problem = "is of an old protocol" if protocol else "does not begin like Linux"
            yield option.error(
                "kernel-without-protocol",
                f"the kernel {kernels[-1]!r} {problem}, and takes no {what}",
                f"name a bzImage in kernel(), or leave {option.flag[1:]} out",
                "file",
            )


def is_linux(begin: bytes) -> bool:
    """Whether a kernel begins as Linux does."""
    return begin[_MAGIC : _MAGIC + len(_LINUX)] == _LINUX


def is_linux_at(kernel: str) -> bool:
    """Whether a file is a Linux kernel."""
    return is_linux(_begin(kernel))


def set_up(kernel: str) -> int:
    """How many bytes the first part of a kernel says that it has."""
    begin = _begin(kernel)
    if not begin or _is_read_otherwise(begin):
        return 0
    sectors = begin[_SET_UP] if len(begin) > _SET_UP else 0
    return ((sectors or 4) + 1) * _SECTOR - 1


def _is_read_otherwise(begin: bytes) -> bool:
    return begin.startswith(_ELF) or (not is_linux(begin) and _MULTIBOOT in begin)


def _begin(kernel: str) -> bytes:
    try:
        with open(kernel, "rb") as file:
            return file.read(_MOST_HEADER)
    except OSError:
        return b""

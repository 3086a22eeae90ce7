"""``-kernel``, ``-shim``, ``-initrd``, ``-append``, ``-dtb``: start Linux and its like directly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from qemubuild.board_words import said
from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.option import Plain, key
from qemubuild.targets import X86, board_of
from qemubuild.values import NAME, Kind, write_text

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option


class _File(Plain):
    what: ClassVar[str]

    file: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        if not self._unread:
            yield Opens(self.words[1], self.what)


class Kernel(_File):
    """Start this kernel directly (``-kernel``), without firmware looking for a boot loader.

    Attributes:
        file: the kernel: a bzImage or a multiboot image on PCs, an Image or ELF file elsewhere.
    """

    flag = "-kernel"
    what = "kernel"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the board starts kernels."""
        board = board_of(machine)
        if board and board.name == "none":
            yield self.error(
                "kernel-without-board",
                "the machine type none starts no kernel",
                "choose another machine type, such as machine_type('q35')",
            )

    def explain(self) -> str:
        """Say what is started."""
        return (
            f"Starts the kernel {self.words[1]} directly. Without it the guest boots from its "
            "disks, as a computer does."
        )


class Shim(_File):
    """Start the kernel through this shim (``-shim``; QEMU 10.0), as secure boot wants it.

    Attributes:
        file: the EFI program that checks the kernel's signature.
    """

    flag = "-shim"
    since = "10.0"
    what = "shim"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether there is a kernel to start."""
        return _without_kernel(self, machine)

    def explain(self) -> str:
        """Say what it is for."""
        return (
            f"Has the guest's UEFI firmware check and start the kernel through {self.words[1]}. "
            "Without it the firmware starts the kernel itself."
        )


class Initrd(_File):
    """Give the kernel its first file system (``-initrd``), from which it starts the system.

    Attributes:
        file: the image; taken as it stands for Linux. For a multiboot kernel it is a list of
            modules with their arguments: ``"module1 argument,module2"``.
    """

    flag = "-initrd"
    what = "initial RAM disk"

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether there is a kernel to use it."""
        return _without_kernel(self, machine)

    def explain(self) -> str:
        """Say what it is for."""
        return (
            f"Gives the kernel its first file system, {self.words[1]}. Without it the kernel "
            "needs every driver for its disk built in."
        )


def _write_words(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(_quote, value))
    return write_text(value)


def _quote(value: object) -> str:
    word = write_text(value)
    if not re.search(r"\s", word):
        return word
    if '"' in word:
        raise InvalidOption(
            f"{word!r} has both spaces and quotes, and Linux has no way to write that",
            hint="leave out the one or the other",
        )
    return f'"{word}"'


class Append(Plain):
    """Give the kernel its command line (``-append``).

    Attributes:
        line: the parameters, as in ``"console=ttyS0 root=/dev/vda1"``; or a list of them, of
            which those with spaces are quoted as Linux wants it.
    """

    flag = "-append"

    line: str | Sequence[str] = key(Kind(_write_words, str))

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether there is a kernel to read it."""
        return _without_kernel(self, machine)

    def explain(self) -> str:
        """Say what the kernel is told."""
        return (
            f"Tells the kernel: {self.words[1]}. Without it the kernel's command line is empty, "
            "and its messages go to the screen."
        )


class Dtb(_File):
    """Describe the board's hardware by this device tree (``-dtb``), not by QEMU's own.

    Attributes:
        file: the compiled tree; a name without a slash is looked for among QEMU's files, too.
    """

    flag = "-dtb"
    what = "device tree"

    def claims(self) -> Iterator[Opens]:
        """State the file, which may be one of QEMU's own."""
        if not self._unread:
            yield Opens(self.words[1], self.what, sought=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of a tree that nobody reads: a PC hands it to a kernel alone."""
        if machine.arch in X86 and not has_kernel(machine):
            yield self.warning(
                "dtb-unread",
                "a PC's firmware has no use for a device tree, and there is no kernel to take it",
                "add kernel(), or leave dtb out",
                "file",
            )

    def explain(self) -> str:
        """Say what it replaces."""
        return (
            f"Describes the hardware to the guest by the device tree {self.words[1]}. Without it "
            "QEMU makes one itself, where the board has one."
        )


def has_kernel(machine: MachineView) -> bool:
    """Whether there is a kernel, or may be one in what is not judged."""
    for option in machine.options:
        flag = option.words[0]
        if flag in {"-kernel", "-readconfig"} or not flag.startswith("-"):
            return True
    return said(machine, "kernel") is not None


def _without_kernel(option: Option, machine: MachineView) -> Iterator[Finding]:
    if not has_kernel(machine):
        yield option.error(
            "kernel-missing",
            f"{option.flag} is for a kernel, and there is none",
            "add kernel('vmlinuz'), with your kernel's path",
        )

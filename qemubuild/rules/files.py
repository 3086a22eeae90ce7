"""The files of the host that is to run the machine: whether they are there, and of what size."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from qemubuild.board_words import said
from qemubuild.claims import Maps, Opens, Ram, Screen, Slot
from qemubuild.options._images import PROTOCOLS
from qemubuild.options._versions import changed
from qemubuild.rules import configurations, kernels
from qemubuild.targets import ARM, X86, board_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView

_OF_DEVICES = PROTOCOLS - {"file"}
_FIRMWARE_PAGE = 65536
_DEFAULT_RAM = 128 << 20
_TREE = b"\xd0\x0d\xfe\xed"
# QEMU takes several modules from -initrd, with arguments, for a multiboot kernel.
_SEVERAL = re.compile("[ ,]")
_INPUT = 13  # the devices of Linux that are for input (Documentation/admin-guide/devices.txt)
# The screens that look a keyboard layout up.
_READERS = frozenset({"vnc", "curses"})


def findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge all files that QEMU opens when it starts."""
    yield from _opened(machine, host)
    yield from _mapped(machine)
    yield from kernels.findings(machine)
    yield from configurations.findings(machine)


def _opened(machine: MachineView, host: Host) -> Iterator[Finding]:
    for option, file in machine.claims(Opens):
        if option.flag == "-initrd" and _is_list(file.path, machine):
            continue
        finding = option.error if _is_needed(file, machine) else option.warning
        path = _path(file)
        try:
            found = os.stat(path)
        except OSError as problem:
            if not file.sought or not _is_own(file, machine):
                yield from _unreachable(finding, file, problem, host)
            continue
        if stat.S_ISDIR(found.st_mode):
            yield finding(
                "file-is-directory",
                f"the {file.kind} {file.path!r} is a directory",
                "write the path of a file",
            )
        elif _is_mistaken(file, found.st_mode):
            what = "a socket" if file.kind != "socket" else "no socket that somebody listens on"
            yield finding(
                "file-of-another-kind",
                f"the {file.kind} {file.path!r} is {what}",
                "write the path of another file",
            )
        elif file.kind == "input device" and not _is_input(found):
            yield finding(
                "file-of-another-kind",
                f"the {file.kind} {file.path!r} is none",
                "write one of those in /dev/input/by-id",
            )
        elif file.driver == "file" and _is_device(found.st_mode):
            yield finding(
                "file-of-another-kind",
                f"the {file.kind} {file.path!r} is a device, and 'file' opens files alone",
                "write 'host_device' for the driver of the file",
            )
        elif file.driver in _OF_DEVICES and stat.S_ISREG(found.st_mode):
            yield finding(
                "file-of-another-kind",
                f"the {file.kind} {file.path!r} is a file, and {file.driver!r} opens devices alone",
                "write 'file' for the driver of the file",
            )
        elif file.kind == "device tree" and machine.arch in ARM and not _is_tree(path):
            yield finding(
                "file-of-another-kind",
                f"the {file.kind} {file.path!r} does not begin like a compiled one",
                "write the path of a .dtb file, which `dtc -O dtb` makes of a .dts",
            )
        elif stat.S_ISREG(found.st_mode) and not _fits(file, found.st_size, machine):
            why = f"and {file.least} are asked for" if file.least > 1 else "which none can have"
            yield finding(
                "file-size",
                f"the {file.kind} {file.path!r} has {found.st_size} bytes, {why}",
                "see whether it is the right file, and whole",
            )
        elif not host.can_open(path, writes=file.writes):
            act = "read and written" if file.writes else "read"
            yield finding(
                "file-not-permitted",
                f"the {file.kind} {file.path!r} cannot be {act} by this user",
                "change the file's permissions, or run as a user that has them",
            )


def _is_mistaken(file: Opens, mode: int) -> bool:
    """Whether a socket is taken for something else, or the other way round."""
    if file.kind == "socket":  # in the place of which QEMU makes one of its own
        return not stat.S_ISSOCK(mode) and not file.creates
    return stat.S_ISSOCK(mode)


def _is_input(found: os.stat_result) -> bool:
    return stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) == _INPUT


def _is_device(mode: int) -> bool:
    return stat.S_ISBLK(mode) or stat.S_ISCHR(mode)


def _is_tree(path: str) -> bool:
    """Whether it begins like a compiled device tree, as far as this user can see."""
    try:
        with open(path, "rb") as file:
            return file.read(len(_TREE)) == _TREE
    except OSError:
        return True


def _fits(file: Opens, size: int, machine: MachineView) -> bool:
    """Whether a file of this size can be what it is said to be."""
    if file.kind == "firmware" and machine.arch in X86:
        return size > 0 and size % _FIRMWARE_PAGE == 0
    if file.kind == "kernel" and machine.arch in X86:
        return size > kernels.set_up(_path(file))
    return file.least <= size and (file.most is None or size <= file.most)


def _path(file: Opens) -> str:
    """What QEMU opens: a pipe may be a pair of them, one for each direction."""
    pair = (f"{file.path}.in", f"{file.path}.out")
    return pair[0] if file.kind == "pipe" and all(map(os.path.exists, pair)) else file.path


def _is_own(file: Opens, machine: MachineView) -> bool:
    """Whether it is among QEMU's own files; taken for granted where that QEMU cannot be asked."""
    if machine.arch.startswith("riscv") and file.path in {"none", "default"}:
        return True  # words of theirs
    if machine.qemu is None or not machine.qemu.folders:
        return "/" not in file.path
    given = [option.words[1] for option in machine.options if option.flag == "-L"]
    within = "dtb" if file.kind == "device tree" else ""
    return any(
        os.path.isfile(os.path.join(folder, place, file.path.lstrip("/")))
        for folder in (*given, *machine.qemu.folders)
        for place in ("", within)
    )


def _is_list(initrd: str, machine: MachineView) -> bool:
    """Whether it may be several modules with their arguments: only Linux takes it as it stands."""
    if not _SEVERAL.search(initrd):
        return False
    named = [option.words[1] for option in machine.options if option.flag == "-kernel"]
    return not named or not kernels.is_linux_at(named[-1])


def _is_needed(file: Opens, machine: MachineView) -> bool:
    """Whether QEMU refuses to start without it."""
    if file.kind == "option ROM":
        return False  # it says so, and goes on
    if file.kind == "keyboard layout":
        return any(screen.kind in _READERS for _, screen in machine.claims(Screen))
    board = board_of(machine)
    if file.kind == "firmware":
        return board is None or not (board.name == "none" or _has_flash(machine))
    if file.kind == "device tree":
        has_kernel = "-kernel" in machine.flags
        return has_kernel if machine.arch in X86 else board is None or board.name != "none"
    return file.kind != "boot splash"


def _has_flash(machine: MachineView) -> bool:
    """Whether flash memory holds a PC's firmware, so that QEMU looks for no other."""
    return machine.arch in X86 and (
        any(slot.interface == "pflash" for _, slot in machine.claims(Slot))
        or said(machine, "pflash0") is not None
    )


def _unreachable(
    finding: Callable[[str, str, str], Finding], file: Opens, problem: OSError, host: Host
) -> Iterator[Finding]:
    folder = os.path.dirname(file.path) or "."
    if file.creates and os.path.isdir(folder) and isinstance(problem, FileNotFoundError):
        if not host.can_create(folder):
            yield finding(
                "file-not-permitted",
                f"the {file.kind} {file.path!r} cannot be made by this user: {folder!r} cannot be "
                "written to",
                "choose a directory of your own, such as one in $XDG_RUNTIME_DIR",
            )
        return
    if file.path.startswith("~"):
        mend = "QEMU does not expand '~': use os.path.expanduser()"
    elif file.creates:
        mend = f"make the directory {folder!r} first"
    elif not os.path.isabs(file.path):
        mend = f"it is looked for in {os.getcwd()!r}; write the whole path, or make the file first"
    else:
        mend = "correct the path, or make the file first"
    yield finding(
        "file-missing", f"the {file.kind} {file.path!r}: {os.strerror(problem.errno or 0)}", mend
    )


def _mapped(machine: MachineView) -> Iterator[Finding]:
    """Judge files that are used as memory, which QEMU makes where they are missing."""
    board = board_of(machine)
    ram = [claim.size for _, claim in machine.claims(Ram)]
    for option, file in machine.claims(Maps):
        least = file.size
        if option.flag == "-mem-path":
            if board and board.name == "none" and not _has_memory(machine):
                continue
            least = ram[-1] if ram else _DEFAULT_RAM
        folder = os.path.dirname(file.path) or "."
        if os.path.isdir(file.path):
            if file.readonly:
                yield option.error(
                    "memory-file-is-directory",
                    f"{file.path!r} is a directory, and a new file in it cannot be read-only",
                    "write the path of a file, or leave readonly out",
                    "mem_path",
                )
        elif os.path.exists(file.path):
            size = os.stat(file.path).st_size
            if 0 < size < (least or 0):
                yield option.error(
                    "memory-file-too-small",
                    f"{file.path!r} has {size} bytes, and {least} are asked for",
                    "ask for no more, or delete the file: QEMU makes it",
                    "size",
                )
        elif not os.path.isdir(folder):
            yield option.error(
                "memory-file-without-folder",
                f"{file.path!r} cannot be made, for there is no directory {folder!r}",
                f"make the directory {folder!r} first",
                "mem_path",
            )
        elif file.readonly:
            tell = changed(option, machine, refused_by=(10, 0), taken_by=(7, 2))
            if tell is not None:
                yield tell(
                    "memory-file-missing",
                    f"there is no {file.path!r}, and newer QEMUs make none that is read-only",
                    "make the file first, or leave readonly out",
                    "mem_path",
                )


def _has_memory(machine: MachineView) -> bool:
    """Whether the empty board, which has no memory of its own, is given some."""
    given = [getattr(option, "size", None) for option, _ in machine.claims(Ram)]
    return any(size not in (None, 0, "0", "") for size in given)

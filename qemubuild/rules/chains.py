"""Backing chains: an overlay stands on another image, that on the next, and QEMU opens them all."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from qemubuild.disk.formats import FORMATS
from qemubuild.rules import image_locks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.disk.headers import Header
    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option
    from qemubuild.rules.image_files import Found

# A name that is more than a path: nbd://..., json:{...}; file: is a path from here.
_PROTOCOL: Final = re.compile(r"[^:/]*:")


def findings(
    top: Found, machine: MachineView, images: Sequence[Found], host: Host
) -> Iterator[Finding]:
    """Judge what an image stands on, one after the other, down to the first that is wrong."""
    path, header, seen = top.image.path, top.header, [top.stat]
    while (below := _below(path, header)) is not None:
        told = header.backing_format
        about = _About(top.option, path, below)
        try:
            found = os.stat(below)
        except OSError as problem:
            yield about.error("backing-missing", os.strerror(problem.errno or 0), _REBASE)
            return
        if any(os.path.samestat(found, one) for one in seen):
            yield about.error("backing-loop", "it stands on that one in turn", _REBASE)
            return
        if stat.S_ISDIR(found.st_mode):
            yield about.error("backing-missing", "a directory", _REBASE)
            return
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISBLK(found.st_mode)):
            return
        if not host.can_open(below):
            yield about.error(
                "backing-not-permitted",
                "it cannot be read by this user",
                "change the file's permissions, or run as a user that has them",
            )
            return
        if told is not None and told not in FORMATS:
            return
        if told is None:
            yield from _guessed(top.option, path, below, host)
        if (next_ := host.header_of(below, told)) is None:
            return
        if next_.fault:
            yield about.fault(next_)
            return
        if next_.encrypted and not top.image.keyed_below:
            yield top.option.error(
                "image-without-key",
                f"{path!r} stands on {below!r}, which is encrypted, and no key is given",
                "say it of the image: DiskImage(..., encryption=Luks(...)), or "
                "extra={'backing.encrypt.key-secret': 'key0'} and secret('key0', file=...)",
                "file",
            )
            return
        yield from image_locks.below(top, below, next_, machine, images=images, host=host)
        seen.append(found)
        path, header = below, next_


_REBASE: Final = (
    "bring the file back, or tell the image where it is now: `qemu-img rebase -u -b BACKING -F "
    "FORMAT IMAGE`"
)


def _guessed(option: Option, path: str, below: str, host: Host) -> Iterator[Finding]:
    """Judge an overlay that does not say in which format its backing file is."""
    found = host.header_of(below)
    form = found.format if found is not None else "raw"
    # What a guest can write to all of can be made to look like any format.
    finding = option.warning if form == "raw" else option.hint
    yield finding(
        "backing-format-probed",
        f"{path!r} stands on {below!r} and does not say in which format that is, so QEMU looks "
        f"into it and finds {form}" + (", until somebody writes there" if form == "raw" else ""),
        f"say it: `qemu-img rebase -u -b BACKING -F {form} IMAGE`",
        "file",
    )


class _About:
    """What a finding about one step of a chain says of it."""

    def __init__(self, option: Option, path: str, below: str) -> None:
        self._option = option
        self._step = f"{path!r} stands on {below!r}"

    def error(self, code: str, problem: str, mend: str) -> Finding:
        return self._option.error(code, f"{self._step}: {problem}", mend, "file")

    def fault(self, header: Header) -> Finding:
        if not header.foreign:
            return self.error(
                "backing-damaged",
                f"QEMU cannot open that {header.format} image: {header.fault}",
                "take a copy of it that is whole, or see what `qemu-img check` says",
            )
        return self.error(
            "backing-format-mismatch",
            f"that is said to be {header.format}, and does not begin like one",
            "say what it is: `qemu-img rebase -u -b BACKING -F FORMAT IMAGE`",
        )


def _below(path: str, header: Header) -> str | None:
    """The local file that an image stands on, as QEMU finds it; ``None`` where there is none."""
    name = header.backing
    if name is None:
        return None
    if name.startswith("file:"):
        return name.removeprefix("file:")
    if _PROTOCOL.match(name):
        return None
    return os.path.join(os.path.dirname(path), name)

"""Files in sections, as for ``-readconfig``: written as QEMU reads them (util/qemu-config.c)."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Opens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_GROUP: Final = re.compile(rb"\[\s*[^\]\n]+")
_SETTING: Final = re.compile(rb"\s*\S+\s*=\s*\"[^\"]*\"?")
# What is in such files, and an example of it.
_EXAMPLES: Final = {
    "configuration": '[drive "disk0"], and then file = "disk.img"',
    "description of faults": '[inject-error], and then event = "read_aio"',
}
_MOST: Final = 1 << 20  # bytes; what is longer is not read


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge every file that can be read."""
    for option, opened in machine.claims(Opens):
        if opened.kind not in _EXAMPLES:
            continue
        try:
            found = os.stat(opened.path)
            if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST:
                continue
            with open(opened.path, "rb") as file:
                fault = _fault(file)
        except OSError:
            continue  # which is a finding already
        if fault:
            yield option.error(
                "readconfig-malformed",
                f"{opened.path!r} is no {opened.kind}: {fault}",
                f"write sections and settings: {_EXAMPLES[opened.kind]}",
                "path",
            )


def _fault(lines: Iterable[bytes]) -> str:
    """What QEMU cannot read in a file, or nothing."""
    is_in_group = False
    for number, line in enumerate(lines, start=1):
        if line.startswith((b"\n", b"#")):
            continue
        if line.startswith(b"["):
            if not _GROUP.match(line):
                return f"line {number} names no section"
            is_in_group = True
        elif not _SETTING.match(line):
            return f"line {number} is neither a section nor a setting"
        elif not is_in_group:
            return f"line {number} is a setting, and no section is before it"
    return ""

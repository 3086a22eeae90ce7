"""Snapshots: what some versions of QEMU can do, as they said themselves, for where none is.

``python -m qemubuild.capabilities.snapshots qemu-system-x86_64 ...`` asks each program and writes
its snapshot; this is how those in ``snapshots/`` were made, of builds by Debian and Ubuntu.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qemubuild.capabilities.answers import pack
from qemubuild.capabilities.ask import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_suffix("")


def write(binary: str) -> Path:
    """Ask a program, and write what it answers; the path of the file.

    Raises:
        NotInstalled: there is no such program.
        LaunchError: it is no QEMU, or one that does not work.
    """
    sections = ask(binary)
    core = sections["core"]
    core["folders"] = []  # which are of the host where it was asked
    major, minor, _ = core["version"]
    path = FOLDER / f"{core['arch']}-{major}.{minor}.json.gz"
    # No time stamp: the same answers are the same file.
    path.write_bytes(gzip.compress(pack(sections, "snapshot"), mtime=0))
    return path


def main(binaries: Sequence[str]) -> None:
    """Run as a program."""
    for binary in binaries:
        print(write(binary))  # noqa: T201 - a program tells what it made


if __name__ == "__main__":
    main(sys.argv[1:])

"""What QEMU means by the messages with which it refuses to start, and what to do about each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qemubuild.mends.packages import how_to_install

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qemubuild.mends.mend import Mend

__all__ = ["catalogue", "how_to_install", "look_up", "mend_for"]

# A guest may have printed anything before: what QEMU ends with is at the end.
_MOST_LINES = 100
_MOST_CHARACTERS = 2000


def catalogue() -> dict[str, tuple[Mend, ...]]:
    """Every entry, by what it is about; the first that knows a line's words explains it."""
    from qemubuild.mends import (  # noqa: PLC0415 - read when something went wrong, not before
        devices,
        disks,
        files,
        host,
        network,
        screens,
        words,
    )

    return {
        "KVM, memory and rights": host.MENDS,
        "Disks, kernels and firmware": disks.MENDS,
        "Machines, processors and devices": devices.MENDS,
        "Screens and sound": screens.MENDS,
        "Networks and sockets": network.MENDS,
        "Options and their values": words.MENDS,
        "Files": files.MENDS,
    }


def look_up(said: str) -> tuple[Mend, dict[str, str]] | None:
    """The entry for what QEMU said, and its names in it; ``None`` when there is none.

    The last line that any entry knows counts: QEMU ends with what it could not get over, after
    warnings, and after failures that it could.
    """
    entries = [entry for part in catalogue().values() for entry in part]
    for line in reversed(said.splitlines()[-_MOST_LINES:]):
        if "warning: " in line:
            continue
        for entry in entries:
            names = entry.names_in(line[-_MOST_CHARACTERS:])
            if names is not None:
                return entry, names
    return None


def mend_for(said: str, argv: Sequence[str] = ()) -> str:
    """What to do about what QEMU said; ``""`` when that is not known.

    Args:
        said: what it printed.
        argv: its command line, for an id that QEMU did not find may be nearly one that is there.
    """
    found = look_up(said)
    if found is None:
        return ""
    entry, names = found
    hint = entry.about(names).hint
    meant = _nearest(names["id"], argv) if "id" in names else None
    return f"{hint}; did you mean {meant!r}?" if meant else hint


def _nearest(name: str, argv: Sequence[str]) -> str | None:
    """The id on the command line that is nearly this one."""
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    given = {found for word in argv for found in re.findall(r"(?:^|,)id=([^,]+)", word)}
    return next(iter(get_close_matches(name, given - {name}, 1)), None)

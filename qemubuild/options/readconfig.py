"""``-readconfig`` and ``-no-user-config``: options that come from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qemubuild.claims import Opens
from qemubuild.option import Flag, Plain, key
from qemubuild.values import NAME

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


class Readconfig(Plain):
    """Take more options from a file (``-readconfig``); what it says is not judged here.

    Attributes:
        path: the file, in sections such as ``[drive "disk0"]``.
    """

    flag = "-readconfig"
    repeats = True

    path: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Opens]:
        """State the file."""
        if not self._unread:
            yield Opens(self.words[1], "configuration")

    def explain(self) -> str:
        """Say what it adds."""
        return (
            f"Takes more options from {self.words[1]}, as if they stood here. Without it the "
            "command line says everything."
        )


class NoUserConfig(Flag):
    """Leave out the options that this host's configuration adds (``-no-user-config``)."""

    flag = "-no-user-config"

    def explain(self) -> str:
        """Say what is left out."""
        return (
            "Leaves out the configuration that an administrator of this host may have written for "
            "every QEMU. Without it that adds to the command line."
        )

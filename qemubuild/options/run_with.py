"""``-run-with``: as whom, where and until when QEMU's own process runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild.claims import Folder, User
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import newer_keys
from qemubuild.values import NAME, SWITCH, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_SINCE: Final = {"chroot": "9.0", "user": "9.1", "exit_with_parent": "10.2"}


class RunWith(Keyed):
    """Say as whom, where and until when QEMU's process runs (``-run-with``; QEMU 8.1).

    Attributes:
        async_teardown: end at once, and leave the freeing of memory to a second process (Linux).
        chroot: the directory that is all QEMU can see once the guest runs (QEMU 9.0).
        user: a user's name, or ``"UID:GID"``, whose rights are all QEMU has once the guest runs;
            it has to be started by root (QEMU 9.1).
        exit_with_parent: end QEMU when the process that started it ends (QEMU 10.2).
    """

    flag = "-run-with"
    since = "8.1"
    merges = True

    async_teardown: bool | None = key(SWITCH, default=None, kw_only=True)
    chroot: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    user: str | None = key(NAME, default=None, kw_only=True)
    exit_with_parent: bool | None = key(SWITCH, default=None, kw_only=True)

    def claims(self) -> Iterator[Folder | User]:
        """State the directory, and the user."""
        if self.user is not None and not isinstance(self.user, Verbatim):
            yield User(self.user)
        if self.chroot is not None and not isinstance(self.chroot, Verbatim):
            yield Folder(os.fsdecode(self.chroot), "root directory")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of what older versions lack."""
        yield from newer_keys(self, machine, _SINCE)

    def explain(self) -> str:
        """Say what becomes of the process."""
        said = []
        if self.user is not None:
            said.append(f"gives up its rights for those of {self.user} before the guest runs")
        if self.chroot is not None:
            said.append(f"sees nothing outside of {os.fsdecode(self.chroot)} from then on")
        if self.exit_with_parent is True:
            said.append("ends when the process that started it does")
        if self.async_teardown is True:
            said.append("leaves the freeing of memory to a second process when it ends")
        if not said:
            return "Runs QEMU's process as it runs without this option."
        return f"QEMU {', and '.join(said)}. Without it QEMU stays what it was started as."

"""``-iscsi``: how QEMU introduces itself to iSCSI targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qemubuild.claims import OBJECT, Claim, Defines
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import ID, NAME, NUMBER, TEXT, Kind, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_DIGEST = choice("CRC32C", "CRC32C-NONE", "NONE-CRC32C", "NONE")
_ANY_CASE = Kind(_DIGEST.write, lambda text: _DIGEST.write(text.upper()))


class Iscsi(Keyed):
    """Say how QEMU introduces itself to iSCSI targets (``-iscsi``), for ``iscsi:`` images.

    Attributes:
        initiator_name: its own name, such as ``"iqn.2008-11.org.example:host"``; made of the
            guest's name or UUID without.
        id: the name of the target that this is about, where it fits into an id; all without.
        user: the user for CHAP.
        password: the user's password, which everyone can read who lists the host's processes.
        password_secret: the id of an ``-object secret`` that holds it instead.
        header_digest: the checksum of headers; ``"CRC32C"``, ``"NONE"``, or both by preference.
        timeout: seconds that a request may take; without end by default.
    """

    flag = "-iscsi"
    repeats = True

    initiator_name: str | None = key(NAME, default=None, kw_only=True)
    id: str | None = key(ID, default=None, kw_only=True)
    user: str | None = key(TEXT, default=None, kw_only=True)
    password: str | None = key(TEXT, default=None, kw_only=True)
    password_secret: str | None = key(ID, default=None, kw_only=True)
    header_digest: Literal["CRC32C", "CRC32C-NONE", "NONE-CRC32C", "NONE"] | None = key(
        _ANY_CASE, default=None, kw_only=True
    )
    timeout: int | None = key(NUMBER, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the id."""
        if self.id is not None:
            yield Defines("iscsi", self.id)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge where the password is."""
        if self.password is not None:
            yield self.warning(
                "iscsi-password-in-sight",
                "everyone on the host can read the command line, and the password in it",
                "write it to a file of yours alone: secret('iscsi0', file=...) and "
                "password_secret='iscsi0'",
                "password",
            )
        secret = self.password_secret
        if secret is None or "$" in secret:
            return
        if all(one != Defines(OBJECT, secret) for _, one in machine.claims(Defines)):
            yield self.warning(
                "iscsi-secret-undefined",
                f"the secret {secret!r} is not defined, and no target will be opened",
                f"add secret({secret!r}, file=...)",
                "password_secret",
            )

    def explain(self) -> str:
        """Say who QEMU is."""
        name = f" by the name {self.initiator_name}" if self.initiator_name else ""
        user = f" as the user {self.user}" if self.user else ""
        return (
            f"Lets QEMU introduce itself{name}{user} to the iSCSI targets whose disks it opens. "
            "Without it QEMU makes a name of its own, and gives no password."
        )

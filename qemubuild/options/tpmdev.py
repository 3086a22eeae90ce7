"""``-tpmdev``: where a guest's TPM, its safe for keys, has its substance on the host."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal

from qemubuild.claims import CHARDEV, TPMDEV, Claim, Defines, Opens, Refers
from qemubuild.driven import Driven
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.units import OFF, ON
from qemubuild.values import ID, NAME, Verbatim, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_KEYS: Final = {"passthrough": ("path", "cancel_path"), "emulator": ("chardev",)}


class Tpmdev(Keyed):
    """Name the substance of a TPM (``-tpmdev``), for a ``-device tpm-tis`` or ``tpm-crb``.

    ``Tpmdev("emulator", id="tpm0", chardev="swtpm")`` uses swtpm, a program that has to run
    already, over ``Chardev("socket", id="swtpm", path="/run/swtpm.sock")``.

    Attributes:
        type: ``"emulator"``, or ``"passthrough"`` for the host's own TPM.
        id: what the device calls it.
        chardev: the id of the ``-chardev`` that leads to the emulator.
        path: the host's TPM; ``/dev/tpm0`` without.
        cancel_path: the file in sysfs by which its commands are cancelled; found without.
    """

    flag = "-tpmdev"
    implied = "type"
    repeats = True

    type: Literal["passthrough", "emulator"] | None = key(
        choice("passthrough", "emulator"), default=None
    )
    id: str | None = key(ID, default=None, kw_only=True)
    chardev: str | None = key(ID, default=None, kw_only=True)
    path: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    cancel_path: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the id, and what is used."""
        if self.id is not None and self.id.__class__ is not Verbatim:
            yield Defines(TPMDEV, self.id)
        if self.chardev is not None and self.chardev.__class__ is not Verbatim:
            yield Refers(CHARDEV, self.chardev, "socket")
        if self.type == "passthrough":
            yield Opens(os.fsdecode(self.path or "/dev/tpm0"), "TPM", writes=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge that each kind has what it needs, and nothing else."""
        if self.id is None or self.type is None:
            what = "id" if self.id is None else "type"
            yield self.error(
                "tpmdev-incomplete",
                f"no {what} is given, and QEMU asks for one",
                "write tpmdev('emulator', id='tpm0', chardev=...)",
                what,
            )
        if self.type == "emulator" and self.chardev is None:
            yield self.error(
                "tpmdev-without-chardev",
                "an emulator is another program, and no chardev leads to it",
                "add chardev=, and chardev('socket', id=..., path=...) to swtpm's socket",
                "chardev",
            )
        yield from self._absent(machine)
        foreign = [
            field
            for kind, fields in _KEYS.items()
            for field in fields
            if kind != self.type and self.type in _KEYS and getattr(self, field) is not None
        ]
        for field in foreign:
            yield self.error(
                "tpmdev-key-foreign", f"{self.type} has no {field}", f"leave {field} out", field
            )
        used = Refers(TPMDEV, self.id or "")
        if self.id is not None and all(one != used for _, one in machine.claims(Refers)):
            yield self.warning(
                "tpmdev-unused",
                f"no device refers to {self.id!r}, so the guest has no TPM",
                f"add device('tpm-tis', tpmdev={self.id!r}), or 'tpm-crb'",
                "id",
            )

    def _absent(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the socket: QEMU talks to the emulator at once, and nobody can be there yet."""
        for one, claim in machine.claims(Defines):
            if claim != (CHARDEV, self.chardev) or not isinstance(one, Driven):
                continue
            if one.get("server") in ON and one.get("wait") in OFF:
                yield self.error(
                    "tpmdev-without-emulator",
                    f"QEMU asks the emulator at once, and {self.chardev!r} waits for nobody",
                    "leave server and wait out at the chardev, and start swtpm before QEMU",
                    "chardev",
                )

    def explain(self) -> str:
        """Say where it is."""
        if self.type == "passthrough":
            what = f"the host's own TPM, {os.fsdecode(self.path or '/dev/tpm0')}"
        else:
            what = f"an emulator that the chardev {self.chardev} leads to"
        return (
            f"Names {what}, {self.id}, for a TPM device of the guest to refer to. By itself it "
            "gives the guest nothing."
        )

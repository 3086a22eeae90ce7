"""``-fw_cfg``: a named piece of data that the guest's firmware and kernel can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from qemubuild.claims import OBJECT, Claim, Opens, Refers
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.targets import board_of
from qemubuild.values import ID, NAME, TEXT, Kind, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_MOST_NAME = 55


def _write_name(value: object) -> str:
    text = NAME.write(value)
    if len(os.fsencode(text)) > _MOST_NAME:
        raise InvalidOption(
            f"{text!r} has {len(os.fsencode(text))} bytes, and a name can have {_MOST_NAME}",
            hint="shorten it",
        )
    return text


class FwCfg(Keyed):
    """Give the guest's firmware a named piece of data (``-fw_cfg``).

    ``FwCfg("opt/com.example/config", file="config.json")``; a Linux guest finds it as
    ``/sys/firmware/qemu_fw_cfg/by_name/opt/com.example/config/raw``, and Ignition as its own.

    Attributes:
        name: what it is called, up to 55 bytes, beginning with ``opt/`` and a domain of yours.
        file: a file that holds it.
        string: the data itself, without a byte at the end; not empty.
        gen_id: the id of an object that makes it, such as ``tls-cipher-suites``.
    """

    flag = "-fw_cfg"
    implied = "name"
    repeats = True

    name: str | None = key(Kind(_write_name, str), default=None)
    file: str | os.PathLike[str] | None = key(TEXT, default=None, kw_only=True)
    string: str | None = key(TEXT, default=None, kw_only=True)
    gen_id: str | None = key(ID, name="gen_id", default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the file, and the object."""
        if self.file is not None and os.fsdecode(self.file):
            yield Opens(os.fsdecode(self.file), "data for firmware")
        if self.gen_id is not None and self.gen_id.__class__ is not Verbatim:
            yield Refers(OBJECT, self.gen_id, "tls-cipher-suites")  # the only one that makes any

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the name, and where the data comes from."""
        contents = (self.file and os.fsdecode(self.file), self.string, self.gen_id)
        if sum(map(bool, contents)) != 1 or self.name is None:
            yield self.error(
                "fw-cfg-content",
                "a name and one of file, string and gen_id are needed, and none of them empty",
                "write fw_cfg('opt/com.example/x', string='...'); for empty data name an empty "
                "file",
                "string",
            )
        board = board_of(machine)
        if board and board.name == "none":
            yield self.error(
                "fw-cfg-without-board",
                "the machine type none has nothing to read it by",
                "choose another machine type, such as machine_type('q35')",
            )
        if self.name is None:
            return
        if not self.name.startswith(("opt/", "$")) and not self.gen_id:
            yield self.warning(
                "fw-cfg-name-reserved",
                f"QEMU keeps the name {self.name!r} for itself: it may be taken in some version",
                "begin it with 'opt/' and a domain of yours, as in 'opt/com.example/x', where its "
                "reader allows",
                "name",
            )
        if self in [other for other in machine.find_all(FwCfg) if other.name == self.name][1:]:
            yield self.error(
                "fw-cfg-doubled",
                f"{self.name!r} names something else already",
                "give each a name of its own",
                "name",
            )

    def explain(self) -> str:
        """Say what is called how."""
        if self.file is not None:
            what = f"the file {os.fsdecode(self.file)}"
        elif self.gen_id is not None:
            what = f"what the object {self.gen_id} makes"
        else:
            what = f"the text {self.string!r}"
        return (
            f"Gives the guest's firmware {what} under the name {self.name}, which programs that "
            "know the name look for. Without it they find nothing there."
        )

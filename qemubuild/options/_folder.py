"""A folder of the host's that the guest can mount (9p): what ``-fsdev`` and ``-virtfs`` share."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from qemubuild import claims
from qemubuild.claims import FSDEV, Claim, Defines
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.options._versions import changed
from qemubuild.values import ID, NAME, NUMBER, SWITCH, Kind, Verbatim, choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_SECURITY: Final = ("mapped-xattr", "mapped-file", "passthrough", "none", "mapped")
_UNMAPPED: Final = frozenset({"passthrough", "none"})
# What each driver has no use for, and QEMU refuses (fsdev/qemu-fsdev.c).
_LOCAL: Final = ("path", "security_model", "multidevs")
_FOREIGN: Final = {
    "local": ("socket", "sock_fd"),
    "synth": (*_LOCAL, "writeout", "socket", "sock_fd"),
    "proxy": _LOCAL,
}


def _write_mode(value: object) -> str:
    if value.__class__ is int and 0 <= value <= 0o7777:
        return f"0{value:o}"
    raise InvalidOption(f"{value!r} is no file mode", hint="write it in octal: 0o600")


def _read_mode(text: str) -> int:
    if not re.fullmatch(r"0[0-7]*|[1-9][0-9]*|0[xX][0-9a-fA-F]+", text):
        raise InvalidOption(f"{text!r} is no file mode", hint="write it in octal: 0600")
    octal = text.startswith("0") and text.isdecimal()
    return int(text, 8 if octal else 0)


MODE: Final = Kind(_write_mode, _read_mode)
"""A file's permissions."""


class Folder(Keyed):
    """A folder that the guest can mount; see `Fsdev` and `Virtfs` for the fields."""

    implied = "fsdriver"
    repeats = True

    checks_mode: ClassVar[bool] = True
    """Whether QEMU looks at fmode and dmode."""

    fsdriver: Literal["local", "synth", "proxy"] | None = key(
        choice("local", "synth", "proxy"), default=None
    )
    path: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    security_model: (
        Literal["mapped-xattr", "mapped-file", "passthrough", "none", "mapped"] | None
    ) = key(choice(*_SECURITY), name="security_model", default=None, kw_only=True)
    id: str | None = key(ID, default=None, kw_only=True)
    readonly: bool | None = key(SWITCH, default=None, kw_only=True)
    writeout: Literal["immediate"] | None = key(choice("immediate"), default=None, kw_only=True)
    multidevs: Literal["remap", "forbid", "warn"] | None = key(
        choice("remap", "forbid", "warn"), default=None, kw_only=True
    )
    fmode: int | None = key(MODE, default=None, kw_only=True)
    dmode: int | None = key(MODE, default=None, kw_only=True)
    socket: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    sock_fd: int | None = key(NUMBER, name="sock_fd", default=None, kw_only=True)

    @property
    def name(self) -> str | None:
        """What a device calls it."""
        return self.id

    def claims(self) -> Iterator[Claim]:
        """State the id, and the folder or the socket."""
        if self.name is not None and self.name.__class__ is not Verbatim:
            yield Defines(FSDEV, self.name)
        if self.fsdriver == "local" and self.path and not isinstance(self.path, Verbatim):
            yield claims.Folder(os.fsdecode(self.path), "shared folder")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge that a driver has what it needs, and nothing else."""
        driver = self.fsdriver
        if driver is None:
            yield self.error(
                "fsdev-incomplete",
                "no driver is given, and QEMU asks for one",
                f"write {self.flag[1:]}('local', ...)",
                "fsdriver",
            )
        elif driver == "local":
            yield from self._local()
        elif driver == "proxy":
            yield from self._proxy(machine)
        yield from self._modes()
        for field in _FOREIGN.get(str(driver), ()):
            if getattr(self, field) is not None:
                yield self._foreign(field)

    def _foreign(self, field: str) -> Finding:
        return self.error(
            "fsdev-key-foreign",
            f"the driver {self.fsdriver} has no {field}",
            f"leave {field} out",
            field,
        )

    def _local(self) -> Iterator[Finding]:
        for field, mend in (("path", "'folder'"), ("security_model", "'mapped-xattr'")):
            if getattr(self, field) is None:
                yield self.error(
                    "fsdev-incomplete",
                    f"no {field} is given, and QEMU asks for one",
                    f"add {field}={mend}, for example",
                    field,
                )

    def _modes(self) -> Iterator[Finding]:
        for field in ("fmode", "dmode"):
            if getattr(self, field) is None:
                continue
            if not self.checks_mode:
                yield self.warning(
                    "virtfs-mode-ignored",
                    f"-virtfs takes {field}, and does nothing with it",
                    f"write fsdev(..., {field}=...), and device('virtio-9p-pci', fsdev=...)",
                    field,
                )
            elif self.fsdriver in {"synth", "proxy"}:
                yield self._foreign(field)
            elif self.security_model in _UNMAPPED:
                yield self.error(
                    "fsdev-mode-unmapped",
                    f"{field} is for files whose owners are mapped, and with "
                    f"security_model={self.security_model!r} none are",
                    "write security_model='mapped-xattr', or leave the mode out",
                    field,
                )

    def _proxy(self, machine: MachineView) -> Iterator[Finding]:
        if (self.socket is None) == (self.sock_fd is None):
            yield self.error(
                "fsdev-incomplete",
                "a proxy is reached by a socket or by sock_fd, and here is "
                + ("neither" if self.socket is None else "both"),
                "give one of them",
                "socket",
            )
        tell = changed(self, machine, refused_by=(9, 2), taken_by=(9, 1)) or self.warning
        yield tell(
            "fsdev-proxy-removed",
            "the driver proxy is gone from QEMU 9.2, and deprecated since 8.1",
            "write 'local', or share the folder by virtiofsd",
            "fsdriver",
        )

    def _shares(self) -> str:
        """What is shared, and as whose."""
        if self.fsdriver == "proxy":
            return "a folder that a helper opens"
        if self.fsdriver != "local":
            return "a made-up folder, for tests"
        owner = {
            "passthrough": "files the guest makes belong to the user it says, which only a QEMU "
            "of root's can do",
            "none": "files the guest makes belong to the user that QEMU runs as, whatever it says",
        }.get(
            str(self.security_model),
            "files the guest makes belong to the user that QEMU runs as, and whom the guest says "
            "they belong to is noted beside them",
        )
        reads = " to read" if self.readonly is True else ""
        return f"the host's folder {os.fsdecode(self.path or '')}{reads}; {owner}"

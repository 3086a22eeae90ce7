"""``-acpitable``: one more ACPI table for the guest (x86)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Self

from qemubuild import grammar
from qemubuild.claims import Claim, Opens
from qemubuild.errors import InvalidOption
from qemubuild.keyed import Keyed
from qemubuild.option import key
from qemubuild.values import NAME, TEXT, Kind, integer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

    Files = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

_REVISION = integer(0, (1 << 32) - 1)
# How many bytes a table's header has, and a whole table at the most.
_HEADER: Final = 36
_MOST: Final = 65535
# How many bytes of each text fit into a table's header.
_FIT: Final = {"sig": 4, "oem_id": 6, "oem_table_id": 8, "asl_compiler_id": 4}


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _write_files(value: object) -> str:
    names = [NAME.write(one) for one in _listed(value)]
    for name in names:
        if ":" in name:
            raise InvalidOption(
                f"QEMU would read {name!r} as several files, with a ':' between them",
                hint="rename it, or give several as a list",
            )
    if not names:
        raise InvalidOption("no file is named", hint="write acpitable('table.bin')")
    return ":".join(names)


def _read_files(text: str) -> Any:
    return tuple(text.split(":")) if ":" in text else text


_FILES = Kind(_write_files, _read_files)


class Acpitable(Keyed):
    """Give the guest one more ACPI table (``-acpitable``, x86).

    Attributes:
        data: the table's content, without a header, which the keys below then make; one file, or
            a list of files to join.
        file: likewise, with a header, of which the keys below change what they name.
        sig: the signature, 4 characters, such as ``"SSDT"``.
        rev: the revision of the signature, up to 255.
        oem_id: who made it, up to 6 characters.
        oem_table_id: what they call it, up to 8.
        oem_rev: their revision.
        asl_compiler_id: what compiled it, up to 4.
        asl_compiler_rev: which revision of that.
    """

    flag = "-acpitable"
    archs = frozenset({"i386", "x86_64"})
    implied = "data"
    repeats = True

    data: Files | None = key(_FILES, default=None)
    file: Files | None = key(_FILES, default=None, kw_only=True)
    sig: str | None = key(TEXT, default=None, kw_only=True)
    rev: int | None = key(integer(0, 255), default=None, kw_only=True)
    oem_id: str | None = key(TEXT, name="oem_id", default=None, kw_only=True)
    oem_table_id: str | None = key(TEXT, name="oem_table_id", default=None, kw_only=True)
    oem_rev: int | None = key(_REVISION, name="oem_rev", default=None, kw_only=True)
    asl_compiler_id: str | None = key(TEXT, name="asl_compiler_id", default=None, kw_only=True)
    asl_compiler_rev: int | None = key(
        _REVISION, name="asl_compiler_rev", default=None, kw_only=True
    )

    # Written as: -acpitable a.bin:b.bin,sig=SSDT / -acpitable file=whole.bin

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read what follows the flag."""
        return cls._made_of(grammar.parse(value or "", implied=cls.implied), value or "")

    def _files(self) -> tuple[str, ...]:
        given = self.data if self.data is not None else self.file
        return () if given is None else tuple(os.fsdecode(one) for one in _listed(given))  # type: ignore[arg-type] # paths

    def claims(self) -> Iterator[Claim]:
        """State what is opened."""
        files = self._files()
        # Of several only their sum counts.
        header = _HEADER if self.data is not None else 0
        least, most = (_HEADER - header, _MOST - header) if len(files) == 1 else (0, _MOST)
        for path in files:
            if path:
                yield Opens(path, "ACPI table", least=least, most=most)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge where the content comes from, and what fits."""
        if (self.data is None) == (self.file is None) or not all(self._files()):
            yield self.error(
                "acpitable-content",
                "a table comes from data or from file, and here is "
                + ("no file's name" if self.data is None or self.file is None else "both"),
                "write acpitable('content.bin', sig='SSDT'), or acpitable(file='whole.bin')",
                "data",
            )
        for field, most in _FIT.items():
            text = getattr(self, field)
            if text is not None and "$" not in text and len(os.fsencode(text)) > most:
                yield self.warning(
                    "acpitable-text-cut",
                    f"{field}={text!r} has more than the {most} bytes that a table's header holds: "
                    "the guest sees no more",
                    f"write {most} characters or fewer",
                    field,
                )

    def explain(self) -> str:
        """Say what the guest is given."""
        which = f", with the signature {self.sig}," if self.sig else ""
        return (
            f"Gives the guest one more ACPI table{which} from {' and '.join(self._files())}. "
            "Without it the guest has those that QEMU makes for its machine."
        )

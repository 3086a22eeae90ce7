"""What the tables of ``-smbios`` have in common, and those that are no table of keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, Self, cast

import attrs

from qemubuild import grammar
from qemubuild.claims import Claim, Opens
from qemubuild.option import key
from qemubuild.options._versions import changed
from qemubuild.targets import X86, board_of
from qemubuild.values import NAME, TEXT
from qemubuild.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from qemubuild.findings import Finding
    from qemubuild.grammar import Item
    from qemubuild.option import MachineView

    Strings = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class Smbios(Variant):
    """What ``-smbios`` options have in common, and one whose type is not known."""

    flag = "-smbios"
    archs = frozenset({"aarch64", "arm", "i386", "loongarch64", "riscv32", "riscv64", "x86_64"})
    implied = "type"
    repeats = True

    what: ClassVar[str] = ""
    """What the table describes, in words."""
    widths: ClassVar[Mapping[str, int]] = {}
    """How many bits the table has for a number; QEMU drops the others."""
    of_file: ClassVar[type[Smbios]]
    """The class of a table that comes from a file, and so is of no type."""

    # Written as: -smbios type=1,serial=x,uuid=... / -smbios file=table.bin

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.variant:
            Smbios.of_file = cls

    def render(self) -> str:
        """Write every key; that of the type is never left out."""
        return grammar.render(self._pairs())

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read it as the table that its type names."""
        text = value or ""
        items = grammar.parse(text)
        given = {item.key: item.value for item in items}
        if "file" in given:
            table: type[Variant] = cls.of_file
        else:
            table = cls.variants.get(_number(given.get("type", "")), Smbios)
        if table.variant:
            items = [item for item in items if item.key != "type"]
        return cast("Self", table._made_of(items, text))  # noqa: SLF001 - of this family

    def knows(self, name: str) -> bool:
        """Whether a key is judged in `findings`: of another type, or of none that is known."""
        return not self.variant or name in self._of_others()

    def _of_others(self) -> set[str]:
        """The keys of all types."""
        known = {key.name for table in self.variants.values() for key in table._keys.values()}  # noqa: SLF001 - of this family
        return known | {"path", "value"}  # those of type 11, which has no field for each

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the type and its keys."""
        if not self.variant:
            wanted = self.extra.get("type", "")
            if "$" not in wanted:
                yield self.error(
                    "smbios-type-unknown",
                    f"QEMU makes no tables of type {wanted!r}" if wanted else "no type is given",
                    f"write one of {', '.join(sorted(self.variants, key=int))}, or file= with the "
                    "whole table",
                )
            return
        for name in self.extra:
            if name in self._of_others():
                yield self.error(
                    "smbios-key-foreign",
                    f"tables of type {self.variant} have no {name}",
                    f"leave it out; the keys are {', '.join(self._keys) or 'value'}",
                    "extra",
                )
        yield from self._by_board(machine)
        for field, bits in self.widths.items():
            number = getattr(self, field)
            if isinstance(number, int) and number >= 1 << bits:
                yield self.warning(
                    "smbios-number-cut",
                    f"{field}={number} is more than the table holds: the guest reads "
                    f"{number % (1 << bits)}",
                    f"write {(1 << bits) - 1} or less",
                    field,
                )

    def _by_board(self, machine: MachineView) -> Iterator[Finding]:
        board = board_of(machine)
        if self.variant in ("0", "1") or board is None or machine.arch not in X86:
            return
        is_pc = board.name in ("pc", "q35")
        finding = None
        if is_pc and board.version == (2, 0):
            finding = self.error
        elif board.name == "isapc" or (is_pc and board.until(2, 0)):
            finding = changed(self, machine, refused_by=(10, 0), taken_by=(7, 2))
        if finding is not None:
            yield finding(
                "smbios-type-unsupported",
                f"the machine type makes no tables of type {self.variant}: newer QEMUs refuse it",
                "leave it out, or choose another machine type, such as machine_type('q35')",
            )

    def explain(self) -> str:
        """Say what the guest reads."""
        if not self.variant:
            return "Describes the guest's computer to it, in a way that is not known here."
        said = [
            f"{field.replace('_', ' ')} {value}"
            for field, value in self._given()
            if field in self._keys
        ]
        return (
            f"Tells the guest of its {self.what}: {', '.join(said) or 'nothing in particular'}. "
            "What is not said here QEMU makes up, as it does without the option."
        )


def _number(text: str) -> str:
    """A type as the classes have it: ``"0x1"`` and ``"01"`` are ``"1"``, as they are to QEMU."""
    try:
        return str(int(text, 0 if text.strip("0") == text or "x" in text.lower() else 8))
    except ValueError:
        return text


class SmbiosFile(Smbios):
    """Give the guest an SMBIOS table from a file (``-smbios file=``).

    Attributes:
        file: the table as the guest is to read it, with its header.
    """

    file: str | os.PathLike[str] = key(NAME)

    def claims(self) -> Iterator[Claim]:
        """State the file."""
        yield Opens(os.fsdecode(self.file), "SMBIOS table", least=1)

    def findings(self, machine: MachineView) -> Iterator[Finding]:  # noqa: ARG002 - needs no other
        """Judge that nothing else is said."""
        if self.extra:
            yield self.error(
                "smbios-file-and-keys",
                f"the whole table is in {os.fsdecode(self.file)!r}, and {min(self.extra)} is given "
                "beside it",
                "leave the file out, or everything else",
                "extra",
            )

    def explain(self) -> str:
        """Say what the guest reads."""
        return (
            f"Gives the guest the SMBIOS table in {os.fsdecode(self.file)}. Without it QEMU makes "
            "those of its type, where it makes any."
        )


def _to_strings(value: Strings) -> tuple[str | os.PathLike[str], ...]:
    return (value,) if isinstance(value, str | os.PathLike) else tuple(value)


class SmbiosStrings(Smbios):
    """Give the guest texts to find (``-smbios type=11``), such as systemd's credentials.

    ``SmbiosStrings(["io.systemd.credential:motd=hello", Path("more.txt")])``.

    Attributes:
        value: the texts in their order; a `pathlib.Path` is a file that holds one.
    """

    variant = "11"
    what = "maker's own texts"

    value: Strings = attrs.field(default=(), converter=_to_strings)

    # Written as: -smbios type=11,value=a,path=b.txt,value=c

    @property
    def _strings(self) -> tuple[str | os.PathLike[str], ...]:
        return _to_strings(self.value)

    def _pairs(self) -> list[tuple[str, str]]:
        kind, *rest = super()._pairs()
        texts = [
            (name, self._write("value", NAME if name == "path" else TEXT, one))
            for one in self._strings
            for name in ["path" if isinstance(one, os.PathLike) else "value"]
        ]
        return [kind, *texts, *rest]

    @classmethod
    def _made_of(cls, items: list[Item], text: str) -> Self:
        from pathlib import Path  # noqa: PLC0415 - few have a file

        strings = [
            Path(item.value) if item.key == "path" else item.value
            for item in items
            if item.key in {"path", "value"}
        ]
        option = super()._made_of(
            [item for item in items if item.key not in {"path", "value"}], text
        )
        option.__dict__["value"] = tuple(strings)
        option.__dict__["words"] = option._compose()  # noqa: SLF001 - its own
        return option

    def _of_others(self) -> set[str]:
        return super()._of_others() - {"value", "path"}

    def explain(self) -> str:
        """Say what the guest finds."""
        said = [
            f"what is in {one}" if isinstance(one, os.PathLike) else repr(one)
            for one in self._strings
        ]
        return (
            f"Gives the guest texts to find: {', '.join(said) or 'none'}. Programs that know them, "
            "such as systemd for its credentials, look for them there."
        )

    def claims(self) -> Iterator[Claim]:
        """State the files."""
        for one in self._strings:
            if isinstance(one, os.PathLike):
                yield Opens(os.fsdecode(one), "SMBIOS text")

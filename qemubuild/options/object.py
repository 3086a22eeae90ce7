"""``-object``: things that devices, drives and nodes refer to by an id."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs

from qemubuild.claims import OBJECT, Backend, Claim, Defines, Maps, Opens, Password, Refers
from qemubuild.driven import Driven
from qemubuild.errors import CommandSyntaxError, InvalidOption
from qemubuild.option import Option, key
from qemubuild.ranges import RANGES, to_ranges
from qemubuild.units import MIB, format_size, parse_size
from qemubuild.values import COUNT, ID, NAME, SIZE, SWITCH, TEXT, Kind, Verbatim, choice
from qemubuild.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.ranges import Ranges

Policy = Literal["default", "preferred", "bind", "interleave"]


def _write_some(value: object) -> str:
    text = SIZE.write(value)
    if parse_size(text) == 0:
        raise InvalidOption(f"{text!r} is no memory at all", hint="write it as '4G'")
    return text


# The files without which credentials are none, on a client and on a server (crypto/tlscreds*.c).
_CREDENTIALS = {
    ("tls-creds-psk", False): ("keys.psk",),
    ("tls-creds-psk", True): ("keys.psk",),
    ("tls-creds-x509", False): ("ca-cert.pem",),
    ("tls-creds-x509", True): ("ca-cert.pem", "server-cert.pem", "server-key.pem"),
}
_PAGE = 4096
_SOME = Kind(_write_some, SIZE.read)


class _Known(Variant):
    """An object whose properties are known here."""

    flag = "-object"
    implied = "qom-type"
    repeats = True

    id: str = key(ID)

    def claims(self) -> Iterator[Claim]:
        """State the id."""
        if "id" not in self._unread:
            yield Defines(OBJECT, self.id)


class MemoryBackend(_Known):
    """What all memory backends have in common.

    Attributes:
        id: what others call it.
        size: how much it is; bytes where no suffix is given.
        share: whether changes are seen by other processes that have it open.
        prealloc: whether all of it is taken from the host at the start.
        prealloc_threads: how many threads do so.
        reserve: whether the host sets swap space aside for it.
        merge: whether the host may merge pages that are alike.
        dump: whether a core dump of QEMU has it.
        policy: how the host's NUMA nodes are used: ``"bind"``, ``"preferred"``, ``"interleave"``.
        host_nodes: the host's nodes that the policy is about: ``0``, ``"0-1"`` or ``[0, 2]``.
    """

    what: ClassVar[str] = ""

    size: str | int = key(_SOME, kw_only=True)
    share: bool | None = key(SWITCH, default=None, kw_only=True)
    prealloc: bool | None = key(SWITCH, default=None, kw_only=True)
    prealloc_threads: int | None = key(COUNT, default=None, kw_only=True)
    reserve: bool | None = key(SWITCH, default=None, kw_only=True)
    merge: bool | None = key(SWITCH, default=None, kw_only=True)
    dump: bool | None = key(SWITCH, default=None, kw_only=True)
    policy: Policy | None = key(
        choice("default", "preferred", "bind", "interleave"), default=None, kw_only=True
    )
    host_nodes: Ranges | None = attrs.field(
        default=None,
        kw_only=True,
        converter=to_ranges,
        metadata={"key": None, "kind": RANGES},
    )

    @property
    def bytes(self) -> int | None:
        """How many bytes it has, or ``None`` where that cannot be read."""
        return None if "size" in self._unread else parse_size(str(self.size))

    @property
    def grain(self) -> int:
        """What its address is a multiple of, and its size where it is plugged in."""
        return 2 * MIB

    def claims(self) -> Iterator[Claim]:
        """State the id, and the memory."""
        yield from super().claims()
        if "id" not in self._unread:
            bound = self.policy not in (None, "default") and "host_nodes" not in self._unread
            nodes = (self.host_nodes or ()) if bound else ()
            yield Backend(self.id, self.bytes, nodes, self.grain)  # type: ignore[arg-type] # ranges, once converted

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the host's nodes by the policy, and what is set aside when."""
        if self.host_nodes and self.policy in (None, "default"):
            yield self.error(
                "memory-backend-policy-missing",
                "host_nodes are given, and not how they are used",
                "add policy='bind' to use them alone, or 'preferred', or 'interleave'",
                "host_nodes",
            )
        elif not self.host_nodes and self.policy not in (None, "default"):
            yield self.error(
                "memory-backend-nodes-missing",
                f"policy={self.policy!r} needs the host's nodes that it is about",
                "add host_nodes=0, or leave policy out",
                "policy",
            )
        told = self.prealloc is None and "-mem-prealloc" in machine.flags
        if (self.prealloc or told) and self.reserve is False:
            yield self.error(
                "memory-backend-prealloc-unreserved",
                "prealloc takes all memory at once, and reserve=False sets none aside",
                "leave one of them out",
                "reserve",
            )

    def explain(self) -> str:
        """Say where the memory comes from."""
        size = format_size(self.bytes) if self.bytes is not None else self.size
        return (
            f"Sets {size} of memory aside, {self.what}, under the id {self.id}, for a NUMA node, "
            "a memory module or the machine to use. By itself it gives the guest nothing."
        )


class MemoryBackendRam(MemoryBackend):
    """Set memory aside for a NUMA node or a module (``-object memory-backend-ram``).

    Its attributes are those of every memory backend (`MemoryBackend`); `size` counts bytes where
    no suffix is given.
    """

    variant = "memory-backend-ram"
    what = "from the host's own"


class MemoryBackendFile(MemoryBackend):
    """Use a file as memory (``-object memory-backend-file``), as in ``/dev/hugepages``.

    Attributes, beside those of every memory backend (`MemoryBackend`):
        mem_path: the file, or a directory in which one is made.
        align: what its address is a multiple of.
        offset: where in the file it begins (QEMU 8.1).
        discard_data: whether what it held may be lost when QEMU ends.
        pmem: whether the file is persistent memory.
        readonly: whether the file is opened for reading alone.
        rom: whether the guest cannot write to it (QEMU 8.2).
    """

    variant = "memory-backend-file"
    what = "in a file"

    mem_path: str | os.PathLike[str] = key(NAME, kw_only=True)
    align: str | int | None = key(SIZE, default=None, kw_only=True)
    offset: str | int | None = key(SIZE, default=None, kw_only=True)
    discard_data: bool | None = key(SWITCH, default=None, kw_only=True)
    pmem: bool | None = key(SWITCH, default=None, kw_only=True)
    readonly: bool | None = key(SWITCH, default=None, kw_only=True)
    rom: Literal["on", "off", "auto"] | None = key(
        choice("on", "off", "auto"), default=None, kw_only=True
    )

    @property
    def grain(self) -> int:
        """What is said, or a page: those of the file's system can be larger."""
        return _PAGE if self._unread else max(parse_size(str(self.align or 0)), _PAGE)

    def claims(self) -> Iterator[Claim]:
        """State the file, too."""
        yield from super().claims()
        if not isinstance(self.mem_path, Verbatim):
            yield Maps(os.fsdecode(self.mem_path), self.bytes, self.readonly is True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the alignment, too."""
        yield from super().findings(machine)
        if self.offset and not self._unread and parse_size(str(self.offset)) % _PAGE:
            yield self.error(
                "memory-backend-align",
                f"offset={self.offset} is no multiple of a page of memory",
                "write a multiple of 4K, such as '2M', or leave it out",
                "offset",
            )
        if self.rom == "on" and not self.readonly:
            yield self.error(
                "memory-backend-rom-writable",
                "rom='on' is for a file that is opened for reading alone",
                "add readonly=True, or leave rom out",
                "rom",
            )
        if self.align and not self._unread and parse_size(str(self.align)) % _PAGE:
            yield self.error(
                "memory-backend-align",
                f"align={self.align} is no multiple of a page of memory",
                "write a multiple of 4K, such as '2M', or leave it out",
                "align",
            )


class MemoryBackendMemfd(MemoryBackend):
    """Set memory aside that can be passed on (``-object memory-backend-memfd``; Linux).

    Attributes, beside those of every memory backend (`MemoryBackend`):
        hugetlb: whether it is made of huge pages.
        hugetlbsize: their size.
        seal: whether its size is sealed; on by default.
    """

    variant = "memory-backend-memfd"
    what = "in a nameless file that other processes can be given"

    hugetlb: bool | None = key(SWITCH, default=None, kw_only=True)
    hugetlbsize: str | int | None = key(SIZE, default=None, kw_only=True)
    seal: bool | None = key(SWITCH, default=None, kw_only=True)

    @property
    def grain(self) -> int:
        """A page, which can be a huge one."""
        if self._unread or not self.hugetlb:
            return _PAGE
        return parse_size(str(self.hugetlbsize or "2M"))

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the size, and that of pages, too."""
        yield from super().findings(machine)
        if (self.bytes or 0) % _PAGE:
            yield self.error(
                "memory-backend-size-uneven",
                f"size={self.size} is no whole number of pages of memory",
                "write a multiple of 4K",
                "size",
            )
        pages = parse_size(str(self.hugetlbsize or 0)) if not self._unread else 0
        if pages & pages - 1:
            yield self.error(
                "memory-backend-align",
                f"hugetlbsize={self.hugetlbsize} is no power of two, as sizes of pages are",
                "write '2M' or '1G', or leave it out",
                "hugetlbsize",
            )
        if self.hugetlbsize is not None and not self.hugetlb:
            yield self.warning(
                "memory-backend-hugetlb-off",
                "hugetlbsize has no effect without huge pages",
                "add hugetlb=True",
                "hugetlbsize",
            )


class Secret(_Known):
    """Hand QEMU a password (``-object secret``), which other options name by the id.

    Attributes:
        id: what others call it, such as ``vnc(0, password_secret="id")``.
        data: the password itself, which everyone can read who lists the host's processes.
        file: a file with the password in it.
        format: how it is written there: ``"raw"``, or ``"base64"``.
        keyid: the id of another secret, which this one is encrypted with (AES-256).
        iv: the initialization vector of that encryption, in base64.
    """

    variant = "secret"

    data: str | None = key(TEXT, default=None, kw_only=True)
    file: str | os.PathLike[str] | None = key(NAME, default=None, kw_only=True)
    format: Literal["raw", "base64"] | None = key(
        choice("raw", "base64"), default=None, kw_only=True
    )
    keyid: str | None = key(ID, default=None, kw_only=True)
    iv: str | None = key(TEXT, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the id, the file and the key."""
        yield from super().claims()
        if self.file is not None:
            yield Opens(os.fsdecode(self.file), "secret")
        if self.keyid is not None and "keyid" not in self._unread:
            yield Refers(OBJECT, self.keyid, "secret")
        elif self.data is not None and self.format != "base64":
            yield Password(self.id, os.fsencode(self.data))

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge where the password is, and the secret that it is encrypted with."""
        if self.keyid is not None and self._is_early(machine):
            yield self.error(
                "secret-key-later",
                f"the secret {self.keyid!r} is made after this one",
                "put that one before this",
                "keyid",
            )
        if (self.data is None) == (self.file is None):
            yield self.error(
                "secret-source",
                "a secret is in its data or in a file"
                + (", and neither is given" if self.file is None else ", not in both"),
                "write file='password.txt'",
                "file",
            )
        elif self.format == "base64" and re.search(r"[^A-Za-z0-9+/=\n]", self.data or ""):
            yield self.error(
                "secret-base64",
                "data is not written in base64",
                "leave format out where it is the password itself",
                "data",
            )
        elif self.data is not None and self.keyid is None:
            yield self.warning(
                "secret-in-sight",
                "everyone on the host can read the command line, and the password in it",
                "write it to a file of yours alone, and give that as file=",
                "data",
            )

    def _is_early(self, machine: MachineView) -> bool:
        """Whether the secret that it is encrypted with comes after it, or is itself."""
        order = [claim.id for _, claim in machine.claims(Defines) if claim.kind == OBJECT]
        return self.keyid in order and order.index(self.keyid) >= order.index(self.id)

    def explain(self) -> str:
        """Say where the password is; never what it is."""
        where = f"in the file {os.fsdecode(self.file)}" if self.file is not None else "given here"
        return f"Hands QEMU a password, {where}, which other options name by the id {self.id}."


class Object(Driven, init=False):
    """Make an object of QEMU's (``-object``): ``object("iothread", id="io0")``.

    Attributes:
        driver: its type, such as ``"iothread"``, ``"rng-random"`` or ``"tls-creds-x509"``.
        properties: its properties by their names, ``id`` among them; ``True`` is ``on``.
    """

    # Last in this file: it is what a command line's -object is read by.
    flag = "-object"
    implied = "qom-type"
    lists = frozenset({"host-nodes"})

    @classmethod
    def parse(cls, value: str | None) -> Any:
        """Read it; as the class that knows its type, where there is one."""
        option = super().parse(value)
        # What was read as JSON is written as JSON, which the typed classes are not.
        known = None if option._as_json else option._known()  # noqa: SLF001 - of this very class
        return option if known is None or isinstance(known, CommandSyntaxError) else known

    def _known(self) -> Option | CommandSyntaxError | None:
        """The same as the class that knows its type, or what that finds missing."""
        if self.driver not in _Known.variants:
            return None
        text = Object(self.driver, self.properties).words[1] if self._as_json else self.words[1]
        try:
            return None if text.startswith("{") else _Known.parse(text)
        except CommandSyntaxError as problem:
            return problem

    def claims(self) -> Iterator[Claim]:
        """State the id, and what is known of such an object."""
        known = self._known()
        if isinstance(known, Option):
            yield from known.claims()
            return
        if (name := self.get("id")) is not None:
            yield Defines(OBJECT, name)
        from qemubuild.options import _object_keys  # noqa: PLC0415 - few machines have such objects

        yield from _object_keys.claims(self)
        if self.driver == "rng-random" and (path := self.get("filename")):
            yield Opens(path, "source of random numbers")
        elif (folder := self.get("dir")) and "$" not in folder:
            for name in _CREDENTIALS.get((self.driver, self.get("endpoint") == "server"), ()):
                yield Opens(os.path.join(folder, name), "credential")

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings of this option, those of the class that knows its type too."""
        known = self._known()
        if isinstance(known, Option):
            return [attrs.evolve(found, option=self) for found in known.judge(machine)]
        return super().judge(machine)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge what no object can do without, and what its type refuses."""
        from qemubuild.options import _object_keys  # noqa: PLC0415 - likewise

        known = self._known()
        if isinstance(known, CommandSyntaxError):
            yield self.error("object-incomplete", known.message, known.hint)
        elif self.get("id") is None:
            yield self.error("object-incomplete", "an object has no id to be called by", "add id=")
        yield from _object_keys.findings(self, machine)

    def explain(self) -> str:
        """Say what is made."""
        known = self._known()
        if isinstance(known, Option):
            return known.explain()
        return (
            f"Makes an object of the type {self.driver}, which other options name by the id "
            f"{self.get('id')}."
        )

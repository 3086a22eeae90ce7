"""``-machine``: the board that the guest finds itself on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from qemubuild import claims, grammar, targets
from qemubuild.errors import InvalidOption
from qemubuild.findings import Severity
from qemubuild.keyed import Keyed
from qemubuild.option import key, read_value
from qemubuild.options._versions import changed
from qemubuild.units import MIB, format_size
from qemubuild.values import ID, NAME, NUMBER, SWITCH, Kind, Verbatim, choice, nearest, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_DEFAULT_RAM = 128 * MIB
# Keys that only some boards have.
_PC = ("pc", "q35", "isapc")
_OF_PC = ("vmport", "hpet")
# What runs a guest's code, always can, and leaves all of a board to QEMU.
_CHIPLESS = frozenset({"tcg", "qtest"})
_OF_ARM = ("gic_version", "virtualization")
# What keys without a field refer to.
_OTHER_IDS = {
    "pflash0": claims.DRIVE,
    "pflash1": claims.DRIVE,
    "audiodev": claims.AUDIODEV,
    "pcspk-audiodev": claims.AUDIODEV,
    "memory-encryption": claims.OBJECT,
    "canbus0": claims.OBJECT,
    "canbus1": claims.OBJECT,
}


def _write_accelerators(value: object) -> str:
    names = write_text(value).split(":") if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    for name in names:
        if name not in targets.ACCELERATORS:
            raise InvalidOption(
                f"{name!r} is no accelerator",
                hint=f"{nearest(str(name), targets.ACCELERATORS)}QEMU has "
                f"{', '.join(targets.ACCELERATORS)}; ':' stands between several",
            )
    if not names:
        raise InvalidOption("no accelerator is named", hint="write accel='kvm:tcg'")
    return ":".join(names)


_ACCELERATORS = Kind(_write_accelerators, lambda text: text)


def _write_auto(value: object) -> str:
    return "auto" if value == "auto" else SWITCH.write(value)


def _read_auto(text: str) -> bool | str:
    # Other words for them, such as yes, QEMU takes only where there is no third.
    if text not in _AUTOS:
        raise InvalidOption(f"{text!r} is none of on, off and auto", hint="write on, off or auto")
    return _AUTOS[text]


_AUTOS: dict[str, bool | str] = {"on": True, "off": False, "auto": "auto"}
_AUTO = Kind(_write_auto, _read_auto)
_ID_OR_NONE = Kind(lambda value: value if value == "" else ID.write(value), ID.read)


def _items(text: str, *, implied: str = "") -> list[grammar.Item]:
    """Read keyval; QEMU takes ``_`` for ``-`` in these keys (system/vl.c)."""
    items = grammar.parse_keyval(text, implied=implied)
    return [item._replace(key=item.key.replace("_", "-")) for item in items]


class MachineType(Keyed):
    """Choose the board (``-machine``); ``pc`` on x86 without, and none at all on Arm.

    What a board knows beside the keys here goes into `extra`:
    ``machine_type("virt", extra={"secure": "on"})``.

    Attributes:
        type: its name: ``"q35"``, ``"pc"``, ``"virt"``, ``"microvm"`` ...; a version, as in
            ``"pc-q35-7.2"``, keeps the guest's hardware the same when QEMU is upgraded.
        accel: what runs the guest's code: one name, or several to try in turn, as a list or with
            ``:`` between them. ``accel()`` says the same with more to choose; not both.
        kernel_irqchip: where the interrupt controllers are (KVM): in the kernel, in QEMU, split.
        usb: whether there is a USB controller.
        smm: whether there is System Management Mode (x86).
        vmport: whether there is VMware's port, by which a mouse is tracked (x86).
        acpi: whether the guest is given ACPI tables.
        graphics: whether firmware may use a screen.
        hpet: whether there is a High Precision Event Timer (x86).
        nvdimm: whether persistent memory can be plugged in.
        mem_merge: whether the host may merge pages that are alike; on by default.
        dump_guest_core: whether a core dump of QEMU has the guest's memory; on by default.
        hmat: whether the guest is told how fast each NUMA node's memory is.
        memory_backend: the id of an object that the guest's memory comes from.
        gic_version: the interrupt controller of Arm's ``virt``; ``"3"`` or ``"max"`` for more than
            8 vCPUs.
        virtualization: whether an Arm guest may run guests itself.
        confidential_guest_support: the id of an object that keeps memory from the host's eyes.
    """

    flag = "-machine"
    aliases = ("-M",)
    implied = "type"
    syntax = _items
    merges = True
    told = True

    type: str | None = key(NAME, default=None)
    accel: str | Sequence[str] | None = key(_ACCELERATORS, default=None, kw_only=True)
    kernel_irqchip: Literal["on", "off", "split"] | None = key(
        choice("on", "off", "split"), default=None, kw_only=True
    )
    usb: bool | None = key(SWITCH, default=None, kw_only=True)
    smm: bool | Literal["auto"] | None = key(_AUTO, default=None, kw_only=True)
    vmport: bool | Literal["auto"] | None = key(_AUTO, default=None, kw_only=True)
    acpi: bool | Literal["auto"] | None = key(_AUTO, default=None, kw_only=True)
    graphics: bool | None = key(SWITCH, default=None, kw_only=True)
    hpet: bool | None = key(SWITCH, default=None, kw_only=True)
    nvdimm: bool | None = key(SWITCH, default=None, kw_only=True)
    mem_merge: bool | None = key(SWITCH, default=None, kw_only=True)
    dump_guest_core: bool | None = key(SWITCH, default=None, kw_only=True)
    hmat: bool | None = key(SWITCH, default=None, kw_only=True)
    memory_backend: str | None = key(ID, default=None, kw_only=True)
    gic_version: Literal["2", "3", "4", "host", "max"] | None = key(
        choice("2", "3", "4", "host", "max"), default=None, kw_only=True
    )
    virtualization: bool | None = key(SWITCH, default=None, kw_only=True)
    confidential_guest_support: str | None = key(_ID_OR_NONE, default=None, kw_only=True)

    @property
    def _named(self) -> list[str]:
        """The accelerators, but for words that name none."""
        if self.accel.__class__ is not Verbatim:
            return _write_accelerators(self.accel).split(":")
        return [name for name in str(self.accel).split(":") if name in targets.ACCELERATORS]

    def judge(self, machine: MachineView) -> Iterable[Finding]:
        """All findings; those of words that QEMU passes over are no errors."""
        unread = {field for field in self._unread if self._is_passed_over(field, machine)}
        return [
            evolve(one, severity=Severity.WARNING) if one.field in unread else one
            for one in super().judge(machine)
        ]

    def _is_passed_over(self, field: str, machine: MachineView) -> bool:
        """Whether QEMU starts all the same with a wrong value."""
        if field == "accel":
            return bool(self._named)
        return field == "kernel_irqchip" and targets.accelerators(machine)[0] in _CHIPLESS

    def knows(self, name: str) -> bool:
        """Whether a key in `extra` may be the board's own: it is like none that is known here."""
        return not nearest(name, [known.name for known in self._keys.values()])

    def claims(self) -> Iterator[claims.Claim]:
        """State the board, what runs it, and the objects it refers to."""
        if self.type is not None:
            yield claims.MachineType(self.type)
        if self.accel is not None:
            for name in self._named:
                yield claims.Accelerator(name)
        if self.hmat is True:
            yield claims.Hmat()
        if self.usb is True:
            yield claims.UsbBus()
        for object_id, begins in (
            (self.memory_backend, "memory-backend-"),
            (self.confidential_guest_support, ""),
        ):
            if object_id and object_id.__class__ is not Verbatim:
                yield claims.Refers(claims.OBJECT, object_id, begins)
        if self.memory_backend is not None and self.memory_backend.__class__ is not Verbatim:
            yield claims.BackedBy(self.memory_backend)
        if "smp.cpus" in self.extra:
            count = read_value(NUMBER, self.extra["smp.cpus"])
            if isinstance(count, int):
                yield claims.Vcpus(count, count)
        for name, value in self.extra.items():
            if value and (kind := _OTHER_IDS.get(name.replace("_", "-"))):
                yield claims.Refers(kind, value)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the board by the architecture, and the memory by the rest."""
        if machine.qemu is None:  # else it says itself what it has
            if self.type is not None:
                yield from self._board(machine.arch, self.type)
            if (board := targets.board_of(machine)) is not None:
                yield from self._keys_of(machine.arch, board)
        if self.memory_backend is not None:
            yield from self._memory(machine)
        if machine.arch in targets.ARM:
            yield from self._interrupts(machine)

    def _board(self, arch: str, name: str) -> Iterator[Finding]:
        board = targets.board_of_name(name)
        homes = targets.homes_of(board.name)
        if homes is not None and arch not in homes and targets.is_known(arch):
            instead = targets.NO_DEFAULT.get(arch) or targets.default_of(arch)
            yield self.error(
                "machine-type-foreign",
                f"the machine type {name} is of another architecture than {arch}",
                f"write machine_type({instead!r}), or Machine({min(homes)!r})"
                if len(homes) < 3
                else f"write machine_type({instead!r})",
                "type",
            )
        elif spelled := targets.spelled(arch, name):
            yield self.error(
                "machine-type-case",
                f"QEMU's machine types are in lower case, and {name!r} is not",
                f"write machine_type({spelled!r})",
                "type",
            )

    def _keys_of(self, arch: str, board: targets.Board) -> Iterator[Finding]:
        for field in _lacking(arch, board):
            if self.__dict__[field] is not None:
                yield self.error(
                    "machine-type-key-foreign",
                    f"the machine type {board.name} has no {field}",
                    f"leave {field} out",
                    field,
                )

    def _memory(self, machine: MachineView) -> Iterator[Finding]:
        if any(option is not self for option, _ in machine.claims(claims.BackedBy)):
            yield self.error(
                "machine-type-memory-twice",
                "the guest's memory comes from memory_backend, and NUMA nodes bring their own",
                "leave memory_backend out",
                "memory_backend",
            )
            return
        sizes = [
            backend.size
            for _, backend in machine.claims(claims.Backend)
            if backend.id == self.memory_backend and backend.size is not None
        ]
        if (
            sizes
            and sizes[0] < _DEFAULT_RAM
            and not any(_is_told(option) for option, _ in machine.claims(claims.Ram))
            and targets.grows(machine) is False
        ):
            # Its default size is then room to grow, which the board has not.
            yield self.error(
                "machine-type-memory-size",
                f"the object {self.memory_backend!r} has {format_size(sizes[0])}, and without "
                f"memory() QEMU expects {format_size(_DEFAULT_RAM)}",
                f"add memory('{sizes[0] // MIB}M')",
                "memory_backend",
            )
        for option, ram in machine.claims(claims.Ram):
            if sizes and ram.size not in (None, sizes[0]):
                # QEMU goes by the object where -m gives no size of its own.
                finding = self.error if _is_told(option) else self.warning
                yield finding(
                    "machine-type-memory-size",
                    f"the object {self.memory_backend!r} has {format_size(sizes[0])}, and "
                    f"{option.flag} says {format_size(ram.size)}",
                    "give both the same size, or leave memory() out",
                    "memory_backend",
                )

    def _interrupts(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the vCPUs of Arm's virt by its interrupt controller."""
        board = targets.board_of(machine)
        vcpus = machine.claims(claims.Vcpus)
        if board is None or board.name != "virt" or not vcpus or vcpus[-1][1].most <= 8:
            return
        chosen = changed(self, machine, refused_by=(7, 2), taken_by=(8, 0))
        finding = self.error if self.gic_version else chosen
        if self.gic_version in (None, "2") and finding:
            yield finding(
                "machine-type-gic-small",
                "an interrupt controller of version 2 serves 8 vCPUs"
                + ("" if self.gic_version else ", and QEMU 7.2 chooses that by itself"),
                "add gic_version='max'",
                "gic_version",
            )

    def explain(self) -> str:
        """Say which board it is."""
        text = (
            f"Puts the guest on the board {self.type}"
            if self.type
            else "Changes what the guest's board is like"
        )
        if self.type and targets.board_of_name(self.type).version is None:
            text += ", as the QEMU that runs it knows it"
        return (
            f"{text}. Without it the guest is on its architecture's usual board, which is pc on "
            "x86; on Arm there is none."
        )


def _is_told(option: Option) -> bool:
    """Whether an option says how much memory there is."""
    return getattr(option, "size", None) not in (None, 0, "0", "")


def _lacking(arch: str, board: targets.Board) -> tuple[str, ...]:
    """The fields that are no keys of a board (run on 7.2 and 10.0)."""
    if board.name == "none":
        return (*_OF_PC, *_OF_ARM, "smm", "acpi", "nvdimm", "hmat")
    if arch in targets.X86:
        lacking = {"microvm": (*_OF_PC, *_OF_ARM, "nvdimm")}
        return lacking.get(board.name, _OF_ARM if board.name in _PC else ())
    return (*_OF_PC, "smm") if arch in targets.ARM and board.name == "virt" else ()

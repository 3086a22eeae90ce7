"""``-global``: what it changes of the devices that are there, by what each of them has.

QEMU applies it to whatever it makes, and refuses what one of these cannot have. A device that is
not there makes no difference: then a mistake shows when it is plugged in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild import targets
from qemubuild.board_words import is_off
from qemubuild.claims import DRIVE, NETDEV, Defines, MachineType, Slot
from qemubuild.options.device import Device
from qemubuild.options.properties import GlobalProperty
from qemubuild.rules.by_qemu.values import as_text, refuses
from qemubuild.values import Verbatim, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option

_ALWAYS: Final = "migration"
_BRIDGES: Final = frozenset({"fw_cfg_io", "i8042", "i8257", "mc146818rtc", "port92"})
_PC: Final = _BRIDGES | {
    "hpet",
    "i440FX",
    "i440FX-pcihost",
    "isa-fdc",
    "piix3-ide",
    "PIIX3",
    "PIIX4_PM",
}
_Q35: Final = _BRIDGES | {"hpet", "ICH9-LPC", "ich9-ahci", "mch", "q35-pcihost"}
# What is on boards whatever they are told (``info qom-tree``).
_ON_BOARD: Final = {
    "pc": _PC,
    "q35": _Q35,
    "isapc": _BRIDGES | {"isa-fdc", "isa-ide"},
    "microvm": frozenset({"fw_cfg_io", "virtio-mmio"}),
    "virt": frozenset({"fw_cfg_mem", "virtio-mmio", "pl011", "gpex-pcihost"}),
}
# The keys of -machine that can take one of them away again.
_OFF: Final = {"PIIX4_PM": "acpi", "hpet": "hpet", "i8042": "i8042", "ich9-ahci": "sata"}
# The chips that are of KVM where that runs the guest, and emulated elsewhere; what leaves them out.
_OF_KVM: Final = {"kvm-pit": "pit", "kvm-i8259": "pic", "kvm-ioapic": ""}
_EMULATED: Final = {"isa-pit": "pit", "isa-i8259": "pic", "ioapic": ""}
_WITH_PCI: Final = frozenset({"pc", "q35", "virt"})
_WITH_SERIAL: Final = frozenset({"pc", "q35", "isapc"})
_WITH_CHIPS: Final = _WITH_SERIAL | {"microvm"}
_INTERFACES: Final = {"virtio": "virtio-blk-pci", "ide": "ide-hd"}
# Since when a board looks at every kind of network card that there is, even if it has none.
_LOOKS: Final = (9, 0)
_IDS: Final = {"ID of a netdev": NETDEV, "Node name or ID of a block device": DRIVE}
"""The ids that properties hold, by how they are described."""
_UNTOLD: Final = "realized"


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge them all."""
    options = machine.find_all(GlobalProperty)
    if not options:
        return
    there = _there(machine, qemu)
    looks = _looks(machine, qemu)
    for option in options:
        given = f"{option.driver}{option.property}{option.value}"
        if isinstance(option.driver, Verbatim) or "$" in given:
            continue
        if not qemu.lineage(option.driver):
            yield _unknown(option, qemu)
            continue
        kinds = [one for one in there if option.driver in qemu.lineage(one)]
        if looks:
            kinds += _cards(option.driver, qemu)
        for kind in kinds or [option.driver]:
            if (found := _judged(machine, option, kind, qemu, is_there=bool(kinds))) is not None:
                yield found
                break


def _judged(
    machine: MachineView, option: GlobalProperty, kind: str, qemu: Qemu, *, is_there: bool
) -> Finding | None:
    known = qemu.properties(kind)
    if known is None or option.property == _UNTOLD:
        return None
    finding = option.error if is_there else option.warning
    if option.property not in known or known[option.property].type.startswith("child<"):
        return finding(
            "global-property-unknown",
            f"{kind} has no property {option.property!r} to set",
            f"{nearest(option.property, known)}`-device {kind},help` lists most of them",
            "property",
        )
    value = as_text(option.value)
    if wanted := refuses(known[option.property], value):
        return finding(
            "global-property-value",
            f"{option.property} of {kind} cannot be {value!r}: it takes {wanted}",
            f"write {wanted}",
            "value",
        )
    for begins, id_kind in _IDS.items():
        about = known[option.property].description
        ids = [claim.id for _, claim in machine.claims(Defines) if claim.kind == id_kind]
        if is_there and about.startswith(begins) and value not in ids and not _may_be_raw(machine):
            return option.error(
                "global-property-value",
                f"{option.property} of {kind} is the id of a {id_kind}, and {value!r} is none",
                f"{nearest(value, ids)}add the option that defines it",
                "value",
            )
    return None


def _may_be_raw(machine: MachineView) -> bool:
    return not machine.flags.isdisjoint(("", "-readconfig"))


def _unknown(option: GlobalProperty, qemu: Qemu) -> Finding:
    alias = qemu.device(option.driver)
    names = [*qemu.devices, *qemu.machine_types]
    return option.warning(
        "global-driver-unknown",
        f"{qemu.name} has no kind of device {option.driver!r}, so this changes nothing",
        f"write {alias.name!r}, which {option.driver!r} stands for"
        if alias
        else f"{nearest(option.driver, names)}correct it, or leave it out",
        "driver",
    )


def _there(machine: MachineView, qemu: Qemu) -> list[str]:
    """The types of devices that are certainly there; a proxy brings what it is a proxy for."""
    types = [_ALWAYS, *_named(machine, qemu), *_by_board(machine, qemu)]
    inner = [
        known.type[len("child<") : -1]
        for one in types
        for known in (qemu.properties(one) or {}).values()
        if known.type.startswith("child<virtio") or known.type.startswith("child<vhost")
    ]
    return list(dict.fromkeys([*types, *inner]))


def _named(machine: MachineView, qemu: Qemu) -> Iterator[str]:
    names = [device.driver for device in machine.find_all(Device)]
    for option in machine.options:
        if _is_card(option):
            words = option.words[-1].split(",")
            names += [word.removeprefix("model=") for word in words if word.startswith("model=")]
    for name in names:
        if (known := qemu.device(name)) is not None:
            yield known.name


def _by_board(machine: MachineView, qemu: Qemu) -> Iterator[str]:
    board = targets.board_of(machine)
    if board is None:
        return
    if (cpu := cpu_of(machine, qemu)) is not None:
        yield cpu
    for kind in _ON_BOARD.get(board.name, ()):
        if not is_off(machine, _OFF.get(kind, "")):
            yield kind
    yield from _chips(machine, board.name)
    if board.name in _WITH_SERIAL and _has_serial(machine):
        yield "isa-serial"
    if board.name in ("pc", "q35"):
        for _, slot in machine.claims(Slot):
            if not slot.cdrom and slot.interface in _INTERFACES:
                yield _INTERFACES[slot.interface]


def _chips(machine: MachineView, board: str) -> Iterator[str]:
    """The timer, the clock and the interrupt controllers, which are of KVM or emulated."""
    names = targets.accelerators(machine)
    told = [word for option in machine.options for word in option.words[-1].split(",")]
    is_said = any(word.startswith(("kernel-irqchip=", "kernel_irqchip=")) for word in told)
    if len(names) != 1 or is_said or board not in _WITH_CHIPS:
        return
    of_kvm = names[0] == "kvm" and board != "microvm"
    chips = _OF_KVM if of_kvm else _EMULATED if names[0] in ("kvm", "tcg") else {}
    for chip, key in chips.items():
        if not is_off(machine, key) and not (board == "isapc" and chip.endswith("ioapic")):
            yield chip
    if board == "microvm" and names[0] == "tcg" and not is_off(machine, "rtc"):
        yield "mc146818rtc"


def _looks(machine: MachineView, qemu: Qemu) -> bool:
    """Whether the board looks at every kind of network card, which it makes one of for that."""
    board = targets.board_of(machine)
    has_pci = board is not None and board.name in _WITH_PCI
    return has_pci and (qemu.version >= _LOOKS or _has_network(machine))


def _cards(kind: str, qemu: Qemu) -> list[str]:
    """The network cards for PCI that are of a kind."""
    if kind == "virtio-net-device":
        return [kind]
    cards = [
        name
        for name, device in qemu.devices.items()
        if device.bus == "PCI" and kind in qemu.lineage(name)
    ]
    return [name for name in cards if "netdev" in (qemu.properties(name) or ())]


def _has_serial(machine: MachineView) -> bool:
    texts = [option.words[-1] for option in machine.options if option.flag == "-serial"]
    return bool(texts) and texts[0] != "none"


def cpu_of(machine: MachineView, qemu: Qemu) -> str | None:
    """The type of the processor, if that is known."""
    given = [option.words[-1] for option in machine.options if option.flag == "-cpu"]
    if given:
        model = qemu.cpu_model(given[-1].split(",")[0])
        return model.type if model else None
    named = machine.claims(MachineType)
    board = qemu.machine_type(named[-1][1].name) if named else qemu.default_machine_type
    return board.cpu if board and board.ram else None  # the empty board has none


def _is_card(option: Option) -> bool:
    """Whether it makes a network card."""
    kind = option.words[-1].partition(",")[0]
    return (option.flag == "-nic" and kind != "none") or (option.flag == "-net" and kind == "nic")


def _has_network(machine: MachineView) -> bool:
    """Whether the board makes a network card."""
    asked = [option for option in machine.options if option.flag in ("-nic", "-net")]
    if asked:
        return any(
            not option.words[-1].startswith("none")
            and (option.flag == "-nic" or option.words[-1].startswith("nic"))
            for option in asked
        )
    return not machine.flags & {"-nodefaults", "-netdev", "", "-readconfig"}

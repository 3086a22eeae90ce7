"""``-smbios``: what the guest reads of its firmware, mainboard, case, processors and slots.

Each type of table has keys of its own, and so a class of its own (hw/smbios/smbios.c).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from qemubuild.claims import DEVICE, Claim, Refers
from qemubuild.errors import InvalidOption
from qemubuild.option import key
from qemubuild.options._smbios import Smbios, SmbiosFile
from qemubuild.options._versions import newer, newer_keys
from qemubuild.values import NAME, NUMBER, SWITCH, TEXT, Kind, choice, integer, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# QEMU reads it with sscanf("%hhu.%hhu"), and no further than it must.
_BEGINS_WITH_RELEASE: Final = re.compile(r"\s*[+-]?\d+\.\s*[+-]?\d+")
_RELEASE: Final = re.compile(r"(\d+)\.(\d+)")
_SPEED: Final = integer(0, 65535)
_KINDS: Final = (
    "other",
    "unknown",
    "video",
    "scsi",
    "ethernet",
    "tokenring",
    "sound",
    "pata",
    "sata",
    "sas",
)


def _write_uuid(value: object) -> str:
    text = write_text(value) if isinstance(value, str) else str(value)
    if not _UUID.fullmatch(text):
        raise InvalidOption(
            f"{text!r} is no UUID that QEMU reads",
            hint="write it as '7b10d7af-b932-4c66-b2c3-3996152ec465', or give a uuid.UUID",
        )
    return text


def _write_release(value: object) -> str:
    text = write_text(value)
    if not _BEGINS_WITH_RELEASE.match(text):
        raise InvalidOption(f"{text!r} is no release", hint="write two numbers, as in '4.2'")
    return text


class SmbiosBios(Smbios):
    """Describe the guest's firmware (``-smbios type=0``).

    Attributes:
        vendor: who made it.
        version: which it is.
        date: of when it is, as ``"06/17/2026"``.
        release: its release, as ``"4.2"``: two numbers up to 255.
        uefi: whether the guest is told that it is UEFI.
    """

    variant = "0"
    what = "firmware"

    vendor: str | None = key(TEXT, default=None, kw_only=True)
    version: str | None = key(TEXT, default=None, kw_only=True)
    date: str | None = key(TEXT, default=None, kw_only=True)
    release: str | None = key(Kind(_write_release, _write_release), default=None, kw_only=True)
    uefi: bool | None = key(SWITCH, default=None, kw_only=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of a release that QEMU reads in part."""
        yield from super().findings(machine)
        if self.release is None or "release" in self._unread:
            return
        whole = _RELEASE.fullmatch(self.release)
        if whole is None or any(int(part) > 255 for part in whole.groups()):
            yield self.warning(
                "smbios-release-misread",
                f"QEMU does not read all of {self.release!r}, or not as it stands",
                "write two numbers up to 255, as in '4.2'",
                "release",
            )


class SmbiosSystem(Smbios):
    """Describe the guest as a computer (``-smbios type=1``); cloud-init reads its serial number.

    Attributes:
        manufacturer: who made it.
        product: what it is called.
        version: which of them it is.
        serial: its serial number; ``"ds=nocloud;s=http://..."`` tells cloud-init what to load.
        uuid: its UUID, which is the machine's.
        sku: its number in a catalogue.
        family: what it belongs to.
    """

    variant = "1"
    what = "make"

    manufacturer: str | None = key(TEXT, default=None, kw_only=True)
    product: str | None = key(TEXT, default=None, kw_only=True)
    version: str | None = key(TEXT, default=None, kw_only=True)
    serial: str | None = key(TEXT, default=None, kw_only=True)
    uuid: str | UUID | None = key(Kind(_write_uuid, _write_uuid), default=None, kw_only=True)
    sku: str | None = key(TEXT, default=None, kw_only=True)
    family: str | None = key(TEXT, default=None, kw_only=True)


class SmbiosBoard(Smbios):
    """Describe the guest's mainboard (``-smbios type=2``).

    Attributes:
        manufacturer: who made it.
        product: what it is called.
        version: which of them it is.
        serial: its serial number.
        asset: its number in an inventory.
        location: where it is in its case.
    """

    variant = "2"
    what = "mainboard"

    manufacturer: str | None = key(TEXT, default=None, kw_only=True)
    product: str | None = key(TEXT, default=None, kw_only=True)
    version: str | None = key(TEXT, default=None, kw_only=True)
    serial: str | None = key(TEXT, default=None, kw_only=True)
    asset: str | None = key(TEXT, default=None, kw_only=True)
    location: str | None = key(TEXT, default=None, kw_only=True)


class SmbiosChassis(Smbios):
    """Describe the guest's case (``-smbios type=3``).

    Attributes:
        manufacturer: who made it.
        version: which of them it is.
        serial: its serial number.
        asset: its number in an inventory.
        sku: its number in a catalogue.
    """

    variant = "3"
    what = "case"

    manufacturer: str | None = key(TEXT, default=None, kw_only=True)
    version: str | None = key(TEXT, default=None, kw_only=True)
    serial: str | None = key(TEXT, default=None, kw_only=True)
    asset: str | None = key(TEXT, default=None, kw_only=True)
    sku: str | None = key(TEXT, default=None, kw_only=True)


class SmbiosProcessor(Smbios):
    """Describe the guest's processors (``-smbios type=4``), each socket alike.

    Attributes:
        sock_pfx: what sockets are called, before their number; ``"CPU"`` without.
        manufacturer: who made them.
        version: what they are called.
        serial: their serial number.
        asset: their number in an inventory.
        part: their number in a catalogue.
        max_speed: the most MHz they run at, up to 65535; 2000 without.
        current_speed: the MHz they run at; 2000 without.
        processor_id: their identification; that of the processor model without.
        processor_family: the number of their family (QEMU 9.0).
    """

    variant = "4"
    what = "processors"

    sock_pfx: str | None = key(TEXT, name="sock_pfx", default=None, kw_only=True)
    manufacturer: str | None = key(TEXT, default=None, kw_only=True)
    version: str | None = key(TEXT, default=None, kw_only=True)
    serial: str | None = key(TEXT, default=None, kw_only=True)
    asset: str | None = key(TEXT, default=None, kw_only=True)
    part: str | None = key(TEXT, default=None, kw_only=True)
    max_speed: int | None = key(_SPEED, default=None, kw_only=True)
    current_speed: int | None = key(_SPEED, default=None, kw_only=True)
    processor_id: int | None = key(integer(0, (1 << 64) - 1), default=None, kw_only=True)
    processor_family: int | None = key(NUMBER, default=None, kw_only=True)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of what older versions lack."""
        yield from super().findings(machine)
        yield from newer_keys(self, machine, {"processor_family": "9.0"})


class SmbiosPort(Smbios):
    """Describe a connector of the guest's (``-smbios type=8``); any number of them.

    Attributes:
        internal_reference: what it is called on the board.
        external_reference: what it is called on the case.
        connector_type: the number of its form, up to 255.
        port_type: the number of its use, up to 255.
    """

    variant = "8"
    what = "connector"
    widths: ClassVar[Mapping[str, int]] = {"connector_type": 8, "port_type": 8}

    internal_reference: str | None = key(
        TEXT, name="internal_reference", default=None, kw_only=True
    )
    external_reference: str | None = key(
        TEXT, name="external_reference", default=None, kw_only=True
    )
    connector_type: int | None = key(NUMBER, name="connector_type", default=None, kw_only=True)
    port_type: int | None = key(NUMBER, name="port_type", default=None, kw_only=True)


class SmbiosSlot(Smbios):
    """Describe a slot of the guest's (``-smbios type=9``; QEMU 9.0); any number of them.

    Attributes:
        slot_designation: what it is called.
        slot_type: the number of its form, up to 255.
        slot_data_bus_width: the number of its width, up to 255.
        current_usage: the number that says whether it is in use, up to 255.
        slot_length: the number of its length, up to 255.
        slot_id: its own number, up to 65535.
        slot_characteristics1: bits that say what it can do, up to 255.
        slot_characteristics2: more of these.
        pci_device: the id of the device that is in it.
    """

    variant = "9"
    what = "slot"
    widths: ClassVar[Mapping[str, int]] = {
        "slot_type": 8,
        "slot_data_bus_width": 8,
        "current_usage": 8,
        "slot_length": 8,
        "slot_id": 16,
        "slot_characteristics1": 8,
        "slot_characteristics2": 8,
    }

    slot_designation: str | None = key(TEXT, name="slot_designation", default=None, kw_only=True)
    slot_type: int | None = key(NUMBER, name="slot_type", default=None, kw_only=True)
    slot_data_bus_width: int | None = key(
        NUMBER, name="slot_data_bus_width", default=None, kw_only=True
    )
    current_usage: int | None = key(NUMBER, name="current_usage", default=None, kw_only=True)
    slot_length: int | None = key(NUMBER, name="slot_length", default=None, kw_only=True)
    slot_id: int | None = key(NUMBER, name="slot_id", default=None, kw_only=True)
    slot_characteristics1: int | None = key(
        NUMBER, name="slot_characteristics1", default=None, kw_only=True
    )
    slot_characteristics2: int | None = key(
        NUMBER, name="slot_characteristics2", default=None, kw_only=True
    )
    pci_device: str | None = key(NAME, name="pci_device", default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the device."""
        if self.pci_device is not None:
            yield Refers(DEVICE, self.pci_device)

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Warn of what older versions lack."""
        yield from super().findings(machine)
        yield from newer(self, machine, "type 9", "9.0", "slot_type")


class SmbiosMemory(Smbios):
    """Describe the guest's memory modules (``-smbios type=17``), each alike.

    Attributes:
        loc_pfx: what their slots are called, before their number; ``"DIMM"`` without.
        bank: the bank they are in.
        manufacturer: who made them.
        serial: their serial number.
        asset: their number in an inventory.
        part: their number in a catalogue.
        speed: how many million transfers a second they do, up to 65535.
    """

    variant = "17"
    what = "memory modules"
    widths: ClassVar[Mapping[str, int]] = {"speed": 16}

    loc_pfx: str | None = key(TEXT, name="loc_pfx", default=None, kw_only=True)
    bank: str | None = key(TEXT, default=None, kw_only=True)
    manufacturer: str | None = key(TEXT, default=None, kw_only=True)
    serial: str | None = key(TEXT, default=None, kw_only=True)
    asset: str | None = key(TEXT, default=None, kw_only=True)
    part: str | None = key(TEXT, default=None, kw_only=True)
    speed: int | None = key(NUMBER, default=None, kw_only=True)


class SmbiosOnboard(Smbios):
    """Describe a device as part of the mainboard (``-smbios type=41``); names its network card.

    Attributes:
        designation: what it is called.
        kind: what it is: ``"ethernet"``, ``"video"``, ``"sound"`` ...
        instance: its number among those of its kind, up to 255; a Linux guest calls an
            ``ethernet`` of instance 1 ``eno1``.
        pcidev: the id of the device, which is to be on the machine's first PCI bus.
    """

    variant = "41"
    what = "onboard device"
    widths: ClassVar[Mapping[str, int]] = {"instance": 8}

    designation: str | None = key(TEXT, default=None, kw_only=True)
    kind: (
        Literal[
            "other",
            "unknown",
            "video",
            "scsi",
            "ethernet",
            "tokenring",
            "sound",
            "pata",
            "sata",
            "sas",
        ]
        | None
    ) = key(choice(*_KINDS), default=None, kw_only=True)
    instance: int | None = key(NUMBER, default=None, kw_only=True)
    pcidev: str | None = key(NAME, default=None, kw_only=True)

    def claims(self) -> Iterator[Claim]:
        """State the device."""
        if self.pcidev is not None:
            yield Refers(DEVICE, self.pcidev)


def smbios(type: int | None = None, /, **keys: Any) -> Smbios:  # noqa: A002 - QEMU's name of it
    """Tell the guest what computer it is (``-smbios``): ``smbios(1, serial="42")``.

    ``smbios_system``, ``smbios_board`` and their like say the same with types; ``smbios(file=...)``
    gives a whole table.
    """
    if type is None:
        return SmbiosFile(**keys)
    table = Smbios.variants.get(str(type))
    if table is None:
        raise InvalidOption(
            f"QEMU makes no tables of type {type!r}",
            hint=f"write one of {', '.join(sorted(Smbios.variants, key=int))}, or file= with the "
            "whole table",
            option="-smbios",
        )
    return table(**keys)  # type: ignore[return-value] # all of this family

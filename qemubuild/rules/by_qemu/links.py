"""Properties that name something else: an object, a device, a place for characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from qemubuild.claims import AUDIODEV, CHARDEV, DEVICE, OBJECT, Defines, Refers
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qemubuild.capabilities import Property, Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView, Option
    from qemubuild.options.device import Device

_LINK: Final = re.compile(r"link<(?P<type>.+)>")
# How the types of objects and devices begin that a link of a type takes.
_BEGINNINGS: Final = {
    "can-bus": "can-bus",
    "cryptodev-backend": "cryptodev-",
    "cxl-upstream": "cxl-upstream",
    "i8042": "i8042",
    "iommufd": "iommufd",
    "iothread": "iothread",
    "ipmi-bmc": "ipmi-bmc-",
    "memory-backend": "memory-backend-",
    "nvme-subsys": "nvme-subsys",
    "rng-backend": "rng-",
}
# Links that their devices do not work without.
_NEEDED: Final = frozenset({"bmc", "canbus", "canbus0", "canbus1", "cryptodev", "i8042", "memdev"})
_TALKERS: Final = re.compile(
    r"isa-(parallel|debugcon)|usb-(serial|braille|redir)|ccid-card-passthru|ipmi-bmc-extern"
    r"|vhost-user-.*|ivshmem-doorbell"
)
_OF_DEVICES: Final = ("bmc", "subsys")
# What only boards have, and what is no device: a name of one's own is never right.
_INTERNAL: Final = frozenset({"irq", "device"})
# Since when the first -audiodev is not taken for what is given none.
_NO_FIRST_AUDIODEV: Final = (8, 2)
_BOARDS_BUS: Final = re.compile(r"(pcie?|usb-bus)\.[0-9]+")
# What QEMU calls the places of -serial and its like.
_AUTOMATIC: Final = re.compile(r"(serial|parallel|compat_monitor)[0-9]+|gdb|debugcon")


def findings(
    machine: MachineView, device: Device, known: Mapping[str, Property]
) -> Iterator[Finding]:
    """Judge the names that a device is given; those that are judged without a QEMU are left out."""
    judged: set[str] | None = None
    for key in device.properties:
        name = device.get(key)
        is_needed = key in _NEEDED or (key == "chardev" and _TALKERS.fullmatch(device.driver))
        if name == "" and is_needed:
            yield device.error(
                "device-incomplete",
                f"{device.driver} does not work without {key}, which is empty",
                f"write {key}= with an id",
                key,
            )
        # A path, or a part of one such as device[7], may lead to what the board has.
        if not name or key not in known or "$" in name or name.startswith("/") or "[" in name:
            continue
        if key == "chardev" and device.driver.startswith("vhost-user-"):
            yield from _of_socket(machine, device, name)
        if key == "masterbus" or known[key].type == "link<PCI>":
            yield from _bus(machine, device, key, name)
            continue
        match = _LINK.fullmatch(known[key].type)
        is_chardev = known[key].description.startswith("ID of a chardev")
        if match or is_chardev:
            if judged is None:
                judged = {claim.id for claim in device.claims() if isinstance(claim, Refers)}
            if name not in judged:
                kinds = (CHARDEV,) if is_chardev else (OBJECT, DEVICE)
                yield from _linked(machine, device, key, kinds, match["type"] if match else "")


def in_order(devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge that a device which another names stands before it."""
    known = {device.get("id") for device in devices}
    there: set[str | None] = set()
    for device in devices:
        for key in _OF_DEVICES:
            name = device.get(key)
            if name and name in known - there and (key != "subsys" or device.driver == "nvme"):
                yield device.error(
                    "device-link-later",
                    f"{key}={name} is of a device that comes later",
                    "put that one before this",
                    key,
                )
        there.add(device.get("id"))


def _bus(machine: MachineView, device: Device, key: str, name: str) -> Iterator[Finding]:
    """A bus of a device has the device's id, and mostly a number after it."""
    ids = {claim.id for _, claim in machine.claims(Defines) if claim.kind == DEVICE}
    is_there = not ids.isdisjoint((name, name.rpartition(".")[0])) or _BOARDS_BUS.fullmatch(name)
    if not is_there and _is_known(machine):
        yield _undefined(device, key, name, ids)


def _undefined(device: Device, key: str, name: str, defined: Iterable[str]) -> Finding:
    return device.error(
        "device-link-undefined",
        f"{key}={name} names nothing that is there",
        f"{nearest(name, defined)}add the option that defines it, or leave {key} out",
        key,
    )


def _of_socket(machine: MachineView, device: Device, name: str) -> Iterator[Finding]:
    for option, claim in machine.claims(Defines):
        if claim == (CHARDEV, name) and option.flag == "-chardev" and _type_of(option) != "socket":
            yield device.error(
                "device-link-of-another-type",
                f"{device.driver} shares memory over a socket, and {name!r} is none",
                "name a chardev of the type socket",
                "chardev",
            )


def sound(
    machine: MachineView, device: Device, known: Mapping[str, Property], qemu: Qemu
) -> Iterator[Finding]:
    """Judge where the sound of a device goes: newer QEMUs guess only where nothing is said."""
    if (
        "audiodev" not in known
        or device.get("audiodev") is not None
        or qemu.version < _NO_FIRST_AUDIODEV
    ):
        return
    says = False
    for option in machine.options:
        text = option.words[-1]
        if (option.flag == "-audio" and "model=" not in text) or (
            option.flag in ("", "-global", "-readconfig", "-set") and "audiodev" in text
        ):
            return
        says = says or option.flag in ("-audio", "-audiodev", "-nodefaults")
    if says:
        names = [claim.id for _, claim in machine.claims(Defines) if claim.kind == AUDIODEV]
        yield device.error(
            "device-without-audiodev",
            f"{device.driver} makes sound, and nothing says where it goes",
            f"add audiodev={names[0]!r}" if names else "add audiodev(..., id='a0')",
            "audiodev",
        )


def _linked(
    machine: MachineView, device: Device, key: str, kinds: tuple[str, ...], wanted: str
) -> Iterator[Finding]:
    name = device.get(key) or ""
    defined = {claim.id: option for option, claim in machine.claims(Defines) if claim.kind in kinds}
    begins = _BEGINNINGS.get(wanted, "")
    is_chardev = CHARDEV in kinds and not _AUTOMATIC.fullmatch(name)
    if name in defined and wanted not in _INTERNAL:
        if begins and not _type_of(defined[name]).startswith(begins):
            yield device.error(
                "device-link-of-another-type",
                f"{key}={name} is of the type {_type_of(defined[name])}, and not {begins}",
                f"name one whose type begins with {begins!r}",
                key,
            )
    elif (begins or wanted in _INTERNAL or is_chardev) and _is_known(machine):
        yield _undefined(device, key, name, defined)


def _type_of(option: Option) -> str:
    return getattr(option, "variant", "") or getattr(option, "driver", "")


def _is_known(machine: MachineView) -> bool:
    return all(option.flag and option.flag != "-readconfig" for option in machine.options)

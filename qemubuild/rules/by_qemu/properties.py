"""Properties of devices: that a device has those that are set, and takes what they are set to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from qemubuild.rules.by_qemu.values import refuses, refuses_typed
from qemubuild.units import ON
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qemubuild.capabilities import Property
    from qemubuild.findings import Finding
    from qemubuild.options.device import Device

# What -device reads itself, and what every device has though no list has it.
_EVERY: Final = frozenset({"bus", "id", "realized"})
_HELP: Final = frozenset({"help", "?"})
# What only tells: memory's size is that of its backend.
_SIZED: Final = ("pc-dimm", "nvdimm", "virtio-mem")
# What is told to be a number, and read as a size.
_SIZES: Final = frozenset({("nvdimm", "label-size")})
_ATTACHED_LATER: Final = ("usb-bot", "usb-uas")
_TELLING: Final = ("busnr", "child<", "guest statistics")


def findings(device: Device, name: str, known: Mapping[str, Property]) -> Iterator[Finding]:
    """Judge the properties of a device, by those that its type has."""
    typed = device.words[-1].startswith("{")
    for key, value in device.properties.items():
        if key in _EVERY or key in _HELP:
            continue
        found = known.get(key)
        if found is not None and (name, key) in _SIZES:
            found = found._replace(type="size")
        if found is None:
            yield _unknown(device, name, key, known)
        elif _only_tells(name, key, found):
            yield device.error(
                "device-property-unknown",
                f"{key} of {name} can be read, and not be set",
                "leave it out",
                key,
            )
        elif key == "attached" and device.get(key) in ON:
            yield device.error(
                "device-property-value",
                f"{name} is attached once its disks are there, and QEMU aborts where it is at once",
                "leave attached out",
                key,
            )
        elif wanted := _refuses(device, key, value, found, typed=typed):
            text = value if typed else device.get(key)
            yield device.error(
                "device-property-value",
                f"{key} of {name} cannot be {text!r}: it takes {wanted}",
                f"write {wanted}",
                key,
            )


def _only_tells(name: str, key: str, known: Property) -> bool:
    """Whether a property can be read, and not be set."""
    if key == "attached":
        return name not in _ATTACHED_LATER
    return known.type.startswith(_TELLING) or (key == "size" and name.startswith(_SIZED))


def _refuses(device: Device, key: str, value: Any, known: Property, *, typed: bool) -> str:
    if typed:
        return refuses_typed(known, value)
    text = device.get(key) or ""
    return "" if "$" in text else refuses(known, text)


def _unknown(device: Device, name: str, key: str, known: Mapping[str, Property]) -> Finding:
    settable = [one for one, about in known.items() if not about.type.startswith(_TELLING)]
    alike = key.replace("_", "-") if "_" in key else key.replace("-", "_")
    mend = f"did you mean {alike!r}? " if alike in settable else nearest(key, settable)
    return device.error(
        "device-property-unknown",
        f"{name} has no property {key!r}",
        f"{mend}`-device {name},help` lists all",
        key,
    )

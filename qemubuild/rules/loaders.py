"""Loaders: a value or a file in the guest's memory, or where a virtual CPU begins (``loader``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import Vcpus
from qemubuild.rules.needs import is_set
from qemubuild.targets import board_of
from qemubuild.units import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView
    from qemubuild.options.device import Device

_VALUE: Final = frozenset({"data", "data-be", "data-len"})
_LOADS: Final = _VALUE | {"addr", "file"}
_LONGEST: Final = 8


def findings(machine: MachineView, devices: Sequence[Device]) -> Iterator[Finding]:
    """Judge every loader."""
    for device in devices:
        if device.driver == "loader" and not is_set(machine, device, "cpu-num"):
            fault = _fault(machine, device)
            if fault is not None:
                message, mend, field = fault
                yield device.error("device-incomplete", message, mend, field)
            yield from _processor(machine, device)


def _fault(machine: MachineView, device: Device) -> tuple[str, str, str] | None:
    """What keeps a loader from loading, what to do about that, and the property it is about."""
    given = {name for name in _LOADS if device.get(name) not in (None, "0", "")}
    if not given:
        if all(device.get(name) is None for name in _LOADS):
            return None  # which is a finding already
        return (
            "loader loads nothing: neither a file nor an address is named, and the value is 0",
            "add file=, or addr=, data= and {'data-len': 4}",
            "",
        )
    if given == {"addr"} and device.get("cpu-num") is None:
        return (
            "loader has an address and nothing to load there: it is where a virtual CPU begins",
            "add {'cpu-num': 0}, or file=",
            "addr",
        )
    return _fault_of_value(machine, device, given) if given & _VALUE else None


def _fault_of_value(
    machine: MachineView, device: Device, given: set[str]
) -> tuple[str, str, str] | None:
    board = board_of(machine)
    if board is not None and board.name == "none":
        return (
            "the machine type none has no processor, and QEMU crashes over a value to load",
            "leave it out, or choose another machine type",
            "",
        )
    if "file" in given:
        return (
            "loader puts either a file or a value into memory",
            "write one of file= and data=, and another device('loader', ...) for the other",
            "file",
        )
    if "data-len" not in given:
        return "loader does not know how many bytes the value has", "add {'data-len': 4}", "data"
    length = number_of(device.get("data-len") or "")
    if length is not None and length > _LONGEST:
        return (
            f"loader puts a value of up to {_LONGEST} bytes into memory, and data-len={length}",
            f"write data-len={_LONGEST} or less, or file= for what is longer",
            "data-len",
        )
    return None


def _processor(machine: MachineView, device: Device) -> Iterator[Finding]:
    vcpus = machine.claims(Vcpus)
    count = vcpus[-1][1].count if vcpus else 1  # 0 if not known
    number = number_of(device.get("cpu-num") or "")
    board = board_of(machine)
    if number is not None and board is not None and board.name == "none":
        yield device.error(
            "device-incomplete",
            f"loader is for the virtual CPU {number}, and the machine type none has no processor",
            "leave cpu-num out, or choose another machine type",
            "cpu-num",
        )
    elif number is not None and 0 < count <= number:
        yield device.error(
            "device-incomplete",
            f"loader is for the virtual CPU {number}, and their numbers end at {count - 1}",
            f"write a number below {count}, or smp({number + 1})",
            "cpu-num",
        )

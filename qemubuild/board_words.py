"""What a machine says of its board beside the type: ``-machine``, and flags that are short for it.

QEMU keeps one word of each key, the last that is said (system/vl.c, ``machine_opts_dict``).
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qemubuild.grammar import parse_keyval
from qemubuild.units import OFF, ON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qemubuild.option import MachineView

_SHORT: Final = {
    "-no-acpi": ("acpi", "off"),
    "-no-hpet": ("hpet", "off"),
    "-usb": ("usb", "on"),
    "-usbdevice": ("usb", "on"),
}


def said(machine: MachineView, key: str) -> str | None:
    """What is said of a key, such as ``gic-version``; ``None`` where nothing is."""
    return _words(machine.frame).get(key)


def is_on(machine: MachineView, key: str) -> bool:
    """Whether a switch is asked for."""
    return said(machine, key) in ON


def is_off(machine: MachineView, key: str) -> bool:
    """Whether a switch is told to be off."""
    return said(machine, key) in OFF


@lru_cache(maxsize=128)
def _words(machine: MachineView) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for option in machine.options:
        if option.flag == "-machine":
            for item in parse_keyval(option.words[-1], implied="type"):
                words[item.key.replace("_", "-")] = item.value
        elif option.flag in _SHORT:
            key, value = _SHORT[option.flag]
            words[key] = value
    return MappingProxyType(words)

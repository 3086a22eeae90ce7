"""Where sound goes on the host that is to run the machine, and which cards do not go on without.

Most cards are silent where nothing plays their sound; a few refuse to be there (run on 7.2 and
10.0).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from qemubuild.options.audio import Audio
from qemubuild.options.audiodev import Audiodev
from qemubuild.options.device import Device
from qemubuild.targets import X86, board_of, has_no_pci

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.host import Host
    from qemubuild.option import MachineView, Option

_CARDS: Final = frozenset({"adlib", "gus"})
"""The cards that refuse to be silent."""
_WITH_DMA: Final = frozenset({"cs4231a", "gus", "sb16"})
_OF_ISA: Final = _WITH_DMA | {"adlib"}
_OF_PCI: Final = frozenset({"ac97", "es1370", "hda", "virtio"})
_OF_HARDWARE: Final = frozenset({"alsa", "oss", "sndio"})
# What QEMU tries first where nothing is said, and what may answer though the host has no card.
_SERVERS: Final = frozenset({"pa", "pipewire", "jack", "sdl", "coreaudio"})
_DSP: Final = "/dev/dsp"
# Since when the first -audiodev is not taken for what is given none.
_NO_FIRST: Final = (8, 2)


def findings(machine: MachineView) -> Iterator[Finding]:
    """Judge what a place for sound needs beside it."""
    for audio in machine.find_all(Audio):
        yield from _card(audio, machine)
    for place in (*machine.find_all(Audiodev), *machine.find_all(Audio)):
        if place.driver == "spice" and "-spice" not in machine.flags:
            yield place.error(
                "audiodev-without-spice",
                "sound goes to clients of SPICE, and nothing serves them",
                "add spice(), or write another driver, such as 'none'",
                "driver",
            )


def _card(audio: Audio, machine: MachineView) -> Iterator[Finding]:
    """Judge whether the machine has a bus for a card."""
    model, board = audio.get("model"), board_of(machine)
    if board is None or machine.arch not in X86:
        return
    has_isa = board.name != "none" and (board.name != "microvm" or model not in _WITH_DMA)
    if (model in _OF_PCI and has_no_pci(machine)) or (model in _OF_ISA and not has_isa):
        yield audio.error(
            "device-without-place",
            f"the machine type {board.name} has no place for {model}",
            "choose machine_type('q35'), or leave model out and add a device(...)",
            "model",
        )


def host_findings(machine: MachineView, host: Host) -> Iterator[Finding]:
    """Judge places for sound, and the cards that need one that works."""
    for place in machine.find_all(Audiodev):
        if place.driver == "oss" and (missing := _missing(place)):
            yield place.error(
                "audiodev-missing",
                f"this host has no {missing}, which OSS plays on",
                "write another driver, such as 'alsa' or 'none'",
                "driver",
            )
    if host.has_sound:
        return
    for option, name, audiodev in _cards(machine):
        driver, is_certain = _driver(machine, option, audiodev)
        if driver in _OF_HARDWARE:
            yield (option.error if is_certain else option.warning)(
                "device-without-sound",
                f"{name} does not start where nothing plays its sound, and this host has no card",
                f"add audiodev('none', id='quiet'), and audiodev='quiet' to {name}",
                "audiodev",
            )


def _missing(place: Audiodev) -> str:
    tree = place.tree()
    for side in ("in", "out"):
        told = tree.get(side)
        path = told.get("dev", _DSP) if isinstance(told, dict) else _DSP
        if isinstance(path, str) and not os.path.exists(path):
            return path
    return ""


def _cards(machine: MachineView) -> Iterator[tuple[Option, str, str | None]]:
    for device in machine.find_all(Device):
        if device.driver in _CARDS:
            yield device, device.driver, device.get("audiodev")
    for audio in machine.find_all(Audio):
        if (model := audio.get("model")) in _CARDS:
            yield audio, model or "", None


def _driver(machine: MachineView, card: Option, audiodev: str | None) -> tuple[str, bool]:
    """What plays the sound of a card, and whether that is certain; ``""`` if not known."""
    if isinstance(card, Audio):
        return card.driver, True
    places = machine.find_all(Audiodev)
    if audiodev is not None:
        return next((one.driver for one in places if one.get("id") == audiodev), ""), True
    default = next((one for one in machine.find_all(Audio) if one.get("model") is None), None)
    if default is not None:
        return default.driver, True
    if machine.qemu is None or "QEMU_AUDIO_DRV" in os.environ:
        return "", False
    if places:
        return (places[0].driver if machine.qemu.version < _NO_FIRST else ""), True
    kinds = machine.qemu.kinds("audiodev")
    return ("alsa" if "alsa" in kinds else ""), _SERVERS.isdisjoint(kinds)

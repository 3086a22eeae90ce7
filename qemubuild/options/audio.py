"""``-audio``: a sound card for the guest, and where its sound goes on the host, in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.claims import AUDIODEV, Defines
from qemubuild.driven import Driven
from qemubuild.options._versions import newer
from qemubuild.targets import has_no_pci
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_MODELS: Final = ("ac97", "adlib", "cs4231a", "es1370", "gus", "hda", "sb16", "virtio")


class Audio(Driven, init=False):
    """Give the guest a sound card (``-audio``): ``Audio("pipewire", model="hda")``.

    Attributes:
        driver: where sound goes on the host: ``pipewire``, ``pa``, ``alsa``, ``none`` ...
        properties: ``model``, the card: ``hda``, ``ac97``, ``virtio`` (QEMU 8.2) ...; without it
            (QEMU 8.2) where the sound of devices that name no ``-audiodev`` goes. The rest as in
            `Audiodev`.
    """

    flag = "-audio"
    repeats = False
    adds_up = True
    takes_json = False
    dotted = True

    def claims(self) -> Iterator[Defines]:
        """State the id, which others can refer to as well."""
        if self.get("model") is not None:
            yield Defines(AUDIODEV, self.get("id") or "audiodev0")

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge the card."""
        model = self.get("model")
        if model is None:
            yield from newer(self, machine, "-audio without model=", "8.2", "model")
            return
        if model == "virtio":
            yield from newer(self, machine, "model='virtio'", "8.2", "model")
        elif model not in _MODELS and "$" not in model:
            yield self.error(
                "audio-model-unknown",
                f"{model!r} is no sound card that -audio knows",
                f"{nearest(model, _MODELS)}write one of {', '.join(_MODELS)}, or audiodev() and a "
                "device() for another",
                "model",
            )
        if model in ("hda", "ac97", "es1370") and has_no_pci(machine):
            yield self.error(
                "audio-without-bus",
                f"the machine type has no PCI bus for {model}",
                "write model='sb16', where it has an ISA bus, or choose machine_type('q35')",
                "model",
            )
        first = next(one for one in machine.find_all(Audio) if one.get("model") is not None)
        if first is not self:
            yield self.error(
                "audio-doubled",
                "QEMU takes one -audio with a model",
                "write audiodev(), and device() with audiodev=, for a second card",
                "model",
            )

    def explain(self) -> str:
        """Say what the guest hears with."""
        if (model := self.get("model")) is None:
            return f"Sends the sound of devices that name no place for it to {self.driver}."
        return (
            f"Gives the guest a sound card, {model}, whose sound goes to {self.driver} on the "
            "host. Without it the guest has none."
        )

"""Network cards that boards plug in themselves: that this QEMU has the model that is named.

Newer QEMUs only warn of one that they do not have, and the guest has no card then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qemubuild.options._versions import changed
from qemubuild.options.net import Net
from qemubuild.options.nic import Nic
from qemubuild.targets import board_of
from qemubuild.values import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# What boards know by names of their own, and words for a list.
_OWN: Final = frozenset({"virtio", "ne2k_isa"})
_ARMS: Final = frozenset({"virtio"})
_BOARDS: Final = frozenset({"isapc", "pc", "q35", "virt"})
_LIST: Final = frozenset({"help", "?"})
# The first known to list models on boards without a network card, too.
_LISTS: Final = (10, 0)


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge every model, on the boards that are known to plug it in."""
    board = board_of(machine)
    if board is None or board.name not in _BOARDS:
        if qemu.version >= _LISTS:
            yield from _asked(machine)
        return
    cards = [one for one in machine.find_all(Nic) if one.driver != "none"]
    others = [one for one in machine.find_all(Net) if one.driver == "nic"]
    for option in (*cards, *others):
        model = option.get("model")
        own = _ARMS if board.name == "virt" else _OWN
        if model is None or "$" in model or model in own or _is_card(model, qemu):
            continue
        finding = changed(option, machine, refused_by=(7, 2), taken_by=(10, 0)) or option.warning
        known = [name for name in qemu.devices if _is_card(name, qemu)]
        yield (option.error if model in _LIST else finding)(
            "network-card-unknown",
            f"{qemu.name} has no network card {model!r} to plug in",
            f"{nearest(model, known)}write 'virtio-net-pci', or 'e1000' for older guests",
            "model",
        )


def _asked(machine: MachineView) -> Iterator[Finding]:
    """Cards that are asked for a list of models, which any board of newer QEMUs gives."""
    for option in (*machine.find_all(Nic), *machine.find_all(Net)):
        if option.driver != "none" and option.get("model") in _LIST:
            yield option.error(
                "help-asked",
                "QEMU prints what there is to choose from, and exits",
                "leave it out, or write one of what it prints",
                "model",
            )


def _is_card(model: str, qemu: Qemu) -> bool:
    device = qemu.devices.get(model)
    return device is not None and device.bus == "PCI" and "netdev" in (qemu.properties(model) or ())

"""Graphics cards of ``-vga``: that this QEMU has the device that a word stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.capabilities import Qemu
    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

# The devices of each word, of which one is enough; those of a few are parts of boards.
_DEVICES: Final = {
    "std": ("VGA", "isa-vga"),
    "cirrus": ("cirrus-vga", "isa-cirrus-vga"),
    "vmware": ("vmware-svga",),
    "qxl": ("qxl-vga",),
    "virtio": ("virtio-vga",),
}
# Where Debian and Ubuntu have the modules of those that are not built in.
_PACKAGE: Final = "qemu-system-common (with QEMU 9 and newer, qemu-system-modules-spice for qxl)"


def findings(machine: MachineView, qemu: Qemu) -> Iterator[Finding]:
    """Judge the card."""
    for option in machine.options:
        if option.flag != "-vga":
            continue
        card = option.words[-1].partition(",")[0]
        devices = _DEVICES.get(card, ())
        if devices and not any(map(qemu.device, devices)):
            is_module = card in ("qxl", "virtio")
            yield option.error(
                "vga-absent",
                f"{qemu.name} has no {devices[0]}, which -vga {card} stands for",
                f"install its module, in Debian's {_PACKAGE}, or write vga('std')"
                if is_module and qemu.arch in ("x86_64", "i386")
                else "name the card as a device, such as device('virtio-gpu-pci')",
                "card",
            )
        elif card == "xenfb" and "xen" not in qemu.accelerators:
            yield option.error(
                "vga-absent",
                f"{qemu.name} was built without Xen, and has no {card}",
                "write vga('std')",
                "card",
            )

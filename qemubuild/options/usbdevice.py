"""``-usbdevice``: a USB device, and the controller it needs, in one word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from qemubuild.board_words import is_off
from qemubuild.claims import UsbBus
from qemubuild.option import Plain, key
from qemubuild.targets import ARM, has_no_usb
from qemubuild.values import choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qemubuild.findings import Finding
    from qemubuild.option import MachineView

_DEVICES: Final = {
    "tablet": "a USB tablet, which reports where the pointer is instead of how far it moved: the "
    "guest's pointer stays under yours, and no window has to grab the mouse. Without it a VNC "
    "client's pointer and the guest's drift apart; a guest with no graphical screen needs none",
    "mouse": "a USB mouse, which reports how far it moved. Without it the guest has a PS/2 mouse",
    "keyboard": "a USB keyboard. Without it the guest has a PS/2 keyboard",
    "wacom-tablet": "a USB tablet of Wacom's kind, for guests with its driver. Without it the "
    "guest has a PS/2 mouse",
    "braille": "a USB braille display, shown by the host's BrlAPI. Without it there is none",
}


class Usbdevice(Plain):
    """Plug in a USB device, and the controller it needs (``-usbdevice``).

    The form with a choice of controllers is ``device("qemu-xhci")`` and ``device("usb-tablet")``.

    Attributes:
        kind: ``tablet`` keeps the guest's pointer under the client's, over VNC too.
    """

    flag = "-usbdevice"
    repeats = True

    kind: Literal["tablet", "mouse", "keyboard", "wacom-tablet", "braille"] = key(choice(*_DEVICES))

    def claims(self) -> Iterator[UsbBus]:
        """State that it brings a controller."""
        yield UsbBus()

    def findings(self, machine: MachineView) -> Iterator[Finding]:
        """Judge whether the machine type can have USB."""
        if is_off(machine, "usb"):
            yield self.warning(
                "usbdevice-off",
                "-machine usb=off, which comes later, takes the controller away, and QEMU leaves "
                "the device out",
                "write machine_type(...) without usb=False",
            )
        elif has_no_usb(machine):
            yield self.error(
                "usbdevice-without-usb",
                "the machine type has no place for a USB controller",
                "write device('qemu-xhci'), and device('usb-tablet') or its like"
                if machine.arch in ARM
                else "choose another machine type, such as machine_type('q35')",
            )

    def explain(self) -> str:
        """Say what it is for."""
        return f"Plugs in {_DEVICES.get(self.kind, self.kind)}."

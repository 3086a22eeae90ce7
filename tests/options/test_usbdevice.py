"""``-usbdevice``: what is written, what is refused, what is found."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.usbdevice import Usbdevice

BASE = Machine("x86_64").memory("1G").usbdevice("tablet")

EXAMPLES = {
    "usbdevice-off": (
        Machine("x86_64").memory("1G").usbdevice("tablet").machine_type("pc", usb=False),
        Machine("x86_64").memory("1G").usbdevice("tablet").machine_type("pc"),
    ),
    "usbdevice-without-usb": (BASE.machine_type("isapc"), BASE.machine_type("pc")),
}


@pytest.mark.parametrize("kind", ["tablet", "mouse", "keyboard", "wacom-tablet", "braille"])
def test_argv(kind):
    option = Usbdevice(kind)
    assert option.words == ("-usbdevice", kind)
    assert Usbdevice.parse(kind) == option
    assert "USB" in option.explain()


@pytest.mark.parametrize("kind", ["Tablet", "tablet:x", "tablet,x", "", "disk:a.img"])
def test_what_qemu_does_not_know_is_refused(kind):
    with pytest.raises(InvalidOption, match="tablet, mouse"):
        Usbdevice(kind)
    assert not Machine("x86_64").add(Usbdevice.parse(kind)).check().ok


def test_several_can_be_plugged_in():
    assert len(BASE.usbdevice("mouse").find_all(Usbdevice)) == 2

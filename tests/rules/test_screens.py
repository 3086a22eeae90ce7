"""Screens: that a device whose picture is to be shown has one."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")


def shown(driver, head=None, **properties):
    return PC.vnc("unix:vnc.sock", display="v0", head=head).device(driver, id="v0", **properties)


EXAMPLES = {
    "screen-missing": (shown("edu"), shown("bochs-display")),
    "screen-without-head": (shown("virtio-vga", 1), shown("virtio-vga", 1, max_outputs=2)),
}


@pytest.mark.parametrize(
    "driver",
    ["VGA", "virtio-gpu-pci", "virtio-gpu-gl", "qxl", "ramfb", "isa-vga", "isa-cirrus-vga"],
)
def test_what_has_a_screen(driver):
    assert shown(driver).check().ok
    assert shown(driver, 0).check().ok


def test_few_have_more_than_one():
    assert shown("VGA", 1).check().codes == ("screen-without-head",)
    assert shown("virtio-gpu-pci", 2, max_outputs=2).check().codes == ("screen-without-head",)

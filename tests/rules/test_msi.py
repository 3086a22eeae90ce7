"""Devices whose interrupts are messages, and processors that take none."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine

PORT = Machine("x86_64").memory("1G").machine_type("q35").device("pcie-root-port", id="r")

EXAMPLES = {"device-without-msi": (PORT.cpu("486"), PORT.cpu("qemu64"))}


@pytest.mark.parametrize("model", ["base", "486-v1,+sse2", "qemu64,-apic", "max,apic=off"])
def test_processors_without_an_apic(model):
    assert PORT.cpu(model).check().codes == ("device-without-msi",)


@pytest.mark.parametrize("model", ["pentium", "486,+apic", "max,apic=on", "qemu64,-x2apic"])
def test_processors_with_one(model):
    assert PORT.cpu(model).check().ok

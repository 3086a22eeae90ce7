"""``-xen-domid``, ``-xen-attach``, ``-xen-domid-restrict``."""

from __future__ import annotations

import pytest

from qemubuild.machine import Machine
from qemubuild.options.xen import XenAttach, XenDomid, XenDomidRestrict

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"xen-without-xen": (PC.xen_attach(), PC.accel("xen").xen_attach())}


def test_argv():
    assert XenDomid(7).words == ("-xen-domid", "7")
    assert XenDomid.parse("7") == XenDomid(7)
    assert XenAttach().words == ("-xen-attach",)
    assert XenDomidRestrict().words == ("-xen-domid-restrict",)


@pytest.mark.parametrize("option", [XenDomid(7), XenAttach(), XenDomidRestrict()])
def test_where_they_are(option):
    assert Machine("x86_64").memory("1G").add(option).check().ok
    found = Machine("riscv64").memory("1G").add(option).check()
    assert "option-of-another-architecture" in found.codes
    assert "Without it" in option.explain()

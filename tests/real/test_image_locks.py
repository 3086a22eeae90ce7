"""Images that a real QEMU has open: who else may use them, and who has them."""

from __future__ import annotations

import subprocess

import pytest

from qemubuild.host import Host
from qemubuild.machine import Machine
from tests.real.judge import needs, refusal

PC = Machine("x86_64").accel("tcg").memory("64M").nodefaults()
OFF = {"file.locking": "off"}


def disk(file, **keys):
    form = "raw" if file.endswith("raw") else "qcow2"
    return PC.drive(file, **{"interface": "virtio", "format": form, **keys})


def device(file, driver="virtio-blk-pci", **keys):
    return disk(file, interface="none", id="d").device(driver, keys, drive="d")


def node(file):
    form = "raw" if file.endswith("raw") else "qcow2"
    return PC.blockdev(form, node_name="d", file={"driver": "file", "filename": file})


# Everything that one machine can be, and another beside it; each on all four images.
ON_RAW = {
    "writes": disk("a.raw"),
    "reads": disk("a.raw", readonly=True),
    "snapshot": disk("a.raw", snapshot=True),
    "unlocked": disk("a.raw", extra=OFF),
    "shares": device("a.raw", **{"share-rw": True}),
    "unused": disk("a.raw", interface="none"),
    "cdrom": PC.cdrom("a.raw"),
    "floppy": PC.fda("a.raw"),
    "flash": disk("a.raw", interface="pflash"),
    "flash, read": disk("a.raw", interface="pflash", readonly=True),
    "node": node("a.raw"),
    "node, used": node("a.raw").device("virtio-blk-pci", drive="d"),
    "node, read": node("a.raw").device("ide-cd", drive="d"),
    "overlay": disk("over-raw.qcow2"),
    "overlay, unused": disk("over-raw.qcow2", interface="none"),
    "overlay, node": node("over-raw.qcow2"),
    "overlay, used": device("over-raw.qcow2"),
    "force-share": disk("a.raw", readonly=True, extra={"force-share": "on"}),
}
ON_QCOW2 = {
    "writes": disk("a.qcow2"),
    "probed": disk("a.qcow2", interface="none", format=None),
    "reads": disk("a.qcow2", readonly=True),
    "snapshot": disk("a.qcow2", snapshot=True),
    "shares": device("a.qcow2", **{"share-rw": True}),
    "unused": disk("a.qcow2", interface="none"),
    "node": node("a.qcow2"),
    "overlay": disk("over.qcow2"),
    "overlay, unused": disk("over.qcow2", interface="none"),
    "as raw": disk("a.qcow2", format="raw"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for args in (
        ("-f", "raw", "a.raw", "1440K"),
        ("-f", "qcow2", "a.qcow2", "1M"),
        ("-f", "qcow2", "-b", "a.raw", "-F", "raw", "over-raw.qcow2"),
        ("-f", "qcow2", "-b", "a.qcow2", "-F", "qcow2", "over.qcow2"),
    ):
        subprocess.run([needs("qemu-img"), "create", "-q", *args], check=True)
    return tmp_path


@pytest.mark.parametrize(
    ("first", "machines"),
    [
        *((first, ON_RAW) for first in ON_RAW.values()),
        *((first, ON_QCOW2) for first in ON_QCOW2.values()),
    ],
    ids=[*(f"raw {name}" for name in ON_RAW), *(f"qcow2 {name}" for name in ON_QCOW2)],
)
def test_who_may_use_it_beside(here, first, machines):
    wrong = {}

    def compare(monitor):
        monitor.execute("query-block")  # it has started when it answers
        for name, second in machines.items():
            found = second.check(host=Host())
            said = refusal(second.argv(check=False), cwd=here)
            if found.ok != (said is None):
                wrong[name] = (found.codes, said)

    assert refusal(first.argv(check=False), cwd=here, ask=compare) is None
    assert not wrong


@pytest.mark.parametrize("name", ["a.raw", "a.qcow2", "over-raw.qcow2", "over.qcow2"])
def test_a_guest_that_comes_in_takes_its_images_over(here, name):
    first = disk("a.raw").drive("a.qcow2", interface="virtio", format="qcow2")
    second = disk(name).incoming("defer")
    twice = disk(name).drive(name, interface="virtio", format="qcow2").incoming("defer")

    def compare(monitor):
        monitor.execute("query-block")
        assert second.check(host=Host()).ok
        assert refusal(second.argv(), cwd=here) is None

    assert refusal(first.argv(), cwd=here, ask=compare) is None
    if name.endswith("qcow2"):
        assert "image-in-use" in twice.check().codes
        assert twice.check(host=Host()).ok
        assert refusal(twice.argv(), cwd=here) is None


def test_the_holder_is_named(here):
    machine = disk("a.qcow2")

    def look(monitor):
        monitor.execute("query-block")
        (found,) = machine.check(host=Host()).errors
        assert found.code == "image-locked"
        assert "qemu-system-x86_64 (process " in found.message

    assert refusal(machine.argv(), cwd=here, ask=look) is None
    assert machine.check(host=Host()).ok


@pytest.mark.parametrize(
    ("first", "over"),
    [
        *((first, "over-raw.qcow2") for first in ON_RAW.values()),
        *((first, "over.qcow2") for first in ON_QCOW2.values()),
    ],
    ids=[*(f"raw {name}" for name in ON_RAW), *(f"qcow2 {name}" for name in ON_QCOW2)],
)
@pytest.mark.parametrize("interface", ["virtio", "none"])
def test_an_overlay_beside_what_it_stands_on(here, first, over, interface):
    machine = first.drive(over, interface=interface, format="qcow2")
    found = machine.check(host=Host())
    said = refusal(machine.argv(check=False), cwd=here)
    assert found.ok == (said is None), f"{said}\n{found}"

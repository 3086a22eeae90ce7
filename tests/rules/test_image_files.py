"""What images are on a host, against what is said of them; the real ones are in tests/real."""

from __future__ import annotations

import os
import shutil

import pytest

from qemubuild.disk.headers import Header
from qemubuild.findings import Severity
from qemubuild.host import Host
from qemubuild.machine import Machine

PC = Machine("x86_64").memory("1G")
FILE = "/usr/share/seabios/bios-256k.bin"  # there wherever Debian's QEMU is
QCOW2 = Header("qcow2", 1 << 30)


class Shelf(Host):
    """A host where that file is an image of which its header says this, and others this."""

    def __init__(self, header: Header, *others: Header, free: int = 1 << 40) -> None:
        super().__init__()
        self.__dict__.update(header=header, others=list(others), free=free)

    def header_of(self, path: str, told: str | None = None) -> Header:
        if path == FILE:
            return self.header if told != "raw" else Header("raw", 1 << 18)
        return self.others[0]

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return path != "/etc/shadow"

    def free_space(self, folder: str) -> int:  # noqa: ARG002
        return self.free


def disk(**keys):
    return PC.drive(FILE, **{"interface": "virtio", "format": "qcow2", **keys})


def over(name, told=None, *others):
    return Shelf(QCOW2._replace(backing=name, backing_format=told), *others)


NO_CHAIN = PC.device("virtio-blk-pci", drive="n").blockdev(
    "qcow2", {"backing": None}, node_name="n", file={"driver": "file", "filename": FILE}
)
RAW = disk(format="raw")
EXAMPLES = {
    "drive-format-mismatch": (disk(), RAW, Shelf(QCOW2._replace(fault="no", foreign=True))),
    "image-damaged": (disk(), disk(readonly=True), Shelf(QCOW2._replace(corrupt=True))),
    "image-not-closed": (
        disk(format="parallels"),
        disk(format="parallels", readonly=True),
        Shelf(Header("parallels", unclosed=True)),
    ),
    "loadvm-missing": (disk().loadvm("clean"), disk(), Shelf(QCOW2)),
    "data-file-missing": (
        disk(),
        disk(extra={"data-file.driver": "file", "data-file.filename": FILE}),
        Shelf(QCOW2._replace(data_file="/no/such/data.raw")),
    ),
    "image-without-key": (
        disk(),
        disk(extra={"encrypt.key-secret": "key0"}).secret("key0", data="secret"),
        Shelf(QCOW2._replace(encrypted=True)),
    ),
    "image-read-as-raw": (RAW, disk(), Shelf(QCOW2)),
    "backing-missing": (disk(), NO_CHAIN, over("/no/such/base.qcow2")),
    "backing-loop": (disk(), NO_CHAIN, over(FILE)),
    "backing-not-permitted": (disk(), NO_CHAIN, over("/etc/shadow")),
    "backing-format-mismatch": (
        disk(),
        NO_CHAIN,
        over("/etc/os-release", "vmdk", Header("vmdk", fault="no", foreign=True)),
    ),
    "backing-format-probed": (
        disk(),
        NO_CHAIN,
        over("/etc/os-release", None, Header("raw", 1 << 20)),
    ),
    "backing-damaged": (
        disk(),
        NO_CHAIN,
        over("/etc/os-release", "qcow2", QCOW2._replace(fault="its header is too short")),
    ),
    "disk-space-short": (disk(), disk(snapshot=True), Shelf(QCOW2, free=1 << 20)),
}


def codes(machine, host):
    return machine.check(host=host).codes


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["nbd://host/base", 'json:{"driver":"null-co"}', "nbd:host:10809"])
def test_a_backing_file_that_is_no_file_is_left_alone(name):
    assert codes(disk(), over(name)) == ()


def test_a_data_file_that_is_not_named_has_to_be():
    assert "data-file-missing" in codes(disk(), Shelf(QCOW2._replace(data_file="")))


def test_room_is_counted_for_all_images_of_a_disk(here):
    for name in "ab":
        with open(name, "wb") as file:
            file.truncate(1 << 30)
    raw = {"interface": "virtio", "format": "raw"}
    both = PC.drive("a", **raw).drive("b", **raw)

    class Small(Host):
        def free_space(self, folder: str) -> int:  # noqa: ARG002
            return 3 << 29

    found = both.check(host=Small())
    assert [one.code for one in found] == ["disk-space-short"]
    assert "2 GiB" in found[0].message
    assert "1.5 GiB" in found[0].message
    assert codes(PC.drive("a", **raw), Small()) == ()
    assert codes(both.snapshot(), Small()) == ()
    twice = PC.drive("a", **raw, readonly=True).drive("a", **raw, readonly=True)
    assert codes(twice, Small()) == ()


def test_this_host_has_room(here):
    assert Host().free_space(".") == shutil.disk_usage(".").free
    assert Host().free_space("no/such") is None


def test_a_pipe_is_not_read(here):
    os.mkfifo("p")
    assert "drive-format-mismatch" not in codes(PC.drive("p", format="qcow2"), Host())


@pytest.mark.parametrize(
    ("found", "severity"),
    [(Header("raw", 1 << 20), Severity.WARNING), (QCOW2, Severity.HINT)],
)
def test_a_backing_file_whose_format_is_not_said(found, severity):
    judged = disk().check(host=over("/etc/os-release", None, found))
    assert [(one.code, one.severity) for one in judged] == [("backing-format-probed", severity)]
    assert found.format in judged[0].hint
    assert codes(disk(), over("/etc/os-release", found.format, found)) == ()

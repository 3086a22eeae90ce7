"""``-drive``: what is written, what is read, what is refused, what is found."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from qemubuild.claims import DRIVE, Defines, Locks, Opens, Refers, Slot
from qemubuild.claims import Image as ImageClaim
from qemubuild.errors import InvalidOption
from qemubuild.findings import Severity
from qemubuild.machine import Machine
from qemubuild.option import Option
from qemubuild.options.drive import Drive
from qemubuild.values import Url
from qemubuild.view import View

PC = Machine("x86_64").memory("1G")


def vm(*args, **keys):
    """A machine with one drive, on virtio and raw where nothing else is said."""
    return PC.drive(*(args or ["disk.img"]), **{"interface": "virtio", "format": "raw", **keys})


EXAMPLES = {
    "drive-without-file": (
        Machine("x86_64").memory("1G").drive(interface="virtio", extra={"cache.direct": "on"}),
        Machine("x86_64")
        .memory("1G")
        .drive("a.qcow2", interface="virtio", format="qcow2", extra={"cache.direct": "on"}),
    ),
    "drive-format-probed": (vm(format=None), vm(format="raw")),
    "drive-physical-device": (vm("/dev/sdb"), vm("/dev/sdb", snapshot=True)),
    "drive-index-with-bus": (vm(index=1, unit=0), vm(index=1)),
    "drive-cdrom-on-virtio": (vm(media="cdrom"), vm(media="cdrom", interface=None)),
    "drive-error-action-unsupported": (
        vm(interface="floppy", werror="stop"),
        vm(interface="floppy"),
    ),
    "drive-unused": (vm(interface="none"), vm()),
    "drive-aio-without-direct": (vm(aio="native"), vm(aio="native", cache="none")),
    "drive-snapshot-of-readonly": (vm(snapshot=True, readonly=True), vm(snapshot=True)),
    "drive-copy-on-read-of-readonly": (
        vm(copy_on_read=True, readonly=True),
        vm(copy_on_read=True),
    ),
    "drive-detect-zeroes-without-discard": (
        vm(detect_zeroes="unmap"),
        vm(detect_zeroes="unmap", discard="unmap"),
    ),
    "drive-format-and-driver": (vm(driver="raw"), vm()),
    "drive-key-removed": (vm(extra={"serial": "A1"}), vm()),
    "drive-file-twice": (vm(extra={"file.filename": "other.img"}), vm()),
    "drive-limit-total-and-split": (vm(bps=10, bps_rd=5), vm(bps_wr=10, bps_rd=5)),
    "drive-burst-without-limit": (vm(iops_max=10), vm(iops_max=10, iops=5)),
    "drive-burst-below-limit": (vm(bps=10, bps_max=5), vm(bps=10, bps_max=20)),
    "drive-burst-length-without-burst": (
        vm(bps=10, bps_max_length=5),
        vm(bps=10, bps_max=20, bps_max_length=5),
    ),
    "drive-burst-too-long": (
        vm(bps=10, bps_max=10**15, bps_max_length=2),
        vm(bps=10, bps_max=10**15, bps_max_length=1),
    ),
    "drive-iops-size-without-iops": (vm(iops_size=4096), vm(iops_size=4096, iops_rd=100)),
}


class Image:
    """A file that knows its format, as a disk image of the library's does."""

    def __init__(self, path, what):
        self.path = path
        self.format = what

    def __fspath__(self):
        return self.path


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Drive("disk_name.qcow2", interface="virtio"), "file=disk_name.qcow2,if=virtio"),
        (Drive(Path("/a/b.img"), format="raw"), "file=/a/b.img,format=raw"),
        (Drive(media="cdrom", index=1), "media=cdrom,index=1"),
        (Drive("a,b=c.img"), "file=a,,b=c.img"),
        (Drive("nbd:host:1"), "file=./nbd:host:1"),
        (Drive(Url("nbd:host:1,x")), "file=nbd:host:1,,x"),
        (Drive("-x"), "file=-x"),
        (
            Drive("d", interface="ide", bus=1, unit=0, id="d0", cache="none", aio="native"),
            "file=d,if=ide,bus=1,unit=0,id=d0,cache=none,aio=native",
        ),
        (
            Drive("d", discard="unmap", detect_zeroes="unmap", readonly=True, snapshot=False),
            "file=d,discard=unmap,detect-zeroes=unmap,readonly=on,snapshot=off",
        ),
        (
            Drive("d", copy_on_read=True, werror="stop", rerror="report", node_name="n"),
            "file=d,copy-on-read=on,werror=stop,rerror=report,node-name=n",
        ),
        (
            Drive("d", driver="qcow2", extra={"cache.direct": "on", "backing.driver": "raw"}),
            "file=d,driver=qcow2,cache.direct=on,backing.driver=raw",
        ),
        (
            Drive("d", bps_rd=1, iops=5, bps_rd_max=2, bps_rd_max_length=3, group="g"),
            "file=d,bps_rd=1,iops=5,bps_rd_max=2,throttling.bps-read-max-length=3,group=g",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-drive", value)
    assert Drive.parse(value) == option
    assert pickle.loads(pickle.dumps(option)) == option
    view = View.of(PC)
    assert list(Drive.parse(value).judge(view)) == list(Drive.parse(value).findings(view))


@pytest.mark.parametrize(
    ("value", "option"),
    [
        ("file=d,read-only=on", Drive("d", readonly=True)),
        ("file=d,readonly", Drive("d", readonly=True)),
        ("file=d,throttling.bps-total=5", Drive("d", bps=5)),
        ("file=d,throttling.iops-write-max=5", Drive("d", iops_wr_max=5)),
        ("file=d,throttling.iops-size=5,throttling.group=g", Drive("d", iops_size=5, group="g")),
        ("if=none,file=", Drive(interface="none")),
        ("media=cdrom,if=ide,file=d", Drive("d", interface="ide", media="cdrom")),
        ("file=json:{},,x", Drive(Url("json:{},x"))),
    ],
)
def test_other_spellings_are_read(value, option):
    assert Drive.parse(value) == option
    assert not Drive.parse(value).extra


@pytest.mark.parametrize(
    "value",
    ["", "file", "if=$IF", "index=$I,unit=x", "bps=1M", "a.b=c", "readonly=1", "file=$X,x"],
)
def test_what_is_read_can_always_be_judged_and_explained(value):
    option = Drive.parse(value)
    assert option.explain()
    Machine("x86_64").add(option).check()


@pytest.mark.parametrize(
    "keys",
    [
        {"interface": "sata"},
        {"interface": "Virtio"},
        {"media": "floppy"},
        {"bps": "1M"},
        {"bps": -1},
        {"bps": 10**15 + 1},
        {"bps_max_length": 0},
        {"id": "1st"},
        {"id": "a/b"},
        {"node_name": "n" * 32},
        {"cache": "always"},
        {"aio": "posix"},
        {"rerror": "enospc"},
        {"readonly": "on"},
        {"index": True},
        {"file": ""},
        {"file": 3},
        {"file": "a\0b"},
        {"extra": {"a,b": "c"}},
    ],
)
def test_what_can_never_be_right_is_refused(keys):
    with pytest.raises(InvalidOption) as caught:
        Drive(**keys)
    assert caught.value.hint
    assert caught.value.field == next(iter(keys))


def test_an_image_that_knows_its_format_says_it():
    disk = Image("disk", "qcow2")
    assert Drive(disk, interface="virtio").words[1] == "file=disk,if=virtio,format=qcow2"
    assert Drive(disk, format="raw").words[1] == "file=disk,format=raw"
    assert Drive(disk, driver="raw").words[1] == "file=disk,driver=raw"


@pytest.mark.parametrize(
    ("drive", "severity"),
    [
        (Drive("disk.qcow2", interface="virtio"), Severity.HINT),
        (Drive("DISK.QCOW2", interface="virtio"), Severity.HINT),
        (Drive("disk.img", interface="virtio"), Severity.WARNING),
        (Drive("disk", interface="virtio"), Severity.WARNING),
        (Drive(Url("nbd://host/disk"), interface="virtio"), Severity.WARNING),
        (Drive("disk", interface="virtio", readonly=True), None),
        (Drive("disk", interface="virtio", snapshot=True), None),
        (Drive("disk", media="cdrom"), None),
        (Drive("disk", interface="virtio", driver="raw"), None),
        (Drive(Image("disk", "raw"), interface="virtio"), None),
    ],
)
def test_a_guessed_format_matters_as_much_as_the_guest_can_steer_it(drive, severity):
    found = [one for one in drive.findings(View.of(PC)) if one.code == "drive-format-probed"]
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_snapshot_of_everything_keeps_the_disk_as_it_is():
    machine = vm("/dev/sdb", format=None)
    assert {"drive-format-probed", "drive-physical-device"} <= {*machine.check().codes}
    assert not machine.snapshot().check().codes


@pytest.mark.parametrize("file", ["/dev/null", "/dev/shm/disk.img", "/dev/fdset/3", "dev/sda"])
def test_what_is_no_disk_of_the_hosts(file):
    assert "drive-physical-device" not in vm(file).check().codes


def test_a_key_of_a_block_driver_is_known_and_a_misspelled_one_is_not():
    known = vm(extra={"cache.direct": "on", "file.locking": "off", "stats-intervals.0": "5"})
    assert "unknown-key" not in known.check().codes
    (found,) = [one for one in vm(extra={"reedonly": "on"}).check() if one.code == "unknown-key"]
    assert "'readonly'" in found.hint


class Uses(Option):
    """An option that refers to a drive, as a device does."""

    def claims(self):
        return [Refers(DRIVE, "d")]


def test_an_unconnected_drive_is_used_by_what_refers_to_it():
    unused = vm(interface="none", id="d")
    assert "drive-unused" in unused.check().codes
    assert "drive-unused" not in unused.add(Uses()).check().codes
    by_node = vm(interface="none", node_name="d")
    assert "drive-unused" not in by_node.add(Uses()).check().codes


@pytest.mark.parametrize(
    ("drive", "claims"),
    [
        (Drive("d"), {Slot(""), Opens("d", "disk image", writes=True)}),
        (Drive("d", media="cdrom"), {Slot("", cdrom=True), Opens("d", "disk image")}),
        (Drive("d", snapshot=True), {Slot(""), Opens("d", "disk image")}),
        (Drive(Url("nbd:x")), {Slot("")}),
        (Drive("/dev/fdset/1"), {Slot("")}),
        (Drive(media="cdrom"), {Slot("", cdrom=True, empty=True)}),
        (Drive(interface="none", driver="null-co"), {Slot("none")}),
        (
            Drive(interface="ide", index=3, readonly=True, id="x", node_name="n"),
            {
                Slot("ide", 3, empty=True, readonly=True, id="x"),
                Defines(DRIVE, "x"),
                Defines(DRIVE, "n"),
            },
        ),
        (Drive.parse("if=$IF"), set()),
        (Drive.parse("index=$INDEX,file=d"), {Opens("d", "disk image", writes=True)}),
    ],
)
def test_claims(drive, claims):
    # What rules make of the others, tests/rules shows.
    assert {
        claim for claim in drive.claims() if not isinstance(claim, ImageClaim | Locks)
    } == claims


@pytest.mark.parametrize(
    ("drive", "words"),
    [
        (Drive("disk_name.qcow2", interface="virtio"), ["disk_name.qcow2", "open standard"]),
        (Drive("d.img"), ["machine type prefers", "looks into the image"]),
        (Drive("d", format="raw"), ["read as raw"]),
        (Drive("d", snapshot=True), ["temporary file"]),
        (Drive("d", readonly=True), ["cannot write"]),
        (Drive(media="cdrom"), ["CD-ROM drive with nothing in it"]),
        (Drive("d", interface="none"), ["-device"]),
    ],
)
def test_explain(drive, words):
    assert all(word in drive.explain() for word in words)

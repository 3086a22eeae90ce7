"""Reading what ``qemu-img info`` answers, and showing it to a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from qemubuild.disk.info import read_info

# As qemu-img 7.2 answered.
OVERLAY = {
    "backing-filename-format": "qcow2",
    "snapshots": [
        {
            "icount": 0,
            "vm-clock-nsec": 500000000,
            "name": "before\nupgrade",
            "date-sec": 1795385359,
            "date-nsec": 649591000,
            "vm-clock-sec": 61,
            "id": "1",
            "vm-state-size": 1048576,
        }
    ],
    "virtual-size": 53687091200,
    "filename": "vms/vm.qcow2",
    "cluster-size": 65536,
    "format": "qcow2",
    "actual-size": 200704,
    "format-specific": {"type": "qcow2", "data": {"compat": "1.1", "corrupt": False}},
    "full-backing-filename": "vms/base.qcow2",
    "backing-filename": "base.qcow2",
    "dirty-flag": False,
}
LEAST = {"virtual-size": 512, "filename": "x", "format": "raw"}


def test_everything_is_read():
    info = read_info("vms/vm.qcow2", OVERLAY)
    assert (info.path, info.format) == ("vms/vm.qcow2", "qcow2")
    assert (info.virtual_size, info.actual_size) == (50 << 30, 200704)
    assert (info.backing_file, info.backing_format) == ("base.qcow2", "qcow2")
    assert info.backing_path == "vms/base.qcow2"
    assert info.cluster_size == 65536
    assert (info.encrypted, info.dirty) == (False, False)
    assert info.format_specific == {"compat": "1.1", "corrupt": False}
    (snapshot,) = info.snapshots
    assert (snapshot.id, snapshot.name) == ("1", "before\nupgrade")
    assert snapshot.date == datetime(2026, 11, 22, 22, 9, 19, 649591, tzinfo=UTC)
    assert snapshot.vm_state_size == 1 << 20
    assert snapshot.vm_clock == timedelta(seconds=61.5)


def test_the_least_that_is_said():
    info = read_info("x", LEAST)
    assert info.actual_size is info.backing_file is info.cluster_size is None
    assert info.snapshots == ()
    assert info.format_specific == {}
    assert str(info) == "x: raw, 512 bytes for the guest"


def test_it_reads_well():
    assert str(read_info("vms/vm.qcow2", OVERLAY)).splitlines() == [
        "vms/vm.qcow2: qcow2, 50 GiB for the guest, 196 KiB on this host",
        "  over base.qcow2 (qcow2)",
        "  snapshot 1 'before\\nupgrade', 2026-11-22 22:09:19 UTC",
    ]
    trouble = read_info("a\x1bb", {**LEAST, "encrypted": True, "dirty-flag": True})
    assert str(trouble).splitlines() == [
        "'a\\x1bb': raw, 512 bytes for the guest",
        "  encrypted",
        "  not closed in an orderly way",
    ]


def test_it_is_a_value():
    assert {read_info("x", LEAST), read_info("x", LEAST)} == {read_info("x", LEAST)}

"""Any drive that can be made is read back as it was written, whatever its file is called."""

from __future__ import annotations

import os

from hypothesis import assume, given
from hypothesis import strategies as st

from qemubuild import grammar
from qemubuild.machine import Machine
from qemubuild.options.drive import Drive
from qemubuild.options.media import Cdrom, Hda
from qemubuild.values import Url

NAMES = st.binary(min_size=1).filter(lambda name: b"\0" not in name).map(os.fsdecode)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
LIMITS = ["bps", "bps_rd", "iops_wr", "bps_max", "iops_rd_max", "iops_size"]
DRIVES = st.builds(
    Drive,
    st.none() | NAMES | NAMES.map(lambda name: Url(f"nbd:{name}")),
    interface=st.none() | st.sampled_from(["none", "ide", "virtio", "floppy"]),
    format=st.none() | TEXTS.filter(bool),
    media=st.none() | st.sampled_from(["disk", "cdrom"]),
    index=st.none() | st.integers(0, 9),
    unit=st.none() | st.integers(0, 9),
    id=st.none() | st.from_regex(r"[A-Za-z][A-Za-z0-9._-]*", fullmatch=True),
    readonly=st.none() | st.booleans(),
    group=st.none() | TEXTS,
    **{name: st.none() | st.integers(0, 10**15) for name in LIMITS},
    extra=st.dictionaries(st.sampled_from(["cache.direct", "file.x", "odd"]), TEXTS),
)


@given(DRIVES)
def test_a_drive_is_read_back(drive):
    again = Drive.parse(drive.words[1])
    assert again == drive
    assert (again.format, again.index) == (drive.format, drive.index)
    assert dict(again.extra) == dict(drive.extra)
    # The same file, though "./" may stand before it now; and a protocol stays one.
    assert type(again.file) is type(drive.file)
    if drive.file is not None:
        assert os.path.normpath(again.file) == os.path.normpath(drive.file)


@given(NAMES)
def test_a_medium_is_read_back(name):
    for kind in (Cdrom, Hda):
        again = kind.parse(kind(name).words[1])
        assert again == kind(name)
        assert not isinstance(again.file, Url)


@given(TEXTS)
def test_any_text_is_read_judged_and_explained(text):
    assume("" not in [item.key for item in grammar.parse(text)])
    drive = Drive.parse(text)
    assert drive.explain()
    Machine("x86_64").add(drive, Cdrom.parse(text)).check()


@given(st.lists(DRIVES, max_size=6))
def test_any_drives_are_judged(drives):
    Machine("x86_64", drives).check()

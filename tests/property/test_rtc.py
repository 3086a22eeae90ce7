"""``-rtc``: whatever is written is read back."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild import InvalidOption, Machine, Rtc

# The one second that QEMU cannot read, which the option refuses.
UNREADABLE = datetime(1969, 12, 31, 23, 59, 59)  # noqa: DTZ001 - the guest's clock has no zone
times = st.datetimes().filter(lambda time: time.replace(microsecond=0) != UNREADABLE)
bases = st.sampled_from([None, "utc", "localtime"]) | st.dates() | times
options = st.builds(
    Rtc,
    bases,
    clock=st.sampled_from([None, "host", "rt", "vm"]),
    driftfix=st.sampled_from([None, "none", "slew"]),
)


@given(options)
def test_what_is_written_is_read_back(option: Rtc):
    assert Rtc.parse(option.words[1]) == option


def test_the_second_before_1970_is_refused():
    with pytest.raises(InvalidOption, match="no time that QEMU reads"):
        Rtc(UNREADABLE)


@given(st.text())
def test_any_text_is_read_judged_and_explained(text: str):
    option = Rtc.parse(f"base={text.replace(',', ',,')}")
    Machine("x86_64").add(option).check()
    assert option.explain()

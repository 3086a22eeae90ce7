"""``-rtc``: whatever is written is read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qemubuild import Machine, Rtc

bases = st.sampled_from([None, "utc", "localtime"]) | st.dates() | st.datetimes()
options = st.builds(
    Rtc,
    bases,
    clock=st.sampled_from([None, "host", "rt", "vm"]),
    driftfix=st.sampled_from([None, "none", "slew"]),
)


@given(options)
def test_what_is_written_is_read_back(option: Rtc):
    assert Rtc.parse(option.words[1]) == option


@given(st.text())
def test_any_text_is_read_judged_and_explained(text: str):
    option = Rtc.parse(f"base={text.replace(',', ',,')}")
    Machine("x86_64").add(option).check()
    assert option.explain()

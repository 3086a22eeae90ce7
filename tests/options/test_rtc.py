"""``-rtc``: what is written, what is refused, what is found."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.rtc import Rtc

TWO = Machine("x86_64").memory("2G")

EXAMPLES = {
    "rtc-base-misread": (
        TWO.rtc("2026-06-17 16:01:21"),
        TWO.rtc("2026-06-17T16:01:21"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Rtc("utc"), "base=utc"),
        (Rtc("localtime", clock="vm", driftfix="slew"), "base=localtime,clock=vm,driftfix=slew"),
        (Rtc(clock="rt"), "clock=rt"),
        (Rtc(date(2026, 6, 17)), "base=2026-06-17"),
        (Rtc(datetime(2026, 6, 17, 16, 1, 21)), "base=2026-06-17T16:01:21"),  # noqa: DTZ001
        (Rtc(datetime(2026, 6, 17, 0, 0, 0, 5)), "base=2026-06-17T00:00:00"),  # noqa: DTZ001
        (Rtc("2026-06-17"), "base=2026-06-17"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-rtc", value)
    assert Rtc.parse(value) == option


@pytest.mark.parametrize("base", ["now", "UTC", "", "16:01:21", 0, "1969-12-31T23:59:59"])
def test_a_time_that_qemu_does_not_read_is_refused(base):
    with pytest.raises(InvalidOption, match="-rtc base"):
        Rtc(base)


def test_a_time_zone_is_refused_for_the_clock_has_none():
    with pytest.raises(InvalidOption, match="time zone"):
        Rtc(datetime(2026, 6, 17, tzinfo=UTC))


def test_a_misspelled_choice_is_refused():
    with pytest.raises(InvalidOption, match="did you mean 'host'"):
        Rtc(clock="hots")


@pytest.mark.parametrize(
    "base",
    ["2026-06-17T16:01", "2026-06-17T16:01:21+02:00", "2026-13-01", "2026-06-17 ", "2026-06-32"],
)
def test_a_time_that_qemu_reads_in_part_is_a_warning(base):
    assert TWO.rtc(base).check().codes == ("rtc-base-misread",)


@pytest.mark.parametrize("base", ["utc", "2026-06-17", "2026-6-7T1:2:3", date(2026, 6, 17)])
def test_a_whole_time_is_none(base):
    assert TWO.rtc(base).check().codes == ()


def test_a_second_one_on_a_command_line_adds_its_keys():
    assert Rtc("utc").merged(Rtc(clock="vm")) == Rtc("utc", clock="vm")


def test_a_shells_variable_is_kept():
    option = Rtc.parse("base=$TIME,clock=vm")
    assert option.words == ("-rtc", "base=$TIME,clock=vm")
    assert TWO.add(option).check().codes == ("value-unresolved",)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Rtc("localtime"), "the host's local time"),
        (Rtc("2026-06-17"), "2026-06-17"),
        (Rtc(clock="vm"), "stands still while the guest is stopped"),
        (Rtc(clock="rt"), "counts on"),
        (Rtc(driftfix="slew"), "delivered later"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()
    assert words not in Rtc().explain()

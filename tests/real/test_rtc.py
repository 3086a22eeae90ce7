"""``-rtc`` as the real QEMU sees it."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.raw import Raw
from qemubuild.options.rtc import Rtc
from tests.real.judge import Monitor, refusal

MACHINE = Machine("x86_64").accel("tcg").memory("64M").nodefaults()

VALUES = [
    "base=utc,clock=host,driftfix=none",
    "base=localtime,clock=vm,driftfix=slew",
    "clock=rt",
    "base=2026-06-17",
    "base=2026-06-17T16:01:21",
    "base=2026-06-17T16:01",
    "base=2026-13-45",
    "base= +2026-06-17 junk",
    "base=1969-12-31",
    "base=1969-12-31T23:59:59",
    "base=now",
    "base=",
    "base=2026-06",
    "clock=real",
    "driftfix=on",
    "base=UTC",
]


@pytest.mark.parametrize("value", VALUES)
def test_what_qemu_refuses_is_refused_or_an_error(value):
    refused = refusal(MACHINE.add(Raw("-rtc", value)).argv())
    try:
        ours = not MACHINE.add(Rtc.parse(value)).check().ok
    except InvalidOption:
        ours = True
    assert ours == (refused is not None), refused


@pytest.mark.parametrize(
    ("base", "shows"),
    [
        ("2026-06-17T16:01:21", (126, 5, 17, 16, 1)),
        ("2026-06-17", (126, 5, 17, 0, 0)),
        ("2026-06-17 16:01:21", (126, 5, 17, 0, 0)),  # what rtc-base-misread warns of
    ],
)
def test_the_guests_clock_shows_it(base, shows):
    def ask(monitor: Monitor) -> None:
        date = monitor.execute("qom-get", path="/machine", property="rtc-time")
        fields = ("tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min")
        assert tuple(date[field] for field in fields) == shows

    assert refusal(MACHINE.rtc(base, clock="vm").argv(), ask=ask) is None

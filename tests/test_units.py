"""Sizes as QEMU reads them (util/cutils.c), and as people do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qemubuild.errors import InvalidOption
from qemubuild.units import GIB, KIB, MIB, TIB, format_size, parse_size, parse_switch


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("512", 512),
        ("8G", 8 * GIB),
        ("8g", 8 * GIB),
        ("1k", KIB),
        ("1.5T", 3 * TIB // 2),
        ("5.G", 5 * GIB),
        ("0.5K", 512),
        ("0.0009765625K", 1),
        ("1B", 1),
        ("0x1E", 30),
        ("15E", 15 << 60),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


def test_the_unit_that_is_meant_where_none_is_given():
    assert parse_size("512", unit="M") == 512 * MIB
    assert parse_size("512K", unit="M") == 512 * KIB


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("50GB", "'50G'"),
        ("50GiB", "'50G'"),
        ("50 G", "'50G'"),
        ("1_000", "'1000'"),
        (".5G", "'0.5G'"),
        ("1e3", "digits"),
        ("", "digits"),
        ("many", "digits"),
        ("-1", "digits"),
        ("1.5", "whole bytes"),
        ("16E", "smaller"),
        ("٣G", "digits"),
    ],
)
def test_what_qemu_does_not_read_is_refused_with_a_mend(text, mend):
    with pytest.raises(InvalidOption) as caught:
        parse_size(text)
    assert mend in caught.value.hint


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (KIB, "1 KiB"),
        (196 * KIB + 512, "196.5 KiB"),
        (50 * GIB, "50 GiB"),
        (1 << 70, "1024 EiB"),
    ],
)
def test_sizes_for_people(size, text):
    assert format_size(size) == text


@given(st.integers(0, (1 << 64) - 1))
def test_any_number_of_bytes_is_read(size):
    assert parse_size(str(size)) == size
    assert parse_size(hex(size)) == size


@pytest.mark.parametrize("text", ["on", "yes", "true", "y"])
def test_on(text):
    assert parse_switch(text) is True


@pytest.mark.parametrize("text", ["off", "no", "false", "n"])
def test_off(text):
    assert parse_switch(text) is False


@pytest.mark.parametrize("text", ["1", "0", "ON", "Yes", ""])
def test_neither(text):
    with pytest.raises(InvalidOption, match="neither on nor off"):
        parse_switch(text)

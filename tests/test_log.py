"""The log that the keeper writes: bounded, and whole whenever it is read."""

from __future__ import annotations

import os
import threading

import pytest

from qemubuild.process.keeper import Log


@pytest.fixture
def log():
    fd = os.memfd_create("log")
    yield Log(fd)
    os.close(fd)


def test_a_short_log_is_whole(log):
    assert log.tail() == b""
    log.append(b"one\n")
    log.append(b"two")
    assert log.tail() == b"one\ntwo"


def test_a_long_log_is_its_end_in_whole_lines(log):
    everything = b"".join(b"line %d\n" % number for number in range(100_000))
    for start in range(0, len(everything), 10_007):
        log.append(everything[start : start + 10_007])
    kept = log.tail()
    assert everything.endswith(b"\n" + kept)
    assert kept.startswith(b"line ")
    assert Log.KEPT - 20 < len(kept) <= Log.KEPT
    assert os.fstat(log.fd).st_size <= Log.SPACE + 8


def test_a_line_that_is_longer_than_the_log_is_cut(log):
    for _ in range(10):
        log.append(b"x" * Log.CHUNK)
    assert log.tail() == b"x" * Log.KEPT


def test_what_is_read_while_it_is_written_is_in_order(log):
    done = threading.Event()

    def write():
        for start in range(0, 400_000, 2_000):
            log.append(b"".join(b"%d\n" % number for number in range(start, start + 2_000)))
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        numbers = [int(line) for line in log.tail().splitlines()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    writer.join()
    assert log.tail().endswith(b"\n399999\n")

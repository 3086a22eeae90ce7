"""``-d``, ``-D``, ``-dfilter``, ``-trace``, ``-msg``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.log import Dfilter, LogFile, LogItems, Msg, Trace

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "log-thread-without-file": (
        PC.log_items("exec,tid"),
        PC.log_items("exec,tid").log_file("qemu-%d.log"),
    ),
    "log-item-newer": (PC.log_items("invalid_mem"), PC.log_items("guest_errors")),
    "log-file-unused": (PC.log_file("qemu.log"), PC.log_file("qemu.log").log_items("unimp")),
}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (LogItems("unimp"), ("-d", "unimp")),
        (LogItems("unimp,guest_errors"), ("-d", "unimp,guest_errors")),
        (LogItems(["int", "trace:usb_*"]), ("-d", "int,trace:usb_*")),
        (LogFile("/a,b.log"), ("-D", "/a,b.log")),
        (LogFile("qemu-%d.log"), ("-D", "qemu-%d.log")),
        (Dfilter("0x8000..0x8fff,0x9fff-0x100"), ("-dfilter", "0x8000..0x8fff,0x9fff-0x100")),
        (Dfilter(["1+2", "010+1"]), ("-dfilter", "1+2,010+1")),
        (Dfilter(""), ("-dfilter", "")),
        (Trace("usb_*"), ("-trace", "usb_*")),
        (Trace(events="evs", file="a,b"), ("-trace", "events=evs,file=a,,b")),
        (Msg(timestamp=True), ("-msg", "timestamp=on")),
        (Msg(guest_name=True), ("-msg", "guest-name=on")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


@pytest.mark.parametrize("items", ["nope", "", "unimp,", "UNIMP", "trace:", "none", ["a,b"]])
def test_what_qemu_does_not_log_is_refused(items):
    with pytest.raises(InvalidOption, match="logs nothing"):
        LogItems(items)


def test_the_nearest_item_is_named():
    with pytest.raises(InvalidOption, match="did you mean 'guest_errors'") as refused:
        LogItems("guest_error")
    assert "in_asm" in refused.value.hint


@pytest.mark.parametrize("path", ["", "a%", "%s.log", "%d-%d", "%%d", "%5d"])
def test_a_name_that_qemu_would_fill_in_is_refused(path):
    with pytest.raises(InvalidOption):
        LogFile(path)


@pytest.mark.parametrize(
    "ranges",
    ["0x1000", "x", "1+2,", "0x2000..0x1000", "1..", "..2", "1+0", "5-7", "08+1", "a..b",
     "0x10000000000000000..1", "2+0xffffffffffffffff"],
)  # fmt: skip
def test_what_is_no_range_is_refused(ranges):
    with pytest.raises(InvalidOption):
        Dfilter(ranges)


@pytest.mark.parametrize("ranges", ["5-6", "0..0xffffffffffffffff", " 1+2", "1++2", "5..5"])
def test_ranges_at_the_edge(ranges):
    assert Dfilter(ranges).words[1] == ranges


@pytest.mark.parametrize("items", ["help", "?", "trace:help", "unimp,trace:help"])
def test_asking_for_the_items_starts_nothing(items):
    machine = PC.add(LogItems.parse(items))
    assert [one.code for one in machine.check().errors] == ["help-asked"]


def test_an_unknown_item_is_kept_and_found():
    machine = PC.add(LogItems.parse("unimp,nope"))
    assert machine.argv(check=False)[-1] == "unimp,nope"
    assert [one.code for one in machine.check().errors] == ["value-not-read"]


def test_files_are_stated():
    machine = PC.log_file("q.log").trace(events="evs", file="t").trace("usb_*")
    assert [claim for _, claim in machine.claims(Opens)] == [
        Opens("q.log", "log", writes=True, creates=True),
        Opens("evs", "list of trace events"),
        Opens("t", "trace", writes=True, creates=True),
    ]


def test_traces_add_up_and_logs_do_not():
    machine = PC.trace("a").trace("b").log_items("int").log_items("unimp")
    assert len(machine.find_all(Trace)) == 2
    assert machine.find_all(LogItems) == (LogItems("unimp"),)


def test_explain():
    assert "Logs int, unimp" in LogItems("int,unimp").explain()
    assert "to q.log" in LogFile("q.log").explain()
    assert "0x1..0x2" in Dfilter("0x1..0x2").explain()
    assert "usb_* and those listed in evs in t" in Trace("usb_*", events="evs", file="t").explain()
    assert "the time and the guest's name" in Msg(timestamp=True, guest_name=True).explain()

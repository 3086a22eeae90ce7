"""Any kernel, log, property and the like that can be made is read back as it was written."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from qemubuild import CommandSyntaxError, InvalidOption, Machine
from qemubuild.command import read_argv
from qemubuild.option import REGISTRY
from qemubuild.options.daemon import Pidfile
from qemubuild.options.firmware import Bios, DataDir
from qemubuild.options.icount import Icount, Seed
from qemubuild.options.kernel import Append, Dtb, Initrd, Kernel, Shim
from qemubuild.options.log import Dfilter, LogFile, LogItems, Msg, Trace
from qemubuild.options.memory_path import MemPath
from qemubuild.options.openbios import PromEnv, Resolution
from qemubuild.options.profiling import Plugin
from qemubuild.options.properties import GlobalProperty, SetProperty
from qemubuild.options.qtest import QtestLog
from qemubuild.options.readconfig import Readconfig
from qemubuild.options.semihosting import SemihostingConfig
from qemubuild.options.uuid import Uuid
from qemubuild.options.vmstate import DumpVmstate, Loadvm

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = st.binary(min_size=1, max_size=100).filter(lambda raw: b"\0" not in raw).map(os.fsdecode)
IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]*", fullmatch=True).filter(lambda text: len(text) < 64)
SWITCHES = st.none() | st.booleans()
VALUES = st.booleans() | st.integers() | TEXTS
ADDRESSES = st.integers(0, (1 << 64) - 1)
FILES = [Kernel, Shim, Initrd, Dtb, Bios, DataDir, MemPath, Pidfile, Readconfig, DumpVmstate]
ITEMS = st.sampled_from(["unimp", "int", "in_asm", "tid"]) | IDS.map(lambda name: f"trace:{name}*")


def same(option):
    again = type(option).parse(option.words[1])
    assert again == option
    assert not again._unread


@given(st.sampled_from([*FILES, Append, Loadvm, QtestLog]), NAMES)
def test_a_plain_value(kind, text):
    same(kind(text))


@given(st.lists(TEXTS.filter(lambda text: '"' not in text)))
def test_a_kernels_words(words):
    same(Append(words))


@given(NAMES.filter(lambda name: "%" not in name), st.booleans())
def test_a_log_file(name, numbered):
    same(LogFile(f"{name}%d" if numbered else name))


@given(st.lists(ITEMS, min_size=1))
def test_log_items(items):
    same(LogItems(items))


@given(st.lists(st.tuples(ADDRESSES, ADDRESSES), min_size=1))
def test_ranges(pairs):
    same(Dfilter([f"{min(pair):#x}..{max(pair)}" for pair in pairs]))


@given(TEXTS, st.none() | NAMES, st.none() | NAMES)
def test_trace(enable, events, file):
    same(Trace(enable, events=events, file=file))


@given(SWITCHES, SWITCHES)
def test_msg(timestamp, guest_name):
    same(Msg(timestamp, guest_name=guest_name))


ICOUNT = {
    "align": SWITCHES,
    "sleep": SWITCHES,
    "rr": st.sampled_from([None, "record", "replay"]),
    "rrfile": st.none() | NAMES,
    "rrsnapshot": st.none() | TEXTS,
}


@given(st.integers(0, 10) | st.just("auto"), st.fixed_dictionaries(ICOUNT))
def test_icount(shift, keys):
    same(Icount(shift, **keys))


@given(ADDRESSES)
def test_seed(number):
    same(Seed(number))


@given(st.uuids())
def test_uuid(uuid):
    same(Uuid(uuid))


@given(TEXTS, TEXTS, VALUES)
def test_global(driver, name, value):
    try:
        option = GlobalProperty(driver, name, value)
    except InvalidOption:
        return
    again = GlobalProperty.parse(option.words[1])
    assert (again.driver, again.property) == (driver, name)
    same(option)


@given(IDS, IDS, IDS, VALUES)
def test_set(group, name, key, value):
    same(SetProperty(group, name, key, value))


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from([None, 8, 15, 32]))
def test_resolution(width, height, depth):
    same(Resolution(width, height, depth))


@given(TEXTS.filter(lambda text: "=" not in text), TEXTS)
def test_prom_env(name, value):
    same(PromEnv(name, value))


@given(NAMES, st.dictionaries(IDS.filter(lambda name: name != "file"), TEXTS))
def test_plugin(path, arguments):
    same(Plugin(path, arguments))


@given(SWITCHES, st.sampled_from([None, "native", "gdb"]), st.none() | IDS, st.lists(TEXTS))
def test_semihosting(enable, target, chardev, arg):
    same(SemihostingConfig(enable, target=target, chardev=chardev, arg=arg or None))


KINDS = [
    *FILES,
    Append,
    LogFile,
    LogItems,
    Dfilter,
    Trace,
    Msg,
    Icount,
    Seed,
    Uuid,
    GlobalProperty,
    SetProperty,
]
MORE = [Resolution, PromEnv, SemihostingConfig, Loadvm, REGISTRY["-echr"], REGISTRY["-qtest"]]


@given(st.sampled_from([*KINDS, *MORE]), TEXTS)
def test_any_text_can_be_read_judged_and_explained(kind, text):
    try:
        machine = Machine("x86_64", read_argv(["qemu-system-x86_64", kind.flag, text]).options)
    except CommandSyntaxError:
        return
    assert machine.options[-1].explain()
    machine.check()
    (option,) = machine.options
    assert kind.parse(option.words[1]).words == option.words

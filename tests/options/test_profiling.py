"""``-plugin``, ``-perfmap``, ``-jitdump``, ``-enable-sync-profile``."""

from __future__ import annotations

import pytest

from qemubuild.claims import Opens
from qemubuild.machine import Machine
from qemubuild.options.profiling import EnableSyncProfile, Jitdump, Perfmap, Plugin

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"option-newer": (PC.perfmap(), PC)}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Plugin("libinsn.so", inline=True), ("-plugin", "libinsn.so,inline=on")),
        (Plugin("/a,b.so"), ("-plugin", "file=/a,,b.so")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert Plugin.parse(words[1]) == option


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        (Perfmap, "-perfmap"),
        (Jitdump, "-jitdump"),
        (EnableSyncProfile, "-enable-sync-profile"),
    ],
)
def test_a_flag_is_all(kind, flag):
    assert kind().words == (flag,)
    assert "Without it" in kind().explain()


def test_plugins_repeat():
    assert len(PC.plugin("a.so").plugin("b.so").find_all(Plugin)) == 2


def test_a_library_is_stated_where_it_can_be_nowhere_else():
    assert [claim.path for _, claim in PC.plugin("./a.so").claims(Opens)] == ["./a.so"]
    assert not PC.plugin("a.so").claims(Opens)
    assert not PC.plugin("./a").claims(Opens)


def test_what_is_newer_is_a_warning():
    found = PC.jitdump().check()
    assert found.ok
    assert "QEMU 8.0" in found.warnings[0].message

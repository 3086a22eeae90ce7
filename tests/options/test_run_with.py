"""``-run-with``: what is written, refused and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.machine import Machine
from qemubuild.options.run_with import RunWith

PC = Machine("x86_64").memory("1G")

EXAMPLES = {"key-newer": (PC.run_with(user="nobody"), PC.run_with(async_teardown=True))}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (RunWith(async_teardown=True), "async-teardown=on"),
        (RunWith(chroot=Path("/srv/a,b")), "chroot=/srv/a,,b"),
        (RunWith(user="1000:1000", exit_with_parent=True), "user=1000:1000,exit-with-parent=on"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-run-with", value)
    assert RunWith.parse(value) == option


@pytest.mark.parametrize(
    ("keys", "version"),
    [
        ({"chroot": "/srv"}, "9.0"),
        ({"user": "nobody"}, "9.1"),
        ({"exit_with_parent": True}, "10.2"),
    ],
)
def test_each_key_says_which_version_brought_it(keys, version):
    (found,) = [one for one in PC.run_with(**keys).check() if one.code == "key-newer"]
    assert f"QEMU {version}" in found.message
    assert found.field in keys


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (RunWith(async_teardown=True), "freeing of memory"),
        (RunWith(chroot="/srv"), "outside of /srv"),
        (RunWith(user="nobody"), "for those of nobody"),
        (RunWith(exit_with_parent=True), "ends when the process"),
        (RunWith(), "as it runs without"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

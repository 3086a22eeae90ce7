"""``-g`` and ``-prom-env``."""

from __future__ import annotations

import pytest

from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.openbios import PromEnv, Resolution

MAC = Machine("ppc").memory("1G")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Resolution(1024, 768), ("-g", "1024x768")),
        (Resolution(1024, 768, 32), ("-g", "1024x768x32")),
        (PromEnv("auto-boot?", "false"), ("-prom-env", "auto-boot?=false")),
        (PromEnv("boot-args", "-v a=b,c"), ("-prom-env", "boot-args=-v a=b,c")),
    ],
)
def test_argv(option, words):
    assert option.words == words
    assert type(option).parse(words[1]) == option


@pytest.mark.parametrize("size", [(0, 768), (1024, -1), (1024, 768, 7), (1024, 768, True)])
def test_a_size_that_no_screen_has_is_refused(size):
    with pytest.raises(InvalidOption):
        Resolution(*size)


def test_a_name_ends_at_its_sign():
    with pytest.raises(InvalidOption, match="name"):
        PromEnv("a=b", "c")


@pytest.mark.parametrize("text", ["", "1024", "0x0", "1024x768x7", "1024x768x", "axb"])
def test_what_is_no_size_is_kept_and_found(text):
    option = Resolution.parse(text)
    assert option.words == ("-g", text)
    assert [one.code for one in MAC.add(option).check().errors] == ["value-not-read"]


def test_only_some_architectures_have_them():
    assert MAC.resolution(800, 600).prom_env("a", "b").check().ok
    machine = Machine("x86_64").memory("1G").resolution(800, 600).prom_env("a", "b")
    assert [one.code for one in machine.check().errors] == ["option-of-another-architecture"] * 2


def test_explain():
    assert "1024x768x8" in Resolution(1024, 768, 8).explain()
    assert "auto-boot? to false" in PromEnv("auto-boot?", "false").explain()

"""``-acpitable``: what is written, refused and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from qemubuild.claims import Opens
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.acpitable import Acpitable

PC = Machine("x86_64").memory("1G")

EXAMPLES = {
    "acpitable-content": (
        PC.acpitable(sig="SSDT"),
        PC.acpitable("content.bin", sig="SSDT"),
    ),
    "acpitable-text-cut": (
        PC.acpitable("content.bin", oem_id="example.com"),
        PC.acpitable("content.bin", oem_id="EXAMPL"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Acpitable("a.bin"), "a.bin"),
        (Acpitable(["a.bin", Path("b.bin")], sig="SSDT"), "a.bin:b.bin,sig=SSDT"),
        (Acpitable(file="a,b.bin"), "file=a,,b.bin"),
        (Acpitable(file="a", rev=2, oem_rev=1, oem_id="O"), "file=a,rev=2,oem_id=O,oem_rev=1"),
        (
            Acpitable("a", oem_table_id="T", asl_compiler_id="C", asl_compiler_rev=3),
            "a,oem_table_id=T,asl_compiler_id=C,asl_compiler_rev=3",
        ),
    ],
)
def test_argv(option, value):
    assert option.words == ("-acpitable", value)
    assert Acpitable.parse(value) == option


def test_a_colon_would_part_a_name_in_two():
    with pytest.raises(InvalidOption, match="several files"):
        Acpitable("a:b.bin")


@pytest.mark.parametrize("keys", [{"data": []}, {"data": "a", "rev": 256}, {"data": ""}])
def test_what_can_never_be_right_is_refused(keys):
    with pytest.raises(InvalidOption):
        Acpitable(**keys)


@pytest.mark.parametrize("text", ["sig=SSDT", "a,file=b", "a:", "data="])
def test_one_source_is_needed(text):
    assert not PC.add(Acpitable.parse(text)).check().ok


def test_every_file_is_claimed():
    opened = [claim.path for claim in Acpitable.parse("a.bin:b.bin").claims()]
    assert opened == ["a.bin", "b.bin"]
    assert list(Acpitable(file="c").claims()) == [Opens("c", "ACPI table", least=36, most=65535)]


def test_it_is_of_x86_alone():
    arm = Machine("aarch64").machine_type("virt").memory("1G").acpitable("a.bin")
    assert not arm.check().ok


def test_explain():
    assert "signature SSDT, from a and b" in Acpitable(["a", "b"], sig="SSDT").explain()

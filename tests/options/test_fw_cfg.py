"""``-fw_cfg``: what is written, refused and found."""

from __future__ import annotations

import pytest

from qemubuild.claims import OBJECT, Opens, Refers
from qemubuild.errors import InvalidOption
from qemubuild.machine import Machine
from qemubuild.options.fw_cfg import FwCfg

PC = Machine("x86_64").memory("1G")
ONE = PC.fw_cfg("opt/com.example/a", string="1")

EXAMPLES = {
    "fw-cfg-without-board": (ONE.machine_type("none"), ONE.machine_type("q35")),
    "fw-cfg-content": (PC.fw_cfg("opt/com.example/a"), ONE),
    "fw-cfg-name-reserved": (PC.fw_cfg("etc/a", string="1"), ONE),
    "fw-cfg-doubled": (
        ONE.fw_cfg("opt/com.example/a", string="2"),
        ONE.fw_cfg("opt/com.example/b", string="2"),
    ),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (FwCfg("opt/a", string="x,y=z"), "opt/a,string=x,,y=z"),
        (FwCfg("opt/a", file="f"), "opt/a,file=f"),
        (FwCfg("etc/ciphers", gen_id="tls0"), "etc/ciphers,gen_id=tls0"),
        (FwCfg("opt/a=b", string="x"), "name=opt/a=b,string=x"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-fw_cfg", value)
    assert FwCfg.parse(value) == option


def test_a_name_has_its_length():
    assert FwCfg("opt/" + "a" * 51, string="x").name
    with pytest.raises(InvalidOption, match="a name can have 55"):
        FwCfg("opt/" + "ä" * 26, string="x")


@pytest.mark.parametrize("keys", [{}, {"string": ""}, {"string": "x", "file": "f"}, {"file": ""}])
def test_one_content_is_needed(keys):
    assert PC.fw_cfg("opt/a", **keys).check().codes == ("fw-cfg-content",)


def test_an_object_knows_the_names_that_firmware_reads():
    machine = PC.object("tls-cipher-suites", id="tls0").fw_cfg("etc/ciphers", gen_id="tls0")
    assert machine.check().codes == ()


def test_claims():
    assert list(FwCfg("opt/a", file="f").claims()) == [Opens("f", "data for firmware")]
    assert list(FwCfg("opt/a", gen_id="o").claims()) == [Refers(OBJECT, "o", "tls-cipher-suites")]
    assert list(FwCfg("opt/a", string="x").claims()) == []


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (FwCfg("opt/a", string="x"), "the text 'x' under the name opt/a"),
        (FwCfg("opt/a", file="f"), "the file f"),
        (FwCfg("opt/a", gen_id="o"), "the object o makes"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

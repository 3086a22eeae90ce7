"""``-smbios``: what is written, refused and found."""

from __future__ import annotations

import pickle
from pathlib import Path
from uuid import UUID

import pytest

from qemubuild import (
    InvalidOption,
    Machine,
    Smbios,
    SmbiosBios,
    SmbiosBoard,
    SmbiosChassis,
    SmbiosFile,
    SmbiosMemory,
    SmbiosOnboard,
    SmbiosPort,
    SmbiosProcessor,
    SmbiosSlot,
    SmbiosStrings,
    SmbiosSystem,
)
from qemubuild.claims import DEVICE, Opens, Refers

PC = Machine("x86_64").memory("1G")
UUID_TEXT = "7b10d7af-b932-4c66-b2c3-3996152ec465"
SYSTEM = PC.smbios(1, serial="42")


def read(text):
    """A machine with the option as it is read from a command line."""
    return PC.add(Smbios.parse(text))


EXAMPLES = {
    "smbios-type-unknown": (read("serial=42"), SYSTEM),
    "smbios-key-foreign": (read("type=1,asset=42"), SYSTEM),
    "smbios-file-and-keys": (read("file=table.bin,type=1"), PC.smbios(file="table.bin")),
    "smbios-type-unsupported": (
        PC.machine_type("isapc").smbios(17, bank="a"),
        PC.machine_type("pc").smbios(17, bank="a"),
    ),
    "smbios-number-cut": (PC.smbios(17, speed=65536), PC.smbios(17, speed=65535)),
    "smbios-release-misread": (PC.smbios(0, release="1.2.3"), PC.smbios(0, release="1.2")),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (
            SmbiosBios(vendor="a,b", version="1", date="06/17/2026", release="4.2", uefi=True),
            "type=0,vendor=a,,b,version=1,date=06/17/2026,release=4.2,uefi=on",
        ),
        (SmbiosSystem(uuid=UUID_TEXT), f"type=1,uuid={UUID_TEXT}"),
        (SmbiosSystem(uuid=UUID(UUID_TEXT)), f"type=1,uuid={UUID_TEXT}"),
        (
            SmbiosSystem(serial="ds=nocloud;s=http://10.0.2.2:8000/"),
            "type=1,serial=ds=nocloud;s=http://10.0.2.2:8000/",
        ),
        (
            SmbiosSystem(manufacturer="m", product="p", version="v", sku="s", family="f"),
            "type=1,manufacturer=m,product=p,version=v,sku=s,family=f",
        ),
        (SmbiosBoard(product="p", asset="a", location="l"), "type=2,product=p,asset=a,location=l"),
        (SmbiosChassis(sku="s"), "type=3,sku=s"),
        (
            SmbiosProcessor(sock_pfx="CPU", max_speed=3000, processor_id=1),
            "type=4,sock_pfx=CPU,max-speed=3000,processor-id=1",
        ),
        (
            SmbiosPort(internal_reference="J1", connector_type=8),
            "type=8,internal_reference=J1,connector_type=8",
        ),
        (SmbiosSlot(slot_designation="S1", slot_id=1), "type=9,slot_designation=S1,slot_id=1"),
        (SmbiosStrings("a"), "type=11,value=a"),
        (
            SmbiosStrings([Path("c,d"), "x=y", "x=y"]),
            "type=11,path=c,,d,value=x=y,value=x=y",
        ),
        (SmbiosMemory(loc_pfx="DIMM", speed=3200), "type=17,loc_pfx=DIMM,speed=3200"),
        (
            SmbiosOnboard(designation="LAN", kind="ethernet", instance=1, pcidev="n0"),
            "type=41,designation=LAN,kind=ethernet,instance=1,pcidev=n0",
        ),
        (SmbiosFile("table,1.bin"), "file=table,,1.bin"),
        (SmbiosBoard(), "type=2"),
    ],
)
def test_argv(option, value):
    assert option.words == ("-smbios", value)
    assert Smbios.parse(value) == option
    assert type(Smbios.parse(value)) is type(option)
    assert pickle.loads(pickle.dumps(option)) == option


@pytest.mark.parametrize("text", ["type=0x1,serial=x", "type=01,serial=x", "serial=x,type=1"])
def test_a_type_is_read_however_it_is_written(text):
    assert Smbios.parse(text) == SmbiosSystem(serial="x")


def test_a_number_says_the_type_as_a_name_does():
    assert PC.smbios(1, serial="42") == PC.smbios_system(serial="42")
    assert PC.smbios(file="t.bin") == PC.smbios_file("t.bin")


@pytest.mark.parametrize(
    ("type_", "keys"),
    [
        (5, {}),
        (1, {"uuid": UUID_TEXT.replace("-", "")}),
        (0, {"release": "1"}),
        (4, {"max_speed": 65536}),
        (41, {"kind": "wifi"}),
        (None, {"file": ""}),
    ],
)
def test_what_can_never_be_right_is_refused(type_, keys):
    with pytest.raises(InvalidOption, match="-smbios"):
        PC.smbios(type_, **keys)


def test_a_key_of_another_type_is_no_argument():
    with pytest.raises(TypeError, match="asset"):
        PC.smbios(1, asset="42")


@pytest.mark.parametrize("text", ["type=5", "type=x", "", "type=1,value=x", "file=f,vendor=x"])
def test_what_qemu_refuses_is_an_error(text):
    assert not read(text).check().ok


def test_a_key_of_no_type_is_unknown():
    assert read("type=1,colour=red").check().codes == ("unknown-key",)


@pytest.mark.parametrize("text", ["type=$TYPE,serial=x", "type=1,uuid=$UUID"])
def test_a_variable_is_kept(text):
    option = Smbios.parse(text)
    assert option.words == ("-smbios", text)
    assert PC.add(option).check().ok


@pytest.mark.parametrize(
    "machine", [PC.smbios(9, slot_id=1), PC.smbios(4, processor_family=1)], ids=["slot", "family"]
)
def test_what_came_later_is_found(machine):
    assert machine.check().codes == ("key-newer",)


def test_it_is_of_some_architectures():
    assert not Machine("ppc64").memory("1G").smbios(1, serial="42").check().ok


@pytest.mark.parametrize(
    ("option", "claims"),
    [
        (SmbiosFile("t"), [Opens("t", "SMBIOS table", least=1)]),
        (SmbiosStrings(["a", Path("t")]), [Opens("t", "SMBIOS text")]),
        (SmbiosOnboard(pcidev="n0"), [Refers(DEVICE, "n0")]),
        (SmbiosSlot(pci_device="n0"), [Refers(DEVICE, "n0")]),
        (SmbiosSystem(serial="x"), []),
    ],
)
def test_claims(option, claims):
    assert list(option.claims()) == claims


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (SmbiosSystem(serial="42", sku="7"), "of its make: serial 42, sku 7."),
        (SmbiosBoard(), "nothing in particular"),
        (SmbiosFile("t"), "the SMBIOS table in t"),
        (SmbiosStrings(["a", Path("t")]), "'a', what is in t"),
        (Smbios.parse("type=5"), "not known here"),
    ],
)
def test_explain(option, words):
    assert words in option.explain()

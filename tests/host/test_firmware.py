"""Firmware, as descriptors tell of it."""

from __future__ import annotations

import json

import pytest

from qemubuild.host import Host
from qemubuild.host.firmware import Firmware, Target, find_firmware
from qemubuild.machine import Machine

CODE = "/usr/share/seabios/bios-256k.bin"  # there wherever Debian's QEMU is
PLAIN = {
    "description": "UEFI firmware for x86_64",
    "interface-types": ["uefi"],
    "mapping": {
        "device": "flash",
        "executable": {"filename": CODE, "format": "raw"},
        "nvram-template": {"filename": "/fw/VARS.fd", "format": "raw"},
    },
    "targets": [{"architecture": "x86_64", "machines": ["pc-i440fx-*", "pc-q35-*"]}],
    "features": ["acpi-s3", "verbose-dynamic"],
    "tags": [],
}
SECURE = {
    **PLAIN,
    "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}],
    "features": ["enrolled-keys", "requires-smm", "secure-boot"],
}
EMPTY_SECURE = {**SECURE, "features": ["requires-smm", "secure-boot"]}
BIOS = {
    **PLAIN,
    "interface-types": ["bios"],
    "mapping": {"device": "memory", "filename": CODE},
}


@pytest.fixture
def write(tmp_path):
    def write(name, descriptor, folder="usr"):
        (tmp_path / folder).mkdir(exist_ok=True)
        text = descriptor if isinstance(descriptor, str) else json.dumps(descriptor)
        (tmp_path / folder / name).write_text(text, "utf-8")

    return write


@pytest.fixture
def found(tmp_path):
    return lambda: find_firmware([tmp_path / "etc", tmp_path / "usr"])


def test_a_descriptor_is_read(write, found, tmp_path):
    write("60-edk2.json", PLAIN)
    assert found() == (
        Firmware(
            description="UEFI firmware for x86_64",
            code=CODE,
            vars_template="/fw/VARS.fd",
            targets=(Target("x86_64", ("pc-i440fx-*", "pc-q35-*")),),
            features=frozenset({"acpi-s3", "verbose-dynamic"}),
            source=str(tmp_path / "usr/60-edk2.json"),
        ),
    )


def test_names_give_the_order_and_earlier_folders_hide_later_ones(write, found, tmp_path):
    write("60-b.json", PLAIN)
    write("50-a.json", SECURE)
    write("70-c.json", BIOS)
    write("README", "no descriptor")
    assert [one.source[-9:] for one in found()] == ["50-a.json", "60-b.json", "70-c.json"]
    write("50-a.json", "", "etc")
    write("60-b.json", {**PLAIN, "description": "mine"}, "etc")
    assert [one.description for one in found()] == ["mine", PLAIN["description"]]
    assert found()[0].source == str(tmp_path / "etc/60-b.json")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"mapping": {"device": "flash"}}', "\ud800"])
def test_what_is_no_descriptor_is_passed_over(tmp_path, found, text):
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/x.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert found() == ()


def test_firmware_whose_file_is_missing_is_passed_over(write, found):
    write("60-edk2.json", {**PLAIN, "mapping": {"device": "memory", "filename": "/no/such"}})
    assert found() == ()


@pytest.mark.parametrize(
    ("arch", "machine_type", "fits"),
    [
        ("x86_64", "q35", True),
        ("x86_64", "pc", True),
        ("x86_64", "pc-q35-7.2", True),
        ("x86_64", "microvm", False),
        ("i386", "q35", False),
        ("aarch64", "virt", False),
    ],
)
def test_what_it_is_for(write, found, arch, machine_type, fits):
    write("60-edk2.json", PLAIN)
    assert found()[0].fits(arch, machine_type) == fits


def test_the_best_is_chosen(write, found):
    for name, descriptor in {
        "40": SECURE,
        "50": EMPTY_SECURE,
        "60": {**PLAIN, "description": "plain"},
        "30": BIOS,
    }.items():
        write(f"{name}.json", descriptor)
    host = Host(firmware=found())
    assert host.find_uefi("x86_64", "q35").description == "plain"
    assert "enrolled-keys" in host.find_uefi("x86_64", "q35", secure_boot=True).features
    assert host.find_uefi("x86_64", "pc", secure_boot=True) is None
    assert host.find_uefi("aarch64", "virt") is None


def test_variables_are_copied_once(tmp_path):
    (tmp_path / "template").write_bytes(b"empty")
    firmware = Firmware(description="", code="CODE.fd", vars_template=str(tmp_path / "template"))
    own = tmp_path / "own"
    assert firmware.make_vars(own) == str(own)
    assert own.read_bytes() == b"empty"
    own.write_bytes(b"what the guest keeps")
    firmware.make_vars(own)
    assert own.read_bytes() == b"what the guest keeps"
    with pytest.raises(FileNotFoundError):
        firmware.make_vars(tmp_path / "no/such/folder")


def test_without_a_template_there_are_no_variables(tmp_path):
    with pytest.raises(ValueError, match="without a template"):
        Firmware(description="", code="CODE.fd", vars_template=None).make_vars(tmp_path / "x")


def test_a_machine_takes_it(write, found):
    write("60.json", PLAIN)
    write("70.json", EMPTY_SECURE)
    plain, secure = found()
    base = Machine("x86_64").machine_type("q35").memory("1G")
    assert base.firmware(plain, "VARS.fd") == base.firmware(CODE, "VARS.fd")
    assert base.firmware(secure, "VARS.fd").argv()[5:] == [
        "-drive",
        f"file={CODE},if=pflash,format=raw,unit=0,readonly=on",
        "-global",
        "driver=cfi.pflash01,property=secure,value=on",
        "-drive",
        "file=VARS.fd,if=pflash,format=raw,unit=1",
    ]

"""Firmware, process, sharing and sound: whatever is written is read back."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qemubuild
from qemubuild import CommandSyntaxError, InvalidOption, Machine
from qemubuild.option import REGISTRY, Option

# What a command line can carry: no NUL, and of the surrogates only those of os.fsdecode().
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.characters(
    min_codepoint=0xDC80, max_codepoint=0xDCFF
)
TEXT = st.text(CHARACTERS)
NAME = st.text(CHARACTERS, min_size=1)
SHORT = st.text(string.printable, max_size=30)
ID = st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,8}", fullmatch=True)
COUNT = st.integers(0, 255)
SWITCH = st.booleans()
MODE = st.integers(0, 0o7777)
FOLDER = {
    "path": NAME,
    "security_model": st.sampled_from(["none", "mapped-file", "passthrough"]),
    "id": ID,
    "readonly": SWITCH,
    "fmode": MODE,
    "dmode": MODE,
    "socket": NAME,
    "sock_fd": COUNT,
}


def some(name, *required, **optional):
    """An option with some of its keys; ``None`` leaves one out."""
    chosen = {key: st.none() | values for key, values in optional.items()}
    return st.builds(getattr(qemubuild, name), *required, **chosen)


OPTIONS = st.one_of(
    some("SmbiosBios", vendor=TEXT, version=TEXT, date=TEXT, uefi=SWITCH),
    some("SmbiosSystem", manufacturer=TEXT, serial=TEXT, uuid=st.uuids(), family=TEXT),
    some("SmbiosBoard", product=TEXT, asset=TEXT, location=TEXT),
    some("SmbiosChassis", version=TEXT, sku=TEXT),
    some("SmbiosProcessor", sock_pfx=TEXT, max_speed=COUNT, processor_id=COUNT),
    some("SmbiosPort", internal_reference=TEXT, connector_type=COUNT),
    some("SmbiosSlot", slot_designation=TEXT, slot_id=COUNT, pci_device=NAME),
    some("SmbiosStrings", st.lists(TEXT | NAME.map(Path))),
    some("SmbiosMemory", loc_pfx=TEXT, speed=COUNT),
    some("SmbiosOnboard", designation=TEXT, instance=COUNT, pcidev=NAME),
    some("SmbiosFile", NAME),
    some("Acpitable", NAME.filter(lambda name: ":" not in name), sig=TEXT, rev=COUNT, oem_id=TEXT),
    some("FwCfg", st.text(string.printable, min_size=1, max_size=55), string=TEXT, file=TEXT),
    some("OptionRom", NAME, bootindex=COUNT),
    some("Sandbox", SWITCH, spawn=st.sampled_from(["allow", "deny"])),
    some("Overcommit", mem_lock=SWITCH | st.just("on-fault"), cpu_pm=SWITCH),
    some("RunWith", async_teardown=SWITCH, chroot=NAME, user=NAME, exit_with_parent=SWITCH),
    some("Action", reboot=st.just("reset"), panic=st.sampled_from(["pause", "none"])),
    some("Compat", deprecated_input=st.just("crash"), unstable_output=st.just("hide")),
    some(
        "Spice",
        port=COUNT,
        addr=TEXT,
        password=TEXT,
        x509_dir=NAME,
        gl=SWITCH,
        tls_ciphers=NAME,
        max_refresh_rate=st.integers(1, 240),
    ),
    some(
        "Tpmdev",
        st.sampled_from(["emulator", "passthrough"]),
        id=ID,
        chardev=ID,
        path=NAME,
        cancel_path=NAME,
    ),
    some("Iscsi", initiator_name=NAME, id=ID, user=TEXT, password=TEXT, timeout=COUNT),
    st.builds(qemubuild.AddFd, fd=st.integers(3, 255), set=COUNT, opaque=st.none() | TEXT),
    st.builds(qemubuild.Incoming, st.just("exec:").flatmap(lambda head: TEXT.map(head.__add__))),
    some("Fsdev", st.sampled_from(["local", "synth", "proxy"]), **FOLDER, bps=COUNT, iops_rd=COUNT),
    some("Virtfs", st.sampled_from(["local", "synth", "proxy"]), **FOLDER, mount_tag=SHORT),
    st.builds(lambda name, model: qemubuild.Audio(name, model=model), NAME, NAME),
)
FLAGS = """
    -smbios -acpitable -fw_cfg -option-rom -sandbox -overcommit -run-with -action -compat -spice
    -tpmdev -iscsi -add-fd -incoming -fsdev -virtfs -audio
""".split()


@given(OPTIONS)
def test_what_is_written_is_read_back(option: Option):
    assert REGISTRY[option.flag].parse(option.words[1]) == option


@given(OPTIONS)
def test_whatever_it_is_it_can_be_judged_and_explained(option: Option):
    Machine("x86_64").add(option).check()
    assert option.explain()


@pytest.mark.parametrize("flag", FLAGS)
@given(text=st.text(st.sampled_from('aeipt01,=.:{}"$-é') | CHARACTERS))
def test_any_text_is_read_and_judged_or_refused(flag: str, text: str):
    try:
        option = REGISTRY[flag].parse(text)
    except (CommandSyntaxError, InvalidOption):
        return
    Machine("x86_64").add(option).check()
    assert option.explain()
    assert REGISTRY[flag].parse(option.words[1]) == option

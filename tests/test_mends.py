"""The catalogue of mends: how a message finds its entry, and that what entries advise exists."""

from __future__ import annotations

import ast
import inspect
import re
import time

import pytest

import qemubuild
from qemubuild import Machine
from qemubuild.mends import catalogue, how_to_install, look_up, mend_for

ENTRIES = [entry for part in catalogue().values() for entry in part]
QEMU = "qemu-system-x86_64"


def names(text: str) -> set[str]:
    """The names in it that stand for what a message says."""
    return set(re.findall(r"(?<!\{)\{(\w+)", text))


def code_of(said: str) -> str | None:
    found = look_up(said)
    return found[0].code if found else None


def test_the_last_line_that_is_known_counts():
    # As QEMU says it: what it got over, then what it did not, then a word on that.
    said = (
        "Could not access KVM kernel module: No such file or directory\n"
        f"{QEMU}: failed to initialize kvm: No such file or directory\n"
        f"{QEMU}: falling back to tcg\n"
        f"{QEMU}: unsupported machine type\n"
        "Use -machine help to list supported machines\n"
    )
    assert code_of(said) == "machine-unknown"


def test_how_it_ended_counts_where_nothing_else_is_known():
    ended = "QEMU was ended by SIGABRT before its machine was up"
    assert code_of(f"{ended}\nHello from the guest\n") == "crashed"
    assert code_of(f"{ended}\n{QEMU}: error: failed to set MSR 0x10a") == "kvm-register-refused"


def test_warnings_do_not_count():
    said = (
        f"{QEMU}: -hda nosuch: Could not open 'nosuch': No such file or directory\n"
        f"{QEMU}: warning: TCG doesn't support requested features\n"
    )
    assert code_of(said) == "file-missing"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Could not open backing file: Could not open 'b': No such file", "backing-file-broken"),
        (
            "Could not open backing file: Could not open 'b': No such file or directory",
            "backing-file-missing",
        ),
        ("Could not open 'b': No such file or directory", "file-missing"),
        ("Property 'pc-i440fx-7.2-machine.x' not found", "machine-property-unknown"),
        ("Property 'max-x86_64-cpu.x' not found", "cpu-feature-unknown"),
        ("Property 'e1000.x' not found", "property-unknown"),
        ("No 'usb-bus' bus found for device 'usb-kbd'", "bus-usb-missing"),
        ("No 'HDA' bus found for device 'hda-duplex'", "bus-missing"),
    ],
)
def test_the_more_specific_entry_comes_first(said, code):
    assert code_of(f"{QEMU}: {said}") == code


@pytest.mark.parametrize("said", ["", "\n", "Hello from the guest", f"{QEMU}: warning: no peer"])
def test_nothing_is_made_up(said):
    assert mend_for(said) == ""


def test_a_hint_says_what_the_message_named():
    said = (
        f"{QEMU}: -device e1000: PCI: slot 3 function 0 not available for e1000, in use by VGA,id=v"
    )
    assert "PCI slot 3 is taken (VGA)" in mend_for(said)


@pytest.mark.parametrize(
    ("argv", "meant"),
    [
        (["-netdev", "user,id=net0"], "; did you mean 'net0'?"),
        (["-netdev", "user,id=lan"], ""),
        # Of this id it says that it is no netdev, so it cannot be meant.
        (["-device", "e1000,id=net1"], ""),
    ],
)
def test_an_id_that_is_nearly_right_is_offered(argv, meant):
    said = f"{QEMU}: -device e1000: Property 'e1000.netdev' can't find value 'net1'"
    hint = mend_for(said, argv)
    assert "there is no netdev with the id net1" in hint
    assert hint.endswith(meant or "name one that is there")


def test_a_flood_costs_little():
    flood = "Parameter '" * 20_000 + "\n" + "Property 'a.b.\n" * 5_000
    started = time.process_time()
    assert mend_for(flood) == ""
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("program", "package"),
    [
        ("qemu-img", "qemu-utils"),
        ("/opt/bin/qemu-system-x86_64", "qemu-system-x86"),
        ("qemu-system-aarch64", "qemu-system-arm"),
        ("qemu-system-riscv64", "qemu-system-misc"),
    ],
)
def test_the_package_of_a_program_is_named(program, package):
    assert f"apt install {package}`" in how_to_install(program)


def test_a_program_of_nobody_is_not_in_a_package():
    assert "apt" not in how_to_install("bochs")


# The entries themselves


def test_codes_are_words_and_hints_differ():
    codes = [entry.code for entry in ENTRIES]
    assert len({*codes}) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert len({entry.hint for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_entry_fits_together(entry):
    for words in entry.says:
        # A name to begin with would fit from everywhere: slow, and never what is meant.
        assert not words.startswith("{")
        assert names(entry.hint) <= names(words)
        line = f"{QEMU}: -device x: y{': ' * (words[0] != ':')}" + re.sub(r"\{\w+\}", "it", words)
        assert entry.names_in(line) == dict.fromkeys(names(words), "it")
    assert entry.because[0] + entry.mend[0] == (entry.because[0] + entry.mend[0]).strip()
    assert not re.search(r"\w\.$", entry.hint)


def calls(hint: str) -> list[ast.Call]:
    """What a hint writes as Python: ``vnc(0, to=99)``, ``drive(..., format=)``."""
    found = re.findall(r"(?<![\w.`-])[A-Za-z][\w.]*\((?:[^()`]|\(\))*\)(?:\.\w+\([^()]*\))*", hint)
    return [ast.parse(re.sub(r"=(?=[,)])", "=...", call), mode="eval").body for call in found]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_what_an_entry_advises_can_be_written(entry):
    sample = entry.about(dict.fromkeys(names("".join(entry.says)), "it") | {"most": "4"})
    for call in calls(sample.hint):
        while isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
            call = call.func.value  # noqa: PLW2901 - a chain begins with its first call
        name = ast.unparse(call.func).partition(".")[0]
        if name in {"help", "json"}:
            continue
        if name in {"DiskImage", "Host", "Luks", "Machine"}:
            assert hasattr(qemubuild, name)
            continue
        method = getattr(Machine("x86_64"), name)
        parameters = inspect.signature(method).parameters
        kinds = {parameter.kind for parameter in parameters.values()}
        for keyword in call.keywords:
            assert keyword.arg in parameters or inspect.Parameter.VAR_KEYWORD in kinds, name
        if "..." not in ast.unparse(call) and call.args + call.keywords:
            eval(f"method({ast.unparse(call).partition('(')[2]}", {"method": method})

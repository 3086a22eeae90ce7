"""Every finding that the library can make is shown by an example, and its mend mends it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import qemubuild
from qemubuild import Drive, Host, Machine, Smp
from qemubuild.host import Kvm
from tests.examples import examples

PACKAGE = Path(qemubuild.__file__).parent
# In rules/hosts.py `finding` is one of the three.
MAKERS = {"error", "warning", "hint", "finding"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

TWO = Machine("x86_64").memory("2G")
FIRMWARE = "/usr/share/seabios/bios-256k.bin"  # there wherever Debian's QEMU is


class Small(Host):
    """A host with little to give, on which other programs have two ports of VNC's."""

    def __init__(self, kvm: Kvm | None = None) -> None:
        super().__init__(arch="x86_64", cores=2, memory=4 << 30, kvm=kvm)

    nodes = frozenset({0})

    def can_listen(self, host: str, port: int) -> bool:  # noqa: ARG002
        return port != 5900

    def is_shared(self, host: str, port: int) -> bool:
        return port == 5901 and not host

    def can_open_direct(self, path: str) -> bool:  # noqa: ARG002
        return False

    def can_open(self, path: str, *, writes: bool = False) -> bool:  # noqa: ARG002
        return not writes


NO_KVM = Kvm(
    usable=False,
    reason="this user may not use /dev/kvm",
    hint="add the user to the group kvm, or leave KVM out to emulate",
)

# What every option can have, and what is found by rules that are of no one option.
EXAMPLES = {
    "bare-word": (
        TWO.add(Drive.parse("file=web.img,if=virtio,format=raw,readonly")),
        TWO.drive("web.img", interface="virtio", format="raw", readonly=True),
    ),
    "value-not-read": (TWO.add(Smp.parse("four")), TWO.smp(4)),
    "value-unresolved": (TWO.add(Smp.parse("$CPUS")), TWO.smp(4)),
    "memory-default": (Machine("x86_64"), TWO),
    "raw-not-a-flag": (TWO.raw("seed", "7"), TWO.raw("-seed", "7")),
    "kvm-foreign-architecture": (
        Machine("aarch64").machine_type("virt").memory("2G").enable_kvm(),
        Machine("aarch64").machine_type("virt").memory("2G"),
        Small(Kvm(usable=True)),
    ),
    "kvm-unusable": (TWO.enable_kvm(), TWO, Small(NO_KVM)),
    "accel-of-another-system": (TWO.accel("hvf"), TWO.accel("tcg"), Small()),
    "kvm-host-processor": (
        TWO.enable_kvm().cpu("host"),
        TWO.enable_kvm().cpu("host", {"arch-capabilities": False}),
        Small(Kvm(usable=True, host_cpu=False)),
    ),
    "kvm-without-hyperv": (
        TWO.cpu("max", hv_time=True).enable_kvm(),
        TWO.cpu("max").enable_kvm(),
        Small(Kvm(usable=True, hyperv=False)),
    ),
    "security-key-missing": (
        TWO.usb().device("u2f-passthru", hidraw="/dev/null"),
        TWO.usb().device("u2f-emulated", dir="/tmp"),
        Small(),
    ),
    "user-unknown": (TWO.run_with(user="no such"), TWO.run_with(user="0:0"), Small()),
    "kvm-without-smm": (
        TWO.machine_type("q35", smm=True).enable_kvm(),
        TWO.machine_type("q35").enable_kvm(),
        Small(Kvm(usable=True, smm=False)),
    ),
    "host-cores-exceeded": (TWO.smp(8), TWO.smp(2), Small()),
    "host-node-missing": (
        TWO.memory_backend_ram("m", size="64M", policy="bind", host_nodes=99),
        TWO.memory_backend_ram("m", size="64M"),
        Small(),
    ),
    "host-huge-pages-missing": (
        TWO.memory_backend_memfd("m", size="3M", hugetlb=True),
        TWO.memory_backend_memfd("m", size="3M"),
        Small(),
    ),
    "host-memory-exceeded": (Machine("x86_64").memory("8G"), TWO, Small()),
    "file-missing": (
        TWO.drive("/usr/share/bios.bin", interface="pflash", format="raw", readonly=True),
        TWO.drive(FIRMWARE, interface="pflash", format="raw", readonly=True),
        Small(),
    ),
    "file-is-directory": (
        TWO.drive("/usr/share/seabios", interface="pflash", format="raw", readonly=True),
        TWO.drive(FIRMWARE, interface="pflash", format="raw", readonly=True),
        Small(),
    ),
    "file-not-permitted": (
        TWO.drive(FIRMWARE, interface="pflash", format="raw"),
        TWO.drive(FIRMWARE, interface="pflash", format="raw", readonly=True),
        Small(),
    ),
    "port-taken": (TWO.vnc(0, host="127.0.0.1"), TWO.vnc(0, host="127.0.0.1", to=9), Small()),
    "port-name-unknown": (
        TWO.serial("tcp:127.0.0.1:no-such-port,server=on"),
        TWO.serial("tcp:127.0.0.1:4444,server=on"),
        Small(),
    ),
    "drive-cache-needed": (
        TWO.drive(FIRMWARE, interface="virtio", format="raw", readonly=True, cache="none"),
        TWO.drive(FIRMWARE, interface="virtio", format="raw", readonly=True),
        Small(),
    ),
    "vde-switch-missing": (
        TWO.nic("vde", sock="/no/such.ctl"),
        TWO.nic("user"),
        Small(),
    ),
    "port-shared": (TWO.vnc(1), TWO.vnc(1, host="127.0.0.1"), Small()),
}
ALL = examples()


def judges() -> list[Path]:
    """The files that make findings."""
    return [
        PACKAGE / "option.py",
        *sorted(PACKAGE.glob("options/*.py")),
        *sorted(PACKAGE.glob("rules/**/*.py")),
    ]


def made(path: Path) -> list[tuple[int, ast.expr]]:
    """The first argument of every call that makes a finding: its code."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if is_maker(node)]
    return [(call.lineno, call.args[0]) for call in calls]


def is_maker(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in MAKERS


def pattern(code: ast.expr) -> str:
    """What a code looks like; ``f"boot-{what}-missing"`` is one of several."""
    parts = code.values if isinstance(code, ast.JoinedStr) else [code]
    return "".join(
        re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z0-9-]+" for part in parts
    )


MADE = {f"{path.name}:{line}": pattern(code) for path in judges() for line, code in made(path)}


@pytest.mark.parametrize("place", MADE)
def test_every_code_has_an_example(place):
    assert any(re.fullmatch(MADE[place], code) for code in ALL), MADE[place]


@pytest.mark.parametrize("code", ALL)
def test_a_code_is_a_slug_that_something_makes(code):
    assert SLUG.fullmatch(code)
    assert any(re.fullmatch(made, code) for made in MADE.values())


@pytest.mark.parametrize("code", ALL)
def test_the_example_shows_the_finding(code):
    assert code in ALL[code].before().codes


@pytest.mark.parametrize("code", ALL)
def test_the_mend_mends_it(code):
    assert code not in ALL[code].after().codes


@pytest.mark.parametrize("code", ALL)
def test_a_mend_brings_no_error(code):
    assert ALL[code].after().ok


@pytest.mark.parametrize("code", ALL)
def test_a_finding_says_what_and_what_instead(code):
    found = ALL[code].finding(code)
    for text in (found.message, found.hint):
        assert text.strip()
        assert not text.endswith("."), "whoever shows it ends the sentence"

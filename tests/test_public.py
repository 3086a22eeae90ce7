"""What users import, and what importing costs them."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import qemubuild
from qemubuild.methods import Methods
from qemubuild.more import More

PACKAGE = Path(qemubuild.__file__).parent

# Slow to import, and needed by some calls only.
HEAVY = {
    "asyncio",
    "concurrent.futures",
    "email",
    "http",
    "json",
    "logging",
    "multiprocessing",
    "qemu",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "urllib",
}


# Beside the classes of options, which come with their files.
PUBLIC = {
    "Bitmap",
    "Chain",
    "CheckResult",
    "CommandError",
    "CommandSyntaxError",
    "Comparison",
    "ControlError",
    "DiskImage",
    "Exit",
    "Extent",
    "Finding",
    "Findings",
    "Forward",
    "Host",
    "ImageError",
    "ImageInfo",
    "ImageSnapshot",
    "InvalidMachine",
    "InvalidOption",
    "LaunchError",
    "Luks",
    "Machine",
    "Measurement",
    "NotInstalled",
    "NotRunning",
    "Option",
    "Picture",
    "Process",
    "Progress",
    "Qcow2Options",
    "QedOptions",
    "Qemu",
    "QemuBuildError",
    "RawOptions",
    "Severity",
    "Url",
    "VdiOptions",
    "VhdxOptions",
    "VmdkOptions",
    "VpcOptions",
    "launch_all",
    "stop_all",
}


def test_the_public_names_are_pinned():
    options = {name for name in qemubuild.__all__ if is_an_option(name)} - {"Option"}
    assert set(qemubuild.__all__) - options == PUBLIC


def is_an_option(name: str) -> bool:
    found = getattr(qemubuild, name)
    return isinstance(found, type) and issubclass(found, qemubuild.Option)


def test_every_option_of_a_machine_is_public():
    functions = [
        found for found in {**vars(Methods), **vars(More)}.values() if inspect.isfunction(found)
    ]
    methods = [function for function in functions if hasattr(function, "__wrapped__")]
    options = {inspect.getclosurevars(method).nonlocals["option"] for method in methods}
    assert {one for one in options if isinstance(one, type)} <= {
        getattr(qemubuild, name) for name in qemubuild.__all__
    }


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Qemuu"):
        qemubuild.Qemuu  # noqa: B018 - looking it up is the mistake


def test_importing_loads_nothing_heavy():
    code = f"import sys, qemubuild; print(*{HEAVY!r} & sys.modules.keys())"
    said = subprocess.run(
        [sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_the_library_never_prints(path: Path):
    text = path.read_text("utf-8")
    if '__name__ == "__main__"' in text:
        return  # a program of its own, which is run and read
    for node in ast.walk(ast.parse(text)):
        assert not (isinstance(node, ast.Name) and node.id == "print"), f"line {node.lineno}"

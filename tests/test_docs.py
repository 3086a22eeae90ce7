"""Every Python example in the documentation runs on the real QEMU, and prints what it should.

A block of text that follows one of Python is what that prints, with ``...`` for what differs.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
import talking_disk

from qemubuild import Host
from tests.real.guests import media

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A block of Python, and what it prints where the page says so."""

    line: int
    code: str
    says: str | None


def examples(page: str) -> list[Example]:
    text = (ROOT / page).read_text("utf-8")
    found: list[Example] = []
    end = 0
    for block in BLOCK.finditer(text):
        language, content = block.groups()
        if language == "python":
            line = text.count("\n", 0, block.start(2))
            found.append(Example(line, content, None))
        elif found and not text[end : block.start()].strip():
            found[-1] = found[-1]._replace(says=content)
        end = block.end()
    assert found
    return found


def agrees(said: str, says: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in says.split("..."))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the installer's CD-ROM in it, under the names that the pages have for it."""
    for name in ("installer.iso", "debian.iso"):
        shutil.copy(media.installer_iso(), tmp_path / name)
    talking_disk.build(tmp_path / "talking.img")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/bring-your-script.md",
        "docs/checking.md",
        "docs/control.md",
        "docs/embedding.md",
        "docs/exporting.md",
        "docs/how-it-is-made.md",
        "docs/images.md",
        "docs/index.md",
        "docs/kvm.md",
        "docs/live.md",
        "docs/promises.md",
        "docs/pytest.md",
        "docs/rootless.md",
        "docs/running.md",
        "docs/screen.md",
        "docs/tutorial.md",
        "docs/when-it-does-not-start.md",
    ],
)
@pytest.mark.usefixtures("here")
def test_the_examples_run(page: str, capsys: pytest.CaptureFixture[str]):
    names: dict[str, object] = {}
    for line, code, says in examples(page):
        # Empty lines before it, so that an error points at the page's own line.
        source = "\n" * line + adapted(code)
        exec(compile(source, ROOT / page, "exec", dont_inherit=True), names)
        said = capsys.readouterr().out
        assert says is None or agrees(said, says), f"{page}:{line} says\n{said}"


def adapted(code: str) -> str:
    """The same on a host without KVM, and while other tests have VNC displays of their own."""
    code = code.replace(".vnc(0)", ".vnc(0, to=999)") if "launch" in code else code
    if "launch" in code and not Host().kvm.usable:
        code = code.replace(".enable_kvm()", '.accel("tcg")').replace('.cpu("host")', '.cpu("max")')
    return code

"""mypy --strict and pyright take a right client script, and find every fault of a wrong one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "typing"
RIGHT, WRONG = HERE / "client.py", HERE / "wrong.py"


def mypy(script: Path, tmp_path: Path) -> list[tuple[int, str]]:
    """The lines that mypy refuses, each with the reason."""
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\n")
    cache = tmp_path / "cache"
    said = run(["-m", "mypy", "--config-file", config, "--cache-dir", cache, script])
    return [
        (int(number), reason)
        for number, reason in re.findall(r"^[^:]+:(\d+): error: (.*)$", said, re.MULTILINE)
    ]


def pyright(script: Path, tmp_path: Path) -> list[tuple[int, str]]:
    """The lines that pyright refuses, by its own strict rules, each with the reason."""
    config = tmp_path / "pyrightconfig.json"
    settings = {"include": [str(script)], "typeCheckingMode": "strict"}
    config.write_text(json.dumps(settings | {"reportUnusedExpression": "none"}))
    python = ["--pythonpath", sys.executable]
    said = run(["-m", "basedpyright", "--project", config, *python, "--outputjson"])
    return [
        (found["range"]["start"]["line"] + 1, found["message"])
        for found in json.loads(said)["generalDiagnostics"]
        if found["severity"] == "error"
    ]


def run(command: list[str | Path]) -> str:
    return subprocess.run(
        [sys.executable, *command], check=False, capture_output=True, text=True
    ).stdout


def marked(script: Path) -> set[int]:
    lines = script.read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# error")}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_right_script_is_taken(checker, tmp_path):
    assert checker(RIGHT, tmp_path) == []


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_wrong_script_is_refused_line_by_line(checker, tmp_path):
    refused = {line for line, _ in checker(WRONG, tmp_path)}
    assert refused == marked(WRONG)

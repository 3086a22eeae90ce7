"""The notebooks run from top to bottom, on the real QEMU, and give what is kept in them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests import notebooks

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

# What the run itself must say, by a piece of the cell: the rest is in what is kept.
SAYS = {
    "lesson": [
        ("in vm.console", ("CD-ROM", "Installed.")),
        ("except InvalidMachine", ("smp-topology-mismatch", "drive-place-taken")),
    ],
    "repair": [("except LaunchError", ("hint:",))],
}
SMALL = 150 * 1024
"""Bytes of a notebook, pictures and all, that is looked at in a repository."""


def words(notebook: NotebookNode, code: str) -> str:
    """What the cell with this code in it printed."""
    (cell,) = (cell for cell in notebooks.code(notebook) if code in cell.source)
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("path", notebooks.paths(), ids=lambda path: path.stem)
def test_a_notebook_gives_what_is_kept_in_it(path: Path):
    kept = notebooks.read(path)
    run = notebooks.run(path)
    for cell, before in zip(notebooks.code(run), notebooks.code(kept), strict=True):
        assert notebooks.shown(cell) == notebooks.shown(before), (
            f"`make outputs` keeps what this cell gives now:\n{cell.source}"
        )
    for code, said in SAYS.get(path.stem, ()):
        assert all(word in words(run, code) for word in said)


@pytest.mark.parametrize("path", notebooks.paths(), ids=lambda path: path.stem)
def test_a_notebook_is_kept_whole_small_and_without_traces_of_a_run(path: Path):
    kept = notebooks.read(path)
    cells = notebooks.code(kept)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert notebooks.tidied(notebooks.read(path)) == kept
    assert path.stat().st_size < SMALL


def test_the_installed_disk_was_looked_at():
    kept = notebooks.read(notebooks.NOTEBOOKS / "lesson.ipynb")
    (cell,) = (cell for cell in notebooks.code(kept) if "screenshot()" in cell.source)
    (output,) = cell.outputs
    assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")

"""Run the notebooks, and keep in them what they give: ``make outputs``.

What is kept is the same each time: it has no times in it. Where a cell's output
depends on the host or on chance, the cell has the tag "varies".
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SECONDS = 60
"""For a cell; each takes a second or two at the most."""


def paths() -> list[Path]:
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)  # type: ignore[no-any-return, no-untyped-call]


def run(path: Path) -> NotebookNode:
    """Run a notebook, and keep what its cells give."""
    notebook = emptied(read(path))
    place = {"metadata": {"path": str(NOTEBOOKS)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=place).execute()
    return tidied(notebook)


def emptied(notebook: NotebookNode) -> NotebookNode:
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    return notebook


def tidied(notebook: NotebookNode) -> NotebookNode:
    """Without what differs from run to run."""
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata.pop("execution", None)  # times
    for cell in code(notebook):
        cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """What was printed, in one piece: how many messages it comes in is chance."""
    kept: list[NotebookNode] = []
    for output in outputs:
        last = kept[-1] if kept else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            kept.append(output)
    return kept


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def varies(cell: NotebookNode) -> bool:
    return "varies" in cell.metadata.get("tags", ())


def shown(cell: NotebookNode) -> list[Any]:
    """What a cell gave, as far as it is the same each time."""
    return [_text(output, varies=varies(cell)) for output in cell.outputs]


def _text(output: NotebookNode, *, varies: bool) -> Any:
    if output.output_type == "stream":
        return (output.name,) if varies else (output.name, output.text)
    if output.output_type == "error":
        return output.ename, output.evalue
    # A picture is compared by its kind: a cursor in it blinks.
    same = not varies
    return {
        kind: content if same and kind.startswith("text/") else None
        for kind, content in output.data.items()
    }


def main() -> None:
    for path in paths():
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            nbformat.write(run(path), path)  # type: ignore[no-untyped-call]
            print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")  # noqa: T201


if __name__ == "__main__":
    main()

"""The notebooks as pages: `docs/notebooks/NAME.md` is read as `notebooks/NAME.ipynb`.

What a page shows is what is kept in the notebook, and the tests see to it that it is what the
notebook gives: nothing is run here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FENCE = "~" * 8
SHOWN = "text/html", "image/svg+xml", "image/png", "text/plain"
"""The kinds of what a cell gives, the best to look at first."""


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    """Put a notebook in the place of the page that stands for it."""
    folder, _, stem = name.rpartition("/")
    path = NOTEBOOKS / f"{stem}.ipynb"
    if folder == "notebooks" and path.exists():
        app.env.note_dependency(str(path))
        cells = json.loads(path.read_text("utf-8"))["cells"]
        source[0] = "\n\n".join(text for cell in cells for text in _cell(cell))


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield text.replace("](../docs/", "](../")
        return
    yield _block("{code-block} python", text)
    for output in cell["outputs"]:
        yield from _output(output)


def _output(output: dict[str, Any]) -> Iterator[str]:
    if output["output_type"] == "stream":
        yield _said("".join(output["text"]))
        return
    kind = next(kind for kind in SHOWN if kind in output["data"])
    content = "".join(output["data"][kind])
    if kind == "text/plain":
        yield _said(content)
        return
    if kind == "image/png":
        width = output.get("metadata", {}).get(kind, {}).get("width", "")
        content = f'<img alt="{ALT}" width="{width}" src="data:{kind};base64,{content.strip()}">'
    yield _block("{raw} html", f'<div class="given">{content}</div>')


ALT = "what the cell gives: the screen of a guest"


def _said(text: str) -> str:
    return _block("{code-block} text", f":class: given\n\n{text.rstrip()}")


def _block(kind: str, text: str) -> str:
    return f"{FENCE}{kind}\n{text}\n{FENCE}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}

"""The list of mends, made of the catalogue that `LaunchError` has its hints from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from qemubuild.mends import catalogue

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from qemubuild.mends.mend import Mend


class MendsPage(SphinxDirective):
    """``{mends}``, a section for each part of the catalogue, in a page of Markdown."""

    def run(self) -> list[nodes.Node]:
        """Write every section."""
        sections = [
            "\n".join((f"## {part}", *map(_entry, entries)))
            for part, entries in catalogue().items()
        ]
        return self.parse_text_to_nodes("\n\n".join(sections), allow_section_headings=True)


def _entry(entry: Mend) -> str:
    said = " or ".join(_code(re.sub(r"\{\w+\}", "…", words)) for words in entry.says)
    told = entry.about({name: name.upper() for name in re.findall(r"\{(\w+)\}", str(entry.says))})
    because = told.because[0].upper() + told.because[1:]
    mend = told.mend.removesuffix(" ...")
    return f"\n{said}\n: {_text(because)}. \\\n  **Mend:** {_text(mend)}.\n"


def _code(text: str) -> str:
    return f"`` {text.strip(' :')} ``"


def _text(text: str) -> str:
    """Text in which what stands between backticks is code, and nothing else is markup."""
    pieces = re.split(r"(`[^`]*`)", text)
    pieces[0::2] = (re.sub(r"([\\*_{}\[\]<>$#|~])", r"\\\1", piece) for piece in pieces[0::2])
    return "".join(pieces)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("mends", MendsPage)
    return {"parallel_read_safe": True}

"""The page of findings, made of the examples that the tests judge: none can be out of date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

from tests.examples import Example, examples

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from qemubuild.machine import Machine


class FindingsPage(SphinxDirective):
    """``{findings}``, a section for each code, in a page of Markdown."""

    def run(self) -> list[nodes.Node]:
        """Write every section."""
        sections = [_section(code, example) for code, example in sorted(examples().items())]
        return self.parse_text_to_nodes("\n".join(sections), allow_section_headings=True)


def _section(code: str, example: Example) -> str:
    found = example.finding(code)
    return f"""
({code})=
## {code}

{{.finding-{found.severity}}}
**{str(found.severity).capitalize()}:** {_plain(found.message)}. \\
**Mend:** {_plain(found.hint)}.

{_command(example.failing)}

mended:

{_command(example.mended)}
"""


def _command(machine: Machine) -> str:
    # Not every name is text that a page can hold.
    text = str(machine).encode(errors="backslashreplace").decode()
    return f"~~~~shell\n{text}\n~~~~"


def _plain(text: str) -> str:
    """Text with nothing in it that Markdown would take for markup."""
    return re.sub(r"([\\`*_{}\[\]<>$#|~])", r"\\\1", text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("findings", FindingsPage)
    return {"parallel_read_safe": True}

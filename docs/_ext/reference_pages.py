"""The reference: a table of `Machine`'s methods, each option's class, and what autodoc needs."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

from sphinx.util.docutils import SphinxDirective

from qemubuild.methods import Methods
from qemubuild.more import More

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from qemubuild.option import Option


# What every option has: the page says it once, of their base.
INHERITED = "claims, explain, findings, flag, implied, judge, knows, lists, merged, merges"
INHERITED += ", parse, render, repeats, syntax, aliases"


class Method(NamedTuple):
    """A method of `Machine` that adds an option: one class's, or what a function chooses."""

    name: str
    option: type[Option] | FunctionType

    @property
    def path(self) -> str:
        """Where the class or function is."""
        return f"{self.option.__module__}.{self.option.__qualname__}"

    @property
    def flag(self) -> str:
        """What it is on a command line."""
        option = self.option
        if isinstance(option, FunctionType):
            option = option.__globals__[inspect.signature(option).return_annotation]
        return option.flag or "any"


def methods() -> list[Method]:
    """Every method that adds an option, by name."""
    return [
        Method(name, inspect.getclosurevars(method).nonlocals["option"])
        for name, method in sorted({**vars(Methods), **vars(More)}.items())
        if isinstance(method, FunctionType) and hasattr(method, "__wrapped__")
    ]


class OptionsTable(SphinxDirective):
    """``.. options-table::``, one line for each method."""

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        lines = [".. list-table::", "   :header-rows: 1", ""]
        lines += ["   * - method", "     - flag", "     -"]
        for method in methods():
            said = inspect.getdoc(method.option) or ""
            lines += [
                f"   * - :obj:`{method.name} <{method.path}>`",
                f"     - ``{method.flag}``",
                f"     - {said.splitlines()[0]}",
            ]
        return self.parse_text_to_nodes("\n".join(lines))


class OptionsReference(SphinxDirective):
    """``.. options-reference::``, a section for each method."""

    def run(self) -> list[nodes.Node]:
        """Write the sections."""
        lines: list[str] = []
        for method in methods():
            lines += [method.name, "-" * len(method.name), ""]
            if isinstance(method.option, FunctionType):
                lines += [f".. autofunction:: {method.path}", ""]
            else:
                lines += [f".. autoclass:: {method.path}", "   :members:"]
                lines += [f"   :exclude-members: {INHERITED}", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def _tidy(
    _app: Sphinx,
    _what: str,
    _name: str,
    _object: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str, str | None] | None:
    """Show an empty mapping as such."""
    if signature and "mappingproxy({})" in signature:
        return signature.replace("mappingproxy({})", "{}"), returns
    return None


def _skip(
    _app: Sphinx, _what: str, _name: str, member: object, _skipped: object, _options: object
) -> bool | None:
    """Leave a machine's option methods to the table and the page of options."""
    return True if hasattr(member, "__wrapped__") else None


def _plain(
    _app: Sphinx, what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Keep napoleon from taking a property's sentence for a type, where it has a colon."""
    if what in {"attribute", "property"}:
        lines[:0] = ["..", ""]  # a comment


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("options-table", OptionsTable)
    app.add_directive("options-reference", OptionsReference)
    app.connect("autodoc-process-signature", _tidy)
    app.connect("autodoc-skip-member", _skip)
    app.connect("autodoc-process-docstring", _plain, priority=400)  # before napoleon
    return {"parallel_read_safe": True}

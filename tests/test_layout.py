"""Imports point one way, and options know nothing of each other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import qemubuild

PACKAGE = Path(qemubuild.__file__).parent

# From the ground up: what a layer holds imports only what is below it.
LAYERS = [
    {"shown"},
    {"errors", "locks", "mends", "programs"},
    {"explanation", "units", "grammar", "shell"},
    {"board_words", "values", "claims"},
    {"capabilities"},
    {"findings", "ranges", "targets"},
    {"option"},
    {"view"},
    {"keyed", "driven"},
    {"variant"},
    {"options"},
    {"disk"},
    {"control"},
    {"live"},
    {"host", "process"},
    {"passphrases", "recipes", "rules"},
    {"adding"},
    {"methods"},
    {"more"},
    {"command"},
    {"exporters"},
    {"machine"},
    {"config", "display", "many"},
    {""},  # the package itself: the public names
    {"pytest_plugin"},
]
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
FOLDERS = {
    *("capabilities", "control", "disk", "display", "exporters", "host", "live", "mends"),
    *("options", "process", "rules", "shell"),
}

# The attrs that pyproject.toml requires, and nothing more.
REQUIRED = {"attrs", "attr"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """``options/memory.py`` is ``options.memory``, the package's ``__init__`` is empty."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path, *, lazy: bool = True) -> set[str]:
    """What a module imports when it runs: not what only a type checker reads."""
    found: set[str] = set()
    for node in running(ast.parse(path.read_text("utf-8")), lazy=lazy):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write the whole name"
            module = node.module or ""
            for alias in node.names:
                inner = PACKAGE.parent / module.replace(".", "/") / alias.name
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                found.add(f"{module}.{alias.name}" if is_module else module)
    return found


def running(node: ast.AST, *, lazy: bool):
    """Every node, but for those under ``if TYPE_CHECKING``, and in functions unless ``lazy``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and not lazy:
            continue
        yield child
        yield from running(child, lazy=lazy)


def own(path: Path) -> set[str]:
    """The modules of this package that a module imports, without the package's name."""
    return {
        name.removeprefix("qemubuild").removeprefix(".")
        for name in imports(path)
        if name.partition(".")[0] == "qemubuild"
    }


def top(name: str) -> str:
    return name.partition(".")[0]


def test_every_module_has_its_layer():
    assert {top(name_of(path)) for path in modules()} <= LAYER_OF.keys()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_one_way(path: Path):
    importer = top(name_of(path))
    for imported in map(top, own(path)):
        within = imported == importer and importer in FOLDERS
        assert LAYER_OF[imported] < LAYER_OF[importer] or within, f"it imports {imported}"


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("options/*.py")), ids=name_of)
def test_options_know_nothing_of_each_other(path: Path):
    # A module that begins with "_" holds what several of them share.
    others = {name for name in own(path) if name.startswith("options.")}
    assert {name for name in others if not name.startswith("options._")} == set()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_what_is_required_is_imported_at_once(path: Path):
    allowed = {"qemubuild", *REQUIRED, *sys.stdlib_module_names}
    if name_of(path) == "pytest_plugin":  # which pytest imports
        allowed.add("pytest")
    assert {top(name) for name in imports(path, lazy=False)} <= allowed


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_it_is(path: Path):
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))

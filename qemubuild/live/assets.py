"""What the browser runs: one file for each widget, made of ``web/`` when the package is built."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from qemubuild.errors import NotInstalled

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_FOLDER: Final = "_assets"


def asset(name: str) -> str:
    """The text of a bundled file.

    Raises:
        NotInstalled: this copy of the library was built without it.
    """
    path: Traversable = files("qemubuild").joinpath(_FOLDER, name)
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise NotInstalled(
            path.name,
            hint="this copy of qemubuild was built without npm, which bundles it: in a clone of"
            " the repository, run `make assets`",
        ) from None


def own(name: str) -> str:
    """The text of a file that the browser runs as it is."""
    return files("qemubuild.live").joinpath(name).read_text("utf-8")

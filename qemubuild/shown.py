"""What notebooks look for in an object: how it is to be shown.

Each class says in one line who draws it, by name: the package that does, `qemubuild.display`, is
loaded when something is first looked at, and nothing depends on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

T = TypeVar("T")


def drawer(name: str) -> Any:
    """A function of `qemubuild.display`, such as ``"machine.table"``."""
    from importlib import import_module  # noqa: PLC0415 - most programs show nothing

    module, _, function = name.partition(".")
    return getattr(import_module(f"qemubuild.display.{module}"), function)


def shown_by(name: str, text: Callable[[Any], str] = str) -> Callable[..., dict[str, Any]]:
    """The method that notebooks call.

    Args:
        name: who draws it, as HTML.
        text: who writes it, for terminals and logs.
    """

    def _repr_mimebundle_(
        self: Any,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
    ) -> dict[str, Any]:
        makers = {"text/plain": text, "text/html": drawer(name)}
        bundle: dict[str, Any] = drawer("bundle.make")(self, makers, include, exclude)
        return bundle

    _repr_mimebundle_.drawn_by = name  # type: ignore[attr-defined] # for whoever looks who does
    return _repr_mimebundle_


def shows_fields(kind: type[T]) -> type[T]:
    """Have a class of fields alone, such as a tuple with names, shown as a table of them."""
    kind._repr_mimebundle_ = shown_by("fields.table")  # type: ignore[attr-defined] # notebooks' name
    return kind

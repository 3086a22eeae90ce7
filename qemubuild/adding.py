"""Making a method of `Machine` from the class of an option."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature

    from qemubuild.machine import Machine
    from qemubuild.option import Option

P = ParamSpec("P")

# What always means the same: other values may change, or may not be told apart by type.
_PLAIN = frozenset({str, int, bool, type(None)})


def adds(option: Callable[P, Option]) -> Callable[Concatenate[Machine, P], Machine]:
    """Make a method that adds an option; its signature is the one of the option's class."""
    # Options are immutable values, so one that was made before serves again.
    again = cast("Callable[P, Option]", lru_cache(maxsize=256, typed=True)(option))

    def method(self: Machine, /, *args: P.args, **kwargs: P.kwargs) -> Machine:
        if _PLAIN.issuperset(map(type, args)) and _PLAIN.issuperset(map(type, kwargs.values())):
            return self._plus(again(*args, **kwargs))
        return self._plus(option(*args, **kwargs))

    method.__doc__ = option.__doc__
    method.__wrapped__ = _Shown(option)  # type: ignore[attr-defined] # for help()
    return method


class _Shown:
    """The signature of a method that adds an option, worked out when somebody looks at it."""

    def __init__(self, option: Callable[..., Option]) -> None:
        self._option = option

    @property
    def __signature__(self) -> Signature:
        from inspect import Parameter, signature  # noqa: PLC0415 - few look

        shown = signature(self._option)
        machine = Parameter("self", Parameter.POSITIONAL_ONLY)
        parameters = [machine, *shown.parameters.values()]
        return shown.replace(parameters=parameters, return_annotation="Machine")

    def __call__(self, machine: Machine, /, *args: object, **kwargs: object) -> Machine:
        return machine.add(self._option(*args, **kwargs))

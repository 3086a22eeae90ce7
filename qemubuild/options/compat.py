"""``-compat``: what QEMU's monitor does about commands that are deprecated or unstable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from qemubuild import grammar
from qemubuild.errors import CommandSyntaxError
from qemubuild.keyed import Keyed
from qemubuild.option import Option, key
from qemubuild.values import choice

if TYPE_CHECKING:
    from collections.abc import Callable

_INPUT = choice("accept", "reject", "crash")
_OUTPUT = choice("accept", "hide")


class Compat(Keyed):
    """Say what the monitor does about what is deprecated or unstable (``-compat``).

    To find out, in a test, whether a program still uses any of it. All is accepted by default.

    Attributes:
        deprecated_input: of commands and arguments that are deprecated: ``"accept"``,
            ``"reject"`` with an error, or ``"crash"``.
        deprecated_output: of deprecated answers and events: ``"accept"`` or ``"hide"``.
        unstable_input: as `deprecated_input`, of what may change in any version.
        unstable_output: as `deprecated_output`, likewise.
    """

    flag = "-compat"
    syntax = grammar.parse_keyval

    deprecated_input: Literal["accept", "reject", "crash"] | None = key(
        _INPUT, default=None, kw_only=True
    )
    deprecated_output: Literal["accept", "hide"] | None = key(_OUTPUT, default=None, kw_only=True)
    unstable_input: Literal["accept", "reject", "crash"] | None = key(
        _INPUT, default=None, kw_only=True
    )
    unstable_output: Literal["accept", "hide"] | None = key(_OUTPUT, default=None, kw_only=True)

    # Written as: -compat deprecated-input=reject,deprecated-output=hide
    # and read as {"deprecated-input": "reject"} too, which is then written just so.

    @classmethod
    def parse(cls, value: str | None) -> Self:
        """Read what follows the flag."""
        text = value or ""
        if not text.startswith("{"):
            return super().parse(text)
        import json  # noqa: PLC0415 - few command lines have any

        try:
            read = json.loads(text)
        except json.JSONDecodeError as cause:
            raise CommandSyntaxError(
                f"this is no JSON: {cause.msg}",
                text,
                (cause.pos, cause.pos + 1),
                hint="mend it there, or write key=value,key=value",
            ) from None
        items = [grammar.Item(name, policy) for name, policy in read.items()]
        if not all(isinstance(item.value, str) for item in items):
            raise CommandSyntaxError(
                "every policy is a word", text, (0, len(text)), hint="write it in quotes"
            )
        option = cls._made_of(items, text)
        option.__dict__["words"] = (cls.flag, text)
        return option

    def __reduce__(self) -> tuple[Callable[..., Option], tuple[object, ...]]:
        return type(self).parse, (self.words[1],)

    def explain(self) -> str:
        """Say what becomes of what."""
        said = [
            f"{field.replace('_', ' ')} is {policy!r}"
            for field in self._keys
            if (policy := getattr(self, field)) is not None
        ]
        text = f" ({'; '.join(said)})" if said else ""
        return (
            "Says what the monitor does about commands and answers that are deprecated or "
            f"unstable{text}. Without it all are accepted."
        )

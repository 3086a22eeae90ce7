"""How long a display may take: what is not known by then is not shown."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
U = TypeVar("U")

SECONDS: Final = 1.0
"""For all that one display asks of files, programs and guests."""


def within(ask: Callable[[], T], otherwise: U, seconds: float = SECONDS) -> T | U:
    """What a question yields in time; it goes on by itself where that takes longer.

    Args:
        ask: the question.
        otherwise: what to return where there is no answer, for whatever reason.
        seconds: to wait for it.
    """
    answers: list[T | U] = []

    def answer() -> None:
        try:
            answers.append(ask())
        except Exception:  # noqa: BLE001 - whatever it is, there is no answer
            answers.append(otherwise)

    asking = threading.Thread(target=answer, name="qemubuild-display", daemon=True)
    asking.start()
    asking.join(seconds)
    return answers[0] if answers else otherwise
